/* SPDX-License-Identifier: MIT */
/* roads --seeds A..B: people who never have a live link. Their packets are lost (30 of 100), come twice, late (up to a
 * week) and in any order; machines are switched off and on again; a clock is wrong. Half of those who have a road to each
 * other begin as strangers: one asks, the other says yes when they look. In the end all walls and all photos are equal. One process, a virtual clock, the node of production; a seed that fails fails again. */
#include "roads.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void act(size_t who, const struct kith_buf *json) {
    int err = kith_node_action(roads_w.people[who].node, kith_buf_bytes(json), roads_time_of(&roads_w.people[who]));
    if (err && err != KITH_ERR_FORK_GUARD) {
        fprintf(stderr, "publishing: %s\n", kith_err_text(err));
        exit(2);
    }
    roads_pump(who);
}

static void say_id(struct kith_buf *out, size_t who) {
    kith_feed_id_put(out, &roads_w.people[who].keys.pub);
}

static void follow(size_t from, size_t to) {
    struct kith_buf json = {0};
    kith_buf_put_str(&json, "{\"type\":\"contact\",\"contact\":\"");
    say_id(&json, to);
    kith_buf_put_str(&json, "\",\"following\":true}");
    act(from, &json);
    kith_buf_wipe(&json);
}

/* An inbox that is always up; dead: a mail server that never is, so that only what they say of themselves helps. */
static void road(size_t from, size_t to, bool dead) {
    struct kith_recipient *r = courier_put(roads_w.people[from].node, &roads_w.people[to].keys.pub);
    kith_buf_put_str(&r->roads, dead ? "mailto:" : roads_w.folder ? "dir:/everybody" : "http:");
    if (dead || !roads_w.folder)
        kith_buf_put_dec(&r->roads, to);
    kith_buf_put_str(&r->roads, "\n");
    courier_save_roads(roads_w.people[from].node, &r->id);
    courier_start_again(roads_w.people[from].node, r);
    roads_pump(from);
}

/* Where packets for them lie, for those to know who have no road to them yet. */
static void listen(size_t who) {
    struct kith_node *n = roads_w.people[who].node;
    kith_buf_put_str(&n->courier.own_roads, "http:");
    kith_buf_put_dec(&n->courier.own_roads, who);
    kith_buf_put_str(&n->courier.own_roads, "\n");
    n->courier.has_profile = true;
    courier_save_roads(n, &n->keys.pub);
    roads_pump(who);
}

static void ask(size_t from, size_t to) {
    struct kith_recipient *r = courier_put(roads_w.people[from].node, &roads_w.people[to].keys.pub);
    r->strict = true;
    kith_buf_put_str(&r->ask_text, "May I?");
    courier_save(roads_w.people[from].node, r);
    follow(from, to);
    road(from, to, false);
    roads_w.asked++;
}

static void note_request(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct kith_pubkey id;
    bool *waits = ctx;
    (void)n;
    for (size_t i = 0; i < roads_w.count && !kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "key")), &id); i++)
        waits[i] |= kith_pubkey_eq(&id, &roads_w.people[i].keys.pub);
}

static void accept_all(size_t who) {
    bool waits[PEOPLE_MAX] = {false};
    kith_local_each(roads_w.people[who].node, "request", note_request, waits);
    for (size_t i = 0; i < roads_w.count; i++) {
        if (!waits[i] || kith_graph_is_following(roads_w.people[who].node->social, &roads_w.people[who].keys.pub, &roads_w.people[i].keys.pub))
            continue;
        follow(who, i);
        roads_w.accepted++;
    }
    if (roads_w.now < 200 * DAY)
        roads_later(DAY / 2, LOOK, who, 0, KITH_LIT(""));
}

/* A post, sometimes with a photo of up to 3 MB. */
static void write_post(size_t who) {
    struct machine *m = &roads_w.people[who];
    struct kith_buf json = {0}, photo = {0};
    struct kith_blobid id;
    kith_buf_put_str(&json, "{\"type\":\"post\",\"text\":\"word ");
    kith_buf_put_dec(&json, roads_w.order);
    kith_buf_put_str(&json, "\"");
    if (roads_below(8) == 0 && m->photo_count < BLOBS_MAX) {
        size_t len = (size_t)(1 + roads_below(roads_below(4) ? 20000 : 3000000));
        kith_buf_reserve(&photo, len);
        roads_fill(NULL, photo.p, len);
        photo.len = len;
        if (!kith_blob_put(m->node, kith_buf_bytes(&photo), &id, NULL, NULL)) {
            m->photos[m->photo_count++] = id;
            kith_buf_put_str(&json, ",\"mentions\":[{\"link\":\"");
            kith_blobid_put(&json, &id);
            kith_buf_put_str(&json, "\"}]");
        }
        roads_pump(who);
        kith_buf_wipe(&photo);
    }
    kith_buf_put_str(&json, "}");
    act(who, &json);
    kith_buf_wipe(&json);
}

