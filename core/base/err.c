/* SPDX-License-Identifier: MIT */
#include "base/err.h"

struct entry {
    int err;
    const char *name, *text;
};

static const struct entry entries[] = {
    {KITH_OK, "ok", "all is well"},
    {KITH_ERR_SYNTAX, "syntax", "the bytes do not parse"},
    {KITH_ERR_SIZE, "size", "longer than the limit"},
    {KITH_ERR_CRYPTO, "crypto", "a signature or seal does not verify"},
    {KITH_ERR_PROTOCOL, "protocol", "not allowed at this point of the protocol"},
    {KITH_ERR_INVALID, "invalid", "not a valid message"},
    {KITH_ERR_CHAIN, "chain", "does not follow the last known message of its feed"},
    {KITH_ERR_FORK, "fork", "two different messages are signed for one sequence number"},
    {KITH_ERR_BUDGET, "budget", "the peer used up what it may cost"},
    {KITH_ERR_HANGUP, "hangup", "the connection ended without a goodbye"},
    {KITH_ERR_IO, "io", "the disk refused to read or write"},
    {KITH_ERR_FULL, "full", "no room left"},
    {KITH_ERR_CORRUPT, "corrupt", "stored bytes are damaged"},
    {KITH_ERR_LOCKED, "locked", "another process holds the store"},
    {KITH_ERR_NET, "net", "the network refused or timed out"},
    {KITH_ERR_NOT_FOUND, "not_found", "not found"},
    {KITH_ERR_ARG, "arg", "the arguments make no sense"},
    {KITH_ERR_TOO_LONG, "too_long", "too long for one message"},
    {KITH_ERR_FORK_GUARD, "fork_guard", "publishing now could fork your feed"},
    {KITH_ERR_DENIED, "denied", "not allowed"},
    {KITH_ERR_EXISTS, "exists", "already there"},
    {KITH_ERR_BUSY, "busy", "not possible right now, try again"},
    {KITH_ERR_UNKNOWN_METHOD, "unknown_method", "no such method"},
};

static const struct entry *find(int err) {
    for (unsigned i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        if (entries[i].err == err)
            return &entries[i];
    }
    return 0;
}

const char *kith_err_text(int err) {
    const struct entry *e = find(err);
    return e ? e->text : "unknown error";
}

const char *kith_err_name(int err) {
    const struct entry *e = find(err);
    return e ? e->name : "unknown";
}
