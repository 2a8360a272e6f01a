/* SPDX-License-Identifier: MIT */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "drivers/local.h"
#include "drivers/tcp.h"
#include "guard.h"
#include "host_state.h"
#include "packets.h"

struct kith_time host_time(void) {
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    return (struct kith_time){
        .now_ms = uv_hrtime() / 1000000,
        .wall_ms = (uint64_t)wall.tv_sec * 1000 + (uint64_t)wall.tv_nsec / 1000000,
    };
}

/* Under journald a line begins with its level, <N>, and journald adds the time; else we do. */
void host_log(struct host *h, int level, const char *text) {
    char stamp[32] = "";
    struct kith_time t = host_time();
    time_t seconds = (time_t)(t.wall_ms / 1000);
    struct tm tm;
    if (level > h->options.log_level)
        return;
    if (getenv("JOURNAL_STREAM")) {
        fprintf(stderr, "<%d>%s\n", level, text);
        return;
    }
    if (gmtime_r(&seconds, &tm))
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
    fprintf(stderr, "%s.%03uZ %s\n", stamp, (unsigned)(t.wall_ms % 1000), text);
}

static void os_random(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    while (len) {
        ssize_t n = getrandom(out, len, 0);
        if (n > 0) {
            out += n;
            len -= (size_t)n;
        }
    }
}

/* ---- roads ---- */

struct kith_road *host_find_road(struct host *h, uint32_t link) {
    for (struct host_road *r = h->roads; r; r = r->next) {
        if (r->road->link == link)
            return r->road;
    }
    return NULL;
}

void host_add_road(struct host *h, struct kith_road *road) {
    struct host_road *r = kith_alloc(sizeof *r);
    *r = (struct host_road){road, h->roads};
    h->roads = r;
}

static void road_opened(void *ctx, struct kith_road *r, int uv_error) {
    struct host *h = ctx;
    if (uv_error) {
        kith_node_dial_failed(h->node, r->link, r->why[0] ? r->why : NULL, host_time());
        r->link = 0;
    } else {
        kith_node_dialled(h->node, r->link, true, host_time());
    }
    host_pump(h);
}

/* A road whose messages wait to be judged is not read for a while; the others are, so that a friend who
 * has much to tell keeps nobody else waiting, least of all our own page. */
static void pause_road(struct host *h, struct kith_road *r) {
    if (r->link && kith_node_full(h->node, r->link)) {
        kith_road_pause(r, true);
        h->paused = true;
    }
}

static void road_bytes(void *ctx, struct kith_road *r, const uint8_t *in, size_t len) {
    struct host *h = ctx;
    (void)kith_node_recv(h->node, r->link, in, len, host_time()); /* an error brings CLOSE */
    pause_road(h, r);
    host_pump(h);
}

static size_t road_pull(void *ctx, struct kith_road *r, uint8_t *out, size_t cap) {
    struct host *h = ctx;
    size_t at = 0, len = 0;
    while (r->link && at < cap && !kith_node_send(h->node, r->link, out + at, cap - at, &len, host_time()) && len)
        at += len;
    return at;
}

static void road_wrote(void *ctx) {
    host_pump(ctx);
}

static void road_closed(void *ctx, struct kith_road *r) {
    struct host *h = ctx;
    for (struct host_road **at = &h->roads; *at; at = &(*at)->next) {
        if ((*at)->road == r) {
            struct host_road *gone = *at;
            *at = gone->next;
            kith_free(gone);
            break;
        }
    }
    if (r->link)
        kith_node_eof(h->node, r->link, host_time());
    host_pump(h);
}

const struct kith_road_host host_road_ops = {road_opened, road_bytes, road_pull, road_wrote, road_closed};

void host_take(struct host *h, struct kith_road *r, enum kith_link_origin origin) {
    if (!r)
        return;
    host_add_road(h, r);
    r->link = kith_node_accept(h->node, origin, r->address, host_time());
    if (r->link)
        kith_road_start(r);
    else
        kith_road_close(r);
    host_pump(h);
}

static void on_tcp(uv_stream_t *listener, int status) {
    struct host *h = listener->data;
    bool loopback;
    struct kith_road *r;
    if (status < 0)
        return;
    r = kith_tcp_accept((uv_tcp_t *)listener, &host_road_ops, h, &loopback);
    host_take(h, r, loopback ? KITH_ORIGIN_LOOPBACK : KITH_ORIGIN_NETWORK);
}

