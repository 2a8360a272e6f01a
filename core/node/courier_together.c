/* SPDX-License-Identifier: MIT */
/* courier_together.c: one packet for several people who take from the same folder, where it would say the same to each. Only
 * there: docs/decisions/0012-packets.md says why. */
#include "node/courier_state.h"

#define LAID_MOST 256 /* of which is remembered who still has to take them; a folder's readers see to the rest */

/* A packet in a folder that several are to take. Whoever takes one that is not for them alone leaves it there. */
struct kith_courier_laid {
    struct kith_packet_id id;
    struct kith_buf address;
    struct kith_pubkey who[KITH_PACKET_MAX_RECIPIENTS]; /* no receipt of theirs has come */
    size_t waits;
    struct kith_courier_laid *next; /* newest first */
};

/* ---- what lies there ---- */

static void laid_free(struct kith_courier_laid **at) {
    struct kith_courier_laid *l = *at;
    *at = l->next;
    kith_buf_wipe(&l->address);
    kith_free(l);
}

static struct kith_courier_laid **laid_find(struct kith_node *n, const struct kith_packet_id *id) {
    struct kith_courier_laid **at = &n->courier.laid;
    while (*at && !kith_packet_id_eq(&(*at)->id, id))
        at = &(*at)->next;
    return at;
}

static void lay(struct kith_node *n, const struct kith_packet_id *id, struct kith_recipient *const *who, size_t count, struct kith_bytes address) {
    struct kith_courier_laid *l = kith_alloc(sizeof *l), **at = &l->next;
    l->id = *id;
    kith_buf_put_bytes(&l->address, address);
    while (l->waits < count) {
        l->who[l->waits] = who[l->waits]->id;
        l->waits++;
    }
    l->next = n->courier.laid;
    n->courier.laid = l;
    for (size_t i = 1; *at && i < LAID_MOST; i++)
        at = &(*at)->next;
    while (*at)
        laid_free(at);
}

void courier_together_taken(struct kith_node *n, const struct kith_recipient *r, const struct kith_packet_id *id) {
    struct kith_courier_laid **at = laid_find(n, id), *l = *at;
    size_t i = 0;
    while (l && i < l->waits && !kith_pubkey_eq(&l->who[i], &r->id))
        i++;
    if (!l || i == l->waits)
        return;
    l->who[i] = l->who[--l->waits];
    if (!l->waits) {
        struct kith_effect e = {.kind = KITH_EFFECT_PACKET_DROP, .ticket = kith_get_u64le(id->b), .bytes = kith_buf_bytes(&l->address)};
        kith_effects_put(&n->effects, &e);
        laid_free(at);
    }
}

bool courier_together_out(struct kith_node *n, const struct kith_recipient *r, const struct kith_packet_id *id) {
    struct kith_courier_laid **at = laid_find(n, id);
    if (!*at)
        return false;
    for (size_t i = 0; i < n->courier.count; i++) {
        const struct kith_recipient *q = n->courier.all[i];
        for (size_t k = 0; q != r && k < q->flight_count; k++) {
            if (kith_packet_id_eq(&q->flights[k].id, id))
                return true;
        }
    }
    return false;
}

void courier_together_wipe(struct kith_node *n) {
    while (n->courier.laid)
        laid_free(&n->courier.laid);
}

/* ---- who ---- */

static bool may_join(struct kith_node *n, struct kith_recipient *r, struct kith_bytes folder) {
    struct kith_bytes road;
    struct kith_dhpub key; /* one that is none would keep the others from theirs */
    return !r->live && !r->refused && !r->given_up_ms && r->flight_count < KITH_COURIER_FLIGHTS - 8 && courier_road(r, &road) &&
           kith_bytes_eq(road, folder) && courier_terms(n, r) == COURIER_ALL && !kith_graph_is_blocking(n->social, &n->keys.pub, &r->id) &&
           !kith_dh_from_pubkey(&key, &r->id);
}

/* r, and whoever takes from the same folder. */
static size_t readers(struct kith_node *n, struct kith_recipient *r, struct kith_recipient *who[KITH_PACKET_MAX_RECIPIENTS]) {
    struct kith_bytes folder;
    struct kith_dhpub key;
    size_t count = 0;
    who[count++] = r;
    if (!courier_road(r, &folder) || !kith_bytes_starts(folder, "dir:") || kith_dh_from_pubkey(&key, &r->id))
        return count;
    for (size_t i = 0; i < n->courier.count && count < KITH_PACKET_MAX_RECIPIENTS; i++) {
        if (n->courier.all[i] != r && may_join(n, n->courier.all[i], folder))
            who[count++] = n->courier.all[i];
    }
    return count;
}

