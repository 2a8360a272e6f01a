/* SPDX-License-Identifier: MIT */
#include "node/node.h"

#include "node/state.h"
#include "social/circle.h"

#define STOP_MS 4000          /* goodbyes that are not answered by then are not waited for */
#define RECOVER_FIRST_MS 250  /* after the disk refused */
#define RECOVER_DOUBLED 6     /* times, to 16 s */
/* A snapshot is written when opening without it would take noticeably longer: it is as large as all views,
 * so a single post on a store of a million messages is not worth one. */
#define SNAPSHOT_RUNNING 20000 /* new records, while the node runs and is idle */
#define SNAPSHOT_STOPPING 64   /* at the end, and one more for each thousand that there are */

const struct kith_symkey KITH_MAIN_NET = {{
    0xd4, 0xa1, 0xcb, 0x88, 0xa6, 0x6f, 0x02, 0xf8, 0xdb, 0x63, 0x5c, 0xe2, 0x64, 0x41, 0xcc, 0x5d,
    0xac, 0x1b, 0x08, 0x42, 0x0c, 0xea, 0xac, 0x23, 0x08, 0x39, 0xb7, 0x55, 0x84, 0x5a, 0x9f, 0xfb,
}};

/* The store's views: the social ones and our own local state. */
static struct kith_view **all_views(struct kith_node *n) {
    struct kith_view **social = kith_social_views(n->social), **all;
    size_t count = 0;
    while (social[count])
        count++;
    all = kith_alloc((count + 2) * sizeof(struct kith_view *));
    all[0] = &n->local.view;
    memcpy(all + 1, social, count * sizeof(struct kith_view *));
    return all;
}

static void own_clock(struct kith_node *n) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t feed = kith_feeds_find(feeds, &n->keys.pub);
    struct kith_head head = feed == KITH_FEED_NONE ? (struct kith_head){0} : kith_feeds_head(feeds, feed);
    struct kith_record record;
    struct kith_message m;
    uint64_t number;
    if (head.sequence && kith_feeds_record(feeds, feed, head.sequence, &number) &&
        !kith_store_get(n->store, number, &record, &n->scratch) && !kith_message_read(&n->doc, record.value, &m))
        n->publisher.last_timestamp = m.timestamp;
}

int kith_node_open(struct kith_node **out, const struct kith_node_config *config,
                   struct kith_store_report *report, struct kith_time t) {
    struct kith_node *n = kith_alloc(sizeof *n);
    struct kith_store_config store = {
        .slots = config->slots,
        .slot_count = config->slot_count,
        .rng = config->rng,
        .quota = config->quota,
        .unbox = kith_circle_unbox,
    };
    int err;
    *out = NULL;
    n->keys = config->keys;
    n->cap = config->cap;
    n->rng = config->rng;
    n->hops = config->hops ? config->hops : KITH_NODE_HOPS;
    n->quota = config->quota;
    n->version = config->version ? config->version : "";
    n->offline = config->offline;
    n->t = t;
    n->recover_at_ms = UINT64_MAX;
    n->changes.due_ms = UINT64_MAX;
    kith_local_init(&n->local);
    n->social = kith_social_new(&n->keys.pub, n->hops, &n->rng);
    kith_social_keys(n->social, &n->keys);
    n->views = all_views(n);
    store.views = n->views;
    store.unbox_ctx = n->social;
    err = kith_store_open(&n->store, &store, report);
    if (!err)
        err = kith_social_bind(n->social, n->store);
    if (err) {
        kith_node_free(n);
        return err;
    }
    n->snapshotted = kith_store_count(n->store) - report->applied;
    own_clock(n);
    kith_publish_init(n, config->quarantined);
    kith_blob_share_init(n);
    kith_replicate_init(n);
    kith_invite_desk_init(n);
    kith_dial_init(n);
    kith_blob_share_resume(n);
    kith_courier_init(n);
    kith_node_pump_store(n);
    *out = n;
    return KITH_OK;
}

void kith_node_free(struct kith_node *n) {
    if (!n)
        return;
    kith_inlets_wipe(n);
    if (n->replicator.ebt) {
        n->stopped = true;
        kith_peers_wipe(n);
        kith_courier_wipe(n);
        kith_stretch_wipe(n);
        kith_invite_desk_wipe(n);
        kith_ingest_wipe(n);
        kith_blob_share_wipe(n);
        kith_replicate_wipe(n);
    }
    kith_dial_wipe(n);
    kith_publish_wipe(n);
    kith_store_free(n->store);
    kith_social_free(n->social);
    kith_local_wipe(&n->local);
    kith_effects_wipe(&n->effects);
    kith_json_wipe(&n->doc);
    kith_json_wipe(&n->plain);
    kith_buf_wipe(&n->scratch);
    kith_free(n->views);
    kith_wipe(n, sizeof *n);
    kith_free(n);
}

void kith_node_pump_store(struct kith_node *n) {
    struct kith_effect e = {.kind = KITH_EFFECT_STORE};
    while (kith_store_next(n->store, &e.store)) {
        e.ticket = e.store.ticket;
        kith_effects_put(&n->effects, &e);
    }
}

/* A disk that refuses is asked again soon, and then more and more rarely; until then the store refuses. */
static void store_failed(struct kith_node *n, int err, const char *event) {
    struct kith_line l = kith_line(n, 3, event);
    kith_line_str(&l, "error", kith_err_name(err));
    kith_line_done(&l);
    if (n->recover_at_ms != UINT64_MAX)
        return;
    n->recover_at_ms = n->t.now_ms + ((uint64_t)RECOVER_FIRST_MS << n->failures);
    n->failures += n->failures < RECOVER_DOUBLED;
}

