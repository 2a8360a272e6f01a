/* SPDX-License-Identifier: MIT */
#include "store/index.h"

#include "check.h"
#include "store_lab.h"

#define RECORDS 3000
#define KEYS 40

static uint64_t times[RECORDS];
static bool in[KEYS][RECORDS]; /* what each list must hold */

static int by_time(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (times[x] != times[y])
        return times[x] < times[y] ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* The list as a sorted array says it. */
static size_t expected(unsigned key, uint32_t *out) {
    size_t n = 0;
    for (uint32_t i = 0; i < RECORDS; i++) {
        if (in[key][i])
            out[n++] = i;
    }
    qsort(out, n, sizeof *out, by_time);
    return n;
}

static void check_list(struct kith_index *ix, unsigned key, uint64_t since) {
    uint64_t k = kith_index_key(ix, (uint8_t)(key % 3), kith_bytes(&key, sizeof key));
    struct kith_index_cursor c = kith_index_newest(ix, k, times), from = c;
    uint32_t want[RECORDS], rec;
    size_t n = expected(key, want);
    bool same = c.left == n && kith_index_count(ix, k) == n;
    for (size_t left = n; same && kith_index_next(&c, &rec);)
        same = rec == want[--left];
    CHECK(same);
    kith_index_seek(&from, times, since);
    while (n && times[want[n - 1]] > since)
        n--;
    CHECK(from.left == n);
    CHECK(!kith_index_next(&from, &rec) || rec == want[n - 1]);
}

static void like_a_sorted_array(uint64_t seed, unsigned disorder) {
    const uint64_t secret[2] = {lab_random(&seed), lab_random(&seed)};
    struct kith_index ix, copy;
    kith_index_init(&ix, secret);
    memset(in, 0, sizeof in);
    for (uint32_t i = 0; i < RECORDS; i++)
        times[i] = 1000 + i / 3 + (disorder ? lab_random(&seed) % disorder : 0);
    for (unsigned n = 0; n < 20000; n++) {
        unsigned key = (unsigned)(lab_random(&seed) % KEYS);
        uint32_t rec = (uint32_t)(lab_random(&seed) % RECORDS);
        if (key < 4 && n < RECORDS)
            rec = n; /* as they come */
        if (key > 30 && kith_index_count(&ix, kith_index_key(&ix, (uint8_t)(key % 3), kith_bytes(&key, sizeof key))))
            continue; /* lists of one */
        in[key][rec] = true;
        kith_index_add(&ix, kith_index_key(&ix, (uint8_t)(key % 3), kith_bytes(&key, sizeof key)), rec);
        if (lab_random(&seed) % 60 == 0)
            check_list(&ix, (unsigned)(lab_random(&seed) % KEYS), lab_random(&seed) % 2500);
    }
    /* A snapshot is the three vecs. */
    kith_index_init(&copy, secret);
    memcpy(kith_vec_resize(&copy.slots, ix.slots.count), ix.slots.p, ix.slots.count * ix.slots.item_len);
    memcpy(kith_vec_resize(&copy.pool, ix.pool.count), ix.pool.p, ix.pool.count * ix.pool.item_len);
    memcpy(kith_vec_resize(&copy.free, ix.free.count), ix.free.p, ix.free.count * ix.free.item_len);
    for (unsigned key = 0; key < KEYS; key++)
        check_list(&copy, key, lab_random(&seed) % 2500);
    for (uint32_t i = 0; i < 2000; i++) /* and it can still grow */
        kith_index_add(&copy, kith_index_key(&copy, 9, kith_bytes(&i, sizeof i)), i % RECORDS);
    for (unsigned key = 0; key < KEYS; key++)
        check_list(&copy, key, lab_random(&seed) % 2500);
    CHECK(kith_index_memory(&copy) > 0);
    kith_index_wipe(&ix);
    kith_index_wipe(&copy);
}

static void keys_are_apart(void) {
    const uint64_t one[2] = {1, 2}, other[2] = {1, 3};
    struct kith_index ix, iy;
    kith_index_init(&ix, one);
    kith_index_init(&iy, other);
    CHECK(kith_index_key(&ix, 1, KITH_LIT("a")) == kith_index_key(&ix, 1, KITH_LIT("a")));
    CHECK(kith_index_key(&ix, 1, KITH_LIT("a")) != kith_index_key(&ix, 2, KITH_LIT("a")));
    CHECK(kith_index_key(&ix, 1, KITH_LIT("a")) != kith_index_key(&iy, 1, KITH_LIT("a")));
    CHECK(kith_index_newest(&ix, 5, times).left == 0 && kith_index_count(&ix, 5) == 0);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    keys_are_apart();
    like_a_sorted_array(1, 0);
    like_a_sorted_array(2, 5);
    like_a_sorted_array(3, 2000);
    like_a_sorted_array(4, 100);
    return check_done();
}
