/* SPDX-License-Identifier: MIT */
/* machine.h: somebody's machine: the node of production on a simulated disk, with the clocks of its own
 * and an app of its owner; or the machine of the hostile peer, which has none of that (hostile.h). */
#ifndef KITH_SIM_MACHINE_H
#define KITH_SIM_MACHINE_H

#include "app.h"
#include "disk.h"
#include "network.h"
#include "node/node.h"
#include "world.h"

struct hostile;

struct machine {
    struct world *world;
    uint32_t index;
    struct kith_keypair keys;
    char address[160];
    struct stream random;
    uint32_t life; /* grows with each start: what was meant for an earlier one is dropped */
    bool up;

    struct kith_node *node;
    struct disk *disk, *backup;
    uint64_t boot_at, clock_at_boot; /* the monotonic clock begins anew with each start */
    int64_t wall_skew_ms;
    uint64_t timer_at;               /* UINT64_MAX: none */
    bool pumping, stopped;           /* stopped: the node has said that it is done */
    bool stopping;                   /* its owner has asked it to stop */
    bool quarantined;                /* what the host knows of its disk: it is a restored copy */
    uint64_t disk_bad_until;         /* its disk refuses to sync */
    unsigned refused_syncs;          /* in a row of such times */
    struct app app;
    uint64_t restored_head;          /* of the own feed in the backup that was put back */
    bool restored, unnoticed;        /* unnoticed: its host did not see that the disk is a copy */
    bool excused;                    /* it forked, and could not have known */
    bool heard;                      /* while in quarantine: a friend was there, or a liar whom it follows, */
    uint64_t friends_knew;           /* and held so much of its feed, after time enough to say so, or said so much */
    uint64_t told, told_records;     /* what was said in this life, and the records that have to be safe to know it in the next */
    bool may_speak;                  /* since the faults ended, nothing has kept it from publishing */
    uint64_t acknowledged_in_faults; /* by the app, before the faults were over */

    struct hostile *hostile;
};

struct machine *machine_new(struct world *w); /* joins the world, switched off */
void machine_free(struct machine *m);
struct machine *machine_at(struct world *w, struct kith_bytes address); /* NULL: nobody */
struct machine *machine_of(struct world *w, const struct kith_pubkey *id);

void machine_boot(struct machine *m, bool quarantined);
void machine_crash(struct machine *m, enum disk_fate fate);
void machine_stop(struct machine *m); /* as asked by its owner: goodbye to all, then off */
void machine_backup(struct machine *m);
void machine_restore(struct machine *m); /* it is off; its disk is now that of the backup */

struct kith_time machine_time(const struct machine *m);
void machine_pump(struct machine *m); /* after every call of the node */

/* What the network asks. */
uint32_t machine_accept(struct machine *m, const char *from);
void machine_dialled(struct machine *m, uint32_t link, bool ok);
void machine_recv(struct machine *m, uint32_t link, struct kith_bytes in);
void machine_send(struct machine *m, uint32_t link, uint8_t *out, size_t cap, size_t *len);
void machine_eof(struct machine *m, uint32_t link);
bool machine_is_full(const struct machine *m, uint32_t link);

#endif
