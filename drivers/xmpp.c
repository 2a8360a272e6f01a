/* SPDX-License-Identifier: MIT */
/* xmpp.c: xmpp:WHO@HOST. A packet is cut into messages that any server carries and keeps for the absent (RFC 6120, 6121); an
 * answered ping (XEP-0199) says that the server has seen all before it. A server hands a message out once, so this road
 * wants an account of its own: what a person is told there, kith returns as not delivered.
 *
 * Settings (HOME/roads.conf): xmpp.jid, xmpp.password; xmpp.host and xmpp.port where DNS does not tell; xmpp.ca. */
#include "drivers/xmpp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strophe.h>
#include <sys/random.h>
#include <time.h>

#include "crypto/crypto.h"
#include "base/base64.h"

#define NS "urn:kith:packet:1"
#define PART_LEN ((size_t)48 << 10) /* 64 KiB as base64: a quarter of what servers take by default */
#define PACKET_MAX ((size_t)8 << 20)
#define OPEN_MAX 8 /* packets of which parts are missing, */
#define OPEN_OF_ONE 2 /* and of them from one account: who begins many cuts off nobody else's */
#define STEP_MS 300
#define ANSWER_S 60
#define SEND_S 900  /* servers slow down whoever sends much */
#define PROBE_S 240 /* a connection that waits says something that often */

struct open_packet {
    char id[33]; /* "": nothing is open here */
    struct kith_hash from; /* of the account */
    unsigned next, of;
    struct kith_buf bytes;
};

struct session {
    const struct kith_carrier_way *way;
    const struct kith_carrier_taker *taker; /* NULL: sending */
    xmpp_ctx_t *ctx;
    xmpp_conn_t *conn;
    bool secured, connected, leaving, ended, answered, full;
    char *why;             /* KITH_CARRIER_WORD */
    char refused[40];      /* the condition of an error that came back */
    struct open_packet open[OPEN_MAX];
};

static _Thread_local bool bad_certificate; /* libstrophe gives its callback nothing of ours */

void kith_xmpp_start(void) {
    xmpp_initialize();
}

static int on_certificate(const xmpp_tlscert_t *cert, const char *const why) {
    (void)cert, (void)why;
    bad_certificate = true;
    return 0;
}

static void on_connection(xmpp_conn_t *conn, xmpp_conn_event_t event, int error, xmpp_stream_error_t *stream_error, void *ctx) {
    struct session *s = ctx;
    (void)conn, (void)error, (void)stream_error;
    if (event == XMPP_CONN_CONNECT) {
        s->connected = true;
        return;
    }
    s->ended = true;
    if (s->leaving)
        return;
    snprintf(s->why, KITH_CARRIER_WORD, "%s", s->connected    ? "the connection to the XMPP server broke"
                                              : bad_certificate ? "the certificate of the XMPP server is refused"
                                              : s->secured      ? "the XMPP server does not let us in: name or password"
                                                                : "no connection to the XMPP server");
}

static int on_answer(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *ctx) {
    struct session *s = ctx;
    (void)conn, (void)stanza;
    s->answered = true;
    return 1;
}

/* ---- receiving: parts come in the order in which they were sent ---- */

static struct open_packet *packet_of(struct session *s, const char *id, const struct kith_hash *from) {
    struct open_packet *p = NULL, *theirs = NULL;
    size_t count = 0;
    for (size_t i = 0; i < OPEN_MAX; i++) {
        struct open_packet *at = &s->open[i];
        bool same = at->id[0] && !memcmp(&at->from, from, sizeof *from);
        if (same && !strcmp(at->id, id))
            return at;
        count += same;
        if (same && (!theirs || at->bytes.len < theirs->bytes.len))
            theirs = at;
        if (!p || at->bytes.len < p->bytes.len)
            p = at; /* the least is lost with it */
    }
    if (count >= OPEN_OF_ONE)
        p = theirs;
    kith_buf_clear(&p->bytes);
    p->next = p->of = 0;
    p->from = *from;
    snprintf(p->id, sizeof p->id, "%s", id);
    return p;
}

