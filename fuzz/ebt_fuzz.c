/* SPDX-License-Identifier: MIT */
/* ebt_fuzz.c: a script of calls from bytes, with notes as JSON of the fuzzer's own making too. What must
 * hold: every frame is JSON of feeds and 32-bit notes, messages leave in order and only of what we hold and
 * share, a feed is asked of one peer at a time, and nothing is said for ever. */
#include <stdlib.h>

#include "feed/id.h"
#include "sync/ebt.h"

#define FEEDS 12
#define PEERS 5

struct world {
    struct kith_ebt *e;
    uint64_t have[FEEDS], now_ms, last[PEERS][FEEDS];
    bool want[FEEDS], open[PEERS], blocked[FEEDS][PEERS];
    bool asked[PEERS][FEEDS]; /* our last word to the peer was an even note */
};

static struct kith_pubkey id_of(unsigned n) {
    struct kith_pubkey id = {{0}};
    id.b[0] = (uint8_t)(n % FEEDS);
    id.b[31] = 7;
    return id;
}

/* Not every id that begins and ends like ours is one of ours: the rest are strangers. */
static bool is_ours(const struct kith_pubkey *id) {
    struct kith_pubkey ours = id_of(id->b[0]);
    return kith_pubkey_eq(id, &ours);
}

static void must(bool cond) {
    if (!cond)
        abort();
}

static void check_notes(struct world *w, unsigned p, struct kith_bytes notes) {
    struct kith_json doc = {0};
    must(!kith_json_parse(&doc, notes, 100000) && kith_json_is(&doc, 0, KITH_JSON_OBJECT));
    for (uint32_t n = kith_json_first(&doc, 0); n != KITH_JSON_NONE; n = doc.nodes[n].next) {
        struct kith_pubkey id;
        int64_t note = 0;
        must(!kith_feed_id_parse(doc.nodes[n].key, &id) && !kith_json_int(&doc, n, &note));
        must(note >= -1 && note <= INT32_MAX);
        if (!is_ours(&id)) {
            must(note == -1);
            continue;
        }
        bool shared = w->want[id.b[0]] && !w->blocked[id.b[0]][p];
        must(shared ? (uint64_t)note >> 1 == w->have[id.b[0]] : note == -1);
        w->asked[p][id.b[0]] = note >= 0 && !(note & 1);
    }
    kith_json_wipe(&doc);
}

/* Takes up to `most` frames; false if there was still one. */
static bool drain(struct world *w, unsigned p, unsigned most) {
    struct kith_pubkey id = id_of(p);
    struct kith_ebt_out out;
    for (unsigned i = 0; i < most; i++) {
        if (!kith_ebt_next(w->e, &id, &out, w->now_ms))
            return true;
        must(w->open[p]);
        if (out.kind == KITH_EBT_NOTES) {
            check_notes(w, p, out.notes);
            continue;
        }
        unsigned f = out.feed.b[0];
        must(f < FEEDS && w->want[f] && !w->blocked[f][p] && out.sequence >= 1 && out.sequence <= w->have[f]);
        must(!w->last[p][f] || out.sequence == w->last[p][f] + 1);
        w->last[p][f] = out.sequence;
    }
    return false;
}

/* A peer that refuses a feed is not asked any more, though we need not say so. */
static void forget_asked(struct world *w, unsigned p, const struct kith_json *doc, uint32_t node) {
    struct kith_pubkey id;
    double note = -1;
    bool replicate, receive;
    if (!kith_feed_id_parse(doc->nodes[node].key, &id) && is_ours(&id) &&
        (kith_json_double(doc, node, &note) || kith_ebt_note_read(note, &replicate, &receive) < 0))
        w->asked[p][id.b[0]] = false;
}

static void hear(struct world *w, unsigned p, struct kith_bytes text) {
    struct kith_json doc = {0};
    struct kith_pubkey id = id_of(p);
    if (!kith_json_parse(&doc, text, 1000)) {
        int err = kith_ebt_recv_notes(w->e, &id, &doc, w->now_ms);
        must(!err || kith_err_is_peer(err));
        memset(w->last[p], 0, sizeof w->last[p]);
        for (uint32_t n = kith_json_first(&doc, 0); n != KITH_JSON_NONE; n = doc.nodes[n].next)
            forget_asked(w, p, &doc, n);
        for (uint32_t n = kith_json_first(&doc, kith_json_get(&doc, 0, "clock")); n != KITH_JSON_NONE;
             n = doc.nodes[n].next)
            forget_asked(w, p, &doc, n);
    }
    kith_json_wipe(&doc);
}

