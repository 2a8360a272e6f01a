/* SPDX-License-Identifier: MIT */
/* roads --seeds A..B: people who never have a live link. Their packets are lost (30 of 100), come twice, late (up to a
 * week) and in any order; machines are switched off and on again; a clock is wrong. Half of those who have a road to each
 * other begin as strangers: one asks, the other says yes when they look. In the end all walls and all photos are equal. One process, a virtual clock, the node of production; a seed that fails fails again. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/courier_state.h"
#include "node/job.h"
#include "store/slots_mem.h"

#define PEOPLE_MAX 5
#define DAY (UINT64_C(24) * 3600 * 1000)
#define WEEK (7 * DAY)
#define EPOCH UINT64_C(1770000000000)
#define BLOBS_MAX 16
#define END (400 * DAY) /* nobody is waited for longer */

enum kind { DELIVER = 1, SENT, WRITE, RESTART, LOOK };

struct event {
    uint64_t at, order;
    enum kind kind;
    size_t who;
    uint64_t ticket;
    unsigned life;
    struct kith_buf bytes;
};

struct blob {
    struct kith_blobid id;
    struct kith_buf bytes;
};

struct machine {
    struct kith_node *node;
    struct kith_slots_mem *disk;
    struct kith_keypair keys;
    uint64_t boot_at;
    int64_t skew;
    unsigned life;
    struct blob blobs[BLOBS_MAX * PEOPLE_MAX];
    size_t blob_count;
};

static struct {
    uint64_t state, now, order;
    struct machine people[PEOPLE_MAX];
    size_t count;
    struct event *events;
    size_t event_count, event_cap;
    uint64_t packets, lost, twice, delivered, bytes, refused, asked, accepted;
    bool calm;
} w;

