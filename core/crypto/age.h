/* SPDX-License-Identifier: MIT */
/* age.h: files of the format age-encryption.org/v1 that one passphrase opens (recipient type scrypt), so
 * that people can open their backup without us: age -d FILE. Bytes in, bytes out.
 *
 *     seal: kith_age_seal_begin, kith_age_seal_put as often as wanted, kith_age_seal_end
 *     open: kith_age_open_put with what there is; when kith_age_open_lock knows the lock, make its key
 *           (kith_age_stretch, slow: elsewhere) and give it to kith_age_open_key; put the rest; end
 *
 * What is opened was checked, piece by piece: a file that was cut off is only known as such at its end,
 * so keep what you made of it until kith_age_open_end has said KITH_OK. */
#ifndef KITH_CRYPTO_AGE_H
#define KITH_CRYPTO_AGE_H

#include "crypto/crypto.h"

#define KITH_AGE_WORK 18     /* what we write: age's own choice, about a second */
#define KITH_AGE_WORK_MAX 20 /* what we try to open: 1 GiB of memory */
#define KITH_AGE_CHUNK 65536
#define KITH_AGE_HEADER_MAX 1024 /* one recipient and its MAC take about 170 */

/* How the passphrase is made into a key. */
struct kith_age_lock {
    uint8_t salt[16];
    unsigned work; /* N is 2^work */
};

/* KITH_ERR_FULL: not enough memory. */
KITH_MUST int kith_age_stretch(struct kith_symkey *out, struct kith_bytes passphrase, const struct kith_age_lock *lock);

struct kith_age_stream {
    struct kith_symkey key;
    uint64_t count;      /* chunks so far */
    struct kith_buf part; /* of a chunk */
};

/* Zero-initialise; wipe when done or given up. */
struct kith_age_seal { struct kith_age_stream stream; };

void kith_age_lock_new(struct kith_age_lock *out, unsigned work, const struct kith_rng *rng);
/* key is what kith_age_stretch made of the lock. Output is appended to out, here and below. */
void kith_age_seal_begin(struct kith_age_seal *s, const struct kith_age_lock *lock, const struct kith_symkey *key,
                         const struct kith_rng *rng, struct kith_buf *out);
void kith_age_seal_put(struct kith_age_seal *s, struct kith_bytes text, struct kith_buf *out);
void kith_age_seal_end(struct kith_age_seal *s, struct kith_buf *out); /* wipes s */
void kith_age_seal_wipe(struct kith_age_seal *s);

struct kith_age_open {
    struct kith_buf waiting; /* what came and was not used */
    size_t header_len;       /* 0: not complete yet */
    size_t mac_at;           /* where the header's own MAC begins: up to there it is covered */
    struct kith_age_lock lock;
    uint8_t body[32], mac[32];
    bool has_file_key, has_stream_key;
    uint8_t file_key[16];
    struct kith_age_stream stream;
};

/* Takes all of in; text that could be opened is appended to out. Until the key is there it is only kept:
 * limit what you put before. KITH_ERR_SYNTAX: no such file. KITH_ERR_INVALID: an age file, but not one
 * with a passphrase. KITH_ERR_SIZE: more work than KITH_AGE_WORK_MAX. KITH_ERR_CORRUPT: damaged. After an
 * error only wipe is of use. */
KITH_MUST int kith_age_open_put(struct kith_age_open *o, struct kith_bytes in, struct kith_buf *out);
/* The lock, once the header is there; NULL before. */
const struct kith_age_lock *kith_age_open_lock(const struct kith_age_open *o);
/* KITH_ERR_CRYPTO: another passphrase. KITH_ERR_CORRUPT: the header was changed. */
KITH_MUST int kith_age_open_key(struct kith_age_open *o, const struct kith_symkey *key, struct kith_buf *out);
/* KITH_ERR_HANGUP: the file is cut off. KITH_ERR_CORRUPT. */
KITH_MUST int kith_age_open_end(struct kith_age_open *o, struct kith_buf *out);
void kith_age_open_wipe(struct kith_age_open *o);

/* For a person: what such an error means for their file. */
const char *kith_age_text(int err);

/* For age.c: the stream of chunks (STREAM: a counter of 11 bytes and a flag for the last). */
void kith_age_chunk_seal(struct kith_age_stream *s, struct kith_bytes text, bool last, struct kith_buf *out);
KITH_MUST int kith_age_chunk_open(struct kith_age_stream *s, struct kith_bytes box, bool last, struct kith_buf *out);
void kith_age_stream_wipe(struct kith_age_stream *s);

#endif