static void on_part(struct session *s, xmpp_stanza_t *part, const char *sender) {
    const char *id = xmpp_stanza_get_attribute(part, "id"), *number = xmpp_stanza_get_attribute(part, "part"), *of = xmpp_stanza_get_attribute(part, "of");
    char *text = xmpp_stanza_get_text(part);
    struct kith_hash from;
    struct open_packet *p;
    size_t len;
    bool alone;
    if (id && number && of && text && strlen(id) == 32 && strlen(text) <= 2 * PART_LEN) {
        kith_sha256(&from, kith_bytes((const uint8_t *)sender, strcspn(sender, "/")));
        p = packet_of(s, id, &from);
        kith_buf_reserve(&p->bytes, PART_LEN);
        if (strtoul(number, NULL, 10) != p->next || p->bytes.len > PACKET_MAX ||
            kith_base64_parse(kith_bytes_str(text), p->bytes.p + p->bytes.len, PART_LEN, &len)) {
            p->id[0] = 0; /* it is sent again when no receipt comes */
            kith_buf_clear(&p->bytes);
        } else {
            p->bytes.len += len;
            if (++p->next == strtoul(of, NULL, 10)) {
                if (s->taker->is_ours(s->taker->ctx, kith_buf_bytes(&p->bytes), &alone))
                    s->full |= !s->taker->take(s->taker->ctx, kith_buf_bytes(&p->bytes));
                p->id[0] = 0;
                kith_buf_clear(&p->bytes);
            }
        }
    }
    if (text)
        xmpp_free(s->ctx, text);
}

static int on_message(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *ctx) {
    struct session *s = ctx;
    const char *type = xmpp_stanza_get_type(stanza), *from = xmpp_stanza_get_from(stanza);
    xmpp_stanza_t *part = xmpp_stanza_get_child_by_ns(stanza, NS), *error = xmpp_stanza_get_child_by_name(stanza, "error"), *reply;
    if (type && !strcmp(type, "error")) {
        error = error ? xmpp_stanza_get_children(error) : NULL;
        snprintf(s->refused, sizeof s->refused, "%s", error && xmpp_stanza_get_name(error) ? xmpp_stanza_get_name(error) : "refused");
    } else if (part && s->taker) {
        on_part(s, part, from ? from : "");
    } else if (xmpp_stanza_get_child_by_name(stanza, "body")) {
        reply = xmpp_stanza_reply_error(stanza, "cancel", "service-unavailable", "kith reads packets here, and nobody else reads");
        if (reply) {
            xmpp_send(conn, reply);
            xmpp_stanza_release(reply);
        }
    }
    return 1;
}

/* ---- a connection ---- */

static bool should_go_on(const struct session *s) {
    return !s->ended && !s->full && !s->way->stop(s->way->ctx);
}

