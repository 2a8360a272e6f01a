/* SPDX-License-Identifier: MIT */
/* courier_profile.c: by which roads we like to be reached, told to friends; and what they told us, part 7 or the
 * call kith.roads on a live link (docs/protocol/packet.md, "Profiles"). */
#include "base/checksum.h"
#include "node/courier_state.h"
#include "social/profile.h"

/* ---- ours ---- */

/* A program of ours is no road for anybody else; every other address is told as it stands. */
static bool is_published(struct kith_bytes road) {
    return !kith_bytes_starts(road, "exec:");
}

void courier_profile_put(struct kith_node *n, struct kith_buf *out) {
    struct kith_bytes left = kith_buf_bytes(&n->courier.own_roads), road;
    struct kith_buf name = {0};
    const char *before = "";
    kith_buf_put_u8(out, '{');
    if (kith_profile_get_public(n->social, &n->keys.pub, KITH_PROFILE_NAME, &name)) {
        kith_buf_put_str(out, "\"name\":");
        kith_json_put_string(out, kith_buf_bytes(&name));
        kith_buf_put_u8(out, ',');
    }
    kith_buf_put_str(out, "\"roads\":[");
    while (courier_line(&left, &road)) {
        if (!is_published(road))
            continue;
        kith_buf_put_str(out, before);
        kith_json_put_string(out, road);
        before = ",";
    }
    kith_buf_put_str(out, "]}");
    kith_buf_wipe(&name);
}

/* Names the profile as it is now; 0 while there is nothing to say. */
uint64_t courier_profile_is(struct kith_node *n) {
    struct kith_buf json = {0};
    uint64_t is;
    if (!n->courier.has_profile)
        return 0;
    courier_profile_put(n, &json);
    is = kith_checksum(kith_buf_bytes(&json), 7) >> 12 | 1;
    kith_buf_wipe(&json);
    return is;
}

/* ---- theirs ---- */

static bool has_line(struct kith_bytes lines, struct kith_bytes which) {
    struct kith_bytes line;
    while (courier_line(&lines, &line)) {
        if (kith_bytes_eq(line, which))
            return true;
    }
    return false;
}

/* An address of somebody else must not reach into this machine: no program is run for it, and no folder is written
 * to but one in which we look for packets ourselves. What we do not know is shown and not used. */
static bool is_usable(const struct kith_node *n, const struct kith_recipient *r, struct kith_bytes road) {
    if (has_line(kith_buf_bytes(&r->roads), road))
        return false; /* it comes first already */
    return kith_bytes_starts(road, "https:") || kith_bytes_starts(road, "http:") || kith_bytes_starts(road, "mailto:") ||
           kith_bytes_starts(road, "xmpp:") || (kith_bytes_starts(road, "dir:") && has_line(kith_buf_bytes(&n->courier.own_roads), road));
}

void courier_profile_use(struct kith_node *n, struct kith_recipient *r) {
    struct kith_json doc = {0};
    struct kith_buf road = {0};
    size_t count = 0;
    kith_buf_clear(&r->theirs);
    if (r->profile.len && !kith_json_parse(&doc, kith_buf_bytes(&r->profile), 4096)) {
        uint32_t list = kith_json_get(&doc, 0, "roads");
        for (uint32_t i = kith_json_first(&doc, list); i != KITH_JSON_NONE && count < KITH_COURIER_ROADS; i = doc.nodes[i].next) {
            kith_buf_clear(&road);
            kith_json_unescape(&road, kith_json_str(&doc, i));
            if (!courier_is_address(kith_buf_bytes(&road)) || !is_usable(n, r, kith_buf_bytes(&road)))
                continue;
            kith_buf_put_bytes(&r->theirs, kith_buf_bytes(&road));
            kith_buf_put_u8(&r->theirs, '\n');
            count++;
        }
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&road);
}