static void hear_note(struct world *w, unsigned p, unsigned f, int note) {
    struct kith_buf text = {0};
    struct kith_pubkey feed = id_of(f);
    kith_buf_put_str(&text, "{\"");
    kith_feed_id_put(&text, &feed);
    kith_buf_put_str(&text, "\":");
    kith_buf_put_int(&text, note);
    kith_buf_put_u8(&text, '}');
    hear(w, p, kith_buf_bytes(&text));
    kith_buf_wipe(&text);
}

static void reopen(struct world *w, unsigned p, bool speaks_first, bool remembered) {
    struct kith_pubkey id = id_of(p);
    struct kith_buf clock = {0};
    struct kith_json doc = {0};
    kith_ebt_peer_clock(w->e, &id, &clock);
    must(!kith_json_parse(&doc, kith_buf_bytes(&clock), 100000));
    kith_json_wipe(&doc);
    kith_ebt_open(w->e, &id, speaks_first, remembered ? kith_buf_bytes(&clock) : kith_bytes(NULL, 0), w->now_ms);
    kith_buf_wipe(&clock);
    w->open[p] = true;
    memset(w->last[p], 0, sizeof w->last[p]);
    memset(w->asked[p], 0, sizeof w->asked[p]);
}

static void act(struct world *w, unsigned what, unsigned p, unsigned f, unsigned v) {
    struct kith_pubkey peer = id_of(p), feed = id_of(f);
    switch (what) {
    case 0:
        w->want[f] = v & 1;
        kith_ebt_want(w->e, &feed, v & 1);
        break;
    case 1:
        w->have[f] = v & 128 ? v & 63 : w->have[f] + 1;
        kith_ebt_have(w->e, &feed, w->have[f]);
        for (unsigned i = 0; i < PEERS; i++)
            w->last[i][f] = 0;
        break;
    case 2:
        reopen(w, p, v & 1, v & 2);
        break;
    case 3:
        kith_ebt_close(w->e, &peer);
        w->open[p] = false;
        break;
    case 4:
        w->blocked[f][p] = v & 1;
        kith_ebt_block(w->e, &feed, &peer, v & 1);
        break;
    case 5:
        if (kith_ebt_recv_message(w->e, &peer, &feed, v, w->now_ms)) {
            must(w->open[p] && w->want[f] && !w->blocked[f][p] && v > w->have[f]);
            w->have[f] += v == w->have[f] + 1;
            kith_ebt_have(w->e, &feed, w->have[f]);
        }
        w->last[p][f] = 0;
        break;
    case 6:
        hear_note(w, p, f, (int)v - 1);
        break;
    case 7:
        w->now_ms += v * 50;
        if (kith_ebt_deadline(w->e) <= w->now_ms)
            kith_ebt_tick(w->e, w->now_ms);
        break;
    case 8:
        (void)drain(w, p, v);
        break;
    case 9:
        kith_ebt_bad(w->e, &peer, &feed);
        break;
    case 10:
        kith_ebt_cannot_send(w->e, &peer, &feed);
        break;
    default:
        kith_ebt_own(w->e, &feed);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct world w = {.e = kith_ebt_new()};
    struct kith_reader r = kith_reader(kith_bytes(data, size));
    while (kith_read_left(&r) >= 3) {
        uint8_t what = kith_read_u8(&r), who = kith_read_u8(&r), v = kith_read_u8(&r);
        unsigned p = who % PEERS;
        if (what % 13 == 12 && kith_read_left(&r) >= v)
            hear(&w, p, kith_read_bytes(&r, v));
        else
            act(&w, what % 13, p, who / PEERS % FEEDS, v);
    }
    for (unsigned p = 0; p < PEERS; p++)
        must(drain(&w, p, FEEDS * 256 * 2 + 1000));
    for (unsigned f = 0; f < FEEDS; f++) {
        unsigned asked = 0;
        for (unsigned p = 0; p < PEERS; p++)
            asked += w.open[p] && w.asked[p][f] && w.want[f] && !w.blocked[f][p];
        must(asked <= 1);
    }
    kith_ebt_free(w.e);
    return 0;
}
