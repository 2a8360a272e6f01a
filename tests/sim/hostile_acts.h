/* SPDX-License-Identifier: MIT */
/* hostile_acts.h: what hostile*.c share: its links, what it has collected, and what it does with both. */
#ifndef KITH_SIM_HOSTILE_ACTS_H
#define KITH_SIM_HOSTILE_ACTS_H

#include "feed/message.h"
#include "hostile.h"
#include "wire/link.h"

#define HOSTILE_LOOT 32
#define HOSTILE_BRANCH 24

struct hostile_session {
    uint32_t link;
    struct kith_link *conn;
    bool dialled, open, closed;
    int32_t ebt, wants; /* streams; 0: none */
    bool mute;     /* connects and says nothing */
    bool damage;   /* a bit of the next packet */
    size_t noise;  /* bytes of no handshake to be sent in its place */
    struct hostile_session *next;
};

/* Two histories of one feed, equal up to some point. */
struct hostile_branch {
    struct kith_buf text[HOSTILE_BRANCH];
    size_t count;
    struct kith_head head;
};

struct hostile {
    struct machine *me;
    struct hostile_session *sessions;
    uint32_t last_link;
    uint64_t opened, deaf_until, pause_ms;
    bool lies_about_own; /* tells people that it has more of their feeds than they */
    struct kith_buf loot[HOSTILE_LOOT];
    size_t loot_count;
    struct hostile_branch branch[2];
};

struct hostile_session *hostile_session(struct hostile *h, uint32_t link);
void hostile_dial(struct hostile *h, struct machine *victim);
void hostile_notes(struct hostile *h, struct hostile_session *s); /* some of them lies */
void hostile_act(struct hostile *h);

#endif
