/* SPDX-License-Identifier: MIT */
#include "web_serve.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "drivers/web.h"
#include "host_state.h"
#include "web_files.h"
#include "web_gate.h"
#include "web_metrics.h"
#include "web_token.h"

#define SOCKETS_MAX 128
#define GUESSES_A_SECOND 10 /* wrong passwords, before all wait */

struct web_serve {
    struct host *host;
    struct kith_web *web;
    struct web_gate gate;
    char url[320];
    unsigned guesses;
    uint64_t guesses_at_ms;
};

/* The page may load what is its own and talk to its own node, and nothing else. wss: and data: as
 * well as wasm are what the same page needs on other hosts and in a tab. */
static const struct kith_web_header headers[] = {
    {"content-security-policy",
     "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
     "media-src 'self' blob:; font-src 'self'; connect-src 'self' wss:; worker-src 'self'; manifest-src 'self'; "
     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
     "trusted-types kith dompurify"},
    {"cross-origin-resource-policy", "same-origin"},
    {"cross-origin-opener-policy", "same-origin"},
    {"x-content-type-options", "nosniff"},
    {"referrer-policy", "no-referrer"},
    {"x-frame-options", "DENY"},
    {"kith-node", "1"}, /* the page asks for it: where it is missing, the page brings its own node */
    {NULL, NULL},
};

/* ---- who may come in ---- */

static int check(void *ctx, const struct kith_web_request *q) {
    const struct web_serve *s = ctx;
    if (!host_node(s->host))
        return 503; /* it could not become somebody else, and ends */
    if (!web_gate_host(&s->gate, q->host))
        return 421;
    if (q->origin.len && !web_gate_origin(&s->gate, q->origin, q->host))
        return 403;
    return 0;
}

static bool is_tired(struct web_serve *s) {
    uint64_t now = host_time().now_ms;
    if (now - s->guesses_at_ms >= 1000) {
        s->guesses_at_ms = now;
        s->guesses = 0;
    }
    return s->gate.password[0] && s->guesses >= GUESSES_A_SECOND;
}

/* 0, or the status to refuse with. Whoever guesses makes others with the password wait, and nobody who has
 * the token. */
static int judge(struct web_serve *s, bool (*lets_in)(const struct web_gate *g, struct kith_bytes said, bool with_password),
                 struct kith_bytes said) {
    bool tired = is_tired(s);
    if (lets_in(&s->gate, said, !tired))
        return 0;
    s->guesses++;
    return tired ? 429 : 401;
}

static int upgrade(void *ctx, const struct kith_web_request *q) {
    struct web_serve *s = ctx;
    if (!web_gate_origin(&s->gate, q->origin, q->host))
        return 403;
    return judge(s, web_gate_protocols, q->protocols);
}

static void opened(void *ctx, struct kith_road *r) {
    struct web_serve *s = ctx;
    host_take(s->host, r, KITH_ORIGIN_LOCAL);
}

/* ---- what it answers ---- */

/* Whether a request may come in. If not, it is told which one is wanted: the page has to ask for a password. */
static bool admits(struct web_serve *s, const struct kith_web_request *q, struct kith_web_answer *a) {
    a->status = judge(s, web_gate_bearer, q->authorization);
    if (a->status == 401) {
        a->type = "application/json";
        a->header = (struct kith_web_header){"www-authenticate", "Bearer"};
        kith_buf_put_str(&a->body, s->gate.password[0] ? "{\"wanted\":\"password\"}\n" : "{\"wanted\":\"token\"}\n");
    }
    return !a->status;
}

static bool answer(void *ctx, const struct kith_web_request *q, struct kith_web_answer *a) {
    struct web_serve *s = ctx;
    if (kith_bytes_is(q->path, "/session")) {
        if (admits(s, q, a))
            a->status = 204;
    } else if (kith_bytes_is(q->path, "/health")) {
        a->type = "application/json";
        kith_buf_put_str(&a->body, "{\"status\":\"ok\"}\n");
    } else if (kith_bytes_is(q->path, "/metrics")) {
        if (s->gate.elsewhere && !admits(s, q, a))
            return true;
        a->status = 200;
        a->type = "text/plain; version=0.0.4; charset=utf-8";
        web_metrics_put(&a->body, host_node(s->host), s->web);
    } else {
        return false;
    }
    return true;
}

/* ---- life ---- */

/* False: that is no address. */
static bool look_at(const char *address, bool *elsewhere) {
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, address, &four) == 1) {
        *elsewhere = ntohl(four.s_addr) >> 24 != 127;
        return true;
    }
    if (inet_pton(AF_INET6, address, &six) != 1)
        return false;
    *elsewhere = !IN6_IS_ADDR_LOOPBACK(&six);
    return true;
}

