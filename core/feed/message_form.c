/* SPDX-License-Identifier: MIT */
#include "feed/message_form.h"

#include "base/base64.h"
#include "base/text.h"

static const char *const texts[KITH_FAULT_COUNT] = {
    [KITH_FAULT_NONE] = "valid",
    [KITH_FAULT_JSON] = "not JSON in UTF-8",
    [KITH_FAULT_LONG_JSON] = "more JSON than any message has",
    [KITH_FAULT_OBJECT] = "not an object",
    [KITH_FAULT_FIELDS] = "not exactly the seven fields in their order",
    [KITH_FAULT_PREVIOUS] = "previous is neither null nor a message id",
    [KITH_FAULT_SEQUENCE] = "sequence is not an integer from 1",
    [KITH_FAULT_FIRST] = "previous is null in a first message, and only there",
    [KITH_FAULT_AUTHOR] = "author is not an ed25519 feed id",
    [KITH_FAULT_TIMESTAMP] = "timestamp is not a number",
    [KITH_FAULT_HASH] = "hash is not sha256",
    [KITH_FAULT_CONTENT] = "content is neither an object nor a ciphertext",
    [KITH_FAULT_TYPE] = "content has no type of 3 to 52 characters",
    [KITH_FAULT_SIGNATURE] = "signature is not 64 bytes in base64 with .sig.ed25519",
    [KITH_FAULT_LONG] = "longer than 8192 UTF-16 units",
    [KITH_FAULT_VERIFY] = "the signature does not verify",
};

const char *kith_fault_text(enum kith_fault fault) {
    return texts[fault];
}

int kith_fault_err(enum kith_fault fault) {
    switch (fault) {
    case KITH_FAULT_NONE:
        return KITH_OK;
    case KITH_FAULT_JSON:
        return KITH_ERR_SYNTAX;
    case KITH_FAULT_LONG_JSON:
    case KITH_FAULT_LONG:
        return KITH_ERR_SIZE;
    case KITH_FAULT_VERIFY:
        return KITH_ERR_CRYPTO;
    default:
        return KITH_ERR_INVALID;
    }
}

enum { PREVIOUS, SECOND, THIRD, TIMESTAMP, HASH, CONTENT, SIGNATURE, FIELDS };

/* The nodes of the seven fields. Object.keys of the parsed message must be previous, sequence and
 * author in either order, timestamp, hash, content, signature (isValidOrder of ssb-validate). On
 * return field[SECOND] is the sequence and field[THIRD] the author. */
static bool find_fields(const struct kith_json *doc, uint32_t field[FIELDS]) {
    static const char *const names[FIELDS] = {
        [PREVIOUS] = "previous",   [SECOND] = "sequence", [THIRD] = "author",
        [TIMESTAMP] = "timestamp", [HASH] = "hash",       [CONTENT] = "content",
        [SIGNATURE] = "signature",
    };
    uint32_t n = kith_json_first(doc, 0);
    if (doc->nodes[0].count != FIELDS)
        return false;
    for (int i = 0; i < FIELDS; i++, n = doc->nodes[n].next)
        field[i] = n;
    if (kith_bytes_is(doc->nodes[field[SECOND]].key, "author")) {
        uint32_t author = field[SECOND];
        field[SECOND] = field[THIRD];
        field[THIRD] = author;
    }
    for (int i = 0; i < FIELDS; i++) {
        if (!kith_bytes_is(doc->nodes[field[i]].key, names[i]))
            return false;
    }
    return true;
}

/* String.length of canonical text: an escape is one unit, whatever it is. */
static size_t canonical_units(struct kith_bytes text) {
    size_t units = kith_text_utf16_len(text);
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] != '\\')
            continue;
        i++;
        units -= i < text.len && text.p[i] == 'u' ? 5 : 1;
    }
    return units;
}

/* The suffix is /\.box.*$/: anything but a line terminator, of which U+2028 and U+2029 are printed
 * raw and \n and \r as escapes. */
static bool has_line_end(struct kith_bytes text) {
    for (size_t i = 0; i + 1 < text.len; i++) {
        if (text.p[i] == '\\') {
            i++;
            if (text.p[i] == 'n' || text.p[i] == 'r')
                return true;
        } else if (text.p[i] == 0xe2 && text.len - i > 2 && text.p[i + 1] == 0x80 &&
                   (text.p[i + 2] & 0xfe) == 0xa8) {
            return true;
        }
    }
    return false;
}

/* The last sextet before padding must have zero bits where no byte is left for them. */
static bool ends_canonically(struct kith_bytes base64, size_t pad) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = strchr(alphabet, base64.p[base64.len - pad - 1]);
    return at && ((size_t)(at - alphabet) & (pad == 2 ? 15 : 3)) == 0;
}

