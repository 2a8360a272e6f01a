/* SPDX-License-Identifier: MIT */
/* blobs_sim_test.c: eight nodes that want each other's blobs, over links that break, some of them with
 * wrong bytes for what they claim. After quiet, every blob that is near enough has arrived. */
#include "check.h"
#include "crypto/crypto.h"
#include "sync/blobs.h"

#define NODES 8
#define BLOBS 40

static struct {
    struct kith_blobs *b;
    bool stored[BLOBS], wanted[BLOBS], liar;
    struct kith_blobs_event get[NODES * KITH_BLOBS_MAX_GETS]; /* under way */
    int get_count;
    uint64_t fetched, twice, wrong;
} node[NODES];
static bool up[NODES][NODES];
static uint64_t now_ms, rng;

static int random_below(int n) {
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (int)((rng >> 33) % (uint64_t)n);
}

static struct kith_bytes content(int n) {
    static uint8_t bytes[100];
    memset(bytes, n, sizeof bytes);
    return kith_bytes(bytes, sizeof bytes);
}

static struct kith_blobid blob(int n) {
    struct kith_blobid id;
    kith_sha256(&id.hash, content(n));
    return id;
}

static int blob_number(const struct kith_blobid *id) {
    for (int n = 0; n < BLOBS; n++) {
        struct kith_blobid other = blob(n);
        if (kith_hash_eq(&other.hash, &id->hash))
            return n;
    }
    return -1;
}

static struct kith_pubkey peer(int n) {
    struct kith_pubkey id;
    memset(id.b, n, sizeof id.b);
    return id;
}

static void link_set(int a, int b, bool on) {
    if (a == b || up[a][b] == on)
        return;
    up[a][b] = up[b][a] = on;
    for (int side = 0; side < 2; side++) {
        int me = side ? b : a;
        struct kith_pubkey you = peer(side ? a : b);
        if (on) {
            kith_blobs_open(node[me].b, &you, true, now_ms);
            kith_blobs_listen(node[me].b, &you);
        } else {
            kith_blobs_close(node[me].b, &you, now_ms);
        }
    }
}

static void drop_get(int n, uint32_t number) {
    for (int i = 0; i < node[n].get_count; i++) {
        if (node[n].get[i].get == number)
            node[n].get[i] = node[n].get[--node[n].get_count];
    }
}

static void take_events(int n) {
    struct kith_blobs_event ev;
    while (kith_blobs_next(node[n].b, &ev, now_ms)) {
        int which = blob_number(&ev.id);
        if (ev.kind == KITH_BLOBS_GET) {
            CHECK(node[n].get_count < NODES * KITH_BLOBS_MAX_GETS && up[n][ev.peer.b[0]]);
            node[n].get[node[n].get_count++] = ev;
            continue;
        }
        drop_get(n, ev.get);
        node[n].wrong += ev.err == KITH_ERR_CRYPTO;
        if (ev.kind == KITH_BLOBS_GOT) {
            node[n].fetched++;
            node[n].twice += node[n].stored[which];
            node[n].stored[which] = true;
            kith_blobs_have(node[n].b, &ev.id, ev.size);
        }
    }
}

/* One of the gets moves on, or stalls. */
static void serve(int n) {
    struct kith_blobs_event *g;
    int from, which, luck = random_below(20);
    if (!node[n].get_count)
        return;
    g = &node[n].get[random_below(node[n].get_count)];
    from = g->peer.b[0];
    which = blob_number(&g->id);
    if (luck == 0) {
        (void)!kith_blobs_recv_end(node[n].b, g->get, false, now_ms);
    } else if (luck > 3) {
        bool good = node[from].stored[which] && !node[from].liar;
        (void)!kith_blobs_recv_chunk(node[n].b, g->get, content(good ? which : which + 1), now_ms);
        (void)!kith_blobs_recv_end(node[n].b, g->get, true, now_ms);
    }
}

static void run(int steps) {
    for (int i = 0; i < steps; i++) {
        now_ms += 50;
        for (int a = 0; a < NODES; a++) {
            if (kith_blobs_deadline(node[a].b) <= now_ms)
                kith_blobs_tick(node[a].b, now_ms);
            for (int b = 0; b < NODES; b++) {
                struct kith_pubkey ida = peer(a), idb = peer(b);
                struct kith_bytes frame;
                struct kith_json doc = {0};
                if (!up[a][b] || !kith_blobs_next_wants(node[a].b, &idb, &frame))
                    continue;
                CHECK(!kith_json_parse(&doc, frame, 100000));
                CHECK(!kith_blobs_recv_wants(node[b].b, &ida, &doc, now_ms));
                kith_json_wipe(&doc);
            }
            take_events(a);
            serve(a);
        }
    }
}

/* A holder that is no liar, here or one step further. */
static bool near_enough(int n, int which) {
    for (int a = 0; a < NODES; a++) {
        if (!up[n][a] || node[a].liar)
            continue;
        if (node[a].stored[which])
            return true;
        for (int b = 0; b < NODES; b++) {
            if (up[a][b] && node[b].stored[which] && !node[b].liar)
                return true;
        }
    }
    return false;
}

static void world(uint64_t seed, uint64_t totals[3]) {
    rng = seed * 77777 + 5;
    now_ms = 0;
    memset(node, 0, sizeof node);
    memset(up, 0, sizeof up);
    for (int n = 0; n < NODES; n++) {
        node[n].b = kith_blobs_new();
        node[n].liar = n && random_below(6) == 0;
    }
    for (int i = 0; i < 150; i++) {
        int n = random_below(NODES), which = random_below(BLOBS); /* declarators run in order */
        int a = random_below(NODES), b = random_below(NODES);
        struct kith_blobid id = blob(which);
        link_set(a, b, random_below(3) != 0);
        if (random_below(3) == 0) {
            node[n].stored[which] = true;
            kith_blobs_have(node[n].b, &id, content(which).len);
        } else if (!node[n].stored[which]) {
            node[n].wanted[which] = true;
            kith_blobs_want(node[n].b, &id);
        }
        run(random_below(10));
    }
    for (int n = 0; n < NODES; n++)
        link_set(n, (n + 1) % NODES, true);
    run(6000); /* five minutes: room for what is tried again after one */
    for (int n = 0; n < NODES; n++) {
        for (int which = 0; which < BLOBS; which++) {
            if (node[n].wanted[which] && !node[n].stored[which])
                CHECK(!near_enough(n, which));
        }
        totals[0] += node[n].fetched;
        totals[1] += node[n].twice;
        totals[2] += node[n].wrong;
    }
    for (int n = 0; n < NODES; n++) {
        for (int a = 0; a < NODES; a++)
            link_set(n, a, false);
        take_events(n);
        CHECK(node[n].get_count == 0);
        kith_blobs_free(node[n].b);
    }
}

int main(int argc, char **argv) {
    uint64_t totals[3] = {0}, seeds = argc > 1 ? strtoull(argv[1], NULL, 10) : 10;
    for (uint64_t seed = 1; seed <= seeds; seed++)
        world(seed, totals);
    printf("%llu fetched, %llu twice, %llu wrong\n", (unsigned long long)totals[0], (unsigned long long)totals[1],
           (unsigned long long)totals[2]);
    CHECK(totals[0] > 0 && totals[1] == 0);
    return check_done();
}
