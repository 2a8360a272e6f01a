/* SPDX-License-Identifier: MIT */
#include "node/welcome.h"

#include "node/guests.h"
#include "node/methods.h"
#include "node/newest.h"
#include "node/presence.h"
#include "node/state.h"

/* Two who dial each other at the same time open their links within one handshake's time. */
#define CROSSING_MS (2 * KITH_LINK_HANDSHAKE_MS)

/* Which link stays when two people have dialled each other at once: the one that the larger key
 * dialled. JavaScript peers throw on a second connection, so one has to go, and both sides must
 * choose the same one. Nobody dials a person who is there, so a later link means that the other side
 * has lost the older one, whether or not we have noticed. */
static bool newer_stays(const struct kith_peer *newer, const struct kith_peer *older) {
    bool ours_is_larger = memcmp(newer->node->keys.pub.b, newer->id.b, sizeof newer->id.b) > 0;
    if (newer->dialled == older->dialled || newer->node->t.now_ms - older->since_ms > CROSSING_MS)
        return true;
    return newer->dialled == ours_is_larger;
}

static enum kith_peer_role role_of(struct kith_peer *p) {
    bool own = kith_pubkey_eq(&p->id, &p->node->keys.pub);
    if (p->origin == KITH_ORIGIN_LOCAL || (own && p->origin == KITH_ORIGIN_LOOPBACK && !p->dialled))
        return KITH_ROLE_MASTER;
    if (!p->dialled && kith_invite_desk_find(p->node, &p->id, &p->invite))
        return KITH_ROLE_GUEST;
    return own ? KITH_ROLE_NONE : KITH_ROLE_PEER;
}

bool kith_peer_admits(struct kith_peer *p, const struct kith_pubkey *id) {
    p->id = *id;
    switch (role_of(p)) {
    case KITH_ROLE_MASTER:
    case KITH_ROLE_GUEST:
        return true;
    case KITH_ROLE_PEER:
        return !kith_graph_is_blocking(p->node->social, &p->node->keys.pub, id);
    default:
        return false;
    }
}

void kith_peer_opened(struct kith_peer *p) {
    struct kith_node *n = p->node;
    struct kith_peer *older = kith_peers_person(n, &p->id);
    struct kith_line l;
    p->role = role_of(p);
    p->since_ms = n->t.now_ms;
    if (p->role == KITH_ROLE_PEER && !p->guest_of_theirs && older && older != p) {
        if (!newer_stays(p, older)) {
            p->role = KITH_ROLE_NONE;
            kith_peer_close(p, "already connected");
            return;
        }
        kith_peer_close(older, "connected anew");
        kith_replicate_release(older);
        older->role = KITH_ROLE_NONE;
    }
    if (p->role == KITH_ROLE_MASTER)
        return;
    l = kith_line(n, 6, "peer.connected");
    kith_line_int(&l, "link", p->link);
    kith_line_id(&l, "peer", &p->id);
    kith_line_str(&l, "dialled", p->dialled ? "us" : "them");
    kith_line_str(&l, "address", p->address);
    kith_line_done(&l);
    kith_dial_opened(p);
    kith_presence_changed(n);
    if (p->role == KITH_ROLE_PEER && !p->guest_of_theirs && !n->offline) {
        kith_newest_start(p);
        kith_guests_start(p);
        kith_blob_share_start(p);
        kith_replicate_start(p);
        kith_courier_changed(n);
        if (p->dialled)
            kith_network_ping(p);
    }
    if (p->guest_of_theirs)
        kith_invite_accept_opened(p);
}
