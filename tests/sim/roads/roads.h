/* SPDX-License-Identifier: MIT */
/* roads.h: a world of people who have nothing but roads that store and forward: what lies on its way to whom, and their
 * machines. */
#ifndef KITH_SIM_ROADS_H
#define KITH_SIM_ROADS_H

#include "node/courier_state.h"
#include "store/slots_mem.h"

#define PEOPLE_MAX 5
#define DAY (UINT64_C(24) * 3600 * 1000)
#define WEEK (7 * DAY)
#define EPOCH UINT64_C(1770000000000)
#define BLOBS_MAX 16
#define END (400 * DAY) /* nobody is waited for longer */

enum kind { DELIVER = 1, SENT, WRITE, RESTART, LOOK };

struct event {
    uint64_t at, order;
    enum kind kind;
    size_t who;
    uint64_t ticket;
    unsigned life;
    struct kith_buf bytes;
};

struct blob {
    struct kith_blobid id;
    struct kith_buf bytes;
};

struct machine {
    struct kith_node *node;
    struct kith_slots_mem *disk;
    struct kith_keypair keys;
    uint64_t boot_at;
    int64_t skew;
    unsigned life;
    struct blob blobs[BLOBS_MAX * PEOPLE_MAX + 400]; /* and stretches of those that are not whole */
    size_t blob_count;
    struct kith_blobid photos[BLOBS_MAX]; /* that they have posted */
    size_t photo_count;
};

struct roads_world {
    uint64_t state, now, order;
    struct machine people[PEOPLE_MAX];
    size_t count;
    struct event *events;
    size_t event_count, event_cap;
    uint64_t packets, lost, twice, delivered, bytes, refused, asked, accepted;
    bool calm;
    bool folder; /* those who have a road put packets into one folder, each takes out of it what is theirs */
    uint64_t together;
};

extern struct roads_world roads_w;

uint64_t roads_draw(void);
uint64_t roads_below(uint64_t n);
void roads_fill(void *ctx, uint8_t *out, size_t len); /* a kith_rng */
/* Something happens to somebody after so long. The bytes are copied. */
void roads_later(uint64_t ms, enum kind kind, size_t who, uint64_t ticket, struct kith_bytes bytes);
struct kith_time roads_time_of(const struct machine *m);
void roads_pump(size_t who); /* carries out what their node wants */
void roads_boot(size_t who);
void roads_restart(size_t who);

#endif
