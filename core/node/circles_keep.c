/* SPDX-License-Identifier: MIT */
/* circles_keep.c: what is kept up by itself: friends, keys, and messages that came before their key. */
#include "node/circles.h"
#include "node/state.h"
#include "social/people.h"

#define STEPS_MAX 16 /* messages in one tick */

#define HISTORY "circle.history"

static void id_text(struct kith_node *n, uint32_t circle, struct kith_buf *out) {
    struct kith_circle_info info;
    if (kith_circle_get(n->social, circle, &info))
        kith_groupid_put(out, &info.id);
}

bool kith_circles_from_now(struct kith_node *n, uint32_t circle) {
    struct kith_buf key = {0};
    bool yes;
    id_text(n, circle, &key);
    yes = kith_local_get(n, HISTORY, kith_buf_bytes(&key), &n->doc, &n->scratch) &&
          kith_bytes_is(kith_json_str(&n->doc, kith_json_get(&n->doc, 0, "history")), "now");
    kith_buf_wipe(&key);
    return yes;
}

int kith_circles_set_history(struct kith_node *n, uint32_t circle, bool from_now) {
    struct kith_buf key = {0};
    int err = KITH_OK;
    if (kith_circles_from_now(n, circle) == from_now)
        return KITH_OK;
    id_text(n, circle, &key);
    if (from_now)
        err = kith_local_put(n, HISTORY, kith_buf_bytes(&key), KITH_LIT(",\"history\":\"now\""));
    else
        kith_local_drop(n, HISTORY, kith_buf_bytes(&key));
    kith_store_sync(n->store);
    kith_node_pump_store(n);
    kith_buf_wipe(&key);
    return err;
}

/* ---- friends ---- */

static bool is_friend(struct kith_node *n, const struct kith_pubkey *id) {
    struct kith_box2_dm dm;
    return kith_graph_is_friend(n->social, &n->keys.pub, id) && !kith_graph_is_blocking(n->social, &n->keys.pub, id) &&
           !kith_social_dm_keys(n->social, id, &dm);
}

/* Whether their own word keeps them out that came after that message of theirs. */
static bool has_left(struct kith_node *n, uint32_t circle, const struct kith_pubkey *id, uint64_t since) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    const struct kith_circle_person *p = kith_circle_person(m, kith_people_find(n->social, id));
    for (size_t i = 0; p && i < p->cuts_count; i++) {
        const struct kith_circle_cut *c = &m->cuts[p->cuts_at + i];
        if (c->rank == KITH_CIRCLE_RANK_SELF && c->until == KITH_CIRCLE_NEVER && !c->is_void && c->upto > since)
            return true;
    }
    return false;
}

/* What others turn and turn again costs us keys at most so often. */
static bool may_turn(struct kith_node *n) {
    struct kith_circle_keeper *k = &n->circles;
    if (!k->rotated_ms || n->t.now_ms - k->rotated_ms >= KITH_CIRCLES_UNFOLLOWED_MS)
        return true;
    k->wait_until_ms = k->rotated_ms + KITH_CIRCLES_UNFOLLOWED_MS;
    return false;
}

/* Our friends, but for those who left the circle by their own word and have not said since that they follow us. */
static size_t friends_of_ours(struct kith_node *n, uint32_t circle, struct kith_pubkey **out, bool *come_back) {
    size_t all = kith_graph_count(n->social, &n->keys.pub, KITH_LIST_FRIENDS), count = 0;
    *come_back = false;
    *out = kith_alloc((all + 1) * sizeof **out);
    all = kith_graph_list(n->social, &n->keys.pub, KITH_LIST_FRIENDS, 0, *out, all);
    for (size_t i = 0; i < all; i++) {
        const struct kith_pubkey *id = &(*out)[i];
        if (!is_friend(n, id) || has_left(n, circle, id, kith_graph_sequence(n->social, id, &n->keys.pub)))
            continue;
        if (has_left(n, circle, id, 0)) {
            if (!may_turn(n))
                continue;
            *come_back = true;
        }
        (*out)[count++] = *id;
    }
    return count;
}

/* Who is in our friends circle and no friend any more. Whom we have turned away goes at once; of those who
 * turned away from us so often that it costs little, else somebody could make us spend keys without end. */
static size_t former_friends(struct kith_node *n, uint32_t circle, struct kith_pubkey **out, bool *may_wait) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    size_t count = 0;
    *may_wait = true;
    *out = kith_alloc((m->people_count + 1) * sizeof **out);
    for (size_t i = 0; i < m->people_count; i++) {
        struct kith_pubkey id = kith_circle_person_id(n->social, m->people[i].number);
        if (m->people[i].standing == KITH_CIRCLE_OUT || kith_pubkey_eq(&id, &n->keys.pub) || is_friend(n, &id))
            continue;
        (*out)[count++] = id;
        *may_wait &= kith_graph_is_following(n->social, &n->keys.pub, &id);
    }
    return count;
}

