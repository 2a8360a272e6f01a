/* SPDX-License-Identifier: MIT */
#include "drivers/local.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"

int kith_local_listen(uv_loop_t *loop, uv_pipe_t *listener, const char *path, uv_connection_cb on_connection) {
    mode_t before;
    int err;
    if (uv_pipe_init(loop, listener, 0))
        return KITH_ERR_NET;
    /* Whoever calls holds the store's lock, so a socket that is there belongs to a dead process. */
    (void)unlink(path);
    before = umask(0177);
    err = uv_pipe_bind(listener, path);
    umask(before);
    if (!err)
        err = uv_listen((uv_stream_t *)listener, 64, on_connection);
    if (err)
        uv_close((uv_handle_t *)listener, NULL);
    return err ? KITH_ERR_NET : KITH_OK;
}

struct kith_road *kith_local_accept(uv_pipe_t *listener, const struct kith_road_host *host, void *ctx) {
    struct kith_road *r = kith_road_new(host, ctx);
    if (uv_pipe_init(listener->loop, &r->uv.pipe, 0)) {
        kith_free(r);
        return NULL;
    }
    r->uv.handle.data = r;
    snprintf(r->address, sizeof r->address, "unix");
    if (uv_accept((uv_stream_t *)listener, &r->uv.stream)) {
        kith_road_close(r);
        return NULL;
    }
    return r;
}
