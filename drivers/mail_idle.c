/* SPDX-License-Identifier: MIT */
/* mail_idle.c: IMAP IDLE (RFC 2177), so that mail is fetched when it comes. A connection of its own does nothing but wait:
 * libcurl connects, encrypts and logs in, but has no way to hold IDLE, so the few commands after that are ours. The mailbox
 * is opened by EXAMINE, which changes nothing in it. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "drivers/mail_session.h"

#define LINE_MAX_LEN 4096 /* of what a server says here; what is longer is cut */
#define ANSWER_MS 30000
#define RENEW_MS (9 * 60 * 1000) /* RFC 2177 says 29 minutes; routers forget a silent connection sooner */
#define STOP_MS 300              /* how often to ask whether to stop */

struct idle {
    const struct kith_carrier_way *way;
    void (*news)(void *ctx);
    CURL *curl;
    curl_socket_t fd;
    struct kith_buf in;
    char line[LINE_MAX_LEN];
    bool can, waits; /* the server knows IDLE; we are in it */
};

enum heard { HEARD_LINE, HEARD_NOTHING, HEARD_END };

static uint64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* False: stop, or the time is over. */
static bool wait_for(const struct idle *i, short what, uint64_t until) {
    struct pollfd p = {.fd = i->fd, .events = what};
    for (uint64_t now = now_ms(); now < until && !i->way->stop(i->way->ctx); now = now_ms()) {
        if (poll(&p, 1, until - now < STOP_MS ? (int)(until - now) : STOP_MS) > 0)
            return true;
    }
    return false;
}

static bool say(struct idle *i, const char *text) {
    uint64_t until = now_ms() + ANSWER_MS;
    size_t len = strlen(text), sent;
    while (len) {
        CURLcode code = curl_easy_send(i->curl, text, len, &sent);
        if (code == CURLE_AGAIN && wait_for(i, POLLOUT, until))
            continue;
        if (code != CURLE_OK)
            return false;
        text += sent;
        len -= sent;
    }
    return true;
}

/* The next line into i->line, without its end. */
static bool next_line(struct idle *i) {
    const uint8_t *end = i->in.len ? memchr(i->in.p, '\n', i->in.len) : NULL;
    size_t len;
    if (!end)
        return false;
    len = (size_t)(end - i->in.p);
    snprintf(i->line, sizeof i->line, "%.*s", (int)(len < sizeof i->line ? len : sizeof i->line - 1), (const char *)i->in.p);
    i->line[strcspn(i->line, "\r")] = 0;
    kith_buf_drop(&i->in, len + 1);
    return true;
}

static void understand(struct idle *i) {
    const char *word;
    if (strncmp(i->line, "* ", 2))
        return;
    word = i->line + 2 + strspn(i->line + 2, "0123456789");
    if (i->waits && !strcasecmp(word, " EXISTS"))
        i->news(i->way->ctx);
    if (!strncasecmp(i->line, "* CAPABILITY ", 13)) {
        for (const char *at = i->line + 12; (at = strchr(at, ' ')) && !i->can;)
            i->can = !strncasecmp(++at, "IDLE", 4) && (!at[4] || at[4] == ' ');
    }
}

static enum heard hear(struct idle *i, uint64_t until) {
    char bytes[2048];
    size_t got;
    if (i->way->stop(i->way->ctx))
        return HEARD_END;
    if (now_ms() >= until) /* also where a server never stops talking */
        return HEARD_NOTHING;
    while (!next_line(i)) {
        CURLcode code = curl_easy_recv(i->curl, bytes, sizeof bytes, &got);
        if (code == CURLE_AGAIN) {
            if (!wait_for(i, POLLIN, until))
                return i->way->stop(i->way->ctx) ? HEARD_END : HEARD_NOTHING;
        } else if (code != CURLE_OK || !got || i->in.len > 16 * LINE_MAX_LEN) {
            return HEARD_END;
        } else {
            kith_buf_put(&i->in, bytes, got);
        }
    }
    understand(i);
    return HEARD_LINE;
}

/* Hears until a line begins with `start`. */
static bool await(struct idle *i, const char *start) {
    uint64_t until = now_ms() + ANSWER_MS;
    do {
        if (hear(i, until) != HEARD_LINE)
            return false;
    } while (strncasecmp(i->line, start, strlen(start)));
    return true;
}

static bool idle_once(struct idle *i) {
    uint64_t until = now_ms() + RENEW_MS;
    enum heard heard;
    if (!say(i, "k3 IDLE\r\n") || !await(i, "+"))
        return false;
    if (!i->waits)
        i->news(i->way->ctx); /* for what came before we waited */
    i->waits = true;
    do
        heard = hear(i, until);
    while (heard == HEARD_LINE && strncmp(i->line, "* BYE", 5));
    return heard == HEARD_NOTHING && say(i, "DONE\r\n") && await(i, "k3 OK");
}

static enum kith_watched talk(struct idle *i) {
    if (curl_easy_getinfo(i->curl, CURLINFO_ACTIVESOCKET, &i->fd) != CURLE_OK || i->fd == CURL_SOCKET_BAD)
        return KITH_WATCHED_NEVER;
    if (!say(i, "k1 CAPABILITY\r\n") || !await(i, "k1 "))
        return KITH_WATCHED_BROKE;
    if (!i->can)
        return KITH_WATCHED_NEVER;
    if (!say(i, "k2 EXAMINE INBOX\r\n") || !await(i, "k2 OK"))
        return KITH_WATCHED_BROKE;
    while (idle_once(i))
        continue;
    return KITH_WATCHED_BROKE;
}

enum kith_watched mail_idle(const struct kith_carrier_way *way, void (*news)(void *ctx), char why[KITH_CARRIER_WORD]) {
    struct mail_session s;
    struct idle i = {.way = way, .news = news};
    enum kith_watched how = KITH_WATCHED_BROKE;
    CURLcode code;
    if (!mail_begin(&s, way, "mailto.imap", why))
        return KITH_WATCHED_NEVER;
    curl_easy_setopt(s.curl.curl, CURLOPT_URL, s.url);
    curl_easy_setopt(s.curl.curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(s.curl.curl, CURLOPT_TCP_KEEPALIVE, 1L);
    code = curl_easy_perform(s.curl.curl);
    mail_word(code == CURLE_OK ? CURLE_RECV_ERROR : code, why);
    i.curl = s.curl.curl;
    if (code == CURLE_OK)
        how = talk(&i);
    kith_buf_wipe(&i.in);
    mail_end(&s);
    return how;
}
