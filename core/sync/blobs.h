/* SPDX-License-Identifier: MIT */
/* blobs.h: who wants which blob, who has it, and which to fetch from whom next. ssb-blobs 2.0.1 is the
 * reference for behaviour. Pure bookkeeping: no links, no files, and never a blob's bytes: the node
 * hands each chunk to kith_blobs_recv_chunk for the check and then to the host for keeping.
 *
 * Per peer there are two createWants streams, one each way, of frames {id: n}: n < 0 "wanted, by
 * somebody -n steps from here", n > 0 "I have it, n bytes". The first frame is sent even if empty.
 *
 * The node's loop:
 *   kith_blobs_next_wants(peer) -> send the frame on our createWants answer to that peer
 *   kith_blobs_next()           -> GET:  open blobs.get {key, max} at event.peer, remember event.get
 *                                  STOP: end that stream if it is open, forget its bytes
 *                                  GOT:  every byte was checked: make the host keep them, and when
 *                                        they are safe call kith_blobs_have (or _lost if it could not)
 */
#ifndef KITH_SYNC_BLOBS_H
#define KITH_SYNC_BLOBS_H

#include "base/json.h"
#include "feed/id.h"

#define KITH_BLOBS_MAX_SIZE 5242880    /* 5 MiB: a blob of this size or more is not fetched */
#define KITH_BLOBS_MAX_GETS 4          /* at one time from one peer */
#define KITH_BLOBS_MAX_FRAME 1000      /* entries in one frame that we send */
#define KITH_BLOBS_MAX_ENTRIES 20000   /* entries in one frame that we read; more is KITH_ERR_SIZE */
#define KITH_BLOBS_MAX_FORWARDED 256   /* others' wants that we take up for one peer */
#define KITH_BLOBS_MAX_CLAIMS 20000    /* "I have it" that we remember of one peer */
#define KITH_BLOBS_SYMPATHY 2          /* a want of a stranger is taken up at this distance or nearer */
#define KITH_BLOBS_PUSH_PEERS 3        /* a pushed blob is offered until so many peers have it */
#define KITH_BLOBS_SILENCE_MS 20000    /* a get without a byte for so long goes to another peer */

struct kith_blobs;

struct kith_blobs *kith_blobs_new(void);
void kith_blobs_free(struct kith_blobs *b);

/* 0: others' wants are never taken up. Ours are announced and theirs answered all the same. */
void kith_blobs_set_sympathy(struct kith_blobs *b, unsigned hops);

/* The store. have: the host holds it, size > 0; call it for each blob at the start and for each new one
 * (own or fetched): whoever wants it is told, our own want ends. lost: the host no longer holds it, or
 * could not keep what GOT announced; a want that still stands starts again. */
void kith_blobs_have(struct kith_blobs *b, const struct kith_blobid *id, uint64_t size);
void kith_blobs_lost(struct kith_blobs *b, const struct kith_blobid *id);
/* True if held; the empty blob always is. size may be NULL. */
bool kith_blobs_has(const struct kith_blobs *b, const struct kith_blobid *id, uint64_t *size);

/* How many are held, and their bytes. */
size_t kith_blobs_held(const struct kith_blobs *b, uint64_t *bytes);

/* Our wants. Wanting what we hold does nothing. push: hold it and offer it as a want, so that peers with
 * sympathy take it, until KITH_BLOBS_PUSH_PEERS have it. */
void kith_blobs_want(struct kith_blobs *b, const struct kith_blobid *id);
void kith_blobs_unwant(struct kith_blobs *b, const struct kith_blobid *id);
bool kith_blobs_is_wanted(const struct kith_blobs *b, const struct kith_blobid *id); /* by us */
/* The wants of our own that nobody has satisfied: *cursor starts at 0; false at the end. */
bool kith_blobs_next_wanted(const struct kith_blobs *b, uint32_t *cursor, struct kith_blobid *out);
void kith_blobs_push(struct kith_blobs *b, const struct kith_blobid *id);

