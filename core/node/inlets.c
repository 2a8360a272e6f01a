/* SPDX-License-Identifier: MIT */
#include "node/inlets.h"

#include <string.h>

#include "node/state.h"

static const char *const states[] = {"", "looked", "waits", "trouble"};

static struct kith_inlet *inlet_of(struct kith_inlets *p, const char *address) {
    for (size_t i = 0; i < p->count; i++) {
        if (!strcmp(p->all[i].address, address))
            return &p->all[i];
    }
    return NULL;
}

void kith_node_inlet(struct kith_node *n, const char *address, enum kith_inlet_state how, const char *why) {
    struct kith_inlets *p = &n->inlets;
    struct kith_inlet *at = inlet_of(p, address);
    if (at)
        kith_free(at->why);
    if (how == KITH_INLET_GONE) {
        if (at) {
            kith_free(at->address);
            *at = p->all[--p->count];
        }
        return;
    }
    if (!at) {
        p->all = kith_grow(p->all, &p->cap, p->count + 1, sizeof *p->all);
        at = &p->all[p->count++];
        at->address = kith_strdup(kith_bytes_str(address));
    }
    at->why = kith_strdup(kith_bytes_str(why));
    at->how = (int)how;
}

void kith_inlets_put(const struct kith_node *n, struct kith_buf *out) {
    kith_buf_put_u8(out, '[');
    for (size_t i = 0; i < n->inlets.count; i++) {
        const struct kith_inlet *at = &n->inlets.all[i];
        kith_buf_put_str(out, i ? ",{\"road\":" : "{\"road\":");
        kith_json_put_string(out, kith_bytes_str(at->address));
        kith_buf_put_str(out, ",\"state\":");
        kith_json_put_string(out, kith_bytes_str(states[at->how]));
        if (at->why[0]) {
            kith_buf_put_str(out, ",\"why\":");
            kith_json_put_string(out, kith_bytes_str(at->why));
        }
        kith_buf_put_u8(out, '}');
    }
    kith_buf_put_u8(out, ']');
}

void kith_inlets_wipe(struct kith_node *n) {
    for (size_t i = 0; i < n->inlets.count; i++) {
        kith_free(n->inlets.all[i].address);
        kith_free(n->inlets.all[i].why);
    }
    kith_free(n->inlets.all);
    n->inlets = (struct kith_inlets){0};
}
