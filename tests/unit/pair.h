/* SPDX-License-Identifier: MIT */
/* pair.h: two links in one process, joined by memory. Bytes travel in chunks of a given size. */
#ifndef KITH_TEST_PAIR_H
#define KITH_TEST_PAIR_H

#include "crypto/crypto.h"
#include "wire/link.h"

struct pair_rng {
    uint64_t state;
};

static inline void pair_fill(void *ctx, uint8_t *out, size_t len) {
    struct pair_rng *r = ctx;
    for (size_t i = 0; i < len; i++) {
        r->state = r->state * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(r->state >> 33);
    }
}

/* One end, with what it heard: each event as a line of text. */
struct pair_end {
    struct kith_link *link;
    struct kith_link_event last; /* its views are not valid any more */
    struct kith_buf heard;
    bool refuse, open, closed;
    int err;
    void (*on_rpc)(struct pair_end *, const struct kith_muxrpc_event *);
};

struct pair {
    struct pair_rng rng;
    struct kith_link_config dial, answer;
    struct pair_end a, b; /* a dials */
    uint64_t now_ms;
    size_t chunk;
};

static inline void pair_init(struct pair *p, size_t chunk, bool plain) {
    struct kith_seed seed;
    memset(p, 0, sizeof *p);
    p->chunk = chunk;
    p->now_ms = 1000;
    p->rng.state = chunk + 7;
    p->dial.rng = p->answer.rng = (struct kith_rng){pair_fill, &p->rng};
    p->dial.plain = p->answer.plain = plain;
    p->dial.dialler = true;
    memset(p->dial.cap.b, 7, 32);
    p->answer.cap = p->dial.cap;
    memset(seed.b, 1, sizeof seed.b);
    kith_sign_keypair(&p->dial.keys, &seed);
    memset(seed.b, 2, sizeof seed.b);
    kith_sign_keypair(&p->answer.keys, &seed);
    p->dial.peer = p->answer.keys.pub;
}

static inline void pair_start(struct pair *p) {
    p->a.link = kith_link_new(&p->dial, p->now_ms);
    p->b.link = kith_link_new(&p->answer, p->now_ms);
}

static inline void pair_note(struct pair_end *x, const char *word, struct kith_bytes more) {
    kith_buf_put_str(&x->heard, word);
    if (more.len)
        kith_buf_put_u8(&x->heard, ' ');
    kith_buf_put_bytes(&x->heard, more);
    kith_buf_put_u8(&x->heard, '\n');
}

static inline void pair_take_rpc(struct pair_end *x, const struct kith_muxrpc_event *e) {
    if (x->on_rpc)
        x->on_rpc(x, e);
    else if (e->kind == KITH_RPC_CALL)
        pair_note(x, "call", e->name);
    else if (e->kind == KITH_RPC_DATA)
        pair_note(x, "data", e->body);
    else if (e->kind == KITH_RPC_END)
        pair_note(x, "end", e->error);
    else
        pair_note(x, "goodbye", (struct kith_bytes){0});
}

static inline void pair_take(struct pair_end *x) {
    struct kith_link_event e;
    while (kith_link_next(x->link, &e)) {
        x->last = e;
        switch (e.kind) {
        case KITH_LINK_ASK:
            pair_note(x, "ask", (struct kith_bytes){0});
            kith_link_admit(x->link, !x->refuse);
            break;
        case KITH_LINK_OPEN:
            x->open = true;
            pair_note(x, "open", (struct kith_bytes){0});
            break;
        case KITH_LINK_RPC:
            pair_take_rpc(x, &e.rpc);
            break;
        case KITH_LINK_CLOSED:
            x->closed = true;
            x->err = e.err;
            pair_note(x, "closed", kith_bytes_str(e.err ? e.why : ""));
            break;
        }
    }
}

/* One chunk from one end to the other. False: there was nothing. */
static inline bool pair_move(struct pair *p, struct pair_end *from, struct pair_end *to) {
    static uint8_t bytes[1 << 17];
    size_t len = 0, at = 0, used;
    if (kith_link_send(from->link, bytes, p->chunk, &len, p->now_ms))
        len = 0;
    pair_take(from);
    while (at < len) {
        int err = kith_link_recv(to->link, bytes + at, len - at, &used, p->now_ms);
        pair_take(to);
        at += used;
        if (err)
            break;
    }
    return len > 0;
}

/* Until neither has anything to say. */
static inline void pair_run(struct pair *p) {
    bool a, b;
    pair_take(&p->a);
    pair_take(&p->b);
    do {
        a = pair_move(p, &p->a, &p->b);
        b = pair_move(p, &p->b, &p->a);
    } while (a || b);
}

static inline void pair_wipe(struct pair *p) {
    kith_link_free(p->a.link);
    kith_link_free(p->b.link);
    kith_buf_wipe(&p->a.heard);
    kith_buf_wipe(&p->b.heard);
}

#define CHECK_HEARD(end, text)                                                                     \
    CHECK_ROW(kith_bytes_is(kith_buf_bytes(&(end).heard), text),                                   \
              (kith_buf_put_u8(&(end).heard, 0), (const char *)(end).heard.p))

#endif
