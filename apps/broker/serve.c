/* SPDX-License-Identifier: MIT */
#include "serve.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/json.h"
#include "broker/inboxes.h"
#include "store.h"
#include "web_files.h"

#define TICK_MS 1000
#define DRAIN_MS 5000 /* for who is connected to say goodbye */
#define SOCKETS_FOR_PAGES 256
#define PACKET_MS 60000 /* a megabyte at 150 kbit/s */
#define BODIES_MAX ((size_t)128 << 20) /* that come, and that go */

/* The page may load what is its own and talk to any broker and node; docs/decisions has the reasons. */
static const struct kith_web_header headers[] = {
    {"content-security-policy",
     "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
     "media-src 'self' blob:; font-src 'self'; connect-src 'self' wss: ws: https: http://localhost:* http://127.0.0.1:*; "
     "worker-src 'self'; manifest-src 'self'; "
     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
     "trusted-types kith dompurify"},
    {"cross-origin-resource-policy", "same-origin"},
    {"cross-origin-opener-policy", "same-origin"},
    {"x-content-type-options", "nosniff"},
    {"referrer-policy", "no-referrer"},
    {"x-frame-options", "DENY"},
    {"kith-broker", "1"}, /* the page asks for it: people are introduced here */
    {NULL, NULL},
};

/* ---- time and chance ---- */

