/* SPDX-License-Identifier: MIT */
#include "social/people.h"

#include "social/state.h"

static uint64_t key_of(const struct kith_social *s, const struct kith_pubkey *id) {
    return kith_index_key(&s->index, KITH_SPACE_PERSON, kith_bytes(id->b, sizeof id->b));
}

struct kith_person *kith_people_at(const struct kith_social *s, uint32_t person) {
    return KITH_VEC_AT(&s->people, struct kith_person, person);
}

size_t kith_people_count(const struct kith_social *s) {
    return s->people.count;
}

uint32_t kith_people_find(const struct kith_social *s, const struct kith_pubkey *id) {
    return kith_table_get(&s->people_slots, key_of(s, id));
}

uint32_t kith_people_intern(struct kith_social *s, const struct kith_pubkey *id) {
    uint64_t key;
    uint32_t found;
    /* Messages come in runs of one author. */
    if (s->last_person < s->people.count &&
        kith_pubkey_eq(&kith_people_at(s, s->last_person)->id, id))
        return s->last_person;
    key = key_of(s, id);
    found = kith_table_get(&s->people_slots, key);
    if (found == KITH_TABLE_NONE) {
        struct kith_person *p = kith_vec_push(&s->people);
        p->id = *id;
        found = (uint32_t)(s->people.count - 1);
        kith_table_put(&s->people_slots, found, key, found);
    }
    s->last_person = found;
    return found;
}
