/* SPDX-License-Identifier: MIT */
/* people.h: a small number for everyone whom the log names, author or not; me is 0. Inside social/
 * only: numbers change with a rebuild. */
#ifndef KITH_SOCIAL_PEOPLE_H
#define KITH_SOCIAL_PEOPLE_H

#include "social/social.h"

#define KITH_PERSON_NONE UINT32_MAX
#define KITH_PERSON_ME 0u

struct kith_person {
    struct kith_pubkey id;
    uint32_t out_1, in_1; /* graph: first edge + 1 of those that leave and reach the person */
    uint32_t about_1;     /* profile: first assertion + 1 about the person */
    uint32_t mute_1;      /* record + 1 that muted or unmuted last */
    bool is_muted, is_blocked; /* by me */
    uint32_t unopened;    /* private messages since the last one that we could open */
    bool has_box2;        /* has written something of that kind, so that their client knows it */
};

uint32_t kith_people_find(const struct kith_social *s, const struct kith_pubkey *id);
uint32_t kith_people_intern(struct kith_social *s, const struct kith_pubkey *id);
struct kith_person *kith_people_at(const struct kith_social *s, uint32_t person);
size_t kith_people_count(const struct kith_social *s);

#endif