static void on_local(uv_stream_t *listener, int status) {
    struct host *h = listener->data;
    if (status >= 0)
        host_take(h, kith_local_accept((uv_pipe_t *)listener, &host_road_ops, h), KITH_ORIGIN_LOCAL);
}

int host_listen_tcp(struct host *h, const char *name, uint16_t *port) {
    int err = kith_tcp_listen(&h->loop, &h->tcp, name, port, on_tcp);
    h->tcp.data = h;
    h->tcp_open = !err;
    return err;
}

int host_listen_local(struct host *h, const char *path) {
    int err = kith_local_listen(&h->loop, &h->local, path, on_local);
    h->local.data = h;
    h->local_open = !err;
    snprintf(h->local_path, sizeof h->local_path, "%s", path);
    return err;
}

/* ---- the loop ---- */

static void on_timer(uv_timer_t *t) {
    struct host *h = t->data;
    kith_node_tick(h->node, host_time());
    host_pump(h);
}

static void set_timer(struct host *h) {
    uint64_t at = kith_node_deadline(h->node), now = uv_hrtime() / 1000000;
    if (at == UINT64_MAX)
        uv_timer_stop(&h->timer);
    else
        uv_timer_start(&h->timer, on_timer, at > now ? at - now : 1, 0);
}

static void resume_roads(struct host *h) {
    h->paused = false;
    for (struct host_road *r = h->roads; r; r = r->next) {
        if (r->road->paused && kith_node_full(h->node, r->road->link))
            h->paused = true;
        else if (r->road->paused)
            kith_road_pause(r->road, false);
    }
}

void host_pump(struct host *h) {
    struct kith_effect e;
    if (h->pumping || h->closing)
        return;
    h->pumping = true;
    while (kith_node_next(h->node, &e))
        host_carry_out(h, &e);
    h->pumping = false;
    if (h->paused)
        resume_roads(h);
    if (h->stopped)
        uv_stop(&h->loop);
    uv_update_time(&h->loop);
    set_timer(h);
}

static void on_signal(uv_signal_t *s, int number) {
    struct host *h = s->data;
    (void)number;
    host_stop(h);
}

void host_stop(struct host *h) {
    h->ended = true;
    kith_node_stop(h->node, host_time());
    host_pump(h);
}

int host_run(struct host *h) {
    int err = KITH_OK;
    uv_signal_init(&h->loop, &h->term);
    uv_signal_init(&h->loop, &h->interrupt);
    h->term.data = h->interrupt.data = h;
    h->signals_open = true;
    uv_signal_start(&h->term, on_signal, SIGTERM);
    uv_signal_start(&h->interrupt, on_signal, SIGINT);
    host_pump(h);
    do {
        while (!h->stopped)
            uv_run(&h->loop, UV_RUN_DEFAULT);
    } while (h->adopted && !h->ended && !(err = host_become(h)));
    return err;
}

void host_turn(struct host *h, bool wait) {
    host_pump(h);
    uv_run(&h->loop, wait ? UV_RUN_ONCE : UV_RUN_NOWAIT);
}

/* ---- life ---- */

static void report_opening(struct host *h, const struct kith_store_report *r) {
    char line[256];
    snprintf(line, sizeof line, "store.opened records=%llu applied=%llu snapshot=%s cut_bytes=%llu damaged_blocks=%llu",
             (unsigned long long)r->records, (unsigned long long)r->applied, r->snapshot_used ? "yes" : "no",
             (unsigned long long)r->cut_bytes, (unsigned long long)r->damaged_blocks);
    host_log(h, r->damaged_blocks ? 4 : 6, line);
}

static void blob_known(void *ctx, const struct kith_blobid *id, uint64_t size) {
    struct host *h = ctx;
    kith_node_blob_known(h->node, id, size);
}

/* One thread for each core: judging is what takes them all; set before libuv's pool starts. */
static void size_pool(void) {
    char count[16];
    if (getenv("UV_THREADPOOL_SIZE"))
        return;
    snprintf(count, sizeof count, "%u", uv_available_parallelism() + 1);
    uv_os_setenv("UV_THREADPOOL_SIZE", count);
}

