/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "commands.h"
#include "drivers/mail_read.h"
#include "drivers/mailto.h"
#include "drivers/web_dial.h"
#ifdef KITH_HAS_XMPP
#include "drivers/xmpp.h"
#endif
#include "inbox_serve.h"
#include "serve.h"
#include "ws_serve.h"
#include "base/base64.h"
#include "feed/id.h"

#define DEFAULT_PORT 8008 /* where SSB peers expect each other */

/* HOST:PORT, HOST or :PORT; IPv6 as [::1]:8008. *port keeps its value where none is given, and so
 * does the host. */
static bool split(const char *text, const char *otherwise, char *host, size_t len, uint16_t *port) {
    const char *colon = strrchr(text, ':'), *close = strchr(text, ']');
    size_t host_len = colon && (!close || colon > close) ? (size_t)(colon - text) : strlen(text);
    long number = *port;
    if (text[host_len]) {
        char *end;
        number = strtol(text + host_len + 1, &end, 10);
        if (*end || end == text + host_len + 1 || number < 0 || number > 65535)
            return false;
    }
    if (*text == '[' && host_len >= 2 && text[host_len - 1] == ']') {
        text++;
        host_len -= 2;
    }
    if (host_len >= len)
        return false;
    snprintf(host, len, "%.*s", (int)host_len, text);
    if (!host_len || !strcmp(host, "localhost"))
        snprintf(host, len, "%s", host_len ? "127.0.0.1" : otherwise);
    *port = (uint16_t)number;
    return true;
}

/* The address to give to others when we listen on all interfaces: the first that is not loopback. */
static void public_name(const char *bound, char *out, size_t len) {
    struct ifaddrs *all = NULL;
    snprintf(out, len, "%s", bound);
    if ((strcmp(bound, "0.0.0.0") && strcmp(bound, "::")) || getifaddrs(&all))
        return;
    snprintf(out, len, "127.0.0.1");
    for (struct ifaddrs *i = all; i; i = i->ifa_next) {
        if (i->ifa_addr && i->ifa_addr->sa_family == AF_INET && (i->ifa_flags & IFF_UP) && !(i->ifa_flags & IFF_LOOPBACK) &&
            !getnameinfo(i->ifa_addr, sizeof(struct sockaddr_in), out, (socklen_t)len, NULL, 0, NI_NUMERICHOST))
            break;
    }
    freeifaddrs(all);
}

static void tell_address(struct host *h, const char *name, uint16_t port, bool print) {
    const char *text = host_listening(h, name, port);
    if (!print)
        return;
    printf("%s\n", text);
    fflush(stdout);
}

/* systemd's readiness protocol: a datagram to the socket it names (sd_notify(3)). */
static void notify_ready(void) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    static const char ready[] = "READY=1";
    int fd;
    if (!path || strlen(path) >= sizeof to.sun_path)
        return;
    strcpy(to.sun_path, path);
    if (to.sun_path[0] == '@')
        to.sun_path[0] = 0;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        (void)!sendto(fd, ready, sizeof ready - 1, 0, (struct sockaddr *)&to,
                      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
        close(fd);
    }
}

static int listen_all(struct app *a, struct host *h, const char *listen_text, bool lan, bool print) {
    char host_name[128], shown[128], path[HOME_PATH_MAX + 64];
    uint16_t port = DEFAULT_PORT;
    int err;
    if (!split(listen_text, "0.0.0.0", host_name, sizeof host_name, &port))
        return app_refuse(a, APP_USAGE, "usage", "--listen takes HOST:PORT, for example 0.0.0.0:8008");
    err = host_listen_tcp(h, host_name, &port);
    if (err)
        return app_refuse(a, APP_FAILED, "net", "cannot listen on %s port %u: is another program there? (--listen HOST:0 takes any free port)", host_name, port);
    home_path(&a->home, "socket", path, sizeof path);
    if (strlen(path) >= sizeof((struct sockaddr_un *)0)->sun_path)
        app_note(a, "The path of this home is too long for a socket: other commands will not find this daemon.");
    else if (host_listen_local(h, path))
        return app_fail(a, KITH_ERR_NET, path);
    if (lan && host_lan_start(h, host_name, port))
        app_note(a, "LAN discovery is not possible here (UDP 8008 and 26830); --no-lan says that this is fine.");
    public_name(host_name, shown, sizeof shown);
    tell_address(h, shown, port, print);
    return APP_OK;
}

struct words { /* the options of `kith serve` */
    const char *listen, *web, *ws, *password_file, *inbox, *inbox_cert, *inbox_key;
    bool lan, no_web;
};

static int start_web(struct app *a, struct host *h, const struct words *w, struct web_serve **out) {
    char address[128];
    struct web_serve_options o = {
        .address = address, .port = WEB_PORT, .any_port = !w->web, .password_file = w->password_file};
    *out = NULL;
    if (w->no_web)
        return APP_OK;
    if (!split(w->web ? w->web : "", "127.0.0.1", address, sizeof address, &o.port))
        return app_refuse(a, APP_USAGE, "usage", "--web takes ADDRESS:PORT, for example 127.0.0.1:%u", WEB_PORT);
    return web_serve_start(out, a, h, &o);
}