/* True: it says something else than before. */
static bool set(struct kith_node *n, struct kith_recipient *r, struct kith_bytes json, uint64_t at_ms) {
    struct kith_json doc = {0};
    struct kith_buf text = {0};
    bool changed = false;
    if (json.len <= KITH_PART_PROFILE_MAX && at_ms >= r->profile_ms && at_ms <= n->t.wall_ms + KITH_PACKET_LEEWAY_MS &&
        !kith_json_parse(&doc, json, 4096) && kith_json_is(&doc, 0, KITH_JSON_OBJECT)) {
        kith_json_put_compact(&text, &doc, 0);
        changed = text.len <= KITH_PART_PROFILE_MAX && !kith_bytes_eq(kith_buf_bytes(&text), kith_buf_bytes(&r->profile));
    }
    if (changed) {
        kith_buf_wipe(&r->profile);
        r->profile = text;
        r->profile_ms = at_ms;
    } else {
        kith_buf_wipe(&text);
    }
    kith_json_wipe(&doc);
    return changed;
}

void courier_profile_take(struct kith_node *n, struct kith_recipient *r, struct kith_bytes json, uint64_t at_ms) {
    struct kith_buf before = {0};
    if (!set(n, r, json, at_ms))
        return;
    kith_buf_put_bytes(&before, kith_buf_bytes(&r->theirs));
    courier_profile_use(n, r);
    courier_save_roads(n, &r->id);
    if (!kith_bytes_eq(kith_buf_bytes(&before), kith_buf_bytes(&r->theirs))) {
        r->road_at = 0; /* what did not work before may work now */
        if (!kith_peers_person(n, &r->id))
            courier_start_again(n, r);
        courier_due(n, n->t.now_ms);
    }
    kith_buf_wipe(&before);
}

/* ---- on a live link ---- */

static const struct kith_stream_ops told_ops = {NULL, NULL, NULL, NULL};

static void tell(struct kith_peer *p, uint64_t is) {
    struct kith_node *n = p->node;
    struct kith_buf args = {0};
    if (p->roads_told == is || p->role != KITH_ROLE_PEER || p->closing || p->guest_of_theirs ||
        !kith_graph_is_friend(n->social, &p->id, &n->keys.pub))
        return;
    kith_buf_put_u8(&args, '[');
    courier_profile_put(n, &args);
    kith_buf_put_u8(&args, ',');
    kith_buf_put_dec(&args, n->t.wall_ms);
    kith_buf_put_u8(&args, ']');
    p->roads_told = is;
    (void)kith_peer_call(p, KITH_RPC_ASYNC, "kith.roads", kith_buf_bytes(&args), &told_ops, NULL);
    kith_buf_wipe(&args);
}

/* Friends who are here and have not heard it; who is no kith refuses the call, and nothing is lost. */
void courier_profile_tell(struct kith_node *n) {
    uint64_t is = n->courier.profile_is;
    for (struct kith_peer *p = is ? n->peers.first : NULL; p; p = p->next)
        tell(p, is);
}

int kith_courier_told(struct kith_call *c) {
    struct kith_node *n = c->node;
    uint32_t profile = kith_call_arg(c, 0);
    int64_t at = kith_call_int(c, kith_call_arg(c, 1), -1);
    struct kith_recipient *r;
    struct kith_buf json = {0};
    if (!kith_json_is(c->doc, profile, KITH_JSON_OBJECT) || at < 0)
        return KITH_ERR_ARG;
    if (!kith_graph_is_following(n->social, &n->keys.pub, &c->peer->id))
        return KITH_ERR_DENIED;
    if (!(r = courier_put(n, &c->peer->id)))
        return KITH_ERR_BUSY;
    kith_json_put_compact(&json, c->doc, profile);
    courier_profile_take(n, r, kith_buf_bytes(&json), (uint64_t)at);
    kith_buf_wipe(&json);
    kith_call_reply(c, KITH_LIT("true"));
    return KITH_OK;
}