bool kith_message_is_box(struct kith_bytes text, struct kith_bytes *suffix) {
    const uint8_t *dot = text.len ? memchr(text.p, '.', text.len) : NULL;
    if (!dot)
        return false;
    struct kith_bytes base64 = kith_bytes(text.p, (size_t)(dot - text.p));
    *suffix = kith_bytes_skip(text, base64.len);
    if (!kith_bytes_starts(*suffix, ".box") || has_line_end(*suffix) || base64.len % 4)
        return false;
    size_t pad = 0;
    while (pad < 2 && pad < base64.len && base64.p[base64.len - 1 - pad] == '=')
        pad++;
    for (size_t i = 0; i < base64.len - pad; i++) {
        uint8_t c = base64.p[i];
        bool letter = (uint8_t)((c | 0x20) - 'a') < 26;
        if (!letter && (uint8_t)(c - '0') > 9 && c != '+' && c != '/')
            return false;
    }
    return pad == 0 || ends_canonically(base64, pad);
}

static enum kith_fault content_form(const struct kith_json *doc, struct kith_message *m) {
    struct kith_bytes suffix;
    if (kith_json_is(doc, m->content, KITH_JSON_STRING)) {
        m->is_private = true;
        return kith_message_is_box(kith_json_str(doc, m->content), &suffix) ? KITH_FAULT_NONE
                                                                            : KITH_FAULT_CONTENT;
    }
    if (!kith_json_is(doc, m->content, KITH_JSON_OBJECT))
        return KITH_FAULT_CONTENT;
    uint32_t type = kith_json_get(doc, m->content, "type");
    if (!kith_json_is(doc, type, KITH_JSON_STRING))
        return KITH_FAULT_TYPE;
    size_t units = canonical_units(kith_json_str(doc, type));
    return units >= 3 && units <= 52 ? KITH_FAULT_NONE : KITH_FAULT_TYPE;
}

static enum kith_fault chain_form(const struct kith_json *doc, const uint32_t field[FIELDS],
                                  struct kith_message *m) {
    int64_t sequence = 0;
    if (!kith_json_is(doc, field[PREVIOUS], KITH_JSON_NULL)) {
        if (kith_msgid_parse(kith_json_str(doc, field[PREVIOUS]), &m->previous))
            return KITH_FAULT_PREVIOUS;
        m->has_previous = true;
    }
    if (kith_json_int(doc, field[SECOND], &sequence) || sequence < 1)
        return KITH_FAULT_SEQUENCE;
    m->sequence = (uint64_t)sequence;
    return m->has_previous == (sequence > 1) ? KITH_FAULT_NONE : KITH_FAULT_FIRST;
}

static bool signature_parse(struct kith_bytes text, struct kith_sig *out) {
    size_t len = 0;
    return text.len == 100 && kith_bytes_ends(text, ".sig.ed25519") &&
           kith_base64_parse(kith_bytes(text.p, 88), out->b, sizeof out->b, &len) == KITH_OK &&
           len == sizeof out->b;
}

enum kith_fault kith_message_form(const struct kith_json *doc, struct kith_message *out) {
    uint32_t field[FIELDS];
    *out = (struct kith_message){.content = KITH_JSON_NONE};
    if (!kith_json_is(doc, 0, KITH_JSON_OBJECT))
        return KITH_FAULT_OBJECT;
    if (!find_fields(doc, field))
        return KITH_FAULT_FIELDS;
    enum kith_fault fault = chain_form(doc, field, out);
    if (fault)
        return fault;
    /* ssb-ref 2.16.0 also takes "@….sha256" for a feed; there is no such key. */
    if (kith_feed_id_parse(kith_json_str(doc, field[THIRD]), &out->author))
        return KITH_FAULT_AUTHOR;
    /* 1e400 is a number to JSON.parse, but would travel on as null and be refused by the next. */
    if (kith_json_double(doc, field[TIMESTAMP], &out->timestamp) ||
        !(out->timestamp - out->timestamp == 0))
        return KITH_FAULT_TIMESTAMP;
    if (!kith_bytes_is(kith_json_str(doc, field[HASH]), "sha256"))
        return KITH_FAULT_HASH;
    out->content = field[CONTENT];
    fault = content_form(doc, out);
    if (fault)
        return fault;
    return signature_parse(kith_json_str(doc, field[SIGNATURE]), &out->sig) ? KITH_FAULT_NONE
                                                                            : KITH_FAULT_SIGNATURE;
}
