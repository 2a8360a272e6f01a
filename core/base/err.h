/* SPDX-License-Identifier: MIT */
/* err.h: the one list of errors, in three ranges that say whose fault it is and so what to do.
 *
 * Functions that can fail return int: KITH_OK (0) or a negative enum kith_err. Input from outside
 * never asserts; a mistake of our own always does (KITH_ASSERT). */
#ifndef KITH_BASE_ERR_H
#define KITH_BASE_ERR_H

#include <stdbool.h>

#define KITH_MUST __attribute__((warn_unused_result))

enum kith_err {
    KITH_OK = 0,

    /* PEER: what came from outside breaks the rules. Refuse it; if a peer sent it, drop the peer. */
    KITH_ERR_SYNTAX = -101,   /* bytes that do not parse */
    KITH_ERR_SIZE = -102,     /* longer, deeper or more than the limit */
    KITH_ERR_CRYPTO = -103,   /* a MAC, signature or proof that does not verify */
    KITH_ERR_PROTOCOL = -104, /* well-formed, but not now */
    KITH_ERR_INVALID = -105,  /* a message that the format forbids */
    KITH_ERR_CHAIN = -106,    /* valid alone, but does not follow the feed's head */
    KITH_ERR_FORK = -107,     /* two different signed messages for one sequence number */
    KITH_ERR_BUDGET = -108,   /* more than this peer may cost us */
    KITH_ERR_HANGUP = -109,   /* the stream ended without a goodbye */

    /* LOCAL: this machine cannot. Keep the state, tell the operator, try again later. */
    KITH_ERR_IO = -201,      /* the disk said no */
    KITH_ERR_FULL = -202,    /* no room left on the disk or in the quota */
    KITH_ERR_CORRUPT = -203, /* stored bytes do not match their checksum */
    KITH_ERR_LOCKED = -204,  /* another process holds the store */
    KITH_ERR_NET = -205,     /* the network refused or timed out */

    /* REFUSED: a request that we do not carry out. Tell the user. */
    KITH_ERR_NOT_FOUND = -301,
    KITH_ERR_ARG = -302,       /* the arguments make no sense */
    KITH_ERR_TOO_LONG = -303,  /* would not fit in a message of 8192 UTF-16 units, or a blob's limit */
    KITH_ERR_FORK_GUARD = -304, /* publishing now could fork the own feed */
    KITH_ERR_DENIED = -305,    /* this caller may not */
    KITH_ERR_EXISTS = -306,
    KITH_ERR_BUSY = -307, /* not now; the caller may ask again */
    KITH_ERR_UNKNOWN_METHOD = -308,
};

static inline bool kith_err_is_peer(int err) {
    return err <= -100 && err > -200;
}

static inline bool kith_err_is_local(int err) {
    return err <= -200 && err > -300;
}

static inline bool kith_err_is_refused(int err) {
    return err <= -300 && err > -400;
}

/* A sentence without a full stop, never NULL, for any int. */
const char *kith_err_text(int err);

/* The stable lower-case name that scripts see, e.g. "fork_guard"; "unknown" for any other int. */
const char *kith_err_name(int err);

/* libc's assert pulls file output into the core, so ours only traps. */
#define KITH_ASSERT(cond)                                                                          \
    do {                                                                                           \
        if (!(cond))                                                                               \
            __builtin_trap();                                                                      \
    } while (0)

#endif