static int start_ws(struct app *a, struct host *h, const struct words *w, bool print, struct ws_serve **out) {
    char bound[128], shown[128], key[44];
    uint16_t port = WS_PORT;
    int err;
    *out = NULL;
    if (!w->ws)
        return APP_OK;
    if (!split(w->ws, "0.0.0.0", bound, sizeof bound, &port))
        return app_refuse(a, APP_USAGE, "usage", "--ws takes HOST:PORT, for example 0.0.0.0:%u", WS_PORT);
    err = ws_serve_start(out, h, bound, &port);
    if (err)
        return app_refuse(a, err == KITH_ERR_ARG ? APP_USAGE : APP_FAILED, "net", "cannot listen for browsers on %s port %u (%s)", bound, port,
                          kith_err_text(err));
    public_name(bound, shown, sizeof shown);
    kith_base64_write(key, a->home.keys.pub.b, sizeof a->home.keys.pub.b);
    if (print)
        printf(strchr(shown, ':') ? "ws://[%s]:%u~shs:%.*s\n" : "ws://%s:%u~shs:%.*s\n", shown, port, (int)sizeof key, key);
    fflush(stdout);
    return APP_OK;
}

/* Prints where inboxes are: kith road listen takes that address. */
static int start_inbox(struct app *a, struct host *h, const struct words *w, bool print, struct inbox_serve **out) {
    char bound[128], shown[128];
    uint16_t port = INBOX_PORT;
    int err;
    *out = NULL;
    if (!w->inbox)
        return APP_OK;
    if (!split(w->inbox, "0.0.0.0", bound, sizeof bound, &port) || !w->inbox_cert != !w->inbox_key)
        return app_refuse(a, APP_USAGE, "usage", "--inbox takes HOST:PORT, and --inbox-cert and --inbox-key come together");
    err = inbox_serve_start(out, h, bound, &port, w->inbox_cert, w->inbox_key);
    if (err)
        return app_refuse(a, APP_FAILED, "net", "cannot serve inboxes on %s port %u (%s)", bound, port, kith_err_text(err));
    public_name(bound, shown, sizeof shown);
    if (print)
        printf(strchr(shown, ':') ? "%s://[%s]:%u/inbox\n" : "%s://%s:%u/inbox\n", w->inbox_cert ? "https" : "http", shown, port);
    fflush(stdout);
    return APP_OK;
}

int serve(struct app *a, void (*up)(struct app *a, const struct web_serve *w)) {
    struct words words = {.listen = app_option(a, "--listen"),
                          .web = app_option(a, "--web"),
                          .ws = app_option(a, "--ws"),
                          .password_file = app_option(a, "--web-password-file"),
                          .inbox = app_option(a, "--inbox"),
                          .inbox_cert = app_option(a, "--inbox-cert"),
                          .inbox_key = app_option(a, "--inbox-key"),
                          .lan = !app_flag(a, "--no-lan"),
                          .no_web = app_flag(a, "--no-web")};
    bool verbose = app_flag(a, "--verbose");
    long quota = app_number(a, "--quota", 0), hops = app_number(a, "--hops", 0);
    struct host_options options = {.log_level = a->quiet ? 4 : verbose ? 7 : 6, .quota = (uint64_t)quota * 1000000, .hops = (unsigned)hops,
                                   .dial_ws = kith_web_dial, .roots = app_option(a, "--roots")};
    struct web_serve *web = NULL;
    struct ws_serve *ws = NULL;
    struct inbox_serve *inbox = NULL;
    struct host *h;
    int err, code;
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    kith_mail_start();
    kith_carrier_use(&kith_carrier_mailto);
#ifdef KITH_HAS_XMPP
    kith_xmpp_start();
    kith_carrier_use(&kith_carrier_xmpp);
#endif
    err = host_open(&h, &a->home, &options);
    if (err == KITH_ERR_NOT_FOUND)
        return app_no_identity(a);
    if (err)
        return app_fail(a, err, a->home.dir);
    code = start_web(a, h, &words, &web); /* first: who reads our address may go on to the page */
    if (!code)
        code = start_ws(a, h, &words, !up, &ws);
    if (!code)
        code = start_inbox(a, h, &words, !up, &inbox);
    if (!code)
        code = listen_all(a, h, words.listen ? words.listen : "0.0.0.0:8008", words.lan, !up);
    if (!code) {
        notify_ready();
        if (up && web)
            up(a, web);
        err = host_run(h);
        if (err)
            code = app_fail(a, err, a->home.dir);
    }
    inbox_serve_stop(inbox);
    ws_serve_stop(ws);
    web_serve_stop(web);
    host_close(h);
    return code;
}

int cmd_serve(struct app *a) {
    return serve(a, NULL);
}