static int keep_friends(struct kith_node *n, uint32_t circle) {
    struct kith_pubkey *friends, *former;
    bool may_wait, come_back;
    size_t friend_count = friends_of_ours(n, circle, &friends, &come_back);
    size_t former_count = former_friends(n, circle, &former, &may_wait);
    int err = KITH_OK;
    if (former_count && may_wait && !may_turn(n))
        former_count = 0;
    if (come_back || (former_count && may_wait))
        n->circles.rotated_ms = n->t.now_ms;
    if (former_count)
        err = kith_circles_exclude(n, circle, former, former_count);
    if (!err)
        err = kith_circles_add(n, circle, friends, friend_count);
    kith_free(friends);
    kith_free(former);
    return err;
}

/* Whom we block falls out of our other circles, too. */
static int put_out_blocked(struct kith_node *n, uint32_t circle) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    struct kith_pubkey *blocked;
    struct kith_circle_info info;
    size_t count = 0;
    int err = KITH_OK;
    if (!m || !kith_circle_get(n->social, circle, &info) || !info.mine || info.terms.kind != KITH_CIRCLE_NAMED)
        return KITH_OK;
    blocked = kith_alloc((m->people_count + 1) * sizeof *blocked);
    for (size_t i = 0; i < m->people_count; i++) {
        struct kith_pubkey id = kith_circle_person_id(n->social, m->people[i].number);
        if (m->people[i].standing != KITH_CIRCLE_OUT && kith_graph_is_blocking(n->social, &n->keys.pub, &id))
            blocked[count++] = id;
    }
    if (count)
        err = kith_circles_exclude(n, circle, blocked, count);
    kith_free(blocked);
    return err;
}

int kith_circles_befriend(struct kith_node *n) {
    uint32_t circle = kith_circle_friends_of(n->social, &n->keys.pub);
    int err = circle == KITH_CIRCLE_NONE ? KITH_OK : keep_friends(n, circle);
    for (uint32_t i = 0; i < kith_circle_count(n->social) && !err; i++)
        err = put_out_blocked(n, i);
    return err;
}

/* ---- between other work ---- */

static bool is_changed(const struct kith_node *n) {
    return n->circles.waits || kith_graph_generation(n->social) != n->circles.graph_seen ||
           kith_circle_generation(n->social) != n->circles.circles_seen;
}

/* When messages that wait for a key are tried next: while others pour in these go first, but not for ever. */
static uint64_t late_at(const struct kith_node *n) {
    return n->circles.tried_ms + (kith_ingest_idle(n) ? 1 : KITH_CIRCLES_LATE_MS);
}

uint64_t kith_circles_deadline(const struct kith_node *n) {
    uint64_t at = is_changed(n) ? n->circles.due_ms : UINT64_MAX;
    if (n->stopping)
        return UINT64_MAX;
    if (kith_circle_retry_waits(n->social) && late_at(n) < at)
        at = late_at(n);
    if (n->circles.wait_until_ms && n->circles.wait_until_ms < at)
        at = n->circles.wait_until_ms;
    return n->offline && !kith_circle_retry_waits(n->social) ? UINT64_MAX : at;
}

static void open_late(struct kith_node *n) {
    size_t opened = 0;
    if (!kith_circle_retry_waits(n->social) || n->t.now_ms < late_at(n))
        return;
    n->circles.tried_ms = n->t.now_ms;
    (void)kith_circle_retry(n->social, &opened);
    if (opened) {
        n->views_changed = true;
        kith_changes_all(n);
    }
}

/* All circles in turn, a few messages in one call. Where one cannot go on, the others do. */
static int keep(struct kith_node *n) {
    unsigned steps = 0;
    int first = kith_circles_befriend(n);
    for (uint32_t i = 0; i < kith_circle_count(n->social); i++) {
        bool more = true;
        int err = KITH_OK;
        while (!err && more && steps++ < STEPS_MAX)
            err = kith_circles_step(n, i, false, &more);
        if (!err && more)
            return KITH_ERR_BUSY;
        first = first ? first : err;
    }
    return first;
}

void kith_circles_tick(struct kith_node *n) {
    struct kith_circle_keeper *k = &n->circles;
    uint64_t graph = kith_graph_generation(n->social);
    int err;
    if (n->stopping)
        return;
    open_late(n);
    if (n->offline)
        return;
    if (k->wait_until_ms && k->wait_until_ms <= n->t.now_ms) {
        k->wait_until_ms = 0;
        k->waits = true;
    }
    if (!is_changed(n) || n->t.now_ms < k->due_ms)
        return;
    k->due_ms = n->t.now_ms + KITH_CIRCLES_EVERY_MS;
    if (!kith_circle_count(n->social)) {
        err = KITH_OK;
    } else if (kith_publish_refusal(n)) {
        err = KITH_ERR_FORK_GUARD;
        k->due_ms = n->t.now_ms + KITH_CIRCLES_AGAIN_MS;
    } else {
        err = keep(n);
    }
    k->waits = err != KITH_OK;
    k->graph_seen = graph;
    k->circles_seen = kith_circle_generation(n->social);
}