/* ---- time goes by ---- */

static uint64_t next_tick(size_t *who) {
    uint64_t at = UINT64_MAX;
    for (size_t i = 0; i < roads_w.count; i++) {
        struct machine *m = &roads_w.people[i];
        uint64_t d = kith_node_deadline(m->node);
        if (d != UINT64_MAX && m->boot_at + (d ? d - 1 : 0) < at) {
            at = m->boot_at + (d ? d - 1 : 0);
            *who = i;
        }
    }
    return at < roads_w.now ? roads_w.now : at;
}

static void happen(struct event *e) {
    struct machine *m = &roads_w.people[e->who];
    int err;
    switch (e->kind) {
    case DELIVER:
        err = kith_node_packet(m->node, kith_buf_bytes(&e->bytes), roads_time_of(m));
        roads_w.delivered++;
        roads_w.refused += err && err != KITH_ERR_EXISTS && err != KITH_ERR_BUSY;
        if (err == KITH_ERR_BUSY)
            roads_later(1000, DELIVER, e->who, 0, kith_buf_bytes(&e->bytes));
        break;
    case SENT:
        if (m->life == e->life || roads_below(2))
            kith_node_packet_sent(m->node, e->ticket, e->bytes.len ? KITH_SENT_LATER : KITH_SENT_STORED, "the road", roads_time_of(m));
        break;
    case WRITE:
        write_post(e->who);
        break;
    case RESTART:
        roads_restart(e->who);
        break;
    case LOOK:
        accept_all(e->who);
        break;
    }
    roads_pump(e->who);
}

static void step(uint64_t until) {
    size_t first = 0, who = 0;
    uint64_t tick = next_tick(&who);
    struct event e;
    for (size_t i = 1; i < roads_w.event_count; i++) {
        if (roads_w.events[i].at < roads_w.events[first].at || (roads_w.events[i].at == roads_w.events[first].at && roads_w.events[i].order < roads_w.events[first].order))
            first = i;
    }
    if (roads_w.event_count && roads_w.events[first].at <= tick) {
        e = roads_w.events[first];
        roads_w.events[first] = roads_w.events[--roads_w.event_count];
        roads_w.now = e.at;
        happen(&e);
        kith_buf_wipe(&e.bytes);
        return;
    }
    if (tick > until) {
        roads_w.now = until; /* nothing is going on */
        return;
    }
    roads_w.now = tick > roads_w.now ? tick : roads_w.now + 1;
    kith_node_tick(roads_w.people[who].node, roads_time_of(&roads_w.people[who]));
    roads_pump(who);
}

static uint64_t head(size_t at, size_t whose) {
    return courier_head(roads_w.people[at].node, &roads_w.people[whose].keys.pub);
}

/* Everybody holds as much of each as the author, and every photo. */
static bool is_equal(char *why, size_t len) {
    for (size_t i = 0; i < roads_w.count; i++) {
        for (size_t k = 0; k < roads_w.count; k++) {
            if (head(i, k) != head(k, k)) {
                snprintf(why, len, "%zu has %" PRIu64 " of %" PRIu64 " of %zu", i, head(i, k), head(k, k), k);
                return false;
            }
            for (size_t b = 0; b < roads_w.people[k].photo_count; b++) {
                if (!kith_blobs_has(roads_w.people[i].node->blobs.blobs, &roads_w.people[k].photos[b], NULL)) {
                    snprintf(why, len, "%zu lacks a photo that %zu has", i, k);
                    return false;
                }
            }
        }
    }
    return true;
}

/* Nobody has anything twice: as many chained records as all heads together. */
static bool is_single(void) {
    for (size_t i = 0; i < roads_w.count; i++) {
        struct kith_store *s = roads_w.people[i].node->store;
        struct kith_buf scratch = {0};
        struct kith_record record;
        uint64_t chained = 0, heads = 0;
        for (uint64_t r = 0; r < kith_store_count(s); r++)
            chained += !kith_store_get(s, r, &record, &scratch) && record.kind == KITH_RECORD_CHAINED;
        for (size_t k = 0; k < roads_w.count; k++)
            heads += head(i, k);
        kith_buf_wipe(&scratch);
        if (chained != heads)
            return false;
    }
    return true;
}