struct kith_broker_time serve_time(const struct serve *s) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (struct kith_broker_time){uv_now(&s->loop), (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000};
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

struct kith_rng os_rng(void) {
    return (struct kith_rng){os_random, NULL};
}

/* ---- HTTP ---- */

static int check(void *ctx, const struct kith_web_request *q) {
    (void)ctx, (void)q;
    return 0;
}

/* Any page may bring packets, and fetch with a proof: nothing here rests on cookies. */
static bool inbox_answer(const struct serve *s, const struct kith_web_request *q, struct kith_web_answer *a) {
    struct kith_inbox_request visit = {q->method, q->path, q->authorization, q->body, roads_source(q->peer)};
    struct kith_inbox_answer said = {0};
    if (!kith_broker_inbox(s->broker, &visit, &said, serve_time(s)))
        return false;
    a->status = said.status;
    a->body = said.body;
    a->headers = kith_web_any_origin;
    if (said.is_packet)
        a->type = "application/octet-stream";
    return true;
}

static bool answer(void *ctx, const struct kith_web_request *q, struct kith_web_answer *a) {
    const struct serve *s = ctx;
    if (!kith_bytes_is(q->path, "/health"))
        return inbox_answer(s, q, a);
    if (!kith_bytes_is(q->method, "GET") && !kith_bytes_is(q->method, "HEAD")) {
        a->status = 405;
        return true;
    }
    a->type = "application/json";
    a->status = s->stopping ? 503 : 200;
    kith_buf_put_str(&a->body, s->stopping ? "{\"status\":\"stopping\"}\n" : "{\"status\":\"ok\"}\n");
    return true;
}

static bool answer_metrics(void *ctx, const struct kith_web_request *q, struct kith_web_answer *a) {
    if (!kith_bytes_is(q->path, "/metrics"))
        return answer(ctx, q, a);
    a->type = "text/plain; version=0.0.4; charset=utf-8";
    metrics_put(&a->body, ctx);
    return true;
}

static bool names_protocol(struct kith_bytes list) {
    while (list.len) {
        const uint8_t *comma = memchr(list.p, ',', list.len);
        struct kith_bytes word = kith_bytes(list.p, comma ? (size_t)(comma - list.p) : list.len);
        list = kith_bytes_skip(list, word.len + (comma ? 1 : 0));
        while (word.len && word.p[0] == ' ')
            word = kith_bytes_skip(word, 1);
        while (word.len && word.p[word.len - 1] == ' ')
            word.len--;
        if (kith_bytes_is(word, "kith-broker"))
            return true;
    }
    return false;
}

static int upgrade(void *ctx, const struct kith_web_request *q) {
    const struct serve *s = ctx;
    bool known = !s->options->origin_count || !q->origin.len;
    for (unsigned i = 0; !known && i < s->options->origin_count; i++)
        known = kith_bytes_is(q->origin, s->options->origins[i]);
    return s->stopping ? 503 : !known ? 403 : names_protocol(q->protocols) ? 0 : 400;
}

static int upgrade_never(void *ctx, const struct kith_web_request *q) {
    (void)ctx, (void)q;
    return 404;
}

/* ---- TURN ---- */

static void turn_credential(void *ctx, struct kith_bytes user, char out[29]) {
    const struct serve *s = ctx;
    uint8_t mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    (void)HMAC(EVP_sha1(), s->turn_secret.p, (int)s->turn_secret.len, user.p, user.len, mac, &len);
    kith_base64_write(out, mac, 20);
    out[28] = 0;
}

static bool read_turn(struct serve *s) {
    const struct options *o = s->options;
    FILE *f;
    if (!o->turn_count)
        return true;
    f = fopen(o->turn_secret_file, "re");
    if (f) {
        kith_buf_reserve(&s->turn_secret, 1024);
        s->turn_secret.len = fread(s->turn_secret.p, 1, 1024, f);
        fclose(f);
    }
    while (s->turn_secret.len && s->turn_secret.p[s->turn_secret.len - 1] <= ' ')
        s->turn_secret.len--;
    if (!s->turn_secret.len) {
        log_line(3, "turn.failed file=%s why=\"cannot be read, or is empty\"", o->turn_secret_file);
        return false;
    }
    for (unsigned i = 0; i < o->turn_count; i++) {
        kith_buf_put_str(&s->turn_urls, i ? "," : "[");
        kith_json_put_string(&s->turn_urls, kith_bytes_str(o->turn[i]));
    }
    kith_buf_put(&s->turn_urls, "]", 2); /* with its NUL */
    return true;
}

/* ---- start ---- */

static bool read_page(struct serve *s) {
    int err;
    if (s->options->no_web || !*s->options->web)
        return true;
    err = files_read(&s->files, s->options->web);
    if (err)
        log_line(3, "web.failed folder=%s why=\"%s\"", s->options->web,
                 err == KITH_ERR_NOT_FOUND ? "there is no index.html" : kith_err_text(err));
    return !err;
}

static int start_web(struct serve *s) {
    const struct options *o = s->options;
    struct kith_web_config config = {
        .headers = headers,
        .files = o->no_web ? NULL : *o->web ? s->files.all : web_files,
        .file_count = o->no_web ? 0 : *o->web ? s->files.count : web_file_count,
        .sockets = roads_room(o->connections + SOCKETS_FOR_PAGES),
        .check = check,
        .body_max = o->inbox ? INBOX_PACKET_MAX : 0,
        .bodies_max = BODIES_MAX,
        .answers_max = BODIES_MAX,
        .request_ms = o->inbox ? PACKET_MS : 0,
        .answer = answer,
        .socket_path = "/broker",
        .socket_protocol = "kith-broker",
        .upgrade = upgrade,
        .opened = roads_opened,
        .host = &roads_host,
        .host_ctx = s,
        .ctx = s,
        .tls_cert = *o->tls_cert ? o->tls_cert : NULL,
        .tls_key = *o->tls_cert ? o->tls_key : NULL,
        .behind_proxy = o->behind_proxy,
    };
    uint16_t port = o->metrics.port;
    int err;
    s->port = o->listen.port;
    err = kith_web_start(&s->web, &s->loop, o->listen.host, &s->port, &config);
    if (!err && o->metrics.on) {
        config.file_count = 0;
        config.sockets = 16;
        config.answer = answer_metrics;
        config.body_max = config.request_ms = 0;
        config.upgrade = upgrade_never;
        config.tls_cert = config.tls_key = NULL;
        err = kith_web_start(&s->metrics, &s->loop, o->metrics.host, &port, &config);
        if (!err)
            log_line(6, "metrics.listening host=%s port=%u", o->metrics.host, port);
    }
    return err;
}

static bool start_stun(struct serve *s, uint16_t *port) {
    const struct endpoint *at = &s->options->stun;
    struct kith_rng rng = os_rng();
    uint8_t key[16];
    *port = 0;
    if (!at->on)
        return true;
    kith_rng_fill(&rng, key, sizeof key);
    *port = at->port;
    if (!kith_stun_start(&s->stun, &s->loop, at->host, port, key))
        return true;
    log_line(3, "stun.failed host=%s port=%u why=\"cannot be bound: is another program there? (--stun off, --stun HOST:PORT)\"",
             at->host, at->port);
    return false;
}

/* systemd's readiness protocol: a datagram to the socket that it names (sd_notify(3)). */
static void notify(const char *state) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd;
    if (!path || strlen(path) >= sizeof to.sun_path)
        return;
    strcpy(to.sun_path, path);
    if (to.sun_path[0] == '@')
        to.sun_path[0] = 0;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        (void)!sendto(fd, state, strlen(state), 0, (struct sockaddr *)&to,
                      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
        close(fd);
    }
}

