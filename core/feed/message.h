/* SPDX-License-Identifier: MIT */
/* message.h: SSB classic messages: judging what comes in and making what goes out.
 *
 * The verdict is that of ssb-validate 4.1.4 and ssb-classic 1.1.0. kith keeps a message as its
 * canonical compact JSON (JSON.stringify(value)): that fixes the signed text, and both ids and
 * bytes served are functions of it. */
#ifndef KITH_FEED_MESSAGE_H
#define KITH_FEED_MESSAGE_H

#include "base/json.h"
#include "base/rng.h"
#include "crypto/crypto.h"
#include "feed/id.h"

#define KITH_MESSAGE_MAX_UNITS 8192  /* UTF-16 units of the pretty text with signature, inclusive */
#define KITH_MESSAGE_MAX_LEN 65536   /* bytes of any JSON text we read as a message */
#define KITH_MESSAGE_MAX_NODES 8192

/* What every message says about itself, in plain numbers. */
struct kith_message {
    struct kith_msgid id;
    struct kith_pubkey author;
    uint64_t sequence;
    bool has_previous; /* false exactly if sequence is 1 */
    struct kith_msgid previous;
    double timestamp; /* the author's claim, milliseconds; may be anything finite */
    struct kith_sig sig;
    bool is_private;  /* content is a string: only its readers know what it says */
    uint32_t content; /* the content's node in the document it was read from */
};

/* Reads a stored value: the caller knows that it is valid (it comes from our own log), so only its
 * fields are taken and nothing is verified; id is left zero. KITH_ERR_CORRUPT if it is no message. */
KITH_MUST int kith_message_read(struct kith_json *doc, struct kith_bytes compact, struct kith_message *out);

/* One message to be judged. */
struct kith_verdict {
    struct kith_bytes raw;       /* in: JSON text as received */
    int err;                     /* out: KITH_OK, or why it is refused (a PEER error) */
    const char *why;             /* out: a static sentence for the log, never NULL after judging */
    struct kith_message message; /* out, if err is KITH_OK; content is KITH_JSON_NONE */
    size_t compact_at, compact_len; /* out: where in `compact` its canonical text is */
};

/* Judges each message alone: form, size, signature, id. Whether it follows its feed's head is the
 * caller's to see (kith_message_follows). Signatures are checked grouped by author in one call.
 * sign_cap is NULL on the main network. Canonical texts are appended to compact. */
void kith_message_judge(struct kith_verdict *verdicts, size_t count, const struct kith_symkey *sign_cap,
                        struct kith_buf *compact);

/* The head of a feed: nothing yet is {0}. */
struct kith_head {
    uint64_t sequence;
    struct kith_msgid id;
};

/* KITH_OK if the message is the next one; KITH_ERR_EXISTS if its sequence is not above the head's;
 * KITH_ERR_CHAIN if there is a gap or previous differs. */
KITH_MUST int kith_message_follows(const struct kith_head *head, const struct kith_message *m);

/* Makes the next message of a feed and judges it as a peer would before handing it out: a feed with
 * one invalid message is stuck on every peer for ever. content is a JSON object with a type, or a
 * ciphertext string ending in .box or .box2. timestamp is in ms. compact and *out as from judge.
 * KITH_ERR_ARG: content is no such value. KITH_ERR_TOO_LONG: more than 8192 units. */
KITH_MUST int kith_message_create(struct kith_bytes content, const struct kith_keypair *keys,
                                  const struct kith_head *head, double timestamp,
                                  const struct kith_symkey *sign_cap, struct kith_buf *compact,
                                  struct kith_message *out);

/* The same judging as a job: bytes in, bytes out, no pointers, so that it can cross to a thread or
 * to another Worker. */
#define KITH_JOB_MAX_MESSAGES 64
void kith_message_job_put(struct kith_buf *job, struct kith_bytes raw);
/* Runs a job made of puts. KITH_ERR_ARG: the job is malformed (our own bug or memory damage). */
KITH_MUST int kith_message_job_run(struct kith_bytes job, const struct kith_symkey *sign_cap, struct kith_buf *result);
/* Reads the next verdict; false at the end. v->raw is empty; *compact borrows from the result. */
bool kith_message_job_next(struct kith_reader *result, struct kith_verdict *v, struct kith_bytes *compact);

#endif
