/* SPDX-License-Identifier: MIT */
#include "hostile.h"

struct hostile {
    uint32_t last;
};

void hostile_start(struct machine *m) {
    m->hostile = kith_alloc(sizeof *m->hostile);
}

void hostile_free(struct hostile *h) {
    kith_free(h);
}

void hostile_retire(struct machine *m) {
    m->up = false;
}

uint32_t hostile_accept(struct machine *m) {
    (void)m;
    return 0;
}

void hostile_dialled(struct machine *m, uint32_t link, bool ok) {
    (void)m, (void)link, (void)ok;
}

void hostile_recv(struct machine *m, uint32_t link, struct kith_bytes in) {
    (void)m, (void)link, (void)in;
}

void hostile_send(struct machine *m, uint32_t link, uint8_t *out, size_t cap, size_t *len) {
    (void)m, (void)link, (void)out, (void)cap, (void)len;
}

void hostile_eof(struct machine *m, uint32_t link) {
    (void)m, (void)link;
}

bool hostile_is_full(const struct machine *m) {
    (void)m;
    return false;
}