static bool start(struct serve *s) {
    const struct options *o = s->options;
    uint16_t stun_port = 0;
    int err;
    struct kith_broker_config config = {
        .rng = os_rng(),
        .signals_a_second = o->signals_a_second,
        .signals_burst = o->signals_burst,
        .sessions_a_source = o->connections_a_source,
        .turn_credential = turn_credential,
        .ctx = s,
    };
    if (!key_get(o->data, &s->keys) || !read_turn(s) || !read_page(s) || !start_stun(s, &stun_port) ||
        (o->accounts && !(s->store = store_open(o->data, o))))
        return false;
    config.store = store_calls(s->store);
    config.name = o->name;
    config.letters = o->letters;
    config.directory = o->directory;
    config.vault_quota = o->vault ? (size_t)o->vault_quota << 10 : 0;
    config.inbox_quota = o->inbox ? (size_t)o->inbox_quota << 20 : 0;
    config.inbox_days = o->inbox_days;
    config.keys = s->keys;
    config.stun_port = stun_port;
    config.turn_urls = s->turn_urls.len ? (const char *)s->turn_urls.p : NULL;
    s->broker = kith_broker_new(&config);
    kith_wipe(&config, sizeof config);
    err = start_web(s);
    if (err) {
        log_line(3, "web.failed host=%s port=%u why=\"%s\"", o->listen.host, o->listen.port,
                 err == KITH_ERR_CRYPTO ? "the certificate or its key cannot be used" : kith_err_text(err));
        return false;
    }
    log_line(6, "broker.listening url=%s://%s%s%s:%u/ stun=%u", *o->tls_cert ? "https" : "http",
             strchr(o->listen.host, ':') ? "[" : "", o->listen.host, strchr(o->listen.host, ':') ? "]" : "", s->port,
             stun_port);
    notify("READY=1");
    return true;
}

/* ---- life ---- */

static void on_tick(uv_timer_t *timer) {
    struct serve *s = timer->data;
    kith_broker_tick(s->broker, serve_time(s));
    roads_work(s);
    if (s->stopping && !kith_broker_counts(s->broker).sessions_open)
        uv_stop(&s->loop);
}

static void on_drained(uv_timer_t *timer) {
    struct serve *s = timer->data;
    uv_stop(&s->loop);
}

static void on_stop(uv_signal_t *handle, int number) {
    struct serve *s = handle->data;
    (void)number;
    if (s->stopping) {
        uv_stop(&s->loop);
        return;
    }
    s->stopping = true;
    notify("STOPPING=1");
    log_line(6, "broker.draining sessions=%llu", (unsigned long long)kith_broker_counts(s->broker).sessions_open);
    kith_broker_drain(s->broker, serve_time(s));
    roads_work(s);
    uv_timer_start(&s->drained, on_drained, DRAIN_MS, 0);
    uv_timer_start(&s->tick, on_tick, 20, 20);
}

static void on_reload(uv_signal_t *handle, int number) {
    struct serve *s = handle->data;
    (void)number;
    if (!*s->options->tls_cert)
        log_line(6, "reload.nothing");
    else if (kith_web_renew_tls(s->web))
        log_line(4, "tls.failed why=\"the certificate or its key cannot be used; the old one stays\"");
    else
        log_line(6, "tls.renewed");
}

static void listen_for(struct serve *s, uv_signal_t *handle, uv_signal_cb cb, int number) {
    uv_signal_init(&s->loop, handle);
    handle->data = s;
    uv_signal_start(handle, cb, number);
}

static void on_left_over(uv_handle_t *handle, void *ctx) {
    (void)ctx;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void stop(struct serve *s) {
    kith_web_close(s->web);
    kith_web_close(s->metrics);
    kith_stun_close(s->stun);
    uv_walk(&s->loop, on_left_over, NULL);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&s->loop);
    kith_broker_free(s->broker);
    store_close(s->store);
    files_wipe(&s->files);
    if (s->turn_secret.p)
        kith_wipe(s->turn_secret.p, s->turn_secret.cap);
    kith_buf_wipe(&s->turn_secret);
    kith_buf_wipe(&s->turn_urls);
    kith_wipe(&s->keys, sizeof s->keys);
}

int serve_run(const struct options *o) {
    static struct serve s;
    bool good;
    s.options = o;
    if (kith_crypto_init() || uv_loop_init(&s.loop))
        return 1;
    signal(SIGPIPE, SIG_IGN);
    uv_timer_init(&s.loop, &s.tick);
    uv_timer_init(&s.loop, &s.drained);
    uv_timer_init(&s.loop, &s.late);
    s.tick.data = s.drained.data = s.late.data = &s;
    good = start(&s);
    if (good) {
        listen_for(&s, &s.term, on_stop, SIGTERM);
        listen_for(&s, &s.interrupt, on_stop, SIGINT);
        listen_for(&s, &s.hangup, on_reload, SIGHUP); /* without TLS, too: its default is to end us */
        uv_timer_start(&s.tick, on_tick, TICK_MS, TICK_MS);
        uv_run(&s.loop, UV_RUN_DEFAULT);
    }
    stop(&s);
    if (good)
        log_line(6, "broker.stopped");
    return good ? 0 : 1;
}