/* What was not synced is not on the disk: reads again what is, and goes on from there. */
static void recover(struct kith_node *n) {
    uint64_t before = kith_store_count(n->store);
    int err = kith_store_recover(n->store);
    n->recover_at_ms = UINT64_MAX;
    if (kith_store_count(n->store) < before)
        kith_replicate_lost(n);
    if (err)
        store_failed(n, err, "store.unusable");
    else
        kith_ingest_resume(n);
}

void kith_node_store_done(struct kith_node *n, uint64_t ticket, int err, const struct kith_slot *slot, struct kith_time t) {
    n->t = t;
    kith_store_done(n->store, ticket, err, slot);
    if (err)
        store_failed(n, err, "store.failed");
    else if (n->recover_at_ms == UINT64_MAX)
        n->failures = 0;
    kith_publish_durable(n, err);
    kith_courier_stored(n);
    kith_peers_wake_all(n);
    kith_node_pump_store(n);
}

void kith_node_job_done(struct kith_node *n, uint64_t ticket, struct kith_bytes result, struct kith_time t) {
    n->t = t;
    if (!kith_stretch_done(n, ticket, result))
        kith_ingest_done(n, ticket, result);
    kith_courier_stored(n);
    kith_node_pump_store(n);
}

bool kith_node_is_settled(const struct kith_node *n) {
    return kith_store_durable(n->store) >= kith_store_count(n->store);
}

bool kith_node_full(struct kith_node *n, uint32_t link) {
    const struct kith_peer *p = kith_ingest_full(n, NULL) ? kith_peers_link(n, link) : NULL;
    return p && kith_ingest_full(n, p);
}

static void snapshot(struct kith_node *n, uint64_t after) {
    uint64_t count = kith_store_count(n->store);
    struct kith_line l;
    if (count < n->snapshotted + after && !n->views_changed)
        return;
    n->snapshotted = count;
    n->views_changed = false;
    if (!kith_store_snapshot(n->store))
        return;
    l = kith_line(n, 4, "snapshot.failed"); /* only costs the next start time */
    kith_line_done(&l);
}

static bool may_stop(struct kith_node *n) {
    return (!n->peers.first || n->t.now_ms >= n->stop_at_ms) && !n->publisher.waiting_count &&
           kith_store_durable(n->store) >= kith_store_count(n->store);
}

static void try_stop(struct kith_node *n) {
    struct kith_effect e = {.kind = KITH_EFFECT_STOPPED};
    if (!n->stopping || n->stopped)
        return;
    kith_store_sync(n->store);
    if (!may_stop(n) && n->t.now_ms < n->stop_at_ms + STOP_MS)
        return;
    n->stopped = true;
    kith_effects_put(&n->effects, &e);
}

void kith_node_stop(struct kith_node *n, struct kith_time t) {
    n->t = t;
    if (n->stopping)
        return;
    n->stopping = true;
    n->stop_at_ms = t.now_ms + STOP_MS;
    kith_ingest_flush(n);
    kith_courier_stop(n);
    for (struct kith_peer *p = n->peers.first; p; p = p->next)
        kith_peer_close(p, "stopping");
    snapshot(n, SNAPSHOT_STOPPING + kith_store_count(n->store) / 1000);
    kith_store_sync(n->store);
    kith_node_pump_store(n);
}

bool kith_node_next(struct kith_node *n, struct kith_effect *e) {
    if (kith_effects_next(&n->effects, e))
        return true;
    try_stop(n);
    kith_node_pump_store(n);
    return kith_effects_next(&n->effects, e);
}

static uint64_t sooner(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

uint64_t kith_node_deadline(const struct kith_node *n) {
    uint64_t at = kith_peers_deadline(n);
    at = sooner(at, kith_ingest_deadline(n));
    at = sooner(at, kith_replicate_deadline(n));
    at = sooner(at, kith_blob_share_deadline(n));
    at = sooner(at, kith_stretch_deadline(n));
    at = sooner(at, kith_changes_deadline(n));
    at = sooner(at, kith_finder_deadline(n));
    at = sooner(at, kith_circles_deadline(n));
    at = sooner(at, kith_courier_deadline(n));
    at = sooner(at, n->recover_at_ms);
    if (n->stopping)
        return sooner(at, n->t.now_ms < n->stop_at_ms ? n->stop_at_ms : n->stop_at_ms + STOP_MS);
    return sooner(at, kith_dial_deadline(n));
}

void kith_node_tick(struct kith_node *n, struct kith_time t) {
    n->t = t;
    kith_peers_tick(n);
    kith_ingest_tick(n);
    kith_replicate_tick(n);
    kith_blob_share_tick(n);
    kith_stretch_tick(n);
    kith_changes_tick(n);
    kith_finder_tick(n);
    kith_circles_tick(n);
    kith_courier_tick(n);
    kith_dial_tick(n);
    if (n->recover_at_ms <= t.now_ms)
        recover(n);
    if (kith_ingest_idle(n) && kith_store_count(n->store) >= n->snapshotted + SNAPSHOT_RUNNING)
        snapshot(n, SNAPSHOT_RUNNING);
    kith_node_pump_store(n);
}

void kith_node_listening(struct kith_node *n, const char *address) {
    strncpy(n->listening, address, sizeof n->listening - 1);
}

bool kith_node_is_quarantined(struct kith_node *n) {
    (void)kith_publish_refusal(n); /* looks whether the word has come */
    return n->publisher.quarantined;
}

const struct kith_pubkey *kith_node_id(const struct kith_node *n) {
    return &n->keys.pub;
}
