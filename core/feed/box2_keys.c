/* SPDX-License-Identifier: MIT */
/* box2_keys.c: the second half of box2.h: keys of two feeds, and names of groups. */
#include "base/base64.h"
#include "base/text.h"
#include "feed/bfe.h"
#include "feed/box2.h"
#include "feed/box2_parts.h"

#define PARTY_LEN (2 * KITH_BFE_LEN) /* a feed's curve25519 key, then its id */

/* The first UTF-16 unit of a code point. Where two differ this one does: of two pairs of surrogates the
 * order of the code points is that of the units anyway. */
static uint32_t leading_unit(uint32_t code_point) {
    return code_point < 0x10000 ? code_point : 0xd800 + ((code_point - 0x10000) >> 10);
}

/* The order of JavaScript's Array.sort() on Buffers, which ssb-private-group-keys 1.1.2 uses: as strings,
 * decoded from UTF-8 with U+FFFD for what is none, compared by UTF-16 units. Bytewise if that is a tie. */
static int compare_as_strings(const uint8_t a[PARTY_LEN], const uint8_t b[PARTY_LEN]) {
    struct kith_bytes left = kith_bytes(a, PARTY_LEN), right = kith_bytes(b, PARTY_LEN);
    size_t i = 0, j = 0;
    while (i < PARTY_LEN && j < PARTY_LEN) {
        uint32_t x = kith_text_next(left, &i), y = kith_text_next(right, &j);
        if (x == y)
            continue;
        uint32_t p = leading_unit(x), q = leading_unit(y);
        return p != q ? (p < q ? -1 : 1) : (x < y ? -1 : 1);
    }
    if (i < PARTY_LEN || j < PARTY_LEN)
        return i < PARTY_LEN ? 1 : -1;
    return memcmp(a, b, PARTY_LEN);
}

static void derive_dm(struct kith_box2_key *out, const struct kith_symkey *shared, const uint8_t first[PARTY_LEN],
                      const uint8_t second[PARTY_LEN]) {
    struct kith_hash salt;
    uint8_t info[KITH_SLP_LEN(22) + 2 * KITH_SLP_LEN(PARTY_LEN)];
    size_t len = kith_slp_put(info, 0, KITH_LIT("envelope-ssb-dm-v1/key"));
    len = kith_slp_put(info, len, kith_bytes(first, PARTY_LEN));
    len = kith_slp_put(info, len, kith_bytes(second, PARTY_LEN));
    kith_sha256(&salt, KITH_LIT("envelope-dm-v1-extract-salt"));
    kith_hkdf_sha256(&out->key, kith_bytes(shared->b, sizeof shared->b), kith_bytes(salt.b, sizeof salt.b),
                     kith_bytes(info, len));
    out->scheme = KITH_BOX2_DM;
}

static void put_party(uint8_t out[PARTY_LEN], const struct kith_box2_party *party) {
    kith_bfe_dhpub(out, &party->dh);
    kith_bfe_feed(out + KITH_BFE_LEN, &party->feed);
}

int kith_box2_dm_derive(struct kith_box2_dm *out, const struct kith_dhsec *my_secret, const struct kith_box2_party *me,
                        const struct kith_box2_party *them) {
    struct kith_symkey shared;
    uint8_t a[PARTY_LEN], b[PARTY_LEN];
    int err = kith_dh_shared(&shared, my_secret, &them->dh);
    if (err)
        return err;
    put_party(a, me);
    put_party(b, them);
    bool strings = compare_as_strings(a, b) <= 0, bytes = memcmp(a, b, PARTY_LEN) <= 0;
    derive_dm(&out->key[0], &shared, strings ? a : b, strings ? b : a);
    derive_dm(&out->key[1], &shared, bytes ? a : b, bytes ? b : a);
    out->count = strings == bytes ? 1 : 2;
    kith_wipe(&shared, sizeof shared);
    return KITH_OK;
}

int kith_box2_dm_keys(struct kith_box2_dm *out, const struct kith_seckey *mine, const struct kith_pubkey *theirs) {
    struct kith_dhsec secret;
    struct kith_box2_party me, them = {.feed = *theirs};
    memcpy(me.feed.b, mine->b + 32, sizeof me.feed.b);
    int err = kith_dh_from_pubkey(&them.dh, theirs);
    if (!err)
        err = kith_dh_from_seckey(&secret, mine);
    if (err)
        return err;
    kith_dh_public(&me.dh, &secret);
    err = kith_box2_dm_derive(out, &secret, &me, &them);
    kith_wipe(&secret, sizeof secret);
    return err;
}

/* --- names of groups ------------------------------------------------------------------------------ */

#define GROUP_PREFIX "ssb:identity/group/"
#define KEY_TEXT 44

void kith_groupid_derive(struct kith_groupid *out, const struct kith_msgid *root, const struct kith_symkey *read_key) {
    uint8_t info[KITH_SLP_LEN(14) + KITH_SLP_LEN(KITH_BFE_LEN)], id[KITH_BFE_LEN];
    struct kith_symkey cloaked;
    kith_bfe_message(id, root);
    size_t len = kith_slp_put(info, 0, KITH_LIT("cloaked_msg_id"));
    len = kith_slp_put(info, len, kith_bytes(id, sizeof id));
    kith_hkdf_expand_sha256(&cloaked, read_key, kith_bytes(info, len));
    memcpy(out->hash.b, cloaked.b, sizeof out->hash.b);
}

/* 44 characters of the URL-safe alphabet as those of the other one; one that is of the other one already is
 * refused, or else one group had two names. */
static bool from_url_alphabet(uint8_t out[KEY_TEXT], const uint8_t *in) {
    for (size_t i = 0; i < KEY_TEXT; i++) {
        if (in[i] == '+' || in[i] == '/')
            return false;
        out[i] = in[i] == '-' ? '+' : in[i] == '_' ? '/' : in[i];
    }
    return true;
}

int kith_groupid_parse(struct kith_bytes text, struct kith_groupid *out) {
    uint8_t key[KEY_TEXT];
    size_t len = 0, prefix = sizeof GROUP_PREFIX - 1;
    if (text.len == KITH_GROUP_ID_LEN && kith_bytes_starts(text, GROUP_PREFIX)) {
        if (!from_url_alphabet(key, text.p + prefix))
            return KITH_ERR_SYNTAX;
    } else if (text.len == 1 + KEY_TEXT + 8 && text.p[0] == '%' && kith_bytes_ends(text, ".cloaked")) {
        memcpy(key, text.p + 1, KEY_TEXT);
    } else {
        return KITH_ERR_SYNTAX;
    }
    if (kith_base64_parse(kith_bytes(key, KEY_TEXT), out->hash.b, sizeof out->hash.b, &len) || len != sizeof out->hash.b)
        return KITH_ERR_SYNTAX;
    return KITH_OK;
}

void kith_groupid_write(char out[KITH_GROUP_ID_LEN], const struct kith_groupid *id) {
    size_t prefix = sizeof GROUP_PREFIX - 1;
    memcpy(out, GROUP_PREFIX, prefix);
    kith_base64_write(out + prefix, id->hash.b, sizeof id->hash.b);
    for (size_t i = prefix; i < KITH_GROUP_ID_LEN; i++)
        out[i] = out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i];
}

void kith_groupid_put(struct kith_buf *out, const struct kith_groupid *id) {
    char text[KITH_GROUP_ID_LEN];
    kith_groupid_write(text, id);
    kith_buf_put(out, text, sizeof text);
}
