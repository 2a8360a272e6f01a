/* SPDX-License-Identifier: MIT */
/* age_test.c: files that age-encryption 0.3.1 (npm) made, files that we make and open again in every
 * way of cutting, and files that were damaged. tests/interop/age.mjs does it with Debian's age. */
#include "crypto/age.h"

#include "vector.h"

/* Deterministic bytes. */
static void count_up(void *ctx, uint8_t *out, size_t len) {
    uint8_t *next = ctx;
    while (len--)
        *out++ = (*next)++;
}

static struct kith_buf sealed(struct kith_bytes text, const char *passphrase, size_t piece) {
    uint8_t next = 1;
    struct kith_rng rng = {count_up, &next};
    struct kith_age_seal s = {0};
    struct kith_age_lock lock;
    struct kith_symkey key;
    struct kith_buf out = {0};
    kith_age_lock_new(&lock, 2, &rng);
    CHECK(!kith_age_stretch(&key, kith_bytes_str(passphrase), &lock));
    kith_age_seal_begin(&s, &lock, &key, &rng, &out);
    for (size_t at = 0; at < text.len; at += piece)
        kith_age_seal_put(&s, kith_bytes(text.p + at, text.len - at < piece ? text.len - at : piece), &out);
    kith_age_seal_end(&s, &out);
    return out;
}

/* Opens a file that comes in pieces; out gets what was given away. */
static int opened(struct kith_bytes file, const char *passphrase, size_t piece, struct kith_buf *out) {
    struct kith_age_open o = {0};
    bool has_key = false;
    int err = KITH_OK;
    for (size_t at = 0; at < file.len && !err; at += piece) {
        err = kith_age_open_put(&o, kith_bytes(file.p + at, file.len - at < piece ? file.len - at : piece), out);
        if (!err && !has_key && kith_age_open_lock(&o)) {
            struct kith_symkey key;
            has_key = true;
            err = kith_age_stretch(&key, kith_bytes_str(passphrase), kith_age_open_lock(&o));
            if (!err)
                err = kith_age_open_key(&o, &key, out);
        }
    }
    if (!err)
        err = kith_age_open_end(&o, out);
    kith_age_open_wipe(&o);
    return err;
}

static int try_open(struct kith_bytes file, const char *passphrase) {
    struct kith_buf out = {0};
    int err = opened(file, passphrase, 70000, &out);
    kith_buf_wipe(&out);
    return err;
}

static const struct {
    const char *passphrase, *text, *file;
} made_elsewhere[] = {
    {"correct horse", "hello, age\n",
     "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBkQzlWZm1icDNMV2pLTTRHbVA4OWpRIDQKUFhndTkySFNBRjZDbk01Q3RheUpRL05YZUo3elht"
     "OFhKSGFYOGpzR3R0QQotLS0gNk1hWDVmYnJ1YzNDZE8zekx6QkVxVWZXWFl0NDNxZEZHdmdIZnFqN2NmZwo3d4U19KqEYeHHpJEH70LVucigbMCDkiB4"
     "LYT5FEsC1yy78iLY0FIVTn6l"},
    {"pässwörd 🔒", "",
     "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBjWEo5em9aM2VMNEJhWHF0UHQzR3RBIDQKUWpEcUpDakEzclRRS05ha3ZSR25kcThSN3hZenlz"
     "Z2dsVUhTVEFQN0tvawotLS0gWlo3QTFJKzNSRTFRQWg0Yitaa3J2R2pEand0T2F3cGpBNDBUOWxHVkRqQQohEcMQScZ50JUl/DCDjpOZuO6aoKF37SeD"
     "XBN81wsPUg=="},
};

static void files_of_others(void) {
    for (size_t i = 0; i < sizeof made_elsewhere / sizeof *made_elsewhere; i++) {
        struct kith_bytes base64 = kith_bytes_str(made_elsewhere[i].file);
        uint8_t file[512];
        size_t len = 0;
        CHECK(!kith_base64_parse(base64, file, sizeof file, &len));
        for (size_t piece = 1; piece < 300; piece += 37) {
            struct kith_buf out = {0};
            CHECK(!opened(kith_bytes(file, len), made_elsewhere[i].passphrase, piece, &out));
            CHECK(kith_bytes_is(kith_buf_bytes(&out), made_elsewhere[i].text));
            kith_buf_wipe(&out);
        }
        CHECK(try_open(kith_bytes(file, len), "another") == KITH_ERR_CRYPTO);
    }
}

