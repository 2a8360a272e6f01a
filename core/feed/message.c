/* SPDX-License-Identifier: MIT */
#include "feed/message.h"

#include "base/text.h"
#include "feed/message_form.h"

/* What JSON.stringify(message, null, 2) ends with, and what it would end with unsigned. */
#define SIGNED_END_LEN (sizeof ",\n  \"signature\": \"" - 1 + 100 + sizeof "\"\n}" - 1)
#define UNSIGNED_END "\n}"

/* A UTF-16 unit has at most three bytes of UTF-8, and pretty text is no shorter than compact. */
#define COMPACT_MAX_LEN (3 * KITH_MESSAGE_MAX_UNITS)

#define CHUNK KITH_JOB_MAX_MESSAGES

/* The memory that one call works in. Texts lie one after another in `pretty`; it may move while it
 * grows, so places in it are offsets until all texts are there. */
struct bench {
    struct kith_json doc;
    struct kith_buf pretty, latin1;
    size_t text_at[CHUNK], text_len[CHUNK]; /* of the signed text of each waiting verdict */
    struct kith_verdict *waiting[CHUNK];    /* valid in all but the signature */
    size_t waiting_count;
};

static bool is_ascii(const uint8_t *p, size_t len) {
    uint64_t seen = 0;
    for (; len >= 8; p += 8, len -= 8) {
        uint64_t eight;
        memcpy(&eight, p, 8);
        seen |= eight;
    }
    for (; len; p++, len--)
        seen |= *p;
    return (seen & UINT64_C(0x8080808080808080)) == 0;
}

/* The id is SHA-256 over the low byte of each UTF-16 unit of the pretty text, which for ASCII is
 * the text itself. KITH_FAULT_LONG: String.length is above 8192. */
static enum kith_fault take_id(struct bench *b, struct kith_bytes pretty, struct kith_msgid *id) {
    if (!is_ascii(pretty.p, pretty.len)) {
        b->latin1.len = 0;
        kith_text_put_latin1(&b->latin1, pretty);
        pretty = kith_buf_bytes(&b->latin1);
    }
    if (pretty.len > KITH_MESSAGE_MAX_UNITS)
        return KITH_FAULT_LONG;
    kith_sha256(&id->hash, pretty);
    return KITH_FAULT_NONE;
}

/* Everything but the signature. The pretty text is printed once, with the signature; then its end
 * is cut to what was signed. */
static enum kith_fault judge_form(struct bench *b, struct kith_verdict *v,
                                  struct kith_buf *compact) {
    if (v->raw.len > KITH_MESSAGE_MAX_LEN)
        return KITH_FAULT_LONG_JSON;
    int err = kith_json_parse(&b->doc, v->raw, KITH_MESSAGE_MAX_NODES);
    if (err)
        return err == KITH_ERR_SIZE ? KITH_FAULT_LONG_JSON : KITH_FAULT_JSON;
    enum kith_fault fault = kith_message_form(&b->doc, &v->message);
    if (fault)
        return fault;

    v->compact_at = compact->len;
    if (b->doc.was_canonical)
        kith_buf_put_bytes(compact, v->raw);
    else
        kith_json_put_compact(compact, &b->doc, 0);
    v->compact_len = compact->len - v->compact_at;
    if (v->compact_len > COMPACT_MAX_LEN)
        return KITH_FAULT_LONG;

    size_t at = b->pretty.len;
    kith_json_put_pretty(&b->pretty, &b->doc, 0);
    struct kith_bytes pretty = kith_bytes(b->pretty.p + at, b->pretty.len - at);
    fault = take_id(b, pretty, &v->message.id);
    b->pretty.len = at;
    if (fault)
        return fault;

    size_t body_len = pretty.len - SIGNED_END_LEN;
    memcpy(b->pretty.p + at + body_len, UNSIGNED_END, 2);
    b->pretty.len = at + body_len + 2;
    b->text_at[b->waiting_count] = at;
    b->text_len[b->waiting_count] = body_len + 2;
    b->waiting[b->waiting_count++] = v;
    return KITH_FAULT_NONE;
}

