/* SPDX-License-Identifier: MIT */
#include "node/dial.h"

#include "node/state.h"
#include "wire/address.h"
#include "wire/lan.h"

#define LAN_FRESH_MS 60000 /* a LAN address not heard of for so long is not dialled any more */

static struct kith_place *find(struct kith_node *n, struct kith_bytes address) {
    for (size_t i = 0; i < n->dialler.count; i++) {
        if (kith_bytes_is(address, n->dialler.places[i].address))
            return &n->dialler.places[i];
    }
    return NULL;
}

static struct kith_place *of_link(struct kith_node *n, uint32_t link) {
    for (size_t i = 0; i < n->dialler.count; i++) {
        if (n->dialler.places[i].link == link)
            return &n->dialler.places[i];
    }
    return NULL;
}

static bool is_due(struct kith_node *n, const struct kith_place *place) {
    if (place->link || n->offline || n->stopping)
        return false;
    if (place->source == KITH_PLACE_LAN && (n->t.now_ms - place->seen_ms > LAN_FRESH_MS ||
                                            !kith_graph_is_following(n->social, &n->keys.pub, &place->id)))
        return false;
    return !kith_graph_is_blocking(n->social, &n->keys.pub, &place->id);
}

static void dial(struct kith_node *n, struct kith_place *place) {
    if (kith_peers_person(n, &place->id)) { /* they are here by another road: until that one ends */
        place->next_ms = UINT64_MAX;
        return;
    }
    place->link = kith_peers_dial(n, place->address, &place->id, NULL);
    place->connected = false;
    if (!place->link)
        place->next_ms = n->t.now_ms + KITH_DIAL_FIRST_MS;
}

/* The LAN address that was not heard of for longest: of one person, or (NULL) of all. *count of them. */
static struct kith_place *oldest_of(struct kith_dialler *d, const struct kith_pubkey *id, size_t *count) {
    struct kith_place *oldest = NULL;
    *count = 0;
    for (size_t i = 0; i < d->count; i++) {
        struct kith_place *p = &d->places[i];
        if (p->source != KITH_PLACE_LAN || (id && !kith_pubkey_eq(&p->id, id)))
            continue;
        ++*count;
        if (!p->link && (!oldest || p->seen_ms < oldest->seen_ms))
            oldest = p;
    }
    return oldest;
}

/* A new place, or an old one's when there are too many. NULL: none is free. */
static struct kith_place *free_place(struct kith_dialler *d, const struct kith_pubkey *id, enum kith_place_source source) {
    size_t count;
    struct kith_place *oldest = oldest_of(d, id, &count);
    if (source == KITH_PLACE_LAN && count >= KITH_DIAL_LAN_MAX)
        return oldest;
    if (d->count >= KITH_DIAL_PLACES_MAX)
        return oldest_of(d, NULL, &count);
    d->places = kith_grow(d->places, &d->cap, d->count + 1, sizeof *d->places);
    return &d->places[d->count++];
}

static int place_add(struct kith_node *n, struct kith_bytes text, enum kith_place_source source, struct kith_place **out) {
    struct kith_dialler *d = &n->dialler;
    struct kith_address address;
    struct kith_place *place;
    int err = kith_address_parse(text, &address);
    if (err)
        return err;
    if (text.len >= KITH_PEER_ADDRESS_LEN || !address.has_key)
        return KITH_ERR_SYNTAX;
    if (kith_pubkey_eq(&address.key, &n->keys.pub))
        return KITH_ERR_ARG;
    place = find(n, text);
    if (!place) {
        place = free_place(d, &address.key, source);
        if (!place)
            return KITH_ERR_FULL;
        *place = (struct kith_place){.id = address.key, .source = source};
        memcpy(place->address, text.p, text.len);
    }
    if (source == KITH_PLACE_USER)
        place->source = source;
    place->seen_ms = n->t.now_ms;
    *out = place;
    return KITH_OK;
}

static void restore(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct kith_place *place;
    struct kith_buf text = {0};
    (void)ctx;
    kith_json_unescape(&text, kith_json_str(doc, kith_json_get(doc, 0, "key")));
    if (!place_add(n, kith_buf_bytes(&text), KITH_PLACE_USER, &place))
        place->next_ms = n->t.now_ms;
    kith_buf_wipe(&text);
}

void kith_dial_init(struct kith_node *n) {
    kith_budget_init(&n->dialler.heard, n->t.now_ms);
    kith_local_each(n, "address", restore, NULL);
}

void kith_dial_wipe(struct kith_node *n) {
    kith_free(n->dialler.places);
    n->dialler = (struct kith_dialler){0};
}