static void every_length(void) {
    static const size_t lengths[] = {0, 1, 65535, 65536, 65537, 131072, 200000};
    uint8_t *text = kith_alloc(200000);
    for (size_t i = 0; i < 200000; i++)
        text[i] = (uint8_t)(i * i >> 3);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct kith_bytes want = kith_bytes(text, lengths[i]);
        struct kith_buf file = sealed(want, "x", 1000), again = sealed(want, "x", 200000), out = {0};
        CHECK(kith_bytes_eq(kith_buf_bytes(&file), kith_buf_bytes(&again)));
        CHECK(!opened(kith_buf_bytes(&file), "x", 333, &out) && kith_bytes_eq(kith_buf_bytes(&out), want));
        kith_buf_clear(&out);
        CHECK(!opened(kith_buf_bytes(&file), "x", file.len, &out) && kith_bytes_eq(kith_buf_bytes(&out), want));
        kith_buf_wipe(&file);
        kith_buf_wipe(&again);
        kith_buf_wipe(&out);
    }
    kith_free(text);
}

/* Whatever one byte is changed to or wherever the file ends: an error, and never text that was not sealed. */
static void damage(void) {
    struct kith_buf file = sealed(KITH_LIT("only this"), "x", 100);
    for (size_t i = 0; i < file.len; i++) {
        struct kith_buf out = {0};
        file.p[i] ^= 1;
        CHECK(opened(kith_buf_bytes(&file), "x", 1000, &out) && !out.len);
        file.p[i] ^= 1;
        CHECK(opened(kith_bytes(file.p, i), "x", 1000, &out) && !out.len);
        kith_buf_wipe(&out);
    }
    kith_buf_put_u8(&file, 0);
    CHECK(try_open(kith_buf_bytes(&file), "x") == KITH_ERR_CORRUPT);
    kith_buf_wipe(&file);
}

#define BOX (KITH_AGE_CHUNK + KITH_MAC_LEN)

/* Whole chunks taken away, exchanged or put behind. */
static void chunks_stay_where_they_are(void) {
    uint8_t *text = kith_alloc(3 * KITH_AGE_CHUNK);
    struct kith_buf file = sealed(kith_bytes(text, 3 * KITH_AGE_CHUNK), "x", 1 << 20), changed = {0}, out = {0};
    size_t payload = file.len - 3 * BOX;
    CHECK(try_open(kith_bytes(file.p, file.len - BOX), "x") == KITH_ERR_HANGUP);
    CHECK(try_open(kith_bytes(file.p, payload), "x") == KITH_ERR_HANGUP);
    kith_buf_put(&changed, file.p, payload);
    kith_buf_put(&changed, file.p + payload + BOX, BOX);
    kith_buf_put(&changed, file.p + payload, BOX);
    kith_buf_put(&changed, file.p + payload + 2 * BOX, BOX);
    CHECK(opened(kith_buf_bytes(&changed), "x", 1 << 20, &out) == KITH_ERR_CORRUPT && !out.len);
    kith_buf_reserve(&file, BOX);
    kith_buf_put(&file, file.p + payload, BOX);
    CHECK(try_open(kith_buf_bytes(&file), "x") == KITH_ERR_CORRUPT);
    kith_buf_wipe(&file);
    kith_buf_wipe(&changed);
    kith_buf_wipe(&out);
    kith_free(text);
}

#define V "age-encryption.org/v1\n"
#define SALT "dC9Vfmbp3LWjKM4GmP89jQ"
#define BODY "PXgu92HSAF6CnM5CtayJQ/NXeJ7zXm8XJHaX8jsGttA\n"
#define MAC "--- 6MaX5fbruc3CdO3zLzBEqUfWXYt43qdFGvgHfqj7cfg\n"

