/* SPDX-License-Identifier: MIT */
/* courier_returned.c: a packet that a road took and then gave back, as somebody says. That may be forged, so it changes what the
 * outbox shows and nothing else: the packet stays out, and is sent again as any that has no receipt. */
#include "node/courier_state.h"

static bool is_out(const struct courier_flight *f, struct kith_bytes scheme) {
    return f->step != COURIER_QUEUED && kith_bytes_is(scheme, f->road);
}

static bool leads_to(const struct kith_recipient *r, struct kith_bytes address) {
    struct kith_bytes road;
    return courier_road(r, &road) && kith_bytes_eq(road, address);
}

/* By its ticket; where several people share the packet, by their address as well. */
static struct courier_flight *by_ticket(struct kith_node *n, uint64_t ticket, struct kith_bytes scheme, struct kith_bytes address,
                                        struct kith_recipient **who) {
    struct courier_flight *found = NULL;
    for (size_t i = 0; i < n->courier.count; i++) {
        struct kith_recipient *r = n->courier.all[i];
        for (size_t k = 0; k < r->flight_count; k++) {
            struct courier_flight *f = &r->flights[k];
            if (kith_get_u64le(f->id.b) != ticket || !is_out(f, scheme) || (found && !leads_to(r, address)))
                continue;
            found = f;
            *who = r;
        }
    }
    return found;
}

static struct courier_flight *by_address(struct kith_node *n, struct kith_bytes scheme, struct kith_bytes address, struct kith_recipient **who) {
    for (size_t i = 0; i < n->courier.count; i++) {
        struct kith_recipient *r = n->courier.all[i];
        if (!leads_to(r, address))
            continue;
        for (size_t k = r->flight_count; k-- > 0;) {
            if (r->flights[k].step != COURIER_STORED || !is_out(&r->flights[k], scheme))
                continue;
            *who = r;
            return &r->flights[k];
        }
    }
    return NULL;
}

void kith_node_packet_returned(struct kith_node *n, uint64_t ticket, const char *address, const char *by, struct kith_time t) {
    struct kith_bytes to = kith_bytes_str(address), scheme = kith_bytes(to.p, strcspn(address, ":"));
    struct kith_recipient *r = NULL;
    struct courier_flight *f;
    n->t = t;
    f = ticket ? by_ticket(n, ticket, scheme, to, &r) : NULL;
    if (!f)
        f = by_address(n, scheme, to, &r);
    if (!f)
        return;
    courier_flight_is(f, COURIER_TROUBLE, by);
    r->changed = true;
}