/* Until *what, or not any more. */
static bool run_until(struct session *s, const bool *what, time_t seconds) {
    struct timespec now, begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do {
        xmpp_run_once(s->ctx, STEP_MS);
        s->secured |= xmpp_conn_is_secured(s->conn) != 0; /* asked when it has ended, it says no */
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (!*what && should_go_on(s) && now.tv_sec - begin.tv_sec < seconds);
    if (!*what && !s->ended)
        snprintf(s->why, KITH_CARRIER_WORD, "the XMPP server does not answer");
    return *what;
}

/* Everything before it has been seen by the server when this is answered, by whatever. */
static bool ping(struct session *s, time_t seconds) {
    s->answered = false;
    xmpp_id_handler_add(s->conn, on_answer, "kith-ping", s);
    xmpp_send_raw_string(s->conn, "<iq type='get' id='kith-ping'><ping xmlns='urn:xmpp:ping'/></iq>");
    return run_until(s, &s->answered, seconds);
}

static void end(struct session *s) {
    s->leaving = true;
    if (s->conn && s->connected && !s->ended) {
        xmpp_disconnect(s->conn);
        for (int i = 0; i < 10 && !s->ended; i++)
            xmpp_run_once(s->ctx, STEP_MS);
    }
    if (s->conn)
        xmpp_conn_release(s->conn);
    if (s->ctx)
        xmpp_ctx_free(s->ctx);
    for (size_t i = 0; i < OPEN_MAX; i++)
        kith_buf_wipe(&s->open[i].bytes);
}

static bool begin(struct session *s) {
    const struct kith_carrier_way *way = s->way;
    char jid[300], password[300], file[1024], host[300], port[8];
    bool has_host = kith_carrier_setting(way, "xmpp.host", host, sizeof host), ok;
    unsigned short number = kith_carrier_setting(way, "xmpp.port", port, sizeof port) ? (unsigned short)atoi(port) : 0;
    if (!kith_carrier_setting(way, "xmpp.jid", jid, sizeof jid) || !kith_carrier_setting(way, "xmpp.password", password, sizeof password)) {
        snprintf(s->why, KITH_CARRIER_WORD, "xmpp.jid and xmpp.password are not in roads.conf");
        return false;
    }
    bad_certificate = false;
    s->ctx = xmpp_ctx_new(NULL, NULL);
    s->conn = s->ctx ? xmpp_conn_new(s->ctx) : NULL;
    if (!s->conn)
        return false;
    xmpp_conn_set_flags(s->conn, XMPP_CONN_FLAG_MANDATORY_TLS | XMPP_CONN_FLAG_DISABLE_SM); /* a password never goes in the clear */
    xmpp_conn_set_sockopt_callback(s->conn, xmpp_sockopt_cb_keepalive);
    xmpp_conn_set_certfail_handler(s->conn, on_certificate);
    xmpp_conn_set_jid(s->conn, jid);
    xmpp_conn_set_pass(s->conn, password);
    kith_wipe(password, sizeof password);
    if (kith_carrier_setting(way, "xmpp.ca", file, sizeof file))
        xmpp_conn_set_cafile(s->conn, file);
    xmpp_handler_add(s->conn, on_message, NULL, "message", NULL, s);
    ok = xmpp_connect_client(s->conn, has_host ? host : NULL, number, on_connection, s) == XMPP_EOK;
    if (!ok)
        snprintf(s->why, KITH_CARRIER_WORD, "no connection to the XMPP server");
    return ok && run_until(s, &s->connected, ANSWER_S);
}

static void send_parts(struct session *s, struct kith_bytes packet) {
    size_t of = (packet.len + PART_LEN - 1) / PART_LEN;
    struct kith_buf out = {0};
    char id[33], head[700];
    uint8_t random[16] = {0};
    (void)!getrandom(random, sizeof random, 0);
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(id + 2 * i, 3, "%02x", random[i]);
    for (size_t i = 0; i < of; i++) {
        kith_buf_clear(&out);
        snprintf(head, sizeof head, "<message to='%s' type='normal'><packet xmlns='" NS "' id='%s' part='%zu' of='%zu'>", s->way->rest, id, i, of);
        kith_buf_put_str(&out, head);
        kith_base64_put(&out, kith_bytes(packet.p, packet.len < PART_LEN ? packet.len : PART_LEN));
        kith_buf_put_str(&out, "</packet><store xmlns='urn:xmpp:hints'/></message>");
        kith_buf_put_u8(&out, 0); /* libstrophe looks for it beside being told the length */
        xmpp_send_raw(s->conn, (const char *)out.p, out.len - 1);
        packet = kith_bytes_skip(packet, packet.len < PART_LEN ? packet.len : PART_LEN);
    }
    kith_buf_wipe(&out);
}

static enum kith_carried transmit(const struct kith_carrier_way *way, struct kith_bytes packet, char by[KITH_CARRIER_WORD]) {
    struct session s = {.way = way, .why = by};
    enum kith_carried how = KITH_CARRIED_LATER;
    if (strlen(way->rest) > 300 || !strchr(way->rest, '@') || strpbrk(way->rest, "<>&'\" \t\r\n/")) {
        snprintf(by, KITH_CARRIER_WORD, "that is no XMPP address");
        return KITH_CARRIED_NEVER;
    }
    if (begin(&s)) {
        send_parts(&s, packet);
        if (ping(&s, SEND_S) && !s.refused[0]) {
            snprintf(by, KITH_CARRIER_WORD, "the XMPP server");
            how = KITH_CARRIED_STORED;
        } else if (s.refused[0]) {
            snprintf(by, KITH_CARRIER_WORD, "the XMPP server says: %s", s.refused);
        }
    }
    end(&s);
    return how;
}

/* The first look shows that it works; the next stays connected, and takes what comes when it comes. */
static bool receive(const struct kith_carrier_way *way, const struct kith_carrier_taker *taker, char why[KITH_CARRIER_WORD]) {
    struct session s = {.way = way, .taker = taker, .why = why};
    bool never = false, ok = begin(&s);
    if (ok) {
        xmpp_send_raw_string(s.conn, "<presence/>");
        ok = ping(&s, ANSWER_S);
    }
    while (ok && *way->memo && should_go_on(&s)) {
        (void)run_until(&s, &never, PROBE_S);
        ok = !should_go_on(&s) || ping(&s, ANSWER_S);
    }
    if (s.full) {
        ok = false;
        snprintf(why, KITH_CARRIER_WORD, "there is no room in inpackets");
    }
    *way->memo = ok;
    end(&s);
    return ok;
}

const struct kith_carrier kith_carrier_xmpp = {"xmpp", 1000, transmit, NULL, receive, NULL, NULL};
