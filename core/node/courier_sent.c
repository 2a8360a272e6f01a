/* SPDX-License-Identifier: MIT */
/* courier_sent.c: what the host says of a packet that it was to bring somewhere. */
#include "node/courier_state.h"

/* When all of them lead nowhere it stays, with the reason, and is tried again from the first one, later: an inbox may be
 * opened again. */
static void take_next_road(struct kith_node *n, struct kith_recipient *r, bool never) {
    r->road_at++;
    if (++r->nevers < courier_count_lines(kith_buf_bytes(&r->roads)) + courier_count_lines(kith_buf_bytes(&r->theirs))) {
        courier_start_again(n, r);
        return;
    }
    r->nevers = 0;
    if (never && r->retry_ms == UINT64_MAX)
        r->retry_ms = n->t.now_ms + courier_timeout(r);
}

static void note_sent(struct kith_node *n, struct kith_recipient *r, size_t at, enum kith_sent how, const char *by) {
    struct courier_flight *f = &r->flights[at];
    uint64_t made_ms = f->made_ms;
    courier_flight_is(f, how == KITH_SENT_STORED ? COURIER_STORED : COURIER_TROUBLE, by);
    r->changed = true;
    if (how == KITH_SENT_STORED && !f->asks) {
        uint64_t retry = r->retry_ms; /* what their notes lack is sent again all the same */
        courier_flight_end(r, at); /* nobody answers an answer */
        r->retry_ms = retry;
    } else if (how == KITH_SENT_STORED && r->retry_ms == UINT64_MAX) {
        r->retry_ms = n->t.now_ms + courier_timeout(r);
    }
    if (how == KITH_SENT_STORED)
        r->nevers = 0;
    if (how == KITH_SENT_NEVER || (how == KITH_SENT_LATER && n->t.wall_ms > made_ms + KITH_COURIER_PATIENCE_MS))
        take_next_road(n, r, how == KITH_SENT_NEVER);
    courier_due(n, r->retry_ms);
}

/* A packet may be for several; of one from before a crash nothing is known here: what was in it is sent anyhow, so it need not be tried for ever. */
void kith_node_packet_sent(struct kith_node *n, uint64_t ticket, enum kith_sent how, const char *by, struct kith_time t) {
    bool found = false;
    n->t = t;
    for (size_t i = 0; i < n->courier.count; i++) {
        struct kith_recipient *r = n->courier.all[i];
        size_t k = 0;
        while (k < r->flight_count && kith_get_u64le(r->flights[k].id.b) != ticket)
            k++;
        if (k == r->flight_count)
            continue;
        found = true;
        note_sent(n, r, k, how, by);
    }
    if (!found && how == KITH_SENT_LATER) {
        struct kith_effect e = {.kind = KITH_EFFECT_PACKET_DROP, .ticket = ticket};
        kith_effects_put(&n->effects, &e);
    }
}
