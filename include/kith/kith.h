/* SPDX-License-Identifier: MIT */
/* kith.h: a person's wall, friends and messages for other programs: libkith.
 *
 * A handle is a way to one home: through the node that runs on it, if one does (kith serve), else
 * through a node of the handle's own, which then holds the home until kith_close. Either way the same
 * methods are called, those of docs/reference/rpc.md.
 *
 * Every function that can fail returns 0 or a negative number, one of KITH_E_* or another of
 * core/base/err.h; kith_strerror says what the number means in general, kith_why what went wrong this
 * time. A handle belongs to one thread at a time; calls wait for their answer. The library prints
 * nothing, ends nothing but for lack of memory, and keeps no state outside of handles. A program that
 * opens a home online should ignore SIGPIPE. Text is UTF-8, NUL-ended; ids are as Scuttlebutt writes
 * them (@….ed25519, %….sha256, &….sha256).
 *
 *     cc program.c $(pkg-config --cflags --libs kith)
 */
#ifndef KITH_KITH_H
#define KITH_KITH_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KITH_VERSION_MAJOR 0
#define KITH_VERSION_MINOR 1
#define KITH_VERSION_PATCH 0

#define KITH_API __attribute__((visibility("default")))
#define KITH_CHECK __attribute__((warn_unused_result))

#define KITH_ID_SIZE 64 /* room for any id, with its NUL */

/* Errors that a program may want to tell apart. */
#define KITH_E_IO (-201)         /* the disk said no */
#define KITH_E_FULL (-202)       /* no room left on the disk or in the quota */
#define KITH_E_CORRUPT (-203)    /* what is stored, or the key, cannot be read */
#define KITH_E_LOCKED (-204)     /* another process holds the home and does not answer */
#define KITH_E_NET (-205)        /* the node went away: close the handle and open again */
#define KITH_E_NOT_FOUND (-301)
#define KITH_E_ARG (-302)        /* the arguments make no sense */
#define KITH_E_TOO_LONG (-303)   /* more than one message holds, or a blob's limit */
#define KITH_E_FORK_GUARD (-304) /* publishing now could fork the own feed */
#define KITH_E_DENIED (-305)
#define KITH_E_EXISTS (-306)
#define KITH_E_BUSY (-307)       /* not now; ask again */

struct kith;

/* The library's version, major * 10000 + minor * 100 + patch: compare it with the macros above. */
KITH_API int kith_version(void);

/* What an error number means: a static sentence, never NULL. */
KITH_API const char *kith_strerror(int error);

enum kith_open_flags {
    KITH_OPEN_CREATE = 1, /* make a key if the home has none */
    KITH_OPEN_ONLINE = 2, /* without a running node: dial the addresses that are known */
};

/* Opens a home; NULL means the usual place (kith(1), FILES). *out is NULL on error: then
 * kith_strerror says all there is. KITH_E_NOT_FOUND: no identity, and KITH_OPEN_CREATE was not given.
 * KITH_E_LOCKED: another process without a node holds it; try again later. */
KITH_API KITH_CHECK int kith_open(struct kith **out, const char *home, unsigned flags);

/* Everything that was acknowledged is on the disk already. NULL is fine. */
KITH_API void kith_close(struct kith *k);

/* Whose home this is: valid until kith_close. */
KITH_API const char *kith_id(const struct kith *k);

/* Why the last call on this handle failed: a sentence, valid until the next call. */
KITH_API const char *kith_why(const struct kith *k);

/* Publishes a post on the own wall. It is *public* and cannot be called back. Returns once it is safe on
 * the disk; id gets the message's id and may be NULL. KITH_E_TOO_LONG: more than one message
 * holds. KITH_E_FORK_GUARD: kith_why says what to wait for. */
KITH_API KITH_CHECK int kith_post(struct kith *k, const char *text, char id[KITH_ID_SIZE]);

/* The same for any content: a JSON object with a type. With `recps` it is encrypted for them. */
KITH_API KITH_CHECK int kith_publish_json(struct kith *k, const char *content, char id[KITH_ID_SIZE]);

/* Keeps up with a person, given by id; public. */
KITH_API KITH_CHECK int kith_follow(struct kith *k, const char *id);

/* Called for each line of an answer: one JSON object, NUL-ended, valid during the call. Return nonzero
 * to go on, 0 to stop. The handle must not be used from inside. */
typedef int (*kith_line)(void *ctx, const char *json, size_t len);

/* The newest posts first, at most limit (0: all): everybody's, or those on one person's wall (NULL: the
 * own). Each line is {"key", "value", "author": {"id", "name"}, …}. */
KITH_API KITH_CHECK int kith_feed(struct kith *k, unsigned limit, kith_line line, void *ctx);
KITH_API KITH_CHECK int kith_wall(struct kith *k, const char *person, unsigned limit, kith_line line, void *ctx);
KITH_API KITH_CHECK int kith_inbox(struct kith *k, unsigned limit, kith_line line, void *ctx);

/* Any method of docs/reference/rpc.md. args is a JSON array, e.g. "[{\"limit\":10}]". kith_ask is for
 * async methods: *answer gets their JSON, to be freed with kith_answer_free. kith_each is for sources. */
KITH_API KITH_CHECK int kith_ask(struct kith *k, const char *method, const char *args, char **answer);
KITH_API KITH_CHECK int kith_each(struct kith *k, const char *method, const char *args, kith_line line, void *ctx);
KITH_API void kith_answer_free(char *answer);

#ifdef __cplusplus
}
#endif

#endif
