/* SPDX-License-Identifier: MIT */
#include "wire/link.h"

#include "wire/boxstream.h"
#include "wire/handshake.h"

enum stage { SHAKING, OPEN, CLOSING, CLOSED };

struct kith_link {
    struct kith_link_config config;
    enum stage stage;
    bool ask, opened, closed, rpc; /* events that wait to be taken */
    bool asked;                    /* ASK was given out, the answer is due */
    bool was_open;
    bool heard_goodbye; /* of the lowest level: nothing more comes */
    bool said_goodbye;  /* and nothing more goes, once sealed is empty */
    int err;
    const char *why;
    uint64_t started_ms, heard_ms, closing_ms;
    uint64_t bytes_in, bytes_out;
    struct kith_handshake shake;
    struct kith_boxstream box;
    struct kith_muxrpc *mux;
    struct kith_muxrpc_event rpc_event;
    size_t plain_len, plain_at; /* an opened packet, not yet all taken by muxrpc */
    size_t sealed_len, sealed_at;
    uint8_t plain[KITH_BOX_MAX_BODY];
    uint8_t sealed[KITH_BOX_MAX_PACKET]; /* a packet for which the host's buffer was too small */
};

static void finish(struct kith_link *l, int err, const char *why) {
    if (l->stage == CLOSED)
        return;
    l->stage = CLOSED;
    l->closed = true;
    l->ask = false;
    l->err = err;
    l->why = why;
    l->plain_at = l->plain_len = 0;
    if (err)
        l->sealed_at = l->sealed_len = 0;
    kith_handshake_wipe(&l->shake);
}

static void open_link(struct kith_link *l) {
    struct kith_handshake_session session;
    kith_handshake_get(&l->shake, &session);
    kith_boxstream_init(&l->box, &session);
    kith_wipe(&session, sizeof session);
    l->config.peer = l->shake.peer;
    l->stage = OPEN;
    l->opened = l->was_open = true;
}

struct kith_link *kith_link_new(const struct kith_link_config *config, uint64_t now_ms) {
    struct kith_link *l = kith_alloc(sizeof *l);
    l->config = *config;
    l->started_ms = l->heard_ms = now_ms;
    l->mux = kith_muxrpc_new();
    if (config->plain) {
        l->stage = OPEN;
        l->opened = l->was_open = true;
    } else {
        struct kith_dhsec eph;
        kith_rng_fill(&config->rng, eph.b, sizeof eph.b);
        if (config->dialler)
            kith_handshake_dial(&l->shake, &config->cap, &config->keys, &config->peer, &eph);
        else
            kith_handshake_answer(&l->shake, &config->cap, &config->keys, &eph);
        kith_wipe(&eph, sizeof eph);
    }
    kith_wipe(&l->config.keys, sizeof l->config.keys); /* the handshake has its own copy */
    return l;
}

void kith_link_free(struct kith_link *l) {
    if (!l)
        return;
    kith_muxrpc_free(l->mux);
    kith_wipe(l, sizeof *l);
    kith_free(l);
}

/* The link is over when both sides have said so and our last byte is with the host. */
static void settle(struct kith_link *l) {
    if (l->stage == CLOSING && l->heard_goodbye && l->said_goodbye &&
        l->sealed_at == l->sealed_len && !l->rpc)
        finish(l, KITH_OK, "both sides said goodbye");
}

static void start_closing(struct kith_link *l, uint64_t now_ms) {
    if (l->stage != OPEN)
        return;
    l->stage = CLOSING;
    l->closing_ms = now_ms;
    kith_muxrpc_goodbye(l->mux);
}

/* Gives bytes to muxrpc and holds the event that came of it. */
static int feed(struct kith_link *l, const uint8_t *in, size_t len, size_t *used) {
    int err = kith_muxrpc_recv(l->mux, in, len, used);
    if (err) {
        finish(l, err,
               err == KITH_ERR_BUDGET ? "the peer does not read what it asks for"
                                      : "the peer broke the rules of muxrpc");
        return err;
    }
    l->rpc = kith_muxrpc_next(l->mux, &l->rpc_event);
    if (l->rpc && l->rpc_event.kind == KITH_RPC_GOODBYE) {
        start_closing(l, l->heard_ms);
        if (l->config.plain)
            l->heard_goodbye = true;
    }
    return KITH_OK;
}