static uint64_t draw(void) { /* Steele, Lea, Flood: SplitMix64 */
    uint64_t z = (w.state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t below(uint64_t n) {
    return draw() % n;
}

static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    while (len--)
        *out++ = (uint8_t)draw();
}

static void later(uint64_t ms, enum kind kind, size_t who, uint64_t ticket, struct kith_bytes bytes) {
    struct event *e;
    w.events = kith_grow(w.events, &w.event_cap, w.event_count + 1, sizeof *w.events);
    e = &w.events[w.event_count++];
    *e = (struct event){.at = w.now + ms, .order = w.order++, .kind = kind, .who = who, .ticket = ticket, .life = w.people[who].life};
    kith_buf_put_bytes(&e->bytes, bytes);
}

static struct kith_time time_of(const struct machine *m) {
    return (struct kith_time){1 + w.now - m->boot_at, (uint64_t)((int64_t)(EPOCH + w.now) + m->skew)};
}

/* ---- effects ---- */

static void keep_blob(struct machine *m, const struct kith_effect *e) {
    struct blob *b = &m->blobs[m->blob_count++];
    if (m->blob_count == sizeof m->blobs / sizeof *m->blobs)
        exit(2);
    b->id = e->blob;
    kith_buf_put_bytes(&b->bytes, e->bytes);
}

static struct blob *blob_of(struct machine *m, const struct kith_blobid *id) {
    for (size_t i = 0; i < m->blob_count; i++) {
        if (kith_hash_eq(&m->blobs[i].id.hash, &id->hash))
            return &m->blobs[i];
    }
    return NULL;
}

/* Half of them within an hour, the others within a week. */
static uint64_t a_while(void) {
    return below(2) ? below(3600 * 1000) : below(WEEK);
}

static void carry_packet(size_t from, const struct kith_effect *e) {
    const uint8_t *end = memchr(e->bytes.p, '\n', e->bytes.len);
    size_t to = (size_t)(e->bytes.p[5] - '0'); /* "http:N" */
    struct kith_bytes packet = kith_bytes_skip(e->bytes, (size_t)(end - e->bytes.p) + 1);
    unsigned copies = !w.calm && below(100) < 30 ? 0 : below(100) < 20 ? 2 : 1;
    w.packets++;
    w.bytes += packet.len;
    w.lost += !copies;
    w.twice += copies == 2;
    later(below(5000), SENT, from, e->ticket, KITH_LIT(""));
    while (copies--)
        later(a_while(), DELIVER, to, 0, packet);
}

static void pump(size_t who) {
    struct machine *m = &w.people[who];
    struct kith_effect e;
    while (kith_node_next(m->node, &e)) {
        struct kith_buf out = {0};
        struct kith_slot slot;
        struct blob *b;
        int err;
        switch (e.kind) {
        case KITH_EFFECT_STORE:
            err = kith_slots_mem_perform(m->disk, &e.store, &slot);
            kith_node_store_done(m->node, e.ticket, err, e.store.kind == KITH_STORE_CREATE ? &slot : NULL, time_of(m));
            break;
        case KITH_EFFECT_JOB:
            if (kith_job_run(e.bytes, &out))
                exit(2);
            kith_node_job_done(m->node, e.ticket, kith_buf_bytes(&out), time_of(m));
            break;
        case KITH_EFFECT_BLOB_PUT:
            keep_blob(m, &e);
            kith_node_blob_put_done(m->node, e.ticket, KITH_OK, time_of(m));
            break;
        case KITH_EFFECT_BLOB_GET:
            b = blob_of(m, &e.blob);
            kith_node_blob_got(m->node, e.ticket, b ? KITH_OK : KITH_ERR_NOT_FOUND, b ? kith_buf_bytes(&b->bytes) : KITH_LIT(""), time_of(m));
            break;
        case KITH_EFFECT_PACKET:
            carry_packet(who, &e);
            break;
        case KITH_EFFECT_LOG:
            if (getenv("ROADS_LOG"))
                fprintf(stderr, "%" PRIu64 " %zu %.*s\n", w.now / 1000, who, (int)e.bytes.len, (const char *)e.bytes.p);
            break;
        default:
            break;
        }
        kith_buf_wipe(&out);
    }
}

/* ---- life ---- */

static void boot(size_t who) {
    struct machine *m = &w.people[who];
    struct kith_store_report report;
    struct kith_node_config config = {.keys = m->keys, .cap = KITH_MAIN_NET, .rng = {fill, NULL}};
    m->boot_at = w.now;
    m->life++;
    config.slots = kith_slots_mem_list(m->disk, &config.slot_count);
    if (kith_node_open(&m->node, &config, &report, time_of(m)))
        exit(2);
    for (size_t i = 0; i < m->blob_count; i++)
        kith_node_blob_known(m->node, &m->blobs[i].id, m->blobs[i].bytes.len);
    pump(who);
}

static void restart(size_t who) {
    struct machine *m = &w.people[who];
    if (below(2)) { /* without a word; what was synced is there */
        kith_node_free(m->node);
    } else {
        kith_node_stop(m->node, time_of(m));
        pump(who);
        kith_node_free(m->node);
    }
    boot(who);
}

static void act(size_t who, const struct kith_buf *json) {
    int err = kith_node_action(w.people[who].node, kith_buf_bytes(json), time_of(&w.people[who]));
    if (err && err != KITH_ERR_FORK_GUARD) {
        fprintf(stderr, "publishing: %s\n", kith_err_text(err));
        exit(2);
    }
    pump(who);
}

static void say_id(struct kith_buf *out, size_t who) {
    kith_feed_id_put(out, &w.people[who].keys.pub);
}

static void follow(size_t from, size_t to) {
    struct kith_buf json = {0};
    kith_buf_put_str(&json, "{\"type\":\"contact\",\"contact\":\"");
    say_id(&json, to);
    kith_buf_put_str(&json, "\",\"following\":true}");
    act(from, &json);
    kith_buf_wipe(&json);
}

static void road(size_t from, size_t to) {
    struct kith_recipient *r = courier_put(w.people[from].node, &w.people[to].keys.pub);
    kith_buf_put_str(&r->roads, "http:");
    kith_buf_put_dec(&r->roads, to);
    kith_buf_put_str(&r->roads, "\n");
    courier_save_roads(w.people[from].node, &r->id);
    courier_start_again(w.people[from].node, r);
    pump(from);
}

/* Where packets for them lie, for those to know who have no road to them yet. */
static void listen(size_t who) {
    struct kith_node *n = w.people[who].node;
    kith_buf_put_str(&n->courier.own_roads, "http:");
    kith_buf_put_dec(&n->courier.own_roads, who);
    kith_buf_put_str(&n->courier.own_roads, "\n");
    n->courier.has_profile = true;
    courier_save_roads(n, &n->keys.pub);
    pump(who);
}

static void ask(size_t from, size_t to) {
    struct kith_recipient *r = courier_put(w.people[from].node, &w.people[to].keys.pub);
    r->strict = true;
    kith_buf_put_str(&r->ask_text, "May I?");
    courier_save(w.people[from].node, r);
    follow(from, to);
    road(from, to);
    w.asked++;
}

static void note_request(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct kith_pubkey id;
    bool *waits = ctx;
    (void)n;
    for (size_t i = 0; i < w.count && !kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "key")), &id); i++)
        waits[i] |= kith_pubkey_eq(&id, &w.people[i].keys.pub);
}