int host_open_node(struct host *h) {
    char path[HOME_PATH_MAX + 64];
    struct kith_store_report report = {0};
    struct kith_node_config config = {
        .keys = h->home.keys,
        .cap = KITH_MAIN_NET,
        .rng = {os_random, NULL},
        .quota = h->options.quota,
        .hops = h->options.hops,
        .version = KITH_VERSION,
        .offline = h->options.offline,
    };
    int err;
    home_path(&h->home, "store", path, sizeof path);
    err = kith_slots_posix_open(&h->slots, path);
    if (err)
        return err;
    config.slots = kith_slots_posix_list(h->slots, &config.slot_count);
    if (!h->options.offline && packets_start(&h->packets, h))
        host_log(h, 3, "packets.unusable error=io");
    home_path(&h->home, "guard", path, sizeof path);
    config.quarantined = !guard_is_ours(path); /* a key without its store may have written elsewhere */
    err = kith_node_open(&h->node, &config, &report, host_time());
    kith_wipe(&config, sizeof config);
    if (err)
        return err;
    report_opening(h, &report);
    home_path(&h->home, "blobs", path, sizeof path);
    err = blob_dir_open(&h->blobs, path);
    if (!err)
        blob_dir_each(&h->blobs, blob_known, h);
    return err;
}

int host_open(struct host **out, const struct home *home, const struct host_options *options) {
    struct host *h;
    int err;
    *out = NULL;
    if (!home->has_identity)
        return KITH_ERR_NOT_FOUND;
    size_pool();
    h = kith_alloc(sizeof *h);
    h->home = *home;
    h->options = *options;
    uv_loop_init(&h->loop);
    uv_mutex_init(&h->disk);
    uv_timer_init(&h->loop, &h->timer);
    h->timer.data = h;
    err = host_open_node(h);
    if (err) {
        h->stopped = true;
        host_close(h);
        return err;
    }
    host_pump(h);
    while (!kith_node_is_settled(h->node) && h->working)
        uv_run(&h->loop, UV_RUN_ONCE);
    *out = h;
    return KITH_OK;
}

static void close_handle(uv_handle_t *handle, void *arg) {
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void host_close(struct host *h) {
    char path[HOME_PATH_MAX + 64];
    if (!h)
        return;
    if (h->node && !h->stopped) {
        host_stop(h);
        while (!h->stopped)
            uv_run(&h->loop, UV_RUN_ONCE);
    }
    h->closing = true;
    packets_stop(h->packets);
    host_lan_close(h);
    for (struct host_road *r = h->roads; r; r = r->next) {
        kith_road_close(r->road);
        kith_road_close(r->road); /* nor is a peer that does not read waited for */
    }
    if (h->local_open)
        (void)unlink(h->local_path);
    while (h->working || h->roads)
        uv_run(&h->loop, UV_RUN_ONCE);
    uv_walk(&h->loop, close_handle, NULL);
    while (uv_loop_close(&h->loop) == UV_EBUSY)
        uv_run(&h->loop, UV_RUN_DEFAULT); /* after a uv_stop one run ends at once */
    if (h->node && !h->adopted && !kith_node_is_quarantined(h->node)) {
        home_path(&h->home, "guard", path, sizeof path);
        guard_renew(path);
    }
    kith_node_free(h->node);
    kith_slots_posix_free(h->slots);
    uv_mutex_destroy(&h->disk);
    kith_wipe(&h->home, sizeof h->home);
    kith_free(h);
}

struct kith_node *host_node(struct host *h) {
    return h->node;
}

bool host_is_full(const struct host *h, uint32_t link) {
    return kith_node_full(h->node, link);
}

/* ---- a link without a socket ---- */

uint32_t host_link(struct host *h) {
    uint32_t link = kith_node_accept(h->node, KITH_ORIGIN_LOCAL, "self", host_time());
    host_pump(h);
    return link;
}

void host_link_put(struct host *h, uint32_t link, const uint8_t *in, size_t len) {
    (void)kith_node_recv(h->node, link, in, len, host_time());
    host_pump(h);
}

bool host_link_take(struct host *h, uint32_t link, uint8_t *out, size_t cap, size_t *len) {
    int err = kith_node_send(h->node, link, out, cap, len, host_time());
    host_pump(h);
    return !err;
}

void host_link_end(struct host *h, uint32_t link) {
    kith_node_eof(h->node, link, host_time());
    host_pump(h);
}
