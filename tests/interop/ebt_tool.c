/* SPDX-License-Identifier: MIT */
/* ebt_tool: EBT nodes for a script. Reads a JSON object a line, answers each with a line.
 *
 *   {"op":"have","node":0,"feed":"@..","seq":3}      {"op":"want","node":0,"feed":"@..","value":true}
 *   {"op":"own","node":0,"feed":"@.."}               {"op":"free","node":0}
 *   {"op":"open","node":0,"peer":"@..","first":true,"clock":{},"now":0}   {"op":"close","node":0,"peer":"@.."}
 *   {"op":"notes","node":0,"peer":"@..","notes":{},"now":0}               answers {"err":0}
 *   {"op":"message","node":0,"peer":"@..","feed":"@..","seq":4,"now":0}   answers {"take":true}
 *   {"op":"next","node":0,"peer":"@..","now":0}      answers {"notes":{}}, {"feed":"@..","seq":5} or {}
 *   {"op":"clock","node":0,"peer":"@.."}             answers the clock
 *   {"op":"tick","node":0,"now":0}
 */
#include <stdio.h>
#include <stdlib.h>

#include "feed/id.h"
#include "sync/ebt.h"

#define NODES 16

static struct kith_ebt *nodes[NODES];

static struct kith_pubkey id_in(const struct kith_json *doc, const char *name) {
    struct kith_pubkey id = {{0}};
    if (kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, name)), &id))
        memset(&id, 0, sizeof id);
    return id;
}

static uint64_t number_in(const struct kith_json *doc, const char *name) {
    int64_t v = 0;
    if (kith_json_int(doc, kith_json_get(doc, 0, name), &v) || v < 0)
        return 0;
    return (uint64_t)v;
}

static bool is_op(const struct kith_json *doc, const char *op) {
    return kith_bytes_is(kith_json_str(doc, kith_json_get(doc, 0, "op")), op);
}

static void put_out(struct kith_buf *out, const struct kith_ebt_out *o) {
    if (o->kind == KITH_EBT_NOTES) {
        kith_buf_put_str(out, "{\"notes\":");
        kith_buf_put_bytes(out, o->notes);
    } else {
        kith_buf_put_str(out, "{\"feed\":\"");
        kith_feed_id_put(out, &o->feed);
        kith_buf_put_str(out, "\",\"seq\":");
        kith_buf_put_dec(out, o->sequence);
    }
    kith_buf_put_str(out, "}");
}

/* Calls that a peer's stream makes. */
static void stream_op(struct kith_ebt *e, const struct kith_json *doc, struct kith_buf *out) {
    struct kith_pubkey peer = id_in(doc, "peer"), feed = id_in(doc, "feed");
    uint64_t now = number_in(doc, "now");
    struct kith_buf part = {0};
    struct kith_json notes = {0};
    struct kith_ebt_out o;
    if (is_op(doc, "open")) {
        kith_json_put_compact(&part, doc, kith_json_get(doc, 0, "clock"));
        kith_ebt_open(e, &peer, kith_json_true(doc, kith_json_get(doc, 0, "first")), kith_buf_bytes(&part), now);
    } else if (is_op(doc, "close")) {
        kith_ebt_close(e, &peer);
    } else if (is_op(doc, "notes")) {
        kith_json_put_compact(&part, doc, kith_json_get(doc, 0, "notes"));
        int err = kith_json_parse(&notes, kith_buf_bytes(&part), 1000000);
        if (!err)
            err = kith_ebt_recv_notes(e, &peer, &notes, now);
        kith_buf_put_str(out, "{\"err\":");
        kith_buf_put_int(out, err);
        kith_buf_put_str(out, "}");
    } else if (is_op(doc, "message")) {
        bool take = kith_ebt_recv_message(e, &peer, &feed, number_in(doc, "seq"), now);
        kith_buf_put_str(out, take ? "{\"take\":true}" : "{\"take\":false}");
    } else if (is_op(doc, "next")) {
        if (kith_ebt_next(e, &peer, &o, now))
            put_out(out, &o);
    } else if (is_op(doc, "clock")) {
        kith_ebt_peer_clock(e, &peer, out);
    }
    kith_buf_wipe(&part);
    kith_json_wipe(&notes);
}

static void answer(const struct kith_json *doc, struct kith_buf *out) {
    uint64_t n = number_in(doc, "node") % NODES;
    struct kith_pubkey feed = id_in(doc, "feed");
    if (is_op(doc, "free")) {
        kith_ebt_free(nodes[n]);
        nodes[n] = NULL;
        return;
    }
    if (!nodes[n])
        nodes[n] = kith_ebt_new();
    if (is_op(doc, "have"))
        kith_ebt_have(nodes[n], &feed, number_in(doc, "seq"));
    else if (is_op(doc, "want"))
        kith_ebt_want(nodes[n], &feed, kith_json_true(doc, kith_json_get(doc, 0, "value")));
    else if (is_op(doc, "own"))
        kith_ebt_own(nodes[n], &feed);
    else if (is_op(doc, "tick"))
        kith_ebt_tick(nodes[n], number_in(doc, "now"));
    else
        stream_op(nodes[n], doc, out);
}

int main(void) {
    struct kith_json doc = {0};
    struct kith_buf out = {0};
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    while ((len = getline(&line, &cap, stdin)) > 0) {
        kith_buf_clear(&out);
        if (kith_json_parse(&doc, kith_bytes(line, (size_t)len), 1000000) == KITH_OK)
            answer(&doc, &out);
        if (!out.len)
            kith_buf_put_str(&out, "{}");
        kith_buf_put_u8(&out, '\n');
        fwrite(out.p, 1, out.len, stdout);
        fflush(stdout);
    }
    free(line);
    kith_buf_wipe(&out);
    kith_json_wipe(&doc);
    for (int n = 0; n < NODES; n++)
        kith_ebt_free(nodes[n]);
    return 0;
}
