/* SPDX-License-Identifier: MIT */
/* box2_fuzz.c: the input as a private content, as the bytes of one, as a text to seal, as the name of a
 * group, and as a feed to make a key with. */
#include "base/base64.h"
#include "feed/box2.h"
#include "feed/box2_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct kith_pubkey author = {{1}};
static const struct kith_msgid previous = {{{2}}};

static void fill(void *ctx, uint8_t *out, size_t len) {
    uint8_t *next = ctx;
    while (len--)
        *out++ = ++*next;
}

static int open_one(struct kith_bytes content, const struct kith_box2_key *key, struct kith_buf *out) {
    struct kith_box2_opener o = {0};
    int err = kith_box2_begin(&o, content, &author, &previous);
    if (!err)
        err = kith_box2_try(&o, key, out);
    KITH_ASSERT(err == KITH_OK || out->len == 0);
    kith_box2_wipe(&o);
    return err;
}

static void take_bytes(struct kith_bytes in, const struct kith_box2_key *key) {
    struct kith_buf content = {0}, out = {0};
    kith_base64_put(&content, in);
    kith_buf_put_str(&content, ".box2");
    (void)!open_one(kith_buf_bytes(&content), key, &out);
    kith_buf_wipe(&content);
    kith_buf_wipe(&out);
}

/* Header and body are sealed with the right keys, so that the input decides what the header claims. */
static void take_header(struct kith_bytes in, const struct kith_box2_key *key, const struct kith_rng *rng) {
    static const struct kith_nonce no_nonce;
    struct kith_symkey header_key;
    struct kith_box2_opener o = {0};
    struct kith_buf box = {0}, out = {0};
    if (in.len < 16)
        return;
    KITH_ASSERT(kith_box2_seal(&box, in, &author, &previous, key, 1, rng, NULL) == KITH_OK);
    KITH_ASSERT(kith_box2_begin(&o, kith_buf_bytes(&box), &author, &previous) == KITH_OK);
    KITH_ASSERT(kith_box2_try(&o, key, &out) == KITH_OK);
    kith_box2_derive(&header_key, o.bound, &o.read_key, KITH_LIT("header_key"));
    kith_secretbox_seal(o.box.p, kith_bytes(in.p, 16), &no_nonce, &header_key);
    out.len = 0;
    int err = kith_box2_try(&o, key, &out);
    KITH_ASSERT((err == KITH_OK) == (kith_get_u16le(in.p) == 64) && (err == KITH_OK || err == KITH_ERR_CRYPTO));
    kith_box2_wipe(&o);
    kith_buf_wipe(&box);
    kith_buf_wipe(&out);
}

static void take_text(struct kith_bytes in, const struct kith_box2_key *keys, size_t count, const struct kith_rng *rng) {
    struct kith_buf box = {0}, out = {0};
    int err = kith_box2_seal(&box, in, &author, &previous, keys, count, rng, NULL);
    KITH_ASSERT((err == KITH_OK) == (in.len > 0));
    if (!err) {
        KITH_ASSERT(box.len == kith_box2_len(in.len, count));
        KITH_ASSERT(open_one(kith_buf_bytes(&box), &keys[count - 1], &out) == KITH_OK);
        KITH_ASSERT(kith_bytes_eq(kith_buf_bytes(&out), in));
    }
    kith_buf_wipe(&box);
    kith_buf_wipe(&out);
}

static void take_names(struct kith_bytes in) {
    struct kith_groupid id, again;
    char text[KITH_GROUP_ID_LEN];
    if (kith_groupid_parse(in, &id) == KITH_OK) {
        kith_groupid_write(text, &id);
        KITH_ASSERT(kith_groupid_parse(kith_bytes(text, sizeof text), &again) == KITH_OK && kith_groupid_eq(&id, &again));
    }
}

/* Both sides make the same keys of whatever is a feed at all. */
static void take_feed(struct kith_bytes in) {
    static const struct kith_seed mine = {{1}};
    struct kith_seed seed = {{0}};
    struct kith_keypair me, other;
    struct kith_box2_dm here, there;
    struct kith_pubkey any = {{0}};
    memcpy(seed.b, in.p, in.len < 32 ? in.len : 32);
    memcpy(any.b, in.p, in.len < 32 ? in.len : 32);
    kith_sign_keypair(&me, &mine);
    kith_sign_keypair(&other, &seed);
    (void)!kith_box2_dm_keys(&here, &me.sec, &any);
    KITH_ASSERT(kith_box2_dm_keys(&here, &me.sec, &other.pub) == KITH_OK);
    KITH_ASSERT(kith_box2_dm_keys(&there, &other.sec, &me.pub) == KITH_OK);
    KITH_ASSERT(here.count == there.count && memcmp(here.key, there.key, sizeof here.key) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_bytes in = kith_bytes(data, size);
    uint8_t next = (uint8_t)size;
    struct kith_rng rng = {fill, &next};
    struct kith_box2_key keys[KITH_BOX2_MAX_RECIPIENTS];
    struct kith_buf out = {0};
    if (kith_crypto_init())
        return 0;
    for (size_t i = 0; i < KITH_BOX2_MAX_RECIPIENTS; i++)
        kith_box2_key_new(&keys[i], i ? KITH_BOX2_DM : KITH_BOX2_GROUP, &rng);
    (void)!open_one(in, &keys[1], &out);
    kith_buf_wipe(&out);
    take_bytes(in, &keys[1]);
    take_header(in, &keys[0], &rng);
    take_text(in, keys, size % KITH_BOX2_MAX_RECIPIENTS + 1, &rng);
    take_names(in);
    if (size && size % 8 == 0) /* costs more than all the rest */
        take_feed(in);
    return 0;
}