static const struct {
    const char *header;
    int err;
} headers[] = {
    {V "-> scrypt " SALT " 4\n" BODY MAC, KITH_ERR_HANGUP}, /* nothing after it */
    {V "-> scrypt " SALT " 20\n" BODY, KITH_ERR_HANGUP},
    {V "-> scrypt " SALT " 21\n" BODY MAC, KITH_ERR_SIZE},
    {V "-> scrypt " SALT " 4294967300\n" BODY MAC, KITH_ERR_SIZE},
    {V "-> scrypt " SALT " 04\n" BODY MAC, KITH_ERR_SYNTAX},
    {V "-> scrypt " SALT " 0\n" BODY MAC, KITH_ERR_SYNTAX},
    {V "-> scrypt " SALT " \n" BODY MAC, KITH_ERR_SYNTAX},
    {V "-> scrypt " SALT "\n" BODY MAC, KITH_ERR_SYNTAX},
    {V "-> scrypt " SALT " 4 5\n" BODY MAC, KITH_ERR_SYNTAX},
    {V "-> scrypt " SALT "== 4\n" BODY MAC, KITH_ERR_SYNTAX},
    {V "-> scrypt " SALT "A 4\n" BODY MAC, KITH_ERR_SYNTAX},
    {V "-> scrypt dC9Vfmbp3LWjKM4GmP89jR 4\n" BODY MAC, KITH_ERR_SYNTAX}, /* unused bits are set */
    {V "-> scrypt " SALT " 4\n\n" MAC, KITH_ERR_SYNTAX},
    {V "-> scrypt " SALT " 4\n" BODY "---\n", KITH_ERR_SYNTAX},
    {V "-> scrypt " SALT " 4\n" BODY "-> grease\n\n" MAC, KITH_ERR_INVALID},
    {V "-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\n" BODY MAC, KITH_ERR_INVALID},
    {V "-> scrypt", KITH_ERR_HANGUP},
    {V MAC, KITH_ERR_SYNTAX},
    {"age-encryption.org/v2\n", KITH_ERR_SYNTAX},
    {"-----BEGIN AGE ENCRYPTED FILE-----\n", KITH_ERR_SYNTAX},
    {"", KITH_ERR_HANGUP},
    {V, KITH_ERR_HANGUP},
};

static void headers_of_all_kinds(void) {
    char longest[2000];
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        CHECK_ROW(try_open(kith_bytes_str(headers[i].header), "correct horse") == headers[i].err, headers[i].header);
    memset(longest, 'a', sizeof longest);
    memcpy(longest, V "-> scrypt ", sizeof V + 9);
    CHECK(try_open(kith_bytes(longest, sizeof longest), "x") == KITH_ERR_SYNTAX); /* a line without an end */
}

/* RFC 7914 section 12, RFC 5869 A.1 (its first block), RFC 4231 4.2, RFC 8439 2.8.2 without its AAD. */
static void primitives(void) {
    struct kith_hash mac;
    struct kith_symkey okm;
    struct kith_buf key = {0};
    for (int i = 0; i < 20; i++)
        kith_buf_put_u8(&key, 0x0b);
    kith_hmac_sha256(&mac, KITH_LIT("Hi There"), kith_buf_bytes(&key));
    CHECK(kith_bytes_eq(kith_bytes(mac.b, 32), vector_hex(KITH_LIT("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"))));
    key.len = 22;
    key.p = kith_realloc(key.p, 32);
    memset(key.p, 0x0b, 22);
    kith_hkdf_sha256(&okm, kith_bytes(key.p, 22), vector_hex(KITH_LIT("000102030405060708090a0b0c")), vector_hex(KITH_LIT("f0f1f2f3f4f5f6f7f8f9")));
    CHECK(kith_bytes_eq(kith_bytes(okm.b, 32), vector_hex(KITH_LIT("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"))));
    kith_buf_wipe(&key);
}

int main(void) {
    CHECK(kith_crypto_init() == KITH_OK);
    primitives();
    files_of_others();
    every_length();
    damage();
    chunks_stay_where_they_are();
    headers_of_all_kinds();
    return check_done();
}
