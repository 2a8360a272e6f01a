/* SPDX-License-Identifier: MIT */
/* unseal.c: a backup file opened for an app that has no age of its own: a page. Nothing of it is stored. */
#include "node/backup.h"
#include "node/state.h"

struct unseal {
    struct kith_age_open file;
    struct kith_buf passphrase, out;
    size_t out_at;
    bool asked;          /* for the key */
    bool has_key;
    bool ended, checked; /* all came; the end was as it should be */
};

static void wipe_passphrase(struct unseal *u) {
    if (u->passphrase.p)
        kith_wipe(u->passphrase.p, u->passphrase.cap);
    kith_buf_wipe(&u->passphrase);
}

static void stretched(struct kith_node *n, void *ctx, int err, const struct kith_symkey *key);

/* Whatever can be done with what is there. */
static void go_on(struct kith_stream *s, struct unseal *u) {
    const struct kith_age_lock *lock = kith_age_open_lock(&u->file);
    int err = KITH_OK;
    if (lock && !u->asked) {
        u->asked = true;
        err = kith_stretch(s->peer->node, kith_buf_bytes(&u->passphrase), lock, stretched, s);
        wipe_passphrase(u);
    } else if (u->ended && !u->checked && (u->has_key || !lock)) {
        err = kith_age_open_end(&u->file, &u->out);
        u->checked = !err;
    }
    if (err)
        kith_backup_fail(s, err);
}

static void stretched(struct kith_node *n, void *ctx, int err, const struct kith_symkey *key) {
    struct kith_stream *s = ctx;
    struct unseal *u = s->state;
    (void)n;
    if (!err)
        err = kith_age_open_key(&u->file, key, &u->out);
    u->has_key = !err;
    if (err)
        kith_backup_fail(s, err);
    else
        go_on(s, u);
    kith_peer_wake(s->peer);
}

static void unseal_data(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct unseal *u = s->state;
    int err = KITH_OK;
    if (e->encoding == KITH_RPC_JSON && e->doc->nodes[0].type == KITH_JSON_NULL)
        u->ended = true;
    else if (e->encoding != KITH_RPC_BINARY || u->ended)
        err = KITH_ERR_PROTOCOL;
    else if (u->file.waiting.len + u->out.len - u->out_at + e->body.len > KITH_UNSEAL_AHEAD_MAX)
        err = KITH_ERR_BUSY;
    else
        err = kith_age_open_put(&u->file, e->body, &u->out);
    if (err)
        kith_backup_fail(s, err);
    else
        go_on(s, u);
}

static bool unseal_fill(struct kith_stream *s) {
    struct unseal *u = s->state;
    size_t len = u->out.len - u->out_at;
    if (!len && u->checked)
        kith_stream_end(s, NULL);
    if (!len)
        return false;
    len = len < KITH_BACKUP_CHUNK ? len : KITH_BACKUP_CHUNK;
    kith_stream_write(s, KITH_RPC_BINARY, kith_bytes(u->out.p + u->out_at, len));
    u->out_at += len;
    if (u->out_at == u->out.len) {
        kith_wipe(u->out.p, u->out.len);
        kith_buf_clear(&u->out);
        u->out_at = 0;
    }
    return true;
}

static void unseal_close(struct kith_stream *s) {
    struct unseal *u = s->state;
    kith_stretch_cancel(s->peer->node, s);
    wipe_passphrase(u);
    kith_age_open_wipe(&u->file);
    if (u->out.p)
        kith_wipe(u->out.p, u->out.len);
    kith_buf_wipe(&u->out);
    kith_free(u);
}

static const struct kith_stream_ops unseal_ops = {unseal_data, NULL, unseal_fill, unseal_close};

int kith_unseal_serve(struct kith_call *c) {
    struct unseal *u = kith_alloc(sizeof *u);
    if (!kith_backup_passphrase(c, &u->passphrase)) {
        kith_buf_wipe(&u->passphrase);
        kith_free(u);
        return KITH_OK;
    }
    kith_peer_stream(c->peer, c->req, c->type, &unseal_ops, u);
    return KITH_OK;
}
