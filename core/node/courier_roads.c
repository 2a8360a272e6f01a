/* SPDX-License-Identifier: MIT */
/* courier_roads.c: addresses, and which of them is taken. */
#include "node/courier_state.h"

bool courier_line(struct kith_bytes *lines, struct kith_bytes *line) {
    const uint8_t *end = lines->len ? memchr(lines->p, '\n', lines->len) : NULL;
    *line = end ? kith_bytes(lines->p, (size_t)(end - lines->p)) : *lines;
    *lines = kith_bytes_skip(*lines, line->len + (end != NULL));
    return line->len != 0;
}

bool courier_is_address(struct kith_bytes a) {
    const uint8_t *colon = a.len ? memchr(a.p, ':', a.len) : NULL;
    if (!colon || colon == a.p || a.len > KITH_PEER_ADDRESS_LEN - 1 || memchr(a.p, '\n', a.len) || memchr(a.p, 0, a.len))
        return false;
    for (const uint8_t *p = a.p; p < colon; p++) {
        if (!((*p >= 'a' && *p <= 'z') || (p > a.p && ((*p >= '0' && *p <= '9') || *p == '+' || *p == '-' || *p == '.'))))
            return false;
    }
    return colon + 1 < a.p + a.len;
}

size_t courier_count_lines(struct kith_bytes lines) {
    struct kith_bytes line;
    size_t count = 0;
    while (courier_line(&lines, &line))
        count++;
    return count;
}

/* Our own word comes before what their profile says; the first address until it turned out to lead nowhere. */
bool courier_road(const struct kith_recipient *r, struct kith_bytes *address) {
    struct kith_bytes mine = kith_buf_bytes(&r->roads), theirs = kith_buf_bytes(&r->theirs);
    size_t first = courier_count_lines(mine), all = first + courier_count_lines(theirs), at = all ? r->road_at % all : 0;
    struct kith_bytes left = at < first ? mine : theirs;
    for (size_t i = at < first ? 0 : first; all && i <= at; i++)
        (void)courier_line(&left, address);
    return all != 0;
}

/* Packets for us may lie where we put those for them if that is a folder; else only where we said. */
void courier_watch(struct kith_node *n, struct kith_bytes lines, bool all, bool on) {
    struct kith_bytes line;
    while (courier_line(&lines, &line)) {
        struct kith_effect e = {.kind = KITH_EFFECT_ROAD, .bytes = line, .level = on};
        if (all || kith_bytes_starts(line, "dir:"))
            kith_effects_put(&n->effects, &e);
    }
}