static void accept_all(size_t who) {
    bool waits[PEOPLE_MAX] = {false};
    kith_local_each(w.people[who].node, "request", note_request, waits);
    for (size_t i = 0; i < w.count; i++) {
        if (!waits[i] || kith_graph_is_following(w.people[who].node->social, &w.people[who].keys.pub, &w.people[i].keys.pub))
            continue;
        follow(who, i);
        w.accepted++;
    }
    if (w.now < 200 * DAY)
        later(DAY / 2, LOOK, who, 0, KITH_LIT(""));
}

/* A post, sometimes with a photo of up to 3 MB. */
static void write_post(size_t who) {
    struct machine *m = &w.people[who];
    struct kith_buf json = {0}, photo = {0};
    struct kith_blobid id;
    kith_buf_put_str(&json, "{\"type\":\"post\",\"text\":\"word ");
    kith_buf_put_dec(&json, w.order);
    kith_buf_put_str(&json, "\"");
    if (below(8) == 0 && m->blob_count < BLOBS_MAX) {
        size_t len = (size_t)(1 + below(below(4) ? 20000 : 3000000));
        kith_buf_reserve(&photo, len);
        fill(NULL, photo.p, len);
        photo.len = len;
        if (!kith_blob_put(m->node, kith_buf_bytes(&photo), &id, NULL, NULL)) {
            kith_buf_put_str(&json, ",\"mentions\":[{\"link\":\"");
            kith_blobid_put(&json, &id);
            kith_buf_put_str(&json, "\"}]");
        }
        pump(who);
        kith_buf_wipe(&photo);
    }
    kith_buf_put_str(&json, "}");
    act(who, &json);
    kith_buf_wipe(&json);
}

/* ---- time goes by ---- */

static uint64_t next_tick(size_t *who) {
    uint64_t at = UINT64_MAX;
    for (size_t i = 0; i < w.count; i++) {
        struct machine *m = &w.people[i];
        uint64_t d = kith_node_deadline(m->node);
        if (d != UINT64_MAX && m->boot_at + (d ? d - 1 : 0) < at) {
            at = m->boot_at + (d ? d - 1 : 0);
            *who = i;
        }
    }
    return at < w.now ? w.now : at;
}

static void happen(struct event *e) {
    struct machine *m = &w.people[e->who];
    int err;
    switch (e->kind) {
    case DELIVER:
        err = kith_node_packet(m->node, kith_buf_bytes(&e->bytes), time_of(m));
        w.delivered++;
        w.refused += err && err != KITH_ERR_EXISTS && err != KITH_ERR_BUSY;
        if (err == KITH_ERR_BUSY)
            later(1000, DELIVER, e->who, 0, kith_buf_bytes(&e->bytes));
        break;
    case SENT:
        if (m->life == e->life || below(2))
            kith_node_packet_sent(m->node, e->ticket, KITH_SENT_STORED, "the road", time_of(m));
        break;
    case WRITE:
        write_post(e->who);
        break;
    case RESTART:
        restart(e->who);
        break;
    case LOOK:
        accept_all(e->who);
        break;
    }
    pump(e->who);
}

static void step(uint64_t until) {
    size_t first = 0, who = 0;
    uint64_t tick = next_tick(&who);
    struct event e;
    for (size_t i = 1; i < w.event_count; i++) {
        if (w.events[i].at < w.events[first].at || (w.events[i].at == w.events[first].at && w.events[i].order < w.events[first].order))
            first = i;
    }
    if (w.event_count && w.events[first].at <= tick) {
        e = w.events[first];
        w.events[first] = w.events[--w.event_count];
        w.now = e.at;
        happen(&e);
        kith_buf_wipe(&e.bytes);
        return;
    }
    if (tick > until) {
        w.now = until; /* nothing is going on */
        return;
    }
    w.now = tick > w.now ? tick : w.now + 1;
    kith_node_tick(w.people[who].node, time_of(&w.people[who]));
    pump(who);
}

static uint64_t head(size_t at, size_t whose) {
    return courier_head(w.people[at].node, &w.people[whose].keys.pub);
}

