/* SPDX-License-Identifier: MIT */
#include "node/stretch.h"

#include "node/job.h"
#include "node/state.h"

static void issue(struct kith_node *n) {
    struct kith_stretcher *s = &n->stretcher;
    struct kith_effect e = {.kind = KITH_EFFECT_JOB, .ticket = s->ticket, .bytes = kith_buf_bytes(&s->job)};
    s->sent_ms = n->t.now_ms;
    s->tries++;
    kith_effects_put(&n->effects, &e);
}

int kith_stretch(struct kith_node *n, struct kith_bytes passphrase, const struct kith_age_lock *lock, kith_stretched done,
                 void *ctx) {
    struct kith_stretcher *s = &n->stretcher;
    if (s->ticket || n->stopping)
        return KITH_ERR_BUSY;
    *s = (struct kith_stretcher){.ticket = kith_effects_ticket(&n->effects), .done = done, .ctx = ctx};
    kith_buf_reserve(&s->job, 2 + sizeof lock->salt + passphrase.len);
    kith_buf_put_u8(&s->job, KITH_JOB_STRETCH);
    kith_buf_put_u8(&s->job, (uint8_t)lock->work);
    kith_buf_put(&s->job, lock->salt, sizeof lock->salt);
    kith_buf_put_bytes(&s->job, passphrase);
    issue(n);
    return KITH_OK;
}

static void let_go(struct kith_stretcher *s) {
    if (s->job.p)
        kith_wipe(s->job.p, s->job.len);
    kith_buf_wipe(&s->job);
    *s = (struct kith_stretcher){0};
}

/* The job that runs goes on; its answer has a ticket that nobody knows. */
void kith_stretch_cancel(struct kith_node *n, const void *ctx) {
    if (n->stretcher.ticket && n->stretcher.ctx == ctx)
        let_go(&n->stretcher);
}

static void finish(struct kith_node *n, int err, const struct kith_symkey *key) {
    struct kith_stretcher s = n->stretcher;
    n->stretcher.job = (struct kith_buf){0};
    n->stretcher.ticket = 0;
    s.done(n, s.ctx, err, key);
    let_go(&s);
}

bool kith_stretch_done(struct kith_node *n, uint64_t ticket, struct kith_bytes result) {
    struct kith_symkey key;
    if (!ticket || ticket != n->stretcher.ticket)
        return false;
    if (result.len == sizeof key.b)
        memcpy(key.b, result.p, sizeof key.b);
    finish(n, result.len == sizeof key.b ? KITH_OK : KITH_ERR_FULL, &key);
    kith_wipe(&key, sizeof key);
    return true;
}

uint64_t kith_stretch_deadline(const struct kith_node *n) {
    return n->stretcher.ticket ? n->stretcher.sent_ms + KITH_STRETCH_REISSUE_MS : UINT64_MAX;
}

void kith_stretch_tick(struct kith_node *n) {
    if (n->t.now_ms < kith_stretch_deadline(n))
        return;
    if (n->stretcher.tries < KITH_STRETCH_TRIES)
        issue(n);
    else
        finish(n, KITH_ERR_IO, NULL);
}

void kith_stretch_wipe(struct kith_node *n) {
    if (n->stretcher.ticket)
        finish(n, KITH_ERR_IO, NULL);
}
