/* SPDX-License-Identifier: MIT */
/* The header, and life. Names in quotation marks are those of the specification, C2SP age.md. */
#include "crypto/age.h"

#include "base/base64.h"

#define VERSION "age-encryption.org/v1\n"
#define STANZA "-> scrypt "
#define LABEL "age-encryption.org/v1/scrypt" /* before the salt */
#define FILE_KEY_LEN 16
#define NONCE_LEN 16 /* of the payload */

int kith_age_stretch(struct kith_symkey *out, struct kith_bytes passphrase, const struct kith_age_lock *lock) {
    uint8_t salt[sizeof LABEL - 1 + sizeof lock->salt];
    memcpy(salt, LABEL, sizeof LABEL - 1);
    memcpy(salt + sizeof LABEL - 1, lock->salt, sizeof lock->salt);
    return kith_scrypt(out, passphrase, kith_bytes(salt, sizeof salt), lock->work);
}

/* "the header MAC": of everything from the first byte to the "---". */
static void header_mac(struct kith_hash *out, struct kith_bytes header, const uint8_t *file_key) {
    struct kith_symkey key;
    kith_hkdf_sha256(&key, kith_bytes(file_key, FILE_KEY_LEN), KITH_LIT(""), KITH_LIT("header"));
    kith_hmac_sha256(out, header, kith_bytes(key.b, sizeof key.b));
    kith_wipe(&key, sizeof key);
}

static void payload_key(struct kith_symkey *out, const uint8_t *file_key, const uint8_t *nonce) {
    kith_hkdf_sha256(out, kith_bytes(file_key, FILE_KEY_LEN), kith_bytes(nonce, NONCE_LEN), KITH_LIT("payload"));
}

/* base64 without padding, everywhere in the header. */
static void put_base64(struct kith_buf *out, const uint8_t *in, size_t len) {
    kith_base64_put(out, kith_bytes(in, len));
    while (out->p[out->len - 1] == '=')
        out->len--;
}

/* Exactly len bytes (16 or 32), canonical. */
static bool parse_base64(struct kith_bytes text, uint8_t *out, size_t len) {
    char padded[44];
    size_t got = 0, full = kith_base64_len(len);
    if (text.len != (len * 8 + 5) / 6)
        return false;
    memset(padded, '=', sizeof padded);
    memcpy(padded, text.p, text.len);
    return !kith_base64_parse(kith_bytes(padded, full), out, len, &got) && got == len;
}

/* ---- sealing ---- */

void kith_age_lock_new(struct kith_age_lock *out, unsigned work, const struct kith_rng *rng) {
    kith_rng_fill(rng, out->salt, sizeof out->salt);
    out->work = work;
}

void kith_age_seal_begin(struct kith_age_seal *s, const struct kith_age_lock *lock, const struct kith_symkey *key,
                         const struct kith_rng *rng, struct kith_buf *out) {
    static const struct kith_aead_nonce zero; /* the key is used for this one box */
    uint8_t file_key[FILE_KEY_LEN], nonce[NONCE_LEN], body[FILE_KEY_LEN + KITH_MAC_LEN];
    struct kith_hash mac;
    size_t start = out->len;
    kith_rng_fill(rng, file_key, sizeof file_key);
    kith_rng_fill(rng, nonce, sizeof nonce);
    kith_aead_seal(body, kith_bytes(file_key, sizeof file_key), &zero, key);
    kith_buf_put_str(out, VERSION STANZA);
    put_base64(out, lock->salt, sizeof lock->salt);
    kith_buf_put_u8(out, ' ');
    kith_buf_put_dec(out, lock->work);
    kith_buf_put_u8(out, '\n');
    put_base64(out, body, sizeof body);
    kith_buf_put_str(out, "\n---");
    header_mac(&mac, kith_bytes_skip(kith_buf_bytes(out), start), file_key);
    kith_buf_put_u8(out, ' ');
    put_base64(out, mac.b, sizeof mac.b);
    kith_buf_put_u8(out, '\n');
    kith_buf_put(out, nonce, sizeof nonce);
    payload_key(&s->stream.key, file_key, nonce);
    kith_wipe(file_key, sizeof file_key);
}

/* ---- opening ---- */

/* The next line of the header without its end; false: it is not all there. */
static bool next_line(struct kith_bytes text, size_t *pos, struct kith_bytes *line) {
    const uint8_t *end = *pos < text.len ? memchr(text.p + *pos, '\n', text.len - *pos) : NULL;
    if (!end)
        return false;
    *line = kith_bytes(text.p + *pos, (size_t)(end - text.p) - *pos);
    *pos += line->len + 1;
    return true;
}

static int parse_stanza(struct kith_age_open *o, struct kith_bytes line) {
    struct kith_bytes salt, work;
    const uint8_t *blank;
    if (!kith_bytes_starts(line, "-> "))
        return KITH_ERR_SYNTAX;
    if (!kith_bytes_starts(line, STANZA))
        return KITH_ERR_INVALID;
    salt = kith_bytes_skip(line, sizeof STANZA - 1);
    blank = salt.len ? memchr(salt.p, ' ', salt.len) : NULL;
    if (!blank)
        return KITH_ERR_SYNTAX;
    work = kith_bytes_skip(salt, (size_t)(blank - salt.p) + 1);
    salt.len = (size_t)(blank - salt.p);
    if (!parse_base64(salt, o->lock.salt, sizeof o->lock.salt) || !work.len || work.p[0] < '1' || work.p[0] > '9')
        return KITH_ERR_SYNTAX;
    for (size_t i = 0; i < work.len; i++) {
        if (work.p[i] < '0' || work.p[i] > '9')
            return KITH_ERR_SYNTAX;
        o->lock.work = o->lock.work * 10 + (work.p[i] - '0');
        if (o->lock.work > KITH_AGE_WORK_MAX)
            return KITH_ERR_SIZE;
    }
    return KITH_OK;
}