static void begin(uint64_t seed) {
    memset(&roads_w, 0, sizeof roads_w);
    roads_w.state = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
    roads_w.count = 2 + roads_below(PEOPLE_MAX - 1);
    roads_w.folder = seed % 3 == 0;
    for (size_t i = 0; i < roads_w.count; i++) {
        struct kith_seed s;
        roads_fill(NULL, s.b, sizeof s.b);
        kith_sign_keypair(&roads_w.people[i].keys, &s);
        roads_w.people[i].disk = kith_slots_mem_new();
        roads_w.people[i].skew = roads_below(4) ? 0 : (int64_t)roads_below(20 * 3600 * 1000) - 10 * 3600 * 1000;
        roads_boot(i);
        listen(i);
    }
    for (size_t i = 0; i + 1 < roads_w.count; i++) { /* a chain of friends, so that things pass through others, and some more */
        for (size_t k = i + 1; k < roads_w.count; k++) {
            bool roads = k == i + 1 || roads_below(2);
            if (roads && roads_below(2)) {
                bool first = roads_below(2);
                ask(first ? i : k, first ? k : i);
                continue;
            }
            follow(i, k);
            follow(k, i);
            if (roads) {
                road(i, k, roads_below(3) == 0);
                road(k, i, false);
            }
        }
    }
    for (size_t i = 0; i < roads_w.count; i++) {
        for (uint64_t k = 5 + roads_below(40); k; k--)
            roads_later(roads_below(40 * DAY), WRITE, i, 0, KITH_LIT(""));
        for (uint64_t k = roads_below(4); k; k--)
            roads_later(roads_below(60 * DAY), RESTART, i, 0, KITH_LIT(""));
        roads_later(roads_below(DAY), LOOK, i, 0, KITH_LIT(""));
    }
}

static void end(void) {
    for (size_t i = 0; i < roads_w.count; i++) {
        kith_node_free(roads_w.people[i].node);
        kith_slots_mem_free(roads_w.people[i].disk);
        for (size_t b = 0; b < roads_w.people[i].blob_count; b++)
            kith_buf_wipe(&roads_w.people[i].blobs[b].bytes);
    }
    for (size_t i = 0; i < roads_w.event_count; i++)
        kith_buf_wipe(&roads_w.events[i].bytes);
    kith_free(roads_w.events);
}

static bool play(uint64_t seed) {
    char why[160] = "";
    uint64_t look = 60 * DAY;
    bool equal = false;
    begin(seed);
    while (roads_w.now < END && !equal) {
        step(look);
        if (roads_w.now >= look) {
            equal = is_equal(why, sizeof why);
            look = roads_w.now + DAY;
        }
    }
    if (equal && !is_single()) {
        equal = false;
        snprintf(why, sizeof why, "something is there twice");
    }
    if (equal && roads_w.accepted != roads_w.asked) {
        equal = false;
        snprintf(why, sizeof why, "a request was not heard, or heard twice");
    }
    if (equal && roads_w.refused) {
        equal = false;
        snprintf(why, sizeof why, "%" PRIu64 " packets were refused", roads_w.refused);
    }
    if (!equal || getenv("ROADS_VERBOSE"))
        printf("seed %" PRIu64 ": %s, %zu people, day %" PRIu64 ", %" PRIu64 " packets (%" PRIu64 " MB), %" PRIu64 " lost, %" PRIu64 " twice, %" PRIu64 " of %" PRIu64 " requests accepted, %" PRIu64 " packets for several%s%s\n", seed,
               equal ? "equal" : "FAILED", roads_w.count, roads_w.now / DAY, roads_w.packets, roads_w.bytes >> 20, roads_w.lost, roads_w.twice, roads_w.accepted, roads_w.asked, roads_w.together, *why && !equal ? ": " : "", equal ? "" : why);
    end();
    return equal;
}

int main(int argc, char **argv) {
    uint64_t first = 1, last = 20, failed = 0;
    if (argc == 3 && sscanf(argv[2], "%" SCNu64 "..%" SCNu64, &first, &last) != 2)
        return 2;
    if (kith_crypto_init())
        return 2;
    for (uint64_t seed = first; seed <= last; seed++)
        failed += !play(seed);
    printf("%" PRIu64 " passed, %" PRIu64 " failed\n", last - first + 1 - failed, failed);
    return failed != 0;
}