static int take_secret(struct web_serve *s, struct app *a, const struct web_serve_options *o) {
    struct kith_buf text = {0};
    int err = web_token_get(&a->home, s->gate.token);
    if (err)
        return app_fail(a, err, "HOME/web-token");
    if (!o->password_file) {
        if (!s->gate.elsewhere)
            return APP_OK;
        return app_refuse(a, APP_USAGE, "usage",
                          "--web %s would let other machines in: give a password with --web-password-file FILE, or leave it "
                          "at 127.0.0.1 and come by ssh -L %u:127.0.0.1:%u USER@THIS-MACHINE",
                          o->address, o->port, o->port);
    }
    err = web_token_read_line(o->password_file, &text);
    if (!err)
        err = web_gate_set_password(&s->gate, kith_buf_bytes(&text));
    if (text.p)
        kith_wipe(text.p, text.cap);
    kith_buf_wipe(&text);
    if (err == KITH_ERR_ARG)
        return app_refuse(a, APP_USAGE, "usage", "the password in %s has to be one line of %u to %u bytes", o->password_file,
                          WEB_PASSWORD_MIN, WEB_PASSWORD_MAX);
    return err ? app_fail(a, err, o->password_file) : APP_OK;
}

static int listen_on(struct web_serve *s, const struct web_serve_options *o) {
    const struct kith_web_config config = {
        .headers = headers,
        .files = web_files,
        .file_count = web_file_count,
        .sockets = SOCKETS_MAX,
        .check = check,
        .answer = answer,
        .socket_path = "/rpc",
        .socket_protocol = "kith",
        .upgrade = upgrade,
        .opened = opened,
        .host = &host_road_ops,
        .host_ctx = s->host,
        .ctx = s,
    };
    int err;
    s->gate.port = o->port;
    err = kith_web_start(&s->web, &s->host->loop, o->address, &s->gate.port, &config);
    if (err == KITH_ERR_NET && o->any_port) {
        s->gate.port = 0;
        err = kith_web_start(&s->web, &s->host->loop, o->address, &s->gate.port, &config);
    }
    return err;
}

static void announce(struct web_serve *s, const struct web_serve_options *o) {
    char line[400];
    bool any = !strcmp(o->address, "0.0.0.0") || !strcmp(o->address, "::");
    const char *shown = any ? "127.0.0.1" : o->address;
    snprintf(s->url, sizeof s->url, strchr(shown, ':') ? "http://[%s]:%u/" : "http://%s:%u/", shown, s->gate.port);
    snprintf(line, sizeof line, "web.listening url=%s", s->url);
    host_log(s->host, 6, line);
}

int web_serve_start(struct web_serve **out, struct app *a, struct host *h, const struct web_serve_options *o) {
    struct web_serve *s = kith_alloc(sizeof *s);
    int err, code;
    *out = NULL;
    s->host = h;
    if (!look_at(o->address, &s->gate.elsewhere)) {
        kith_free(s);
        return app_refuse(a, APP_USAGE, "usage", "--web takes ADDRESS:PORT, for example 127.0.0.1:%u, not “%s”", WEB_PORT, o->address);
    }
    if (gethostname(s->gate.name, sizeof s->gate.name - 1))
        s->gate.name[0] = 0;
    code = take_secret(s, a, o);
    if (!code && (err = listen_on(s, o)))
        code = app_refuse(a, APP_FAILED, "net", "cannot serve the page on %s port %u (%s): is another program there? (--web HOST:0 takes any free port)",
                          o->address, o->port, kith_err_text(err));
    if (!code) {
        announce(s, o);
        err = web_token_write(&a->home, "web", s->url, true);
        code = err ? app_fail(a, err, "HOME/web") : APP_OK;
    }
    if (code)
        web_serve_stop(s);
    else
        *out = s;
    return code;
}

void web_serve_stop(struct web_serve *s) {
    char path[HOME_PATH_MAX + 64];
    if (!s)
        return;
    if (s->web) {
        home_path(&s->host->home, "web", path, sizeof path);
        (void)unlink(path);
    }
    kith_web_close(s->web);
    kith_wipe(s, sizeof *s);
    kith_free(s);
}

void web_serve_link(const struct web_serve *s, char *out, size_t len) {
    snprintf(out, len, "%s#token=%s", s->url, s->gate.token);
}

int web_serve_find(const struct home *home, char *out, size_t len) {
    char path[HOME_PATH_MAX + 64], token[WEB_TOKEN_LEN + 1];
    struct kith_buf url = {0};
    int err;
    home_path(home, "web", path, sizeof path);
    err = web_token_read_line(path, &url);
    if (!err)
        err = web_token_get(home, token);
    if (!err)
        snprintf(out, len, "%.*s#token=%s", (int)url.len, url.p, token);
    kith_wipe(token, sizeof token);
    kith_buf_wipe(&url);
    return err;
}