bool courier_send_to(struct kith_node *n, struct kith_recipient *const *who, size_t count, struct kith_bytes content, struct courier_load load) {
    struct kith_packet_id id;
    struct kith_bytes road;
    if (!courier_send(n, who, count, content, load, &id))
        return false;
    if (count > 1 && courier_road(who[0], &road))
        lay(n, &id, who, count, road);
    return true;
}

/* ---- pieces of a blob ---- */

static bool wants(struct kith_recipient *r, const struct kith_part_want *want) {
    for (size_t i = 0; i < r->want_count; i++) {
        const struct kith_part_want *w = &r->wants[i].want;
        if (kith_hash_eq(&w->blob.hash, &want->blob.hash) && w->offset == want->offset && w->len == want->len) {
            memmove(&r->wants[i], &r->wants[i + 1], (--r->want_count - i) * sizeof r->wants[0]);
            return true;
        }
    }
    return false;
}

size_t courier_together_wanting(struct kith_node *n, struct kith_recipient *r, const struct kith_part_want *want,
                                struct kith_recipient *who[KITH_PACKET_MAX_RECIPIENTS]) {
    size_t all = readers(n, r, who), count = 1;
    for (size_t i = 1; i < all; i++) {
        if (wants(who[i], want))
            who[count++] = who[i];
    }
    return count;
}

/* ---- messages ---- */

static bool is_same(struct kith_node *n, struct kith_recipient *r, const struct kith_pubkey *feed, uint64_t sent) {
    const struct courier_feed *f = courier_feed_find(r, feed);
    return f && f->wants && f->sent == sent && courier_may_have(n, r, feed);
}

/* Theirs are other notes than those that everybody else gets. */
static bool has_split(const struct kith_recipient *r) {
    size_t i = 0;
    while (i < r->feed_count && !r->feeds[i].split)
        i++;
    return i < r->feed_count;
}

/* Of the readers those who lack the same of our feed. */
static size_t equals(struct kith_node *n, struct kith_recipient *r, struct kith_recipient *who[KITH_PACKET_MAX_RECIPIENTS]) {
    const struct courier_feed *own = courier_feed_find(r, &n->keys.pub);
    size_t all, count = 1;
    if (!own || !is_same(n, r, &own->id, own->sent) || own->sent >= courier_head(n, &own->id) || has_split(r))
        return 0;
    all = readers(n, r, who);
    for (size_t i = 1; i < all; i++) {
        if (who[i]->own_pushed == r->own_pushed && is_same(n, who[i], &own->id, own->sent) && !has_split(who[i]))
            who[count++] = who[i];
    }
    return count;
}

/* What follows of one feed, if all of them lack the same of it. */
static void put_feed(struct kith_node *n, struct kith_recipient *const *who, size_t count, struct courier_feed *f, struct kith_buf *out) {
    for (size_t i = 0; i < count; i++) {
        if (!is_same(n, who[i], &f->id, f->sent))
            return;
    }
    courier_put_feed(n, who[0], f, out);
    for (size_t i = 1; i < count; i++) {
        struct courier_feed *g = courier_feed_find(who[i], &f->id);
        g->sent = f->sent;
        g->wants = f->wants;
    }
}

static bool write_one(struct kith_node *n, struct kith_recipient *r) {
    struct kith_recipient *who[KITH_PACKET_MAX_RECIPIENTS];
    struct courier_feed *own = courier_feed_find(r, &n->keys.pub);
    size_t count = equals(n, r, who), wanted = r->want_count;
    struct kith_buf out = {0};
    struct courier_load load = {.asks = true};
    bool sent;
    if (count < 2)
        return false;
    courier_put_notes(n, r, &out);
    load.own_first = own->sent + 1;
    put_feed(n, who, count, own, &out);
    load.own_last = own->sent;
    for (size_t i = 0; i < r->feed_count && out.len < KITH_COURIER_CONTENT; i++) {
        if (&r->feeds[i] != own)
            put_feed(n, who, count, &r->feeds[i], &out);
    }
    for (size_t i = 0; i < count; i++) {
        who[i]->notes_told = courier_notes(n);
        who[i]->own_pushed = r->own_pushed;
        for (size_t k = wanted; i && k < r->want_count; k++)
            courier_want_add(who[i], &r->wants[k].want, true);
    }
    sent = load.own_last >= load.own_first && courier_send_to(n, who, count, kith_buf_bytes(&out), load);
    kith_buf_wipe(&out);
    return sent;
}

void courier_together_write(struct kith_node *n, struct kith_recipient *r) {
    while (r->flight_count < KITH_COURIER_FLIGHTS - 8 && write_one(n, r))
        continue;
}