static void refuse(struct kith_verdict *v, enum kith_fault fault) {
    v->err = kith_fault_err(fault);
    v->why = kith_fault_text(fault);
    v->message = (struct kith_message){.content = KITH_JSON_NONE};
    v->compact_at = v->compact_len = 0;
}

/* Moves the last item to behind the others of its author. Feeds mostly come in their order, so that
 * it stays where it is; and there are 64 at most. */
static void group_last(struct kith_verify_item *items, size_t count) {
    struct kith_verify_item last = items[count - 1];
    size_t at = count - 1;
    while (at > 0 && memcmp(items[at - 1].pub->b, last.pub->b, sizeof last.pub->b) > 0)
        at--;
    memmove(items + at + 1, items + at, (count - 1 - at) * sizeof *items);
    items[at] = last;
}

static void check_signatures(struct bench *b, const struct kith_symkey *sign_cap) {
    struct kith_verify_item items[CHUNK];
    struct kith_auth macs[CHUNK];
    for (size_t i = 0; i < b->waiting_count; i++) {
        struct kith_bytes text = kith_bytes(b->pretty.p + b->text_at[i], b->text_len[i]);
        if (sign_cap) {
            kith_auth_make(&macs[i], text, sign_cap);
            text = kith_bytes(macs[i].b, sizeof macs[i].b);
        }
        struct kith_message *m = &b->waiting[i]->message;
        items[i] = (struct kith_verify_item){&m->author, &m->sig, text, false};
        group_last(items, i + 1);
    }
    kith_verify_batch(items, b->waiting_count);
    for (size_t i = 0; i < b->waiting_count; i++) {
        /* An item knows its verdict by the address of the author that it borrows. */
        const char *pub = (const char *)items[i].pub;
        size_t offset =
            offsetof(struct kith_verdict, message) + offsetof(struct kith_message, author);
        if (!items[i].ok)
            refuse((struct kith_verdict *)(uintptr_t)(pub - offset), KITH_FAULT_VERIFY);
    }
}

void kith_message_judge(struct kith_verdict *verdicts, size_t count,
                        const struct kith_symkey *sign_cap, struct kith_buf *compact) {
    struct bench b = {0};
    for (size_t i = 0; i < count; i++) {
        struct kith_verdict *v = &verdicts[i];
        size_t compact_len = compact->len;
        enum kith_fault fault = judge_form(&b, v, compact);
        if (fault) {
            refuse(v, fault);
            compact->len = compact_len;
        } else {
            v->err = KITH_OK;
            v->why = kith_fault_text(KITH_FAULT_NONE);
            v->message.content = KITH_JSON_NONE;
        }
        if (b.waiting_count == CHUNK || i + 1 == count) {
            check_signatures(&b, sign_cap);
            b.waiting_count = 0;
            b.pretty.len = 0;
        }
    }
    kith_json_wipe(&b.doc);
    kith_buf_wipe(&b.pretty);
    kith_buf_wipe(&b.latin1);
}

int kith_message_read(struct kith_json *doc, struct kith_bytes compact, struct kith_message *out) {
    if (kith_json_parse(doc, compact, KITH_MESSAGE_MAX_NODES) || kith_message_form(doc, out))
        return KITH_ERR_CORRUPT;
    return KITH_OK;
}

int kith_message_follows(const struct kith_head *head, const struct kith_message *m) {
    if (m->sequence <= head->sequence)
        return KITH_ERR_EXISTS;
    if (m->sequence != head->sequence + 1)
        return KITH_ERR_CHAIN;
    if (m->sequence > 1 && !kith_msgid_eq(&head->id, &m->previous))
        return KITH_ERR_CHAIN;
    return KITH_OK;
}