/* Opened bytes on their way to muxrpc, until an event waits. */
static int pump(struct kith_link *l) {
    while (!l->rpc && l->plain_at < l->plain_len) {
        size_t used;
        int err = feed(l, l->plain + l->plain_at, l->plain_len - l->plain_at, &used);
        if (err)
            return err;
        l->plain_at += used;
    }
    return KITH_OK;
}

static bool waits(const struct kith_link *l) {
    return l->ask || l->opened || l->closed || l->rpc;
}

static int recv_shake(struct kith_link *l, const uint8_t *in, size_t len, size_t *used) {
    size_t n;
    do {
        int err = kith_handshake_recv(&l->shake, in + *used, len - *used, &n);
        *used += n;
        if (err) {
            finish(l, err, "the handshake failed: another network, or not who it should be");
            return err;
        }
        if (l->shake.step == KITH_HANDSHAKE_WAITS && !l->asked)
            l->ask = l->asked = true;
        else if (l->shake.step == KITH_HANDSHAKE_DONE)
            open_link(l);
    } while (n && *used < len && l->stage == SHAKING && !waits(l));
    return KITH_OK;
}

static int recv_box(struct kith_link *l, const uint8_t *in, size_t len, size_t *used) {
    for (;;) {
        size_t n;
        int err = pump(l);
        if (err || waits(l) || *used == len)
            return err;
        if (l->heard_goodbye) {
            *used = len; /* nothing can follow a goodbye: not our business */
            return KITH_OK;
        }
        l->plain_at = 0;
        err = kith_boxstream_open(&l->box, in + *used, len - *used, &n, l->plain, &l->plain_len);
        *used += n;
        if (err) {
            l->plain_len = 0;
            finish(l, err, "the encrypted stream was damaged");
            return err;
        }
        if (l->box.in_ended) {
            l->heard_goodbye = true;
            start_closing(l, l->heard_ms);
            settle(l);
        }
    }
}

static int recv_plain(struct kith_link *l, const uint8_t *in, size_t len, size_t *used) {
    while (*used < len && !waits(l)) {
        size_t n;
        int err = feed(l, in + *used, len - *used, &n);
        *used += n;
        if (err)
            return err;
    }
    return KITH_OK;
}

int kith_link_recv(struct kith_link *l, const uint8_t *in, size_t len, size_t *used,
                   uint64_t now_ms) {
    int err;
    *used = 0;
    if (l->stage == CLOSED) {
        *used = len;
        return l->err;
    }
    if (len)
        l->heard_ms = now_ms;
    if (waits(l))
        return KITH_OK;
    err = l->stage == SHAKING ? recv_shake(l, in, len, used)
          : l->config.plain   ? recv_plain(l, in, len, used)
                              : recv_box(l, in, len, used);
    l->bytes_in += *used;
    return err;
}

/* One packet from the queue of muxrpc, or the goodbye when the queue is empty and we are closing.
 * The text is put at its place behind the header and sealed there. Returns the length, 0: nothing.
 */
static size_t seal_packet(struct kith_link *l, uint8_t *out, size_t max_body) {
    size_t n;
    if (l->said_goodbye)
        return 0;
    kith_muxrpc_send(l->mux, out + KITH_BOX_HEADER_LEN, max_body, &n);
    if (n) {
        kith_boxstream_seal(&l->box, kith_bytes(out + KITH_BOX_HEADER_LEN, n), out);
        return KITH_BOX_HEADER_LEN + n;
    }
    if (l->stage != CLOSING)
        return 0;
    kith_boxstream_goodbye(&l->box, out);
    l->said_goodbye = true;
    return KITH_BOX_HEADER_LEN;
}

static void send_box(struct kith_link *l, uint8_t *out, size_t cap, size_t *len) {
    while (*len < cap) {
        size_t room = cap - *len, n = l->sealed_len - l->sealed_at;
        if (n) {
            n = n < room ? n : room;
            memcpy(out + *len, l->sealed + l->sealed_at, n);
            l->sealed_at += n;
        } else if (room >= KITH_BOX_MAX_PACKET) {
            n = seal_packet(l, out + *len, KITH_BOX_MAX_BODY);
        } else {
            l->sealed_at = 0;
            l->sealed_len = seal_packet(l, l->sealed, KITH_BOX_MAX_BODY);
            if (l->sealed_len)
                continue;
        }
        if (!n)
            break;
        *len += n;
    }
}