/* Everybody holds as much of each as the author, and every photo. */
static bool is_equal(char *why, size_t len) {
    for (size_t i = 0; i < w.count; i++) {
        for (size_t k = 0; k < w.count; k++) {
            if (head(i, k) != head(k, k)) {
                snprintf(why, len, "%zu has %" PRIu64 " of %" PRIu64 " of %zu", i, head(i, k), head(k, k), k);
                return false;
            }
            for (size_t b = 0; b < w.people[k].blob_count; b++) {
                if (!kith_blobs_has(w.people[i].node->blobs.blobs, &w.people[k].blobs[b].id, NULL)) {
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
    for (size_t i = 0; i < w.count; i++) {
        struct kith_store *s = w.people[i].node->store;
        struct kith_buf scratch = {0};
        struct kith_record record;
        uint64_t chained = 0, heads = 0;
        for (uint64_t r = 0; r < kith_store_count(s); r++)
            chained += !kith_store_get(s, r, &record, &scratch) && record.kind == KITH_RECORD_CHAINED;
        for (size_t k = 0; k < w.count; k++)
            heads += head(i, k);
        kith_buf_wipe(&scratch);
        if (chained != heads)
            return false;
    }
    return true;
}

static void begin(uint64_t seed) {
    memset(&w, 0, sizeof w);
    w.state = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
    w.count = 2 + below(PEOPLE_MAX - 1);
    for (size_t i = 0; i < w.count; i++) {
        struct kith_seed s;
        fill(NULL, s.b, sizeof s.b);
        kith_sign_keypair(&w.people[i].keys, &s);
        w.people[i].disk = kith_slots_mem_new();
        w.people[i].skew = below(4) ? 0 : (int64_t)below(20 * 3600 * 1000) - 10 * 3600 * 1000;
        boot(i);
        listen(i);
    }
    for (size_t i = 0; i + 1 < w.count; i++) { /* a chain of friends, so that things pass through others, and some more */
        for (size_t k = i + 1; k < w.count; k++) {
            bool roads = k == i + 1 || below(2);
            if (roads && below(2)) {
                bool first = below(2);
                ask(first ? i : k, first ? k : i);
                continue;
            }
            follow(i, k);
            follow(k, i);
            if (roads) {
                road(i, k);
                road(k, i);
            }
        }
    }
    for (size_t i = 0; i < w.count; i++) {
        for (uint64_t k = 5 + below(40); k; k--)
            later(below(40 * DAY), WRITE, i, 0, KITH_LIT(""));
        for (uint64_t k = below(4); k; k--)
            later(below(60 * DAY), RESTART, i, 0, KITH_LIT(""));
        later(below(DAY), LOOK, i, 0, KITH_LIT(""));
    }
}

static void end(void) {
    for (size_t i = 0; i < w.count; i++) {
        kith_node_free(w.people[i].node);
        kith_slots_mem_free(w.people[i].disk);
        for (size_t b = 0; b < w.people[i].blob_count; b++)
            kith_buf_wipe(&w.people[i].blobs[b].bytes);
    }
    for (size_t i = 0; i < w.event_count; i++)
        kith_buf_wipe(&w.events[i].bytes);
    kith_free(w.events);
}

static bool play(uint64_t seed) {
    char why[160] = "";
    uint64_t look = 60 * DAY;
    bool equal = false;
    begin(seed);
    while (w.now < END && !equal) {
        step(look);
        if (w.now >= look) {
            equal = is_equal(why, sizeof why);
            look = w.now + DAY;
        }
    }
    if (equal && !is_single()) {
        equal = false;
        snprintf(why, sizeof why, "something is there twice");
    }
    if (equal && w.accepted != w.asked) {
        equal = false;
        snprintf(why, sizeof why, "a request was not heard, or heard twice");
    }
    if (equal && w.refused) {
        equal = false;
        snprintf(why, sizeof why, "%" PRIu64 " packets were refused", w.refused);
    }
    if (!equal || getenv("ROADS_VERBOSE"))
        printf("seed %" PRIu64 ": %s, %zu people, day %" PRIu64 ", %" PRIu64 " packets (%" PRIu64 " MB), %" PRIu64 " lost, %" PRIu64 " twice, %" PRIu64 " of %" PRIu64 " requests accepted%s%s\n", seed,
               equal ? "equal" : "FAILED", w.count, w.now / DAY, w.packets, w.bytes >> 20, w.lost, w.twice, w.accepted, w.asked, *why && !equal ? ": " : "", equal ? "" : why);
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
