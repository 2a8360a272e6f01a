/* SPDX-License-Identifier: MIT */
#include "drivers/road.h"

#include "base/bytes.h"

static struct kith_road *make(const struct kith_road_host *host, void *ctx, size_t more) {
    struct kith_road *r = kith_alloc(sizeof *r + more);
    r->host = host;
    r->ctx = ctx;
    r->uv.handle.data = r;
    r->write.data = r;
    r->connect.data = r;
    return r;
}

struct kith_road *kith_road_new(const struct kith_road_host *host, void *ctx) {
    struct kith_road *r = make(host, ctx, 2 * KITH_ROAD_BUFFER);
    r->out = (uint8_t *)(r + 1);
    r->in = r->out + KITH_ROAD_BUFFER;
    return r;
}

struct kith_road *kith_road_new_bare(const struct kith_road_host *host, void *ctx) {
    return make(host, ctx, 0);
}

static void on_closed(uv_handle_t *h) {
    struct kith_road *r = h->data;
    r->host->closed(r->ctx, r);
    r->closed = true;
    if (!r->resolving)
        kith_free(r);
}

static void close_now(struct kith_road *r) {
    if (r->closing)
        return;
    r->closing = true;
    r->open = false;
    uv_close(&r->uv.handle, on_closed);
}

static void on_buffer(uv_handle_t *h, size_t suggested, uv_buf_t *buf) {
    struct kith_road *r = h->data;
    (void)suggested;
    *buf = uv_buf_init((char *)r->in, KITH_ROAD_BUFFER);
}

static void on_read(uv_stream_t *s, ssize_t got, const uv_buf_t *buf) {
    struct kith_road *r = s->data;
    if (got > 0)
        r->host->bytes(r->ctx, r, (const uint8_t *)buf->base, (size_t)got);
    else if (got < 0)
        close_now(r);
}

void kith_road_start(struct kith_road *r) {
    if (r->ways) {
        r->ways->start(r);
        return;
    }
    r->open = true;
    if (uv_read_start(&r->uv.stream, on_buffer, on_read))
        close_now(r);
}

void kith_road_pause(struct kith_road *r, bool on) {
    r->paused = on;
    if (r->ways) {
        r->ways->pause(r, on);
        return;
    }
    if (!r->open)
        return;
    if (on)
        uv_read_stop(&r->uv.stream);
    else
        (void)uv_read_start(&r->uv.stream, on_buffer, on_read);
}

static void on_written(uv_write_t *w, int status) {
    struct kith_road *r = w->data;
    r->writing = false;
    if (status) {
        close_now(r);
        return;
    }
    kith_road_write(r);
    r->host->wrote(r->ctx);
}

void kith_road_write(struct kith_road *r) {
    if (r->ways) {
        r->ways->write(r);
        return;
    }
    if (!r->open || r->writing)
        return;
    for (;;) {
        size_t len = r->host->pull(r->ctx, r, r->out, KITH_ROAD_BUFFER);
        uv_buf_t buf = uv_buf_init((char *)r->out, (unsigned)len);
        int sent;
        if (!len)
            break;
        if (r->closing)
            return;
        sent = uv_try_write(&r->uv.stream, &buf, 1);
        if (sent == (int)len)
            continue;
        if (sent < 0 && sent != UV_EAGAIN) {
            close_now(r);
            return;
        }
        if (sent > 0)
            buf = uv_buf_init(buf.base + sent, (unsigned)len - (unsigned)sent);
        if (uv_write(&r->write, &r->uv.stream, &buf, 1, on_written))
            close_now(r);
        else
            r->writing = true;
        return;
    }
    if (r->draining)
        close_now(r);
}

void kith_road_close(struct kith_road *r) {
    if (r->ways) {
        r->ways->close(r);
        return;
    }
    if (r->closing)
        return;
    if (!r->open || r->draining) {
        close_now(r);
        return;
    }
    r->draining = true;
    kith_road_write(r);
}
