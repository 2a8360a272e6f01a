/* SPDX-License-Identifier: MIT */
#include "store/vec.h"

#include "check.h"
#include "store/list.h"
#include "store_lab.h"

static void vec_grows(void) {
    struct kith_vec v = KITH_VEC(uint32_t);
    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t *p = kith_vec_push(&v);
        CHECK(*p == 0);
        *p = i;
    }
    CHECK(v.count == 1000 && *KITH_VEC_AT(&v, uint32_t, 999) == 999);
    memset(kith_vec_resize(&v, 10), 0xff, 40);
    CHECK(v.count == 10);
    CHECK(*(uint32_t *)kith_vec_extend(&v, 5) == 0 && v.count == 15 && *KITH_VEC_AT(&v, uint32_t, 14) == 0);
    kith_vec_wipe(&v);
    CHECK(v.p == NULL && v.count == 0 && v.item_len == 4);
}

#define LISTS 50

/* Random pushes and cuts against plain arrays; the pool stays within what the blocks need. */
static void lists_like_arrays(void) {
    struct kith_vec pool = KITH_VEC(uint32_t), chains = KITH_VEC(uint32_t);
    static uint32_t plain[LISTS][2000];
    uint32_t counts[LISTS] = {0};
    struct kith_list lists[LISTS] = {{0, 0}};
    uint64_t seed = 3;
    for (uint32_t n = 0; n < 40000; n++) {
        size_t k = (size_t)(lab_random(&seed) % LISTS);
        if (lab_random(&seed) % 50 == 0) {
            counts[k] = counts[k] ? (uint32_t)(lab_random(&seed) % counts[k]) : 0;
            kith_list_cut(&lists[k], &pool, &chains, counts[k]);
        } else if (counts[k] < 2000) {
            plain[k][counts[k]++] = n;
            kith_list_push(&lists[k], &pool, &chains, n);
        }
        CHECK(lists[k].count == counts[k]);
        if (n % 97 == 0) {
            for (size_t i = 0; i < LISTS; i++)
                CHECK(!counts[i] || !memcmp(kith_list_read(&lists[i], &pool), plain[i], counts[i] * 4));
        }
    }
    CHECK(pool.count < LISTS * 1024);
    kith_vec_wipe(&pool);
    kith_vec_wipe(&chains);
}

int main(void) {
    vec_grows();
    lists_like_arrays();
    return check_done();
}