int kith_dial_add(struct kith_node *n, struct kith_bytes text, enum kith_place_source source, uint32_t *link) {
    struct kith_place *place;
    bool is_new = !find(n, text);
    int err = place_add(n, text, source, &place);
    if (err)
        return err;
    if (source == KITH_PLACE_USER && is_new) {
        err = kith_local_put(n, "address", text, KITH_LIT(""));
        if (err)
            return err;
        kith_store_sync(n->store);
    }
    if (source == KITH_PLACE_USER || (is_new && is_due(n, place))) {
        place->failures = 0;
        if (!place->link && !n->offline)
            dial(n, place);
    }
    if (link)
        *link = place->link;
    return KITH_OK;
}

int kith_dial_forget(struct kith_node *n, struct kith_bytes address) {
    struct kith_place *place = find(n, address);
    if (!place)
        return KITH_ERR_NOT_FOUND;
    kith_local_drop(n, "address", address);
    *place = n->dialler.places[--n->dialler.count];
    return KITH_OK;
}

void kith_dial_opened(struct kith_peer *p) {
    struct kith_place *place = of_link(p->node, p->link);
    if (!place)
        return;
    place->failures = 0;
    place->connected = true;
    place->why[0] = 0;
}

/* 1, 2, 4 … seconds up to ten minutes, each up to half longer by chance. */
static uint64_t pause_of(struct kith_node *n, unsigned failures) {
    uint64_t ms = KITH_DIAL_FIRST_MS;
    uint8_t chance;
    while (failures-- > 1 && ms < KITH_DIAL_LONGEST_MS)
        ms *= 2;
    if (ms > KITH_DIAL_LONGEST_MS)
        ms = KITH_DIAL_LONGEST_MS;
    kith_rng_fill(&n->rng, &chance, 1);
    return ms + ms * chance / 512;
}

void kith_dial_failed(struct kith_peer *p, const char *why) {
    struct kith_place *place = of_link(p->node, p->link);
    struct kith_line l;
    kith_invite_accept_failed(p, why);
    if (!place)
        return;
    place->failures++;
    strncpy(place->why, why, sizeof place->why - 1);
    l = kith_line(p->node, 6, "dial.failed");
    kith_line_str(&l, "address", place->address);
    kith_line_str(&l, "why", why);
    kith_line_int(&l, "failures", place->failures);
    kith_line_done(&l);
}

/* The addresses that waited for the end of this link. */
static void wake(struct kith_node *n, const struct kith_pubkey *id) {
    for (size_t i = 0; i < n->dialler.count; i++) {
        struct kith_place *place = &n->dialler.places[i];
        if (place->next_ms == UINT64_MAX && kith_pubkey_eq(&place->id, id))
            place->next_ms = n->t.now_ms + pause_of(n, 1);
    }
}

void kith_dial_gone(struct kith_peer *p) {
    struct kith_node *n = p->node;
    struct kith_place *place = of_link(n, p->link);
    kith_invite_accept_failed(p, "the connection ended");
    wake(n, &p->id);
    if (!place)
        return;
    place->link = 0;
    place->connected = false;
    place->next_ms = n->t.now_ms + pause_of(n, place->failures ? place->failures : 1);
}

uint64_t kith_dial_deadline(const struct kith_node *n) {
    uint64_t at = UINT64_MAX;
    for (size_t i = 0; i < n->dialler.count; i++) {
        const struct kith_place *place = &n->dialler.places[i];
        if (is_due((struct kith_node *)n, place) && place->next_ms < at)
            at = place->next_ms;
    }
    return at;
}

void kith_dial_tick(struct kith_node *n) {
    for (size_t i = 0; i < n->dialler.count; i++) {
        struct kith_place *place = &n->dialler.places[i];
        if (place->next_ms <= n->t.now_ms && is_due(n, place))
            dial(n, place);
    }
}

void kith_node_lan(struct kith_node *n, struct kith_bytes datagram, bool sealed, struct kith_time t) {
    struct kith_buf text = {0};
    struct kith_pubkey key;
    struct kith_address address = {0};
    struct kith_bytes list;
    n->t = t;
    if (n->offline || n->stopping || kith_budget_spend(&n->dialler.heard, KITH_BUDGET_DATAGRAMS, 1, t.now_ms))
        return;
    /* Anybody on the LAN can send anything: what does not parse is nothing. */
    if (!(sealed ? kith_lan_parse_sealed(datagram, &n->cap, &text, &key) : kith_lan_parse(datagram, &text, &key))) {
        list = kith_buf_bytes(&text);
        while (address.scheme != KITH_ADDRESS_NET && kith_address_next(&list, &address))
            continue;
        if (address.scheme == KITH_ADDRESS_NET)
            (void)!kith_dial_add(n, address.text, KITH_PLACE_LAN, NULL);
    }
    kith_buf_wipe(&text);
    kith_node_pump_store(n);
}