/* A passphrase's stanza "MUST be the only one". */
static int parse_end(struct kith_age_open *o, struct kith_bytes line) {
    if (kith_bytes_starts(line, "-> "))
        return KITH_ERR_INVALID;
    return kith_bytes_starts(line, "--- ") && parse_base64(kith_bytes_skip(line, 4), o->mac, sizeof o->mac) ? KITH_OK
                                                                                                            : KITH_ERR_SYNTAX;
}

/* Looks at what is there from the start, each time: it is short. header_len stays 0 while it is not all. */
static int parse_header(struct kith_age_open *o) {
    struct kith_bytes text = kith_buf_bytes(&o->waiting), line;
    size_t pos = 0, known = text.len < sizeof VERSION - 1 ? text.len : sizeof VERSION - 1;
    int err;
    o->lock.work = 0;
    if (memcmp(text.p, VERSION, known) != 0)
        return KITH_ERR_SYNTAX;
    if (text.len > KITH_AGE_HEADER_MAX)
        text.len = KITH_AGE_HEADER_MAX;
    if (next_line(text, &pos, &line) && next_line(text, &pos, &line)) {
        err = parse_stanza(o, line);
        if (err)
            return err;
        if (next_line(text, &pos, &line)) {
            if (!parse_base64(line, o->body, sizeof o->body))
                return KITH_ERR_SYNTAX;
            o->mac_at = pos + 3;
            if (next_line(text, &pos, &line)) {
                err = parse_end(o, line);
                if (!err)
                    o->header_len = pos;
                return err;
            }
        }
    }
    return text.len == KITH_AGE_HEADER_MAX ? KITH_ERR_SYNTAX : KITH_OK;
}

const struct kith_age_lock *kith_age_open_lock(const struct kith_age_open *o) {
    return o->header_len ? &o->lock : NULL;
}

/* Opens all chunks of which it is sure that they are not the last: bytes follow. */
static int open_chunks(struct kith_age_open *o, struct kith_buf *out) {
    size_t used = 0;
    int err = KITH_OK;
    if (!o->has_stream_key && o->waiting.len >= NONCE_LEN) {
        payload_key(&o->stream.key, o->file_key, o->waiting.p);
        o->has_stream_key = true;
        used = NONCE_LEN;
    }
    while (o->has_stream_key && !err && o->waiting.len - used > KITH_AGE_CHUNK + KITH_MAC_LEN) {
        err = kith_age_chunk_open(&o->stream, kith_bytes(o->waiting.p + used, KITH_AGE_CHUNK + KITH_MAC_LEN), false, out);
        used += KITH_AGE_CHUNK + KITH_MAC_LEN;
    }
    kith_buf_drop(&o->waiting, used);
    return err;
}

int kith_age_open_key(struct kith_age_open *o, const struct kith_symkey *key, struct kith_buf *out) {
    static const struct kith_aead_nonce zero;
    struct kith_hash mac;
    KITH_ASSERT(o->header_len && !o->has_file_key);
    if (kith_aead_open(o->file_key, kith_bytes(o->body, sizeof o->body), &zero, key))
        return KITH_ERR_CRYPTO;
    header_mac(&mac, kith_bytes(o->waiting.p, o->mac_at), o->file_key);
    if (!kith_secret_eq(mac.b, o->mac, sizeof o->mac))
        return KITH_ERR_CORRUPT;
    o->has_file_key = true;
    kith_buf_drop(&o->waiting, o->header_len);
    return open_chunks(o, out);
}

int kith_age_open_put(struct kith_age_open *o, struct kith_bytes in, struct kith_buf *out) {
    if (!in.len)
        return KITH_OK;
    kith_buf_put_bytes(&o->waiting, in);
    if (!o->header_len)
        return parse_header(o);
    return o->has_file_key ? open_chunks(o, out) : KITH_OK;
}

/* "The last chunk MAY be shorter, but MUST NOT be empty unless the whole payload is." */
int kith_age_open_end(struct kith_age_open *o, struct kith_buf *out) {
    struct kith_bytes rest = kith_buf_bytes(&o->waiting);
    if (!o->has_stream_key || rest.len < KITH_MAC_LEN)
        return KITH_ERR_HANGUP;
    if (rest.len == KITH_MAC_LEN && o->stream.count)
        return KITH_ERR_CORRUPT;
    if (kith_age_chunk_open(&o->stream, rest, true, out))
        return rest.len < KITH_AGE_CHUNK + KITH_MAC_LEN ? KITH_ERR_CORRUPT : KITH_ERR_HANGUP;
    return KITH_OK;
}

void kith_age_open_wipe(struct kith_age_open *o) {
    kith_age_stream_wipe(&o->stream);
    kith_buf_wipe(&o->waiting);
    kith_wipe(o, sizeof *o);
}

const char *kith_age_text(int err) {
    switch (err) {
    case KITH_ERR_SYNTAX:
        return "that is no backup file, nor any other file of age";
    case KITH_ERR_INVALID:
        return "that is an age file for a key, not for a passphrase";
    case KITH_ERR_SIZE:
        return "that file asks for more work than kith does; age -d may open it";
    case KITH_ERR_CRYPTO:
        return "that is not its passphrase";
    case KITH_ERR_HANGUP:
        return "the file is cut off: its end is missing";
    case KITH_ERR_CORRUPT:
        return "the file is damaged, or its end is missing";
    case KITH_ERR_FULL:
        return "there is not enough memory to try the passphrase";
    default:
        return kith_err_text(err);
    }
}