int kith_link_send(struct kith_link *l, uint8_t *out, size_t cap, size_t *len, uint64_t now_ms) {
    size_t n;
    (void)now_ms;
    *len = 0;
    if (l->stage == CLOSED)
        return l->err;
    if (!l->config.plain) {
        kith_handshake_send(&l->shake, out, cap,
                            len); /* also when open: message 4 may still wait */
        if (l->stage != SHAKING) {
            if (kith_handshake_is_done(&l->shake))
                kith_handshake_wipe(&l->shake);
            send_box(l, out, cap, len);
        }
    } else {
        kith_muxrpc_send(l->mux, out, cap, &n);
        *len = n;
        if (l->stage == CLOSING && !kith_muxrpc_queued(l->mux))
            l->said_goodbye = true;
    }
    l->bytes_out += *len;
    settle(l);
    return KITH_OK;
}

bool kith_link_next(struct kith_link *l, struct kith_link_event *e) {
    memset(e, 0, sizeof *e);
    e->peer = l->config.peer;
    if (!l->rpc)
        kith_muxrpc_rest(l->mux);
    if (l->stage != CLOSED && !waits(l))
        (void)!pump(l); /* if it fails it has closed the link, and the event says why */
    settle(l);
    if (l->ask) {
        l->ask = false;
        e->kind = KITH_LINK_ASK;
        e->peer = l->shake.peer;
    } else if (l->opened) {
        l->opened = false;
        e->kind = KITH_LINK_OPEN;
    } else if (l->rpc) {
        l->rpc = false;
        e->kind = KITH_LINK_RPC;
        e->rpc = l->rpc_event;
    } else if (l->closed) {
        l->closed = false;
        e->kind = KITH_LINK_CLOSED;
        e->err = l->err;
        e->why = l->why;
    } else {
        return false;
    }
    return true;
}

uint64_t kith_link_deadline(const struct kith_link *l) {
    switch (l->stage) {
    case SHAKING:
        return l->started_ms + KITH_LINK_HANDSHAKE_MS;
    case OPEN: /* the operating system tells when a local client is gone, and an app may be silent
                */
        return l->config.plain ? UINT64_MAX : l->heard_ms + KITH_LINK_IDLE_MS;
    case CLOSING:
        return l->closing_ms + KITH_LINK_CLOSE_MS;
    default:
        return UINT64_MAX;
    }
}

int kith_link_tick(struct kith_link *l, uint64_t now_ms) {
    static const char *const why[] = {
        [SHAKING] = "the handshake took too long",
        [OPEN] = "nothing was heard for too long",
        [CLOSING] = "the goodbye was not answered",
    };
    if (l->stage == CLOSED || now_ms < kith_link_deadline(l))
        return l->err;
    finish(l, KITH_ERR_NET, why[l->stage]);
    return l->err;
}

void kith_link_admit(struct kith_link *l, bool yes) {
    if (l->stage != SHAKING || !l->asked || l->shake.step != KITH_HANDSHAKE_WAITS)
        return;
    l->ask = false;
    if (!yes)
        finish(l, KITH_ERR_DENIED, "we do not want this key here");
    else if (kith_handshake_admit(&l->shake, true) != KITH_OK)
        finish(l, KITH_ERR_CRYPTO, "the handshake failed at the last step");
    else
        open_link(l);
}

void kith_link_eof(struct kith_link *l) {
    if (l->stage == SHAKING)
        finish(l, KITH_ERR_HANGUP,
               "closed during the handshake: another network key, or not welcome");
    else if (l->heard_goodbye)
        settle(l); /* it may still read: our own goodbye goes out first */
    else
        finish(l, KITH_ERR_HANGUP, "unexpected hangup");
}

struct kith_muxrpc *kith_link_rpc(struct kith_link *l) {
    return l->was_open ? l->mux : NULL;
}

void kith_link_close(struct kith_link *l, uint64_t now_ms) {
    if (l->stage == SHAKING)
        finish(l, KITH_OK, "closed before the handshake was done");
    else
        start_closing(l, now_ms);
}

size_t kith_link_held(const struct kith_link *l) {
    return kith_muxrpc_held(l->mux);
}

uint64_t kith_link_bytes_in(const struct kith_link *l) {
    return l->bytes_in;
}

uint64_t kith_link_bytes_out(const struct kith_link *l) {
    return l->bytes_out;
}
