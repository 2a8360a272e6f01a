/* SPDX-License-Identifier: MIT */
/* handle_feed_test.c: a broker's feed of who holds which handle: whole, forked, with a gap, by somebody else. */
#include "sync/handle_feed.h"

#include "base/base64.h"
#include "check.h"

#define LAST 4

static struct kith_keypair keys_of(uint8_t fill) {
    struct kith_keypair keys;
    struct kith_seed seed;
    memset(seed.b, fill, sizeof seed.b);
    kith_sign_keypair(&keys, &seed);
    return keys;
}

/* One message after another, as core/broker/account.c writes them. */
static void say(struct kith_buf *raw, struct kith_head *head, const struct kith_keypair *keys, const char *content) {
    struct kith_message m;
    kith_buf_clear(raw);
    CHECK(!kith_message_create(kith_bytes_str(content), keys, head, 1700000000000.0 + (double)head->sequence, NULL, raw, &m));
    *head = (struct kith_head){m.sequence, m.id};
}

static void entry_text(char *out, size_t cap, const struct kith_handle_entry *e) {
    char id[64] = {0}, holder[64] = {0};
    kith_base64_write(id, e->id.b, sizeof e->id.b);
    kith_base64_write(holder, e->holder.b, sizeof e->holder.b);
    if (e->is_held)
        snprintf(out, cap, "{\"type\":\"kith-handle\",\"id\":\"%s\",\"holder\":\"%s\"}", id, holder);
    else
        snprintf(out, cap, "{\"type\":\"kith-handle\",\"id\":\"%s\",\"holder\":null}", id);
}

static struct kith_handle_entry entry_for(uint8_t key, bool is_held) {
    struct kith_certificate c = {.tag = {{7}}, .handle = "anna.b"};
    struct kith_handle_entry e;
    c.key = keys_of(key).pub;
    kith_handle_entry_of(&e, &c);
    e.is_held = is_held;
    return e;
}

static bool says(const struct kith_handle_entry *got, const struct kith_handle_entry *wanted) {
    return got->has_entry && got->is_held == wanted->is_held && !memcmp(got->id.b, wanted->id.b, 32) &&
           (!got->is_held || !memcmp(got->holder.b, wanted->holder.b, 32));
}

int main(void) {
    struct kith_keypair broker, other;
    struct kith_handle_entry mine, theirs, nobody, got;
    struct kith_head end = {0}, head = {0}, was;
    struct kith_buf raw[LAST + 1] = {0}, fork = {0}, strange = {0};
    struct kith_head ends[LAST + 1] = {0};
    char text[200];
    if (kith_crypto_init())
        return 2;
    broker = keys_of(1), other = keys_of(2);
    mine = entry_for(3, true), theirs = entry_for(4, true), nobody = entry_for(3, false);
    const struct kith_handle_entry *order[LAST + 1] = {NULL, &mine, &theirs, NULL, &nobody};
    for (int i = 1; i <= LAST; i++) {
        if (order[i])
            entry_text(text, sizeof text, order[i]);
        say(&raw[i], &end, &broker, order[i] ? text : "{\"type\":\"kith-handle\",\"id\":\"AAAA\",\"holder\":7}");
        ends[i] = end;
    }

    /* The whole feed; each message may come a second time; what is no entry says nothing and counts as a message. */
    for (int i = 1; i <= LAST; i++) {
        for (int again = 0; again < 2; again++) {
            CHECK(!kith_handle_feed_take(&head, &got, &broker.pub, kith_buf_bytes(&raw[i])) && head.sequence == (uint64_t)i);
            CHECK(order[i] ? says(&got, order[i]) : !got.has_entry);
        }
    }

    /* Every changed byte is found, or leaves what is said as it is. */
    for (size_t i = 0; i < raw[2].len; i++) {
        uint8_t kept = raw[2].p[i];
        raw[2].p[i] ^= 1;
        head = was = ends[1];
        CHECK(kith_handle_feed_take(&head, &got, &broker.pub, kith_buf_bytes(&raw[2])) || says(&got, &theirs));
        raw[2].p[i] = kept;
    }

    /* A gap, an old one, somebody else's. */
    head = was = ends[1];
    CHECK(kith_handle_feed_take(&head, &got, &broker.pub, kith_buf_bytes(&raw[3])) == KITH_ERR_CHAIN);
    head = was = ends[3];
    CHECK(kith_handle_feed_take(&head, &got, &broker.pub, kith_buf_bytes(&raw[2])) == KITH_ERR_CHAIN && !memcmp(&head, &was, sizeof head));
    end = ends[1];
    say(&strange, &end, &other, "{\"type\":\"post\"}");
    head = ends[1];
    CHECK(kith_handle_feed_take(&head, &got, &broker.pub, kith_buf_bytes(&strange)) == KITH_ERR_CHAIN);
    CHECK(kith_handle_feed_take(&head, &got, &broker.pub, KITH_LIT("{}")) == KITH_ERR_INVALID);

    /* Another message for a number that is known, and one that follows another than ours. */
    end = ends[1];
    entry_text(text, sizeof text, &nobody);
    say(&fork, &end, &broker, text);
    head = was = ends[2];
    CHECK(kith_handle_feed_take(&head, &got, &broker.pub, kith_buf_bytes(&fork)) == KITH_ERR_FORK && !memcmp(&head, &was, sizeof head));
    say(&fork, &end, &broker, text);
    CHECK(kith_handle_feed_take(&head, &got, &broker.pub, kith_buf_bytes(&fork)) == KITH_ERR_FORK);

    for (int i = 0; i <= LAST; i++)
        kith_buf_wipe(&raw[i]);
    kith_buf_wipe(&fork);
    kith_buf_wipe(&strange);
    return check_done();
}