/* A connection. trusted: we take up wants of this peer (sympathy), e.g. because we follow it. */
void kith_blobs_open(struct kith_blobs *b, const struct kith_pubkey *peer, bool trusted, uint64_t now_ms);
void kith_blobs_close(struct kith_blobs *b, const struct kith_pubkey *peer, uint64_t now_ms);

/* The peer called our createWants (or called it again): the next frame to it is the first one. */
void kith_blobs_listen(struct kith_blobs *b, const struct kith_pubkey *peer);
/* The next frame for that stream, borrowed until the next call; false: nothing now. */
bool kith_blobs_next_wants(struct kith_blobs *b, const struct kith_pubkey *peer, struct kith_bytes *frame);

/* A frame of the peer's createWants stream. Entries that are no blob id or no integer are skipped.
 * KITH_ERR_SYNTAX: no object. KITH_ERR_SIZE: too many entries. Drop the peer. */
KITH_MUST int kith_blobs_recv_wants(struct kith_blobs *b, const struct kith_pubkey *peer,
                                    const struct kith_json *doc, uint64_t now_ms);
/* Old peers ask blobs.has instead, which counts as a want: what to answer. */
bool kith_blobs_recv_has(struct kith_blobs *b, const struct kith_pubkey *peer, const struct kith_blobid *id,
                         uint64_t now_ms);
/* Old peers say what they have by blobs.changes or by answering blobs.has; 0: size not known. */
void kith_blobs_peer_has(struct kith_blobs *b, const struct kith_pubkey *peer, const struct kith_blobid *id,
                         uint64_t size, uint64_t now_ms);

/* The answer to a get. get: the number from the GET event; a number that has ended is ignored (KITH_OK).
 * chunk: KITH_ERR_SIZE when more comes than was announced or allowed: the get has ended, STOP follows.
 * end: complete is true for a clean end of the stream. KITH_ERR_CRYPTO: the bytes are another blob;
 * KITH_ERR_HANGUP: not complete. Either way STOP follows and another peer is asked. KITH_OK: GOT follows. */
KITH_MUST int kith_blobs_recv_chunk(struct kith_blobs *b, uint32_t get, struct kith_bytes chunk, uint64_t now_ms);
KITH_MUST int kith_blobs_recv_end(struct kith_blobs *b, uint32_t get, bool complete, uint64_t now_ms);

enum kith_blobs_event_kind { KITH_BLOBS_GET = 1, KITH_BLOBS_STOP, KITH_BLOBS_GOT };
struct kith_blobs_event {
    enum kith_blobs_event_kind kind;
    uint32_t get; /* number of the transfer, never 0, never used twice */
    struct kith_pubkey peer;
    struct kith_blobid id;
    uint64_t size; /* GET: announced, 0 if not known; GOT: true size */
    bool ours;     /* we want it ourselves; false: only for the sake of others */
    int err;       /* STOP: why. PEER range: charge the peer; KITH_ERR_NET: silence; KITH_OK: no longer wanted */
};
bool kith_blobs_next(struct kith_blobs *b, struct kith_blobs_event *ev, uint64_t now_ms);

uint64_t kith_blobs_deadline(const struct kith_blobs *b);
void kith_blobs_tick(struct kith_blobs *b, uint64_t now_ms);

/* The argument of blobs.get, getSlice and has: a plain id, or {id | key | hash, size, max, start, end}. An
 * id may have the key of an encrypted blob behind it, "?unbox=KEY.boxs" (feed/blobbox.h). */
struct kith_blobs_request {
    struct kith_blobid id;
    bool has_unbox;
    struct kith_symkey unbox;
    uint64_t size, max;  /* size: exactly this or refuse, UINT64_MAX if not given; max: not above */
    uint64_t start, end; /* bytes [start, end); end is UINT64_MAX if not given */
};
/* KITH_ERR_ARG: tell the caller. */
KITH_MUST int kith_blobs_parse_request(const struct kith_json *doc, uint32_t node, struct kith_blobs_request *out);

#endif
