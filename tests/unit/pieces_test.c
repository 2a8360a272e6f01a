/* SPDX-License-Identifier: MIT */
/* pieces_test.c: blobs that come in stretches by packets: any order, repeats, a machine that is switched off at any moment, wrong
 * bytes, a disk that loses some, and somebody who sends without end. */
#include "check.h"
#include "node/courier_state.h"
#include "node/job.h"
#include "store/slots_mem.h"

#define MB ((size_t)1 << 20)
#define FILES_MAX 2000
#define EPOCH UINT64_C(1770000000000)

struct file {
    struct kith_blobid id;
    struct kith_buf bytes;
};

static struct kith_node *node;
static struct kith_slots_mem *disk;
static struct kith_keypair ben, anna, mallory;
static struct file files[FILES_MAX];
static size_t file_count;
static uint64_t now, boot, drawn;
static bool refuses;
static void (*meanwhile)(void); /* while the disk reads, once */
static uint64_t kept, answers;

static void draw(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    while (len--) {
        drawn = drawn * UINT64_C(6364136223846793005) + 1;
        *out++ = (uint8_t)(drawn >> 56);
    }
}

static const struct kith_rng rng = {draw, NULL};

static struct kith_time t(void) {
    return (struct kith_time){1 + now - boot, EPOCH + now};
}

/* ---- the host ---- */

static struct file *file_of(const struct kith_blobid *id) {
    for (size_t i = 0; i < file_count; i++) {
        if (kith_hash_eq(&files[i].id.hash, &id->hash))
            return &files[i];
    }
    return NULL;
}

static void keep(const struct kith_effect *e) {
    struct file *f = file_of(&e->blob);
    kept++;
    if (f || refuses)
        return;
    CHECK(file_count < FILES_MAX);
    f = &files[file_count++];
    *f = (struct file){.id = e->blob};
    kith_buf_put_bytes(&f->bytes, e->bytes);
}

static void drop(struct file *f) {
    if (!f)
        return;
    kith_buf_wipe(&f->bytes);
    *f = files[--file_count];
}

static uint64_t on_disk(void) {
    uint64_t sum = 0;
    for (size_t i = 0; i < file_count; i++)
        sum += files[i].bytes.len;
    return sum;
}

static void pump(void) {
    struct kith_effect e;
    while (kith_node_next(node, &e)) {
        struct kith_buf out = {0};
        struct kith_slot slot;
        struct file *f;
        switch (e.kind) {
        case KITH_EFFECT_STORE: {
            int err = kith_slots_mem_perform(disk, &e.store, &slot);
            kith_node_store_done(node, e.ticket, err, e.store.kind == KITH_STORE_CREATE ? &slot : NULL, t());
            break;
        }
        case KITH_EFFECT_JOB:
            CHECK(!kith_job_run(e.bytes, &out));
            kith_node_job_done(node, e.ticket, kith_buf_bytes(&out), t());
            break;
        case KITH_EFFECT_BLOB_PUT:
            keep(&e);
            kith_node_blob_put_done(node, e.ticket, refuses ? KITH_ERR_FULL : KITH_OK, t());
            break;
        case KITH_EFFECT_BLOB_GET:
            f = file_of(&e.blob);
            if (f)
                kith_buf_put_bytes(&out, kith_buf_bytes(&f->bytes));
            if (meanwhile) {
                void (*once)(void) = meanwhile;
                meanwhile = NULL;
                once();
            }
            kith_node_blob_got(node, e.ticket, f ? KITH_OK : KITH_ERR_NOT_FOUND, kith_buf_bytes(&out), t());
            break;
        case KITH_EFFECT_BLOB_DROP:
            drop(file_of(&e.blob));
            break;
        case KITH_EFFECT_PACKET:
            answers++;
            break;
        default:
            break;
        }
        kith_buf_wipe(&out);
    }
}

static void start(void) {
    struct kith_node_config config = {.keys = ben, .cap = KITH_MAIN_NET, .rng = rng};
    struct kith_store_report report;
    boot = now;
    config.slots = kith_slots_mem_list(disk, &config.slot_count);
    CHECK(!kith_node_open(&node, &config, &report, t()));
    for (size_t i = 0; i < file_count; i++)
        kith_node_blob_known(node, &files[i].id, files[i].bytes.len);
    pump();
}

static void pull_the_plug(void) {
    kith_node_free(node);
    start();
}

static void run(uint64_t ms) {
    uint64_t until = now + ms;
    while (now < until) {
        uint64_t d = kith_node_deadline(node), next = d == UINT64_MAX ? until : boot + (d ? d - 1 : 0);
        now = next <= now ? now + 1 : next < until ? next : until;
        kith_node_tick(node, t());
        pump();
    }
}

static void follow(const struct kith_keypair *whom) {
    struct kith_buf json = {0};
    struct kith_recipient *r;
    kith_buf_put_str(&json, "{\"type\":\"contact\",\"contact\":\"");
    kith_feed_id_put(&json, &whom->pub);
    kith_buf_put_str(&json, "\",\"following\":true}");
    CHECK(!kith_node_action(node, kith_buf_bytes(&json), t()));
    pump();
    r = courier_put(node, &whom->pub);
    kith_buf_put_str(&r->roads, "http:there\n");
    courier_save_roads(node, &whom->pub);
    pump();
    kith_buf_wipe(&json);
}

static void begin(void) {
    now = file_count = 0;
    kept = answers = 0;
    refuses = false;
    disk = kith_slots_mem_new();
    kith_sign_keypair(&ben, &(struct kith_seed){{1}});
    kith_sign_keypair(&anna, &(struct kith_seed){{2}});
    kith_sign_keypair(&mallory, &(struct kith_seed){{3}});
    start();
    follow(&anna);
    follow(&mallory);
    run(5000);
}

static void end(void) {
    kith_node_free(node);
    kith_slots_mem_free(disk);
    while (file_count)
        drop(&files[0]);
}

/* ---- who sends ---- */

static void blob_of(struct kith_buf *bytes, struct kith_blobid *id, size_t len) {
    kith_buf_clear(bytes);
    kith_buf_reserve(bytes, len);
    draw(NULL, bytes->p, len);
    bytes->len = len;
    kith_sha256(&id->hash, kith_buf_bytes(bytes));
}

static void send(const struct kith_keypair *from, const struct kith_blobid *id, struct kith_bytes bytes, uint64_t total, uint64_t at) {
    struct kith_part_blob part = {*id, total, at, bytes};
    struct kith_packet p = {.encoding = 1, .flags = KITH_PACKET_ASKS, .created_ms = EPOCH + now, .expires_ms = EPOCH + now + 86400000};
    struct kith_buf content = {0}, packet = {0};
    kith_part_blob_put(&content, &part);
    p.content = kith_buf_bytes(&content);
    CHECK(!kith_packet_seal(&packet, &p, from, &ben.pub, 1, &rng));
    CHECK(!kith_node_packet(node, kith_buf_bytes(&packet), t()));
    pump();
    kith_buf_wipe(&content);
    kith_buf_wipe(&packet);
}

static void send_of(const struct kith_keypair *from, const struct kith_blobid *id, const struct kith_buf *all, size_t at, size_t to) {
    send(from, id, kith_bytes(all->p + at, to - at), all->len, at);
}

static void want(const struct kith_blobid *id) {
    kith_blobs_want(node->blobs.blobs, id);
    kith_courier_changed(node);
}

static bool holds(const struct kith_blobid *id, const struct kith_buf *all) {
    const struct file *f = file_of(id);
    return kith_blobs_has(node->blobs.blobs, id, NULL) && f && kith_bytes_eq(kith_buf_bytes(&f->bytes), kith_buf_bytes(all));
}

static uint64_t first_gap(const struct kith_blobid *id) {
    uint64_t at = 0, len;
    return courier_pieces_gap(node, &anna.pub, id, &at, &len) ? at : UINT64_MAX;
}

/* ---- the tests ---- */

/* The largest that there is, backwards, with repeats and overlaps; the plug is pulled after each. */
static void any_order_and_the_plug(void) {
    static const size_t cuts[][2] = {{4 * MB, 5 * MB - 1}, {3 * MB, 4 * MB}, {3 * MB - 7, 4 * MB + 7}, {4 * MB, 5 * MB - 1}, {MB, 2 * MB}, {2 * MB, 3 * MB}, {0, MB}};
    struct kith_buf all = {0};
    struct kith_blobid id;
    begin();
    blob_of(&all, &id, KITH_BLOBS_MAX_SIZE - 1);
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        want(&id);
        send_of(&anna, &id, &all, cuts[i][0], cuts[i][1]);
        answers = 0;
        run(3000);
        CHECK(answers == 1); /* acknowledged, so it has to be there after that */
        pull_the_plug();
        CHECK(!kith_blobs_has(node->blobs.blobs, &files[0].id, NULL) || i + 1 == sizeof cuts / sizeof *cuts); /* no stretch passes for a blob */
        CHECK(i + 1 < sizeof cuts / sizeof *cuts ? first_gap(&id) == 0 : holds(&id, &all));
    }
    CHECK(kept == 5 + 1 + 1 && file_count == 1); /* five stretches, seven bytes before one, and the whole */
    run(60000);
    CHECK(holds(&id, &all) && !node->courier.pieces && !node->courier.pieces_bytes);
    kith_buf_wipe(&all);
    end();
}

/* A photo that comes before its post: kept aside, and a blob when somebody wants it. */
static void before_it_is_wanted(void) {
    struct kith_buf all = {0};
    struct kith_blobid id;
    begin();
    blob_of(&all, &id, 300000);
    send_of(&anna, &id, &all, 0, all.len);
    run(3000);
    CHECK(!kith_blobs_has(node->blobs.blobs, &id, NULL) && first_gap(&id) == UINT64_MAX);
    pull_the_plug();
    want(&id);
    run(3000);
    CHECK(holds(&id, &all) && file_count == 1);
    kith_buf_wipe(&all);
    end();
}

static void wrong_bytes_and_a_disk_that_loses(void) {
    struct kith_buf all = {0}, other = {0};
    struct kith_blobid id, theirs;
    begin();
    blob_of(&all, &id, 2 * MB);
    blob_of(&other, &theirs, 2 * MB);
    want(&id);
    send_of(&anna, &id, &other, 0, MB); /* not these */
    send_of(&anna, &id, &all, MB, 2 * MB);
    run(3000);
    CHECK(!kith_blobs_has(node->blobs.blobs, &id, NULL) && first_gap(&id) == 0 && file_count == 0); /* thrown away, asked for anew */
    send(&mallory, &id, kith_bytes(other.p, MB), 2 * MB, 0); /* and theirs beside hers */
    send_of(&anna, &id, &all, MB, 2 * MB);
    run(3000);
    CHECK(file_count == 2 && first_gap(&id) == 0);
    drop(&files[1]);
    send_of(&anna, &id, &all, 0, MB);
    run(3000);
    CHECK(!kith_blobs_has(node->blobs.blobs, &id, NULL) && first_gap(&id) == MB);
    send_of(&anna, &id, &all, MB, 2 * MB);
    run(3000);
    CHECK(holds(&id, &all) && file_count == 1);
    kith_buf_wipe(&all);
    kith_buf_wipe(&other);
    end();
}

/* Who lies about how long a blob is, or sends it in crumbs, keeps nobody else's stretches out. */
static void a_wrong_length_and_crumbs(void) {
    struct kith_buf all = {0};
    struct kith_blobid id;
    begin();
    blob_of(&all, &id, 2 * MB);
    want(&id);
    send(&mallory, &id, kith_bytes(all.p, 5), 3 * MB, 0);
    run(3000);
    CHECK(file_count == 1);
    send_of(&anna, &id, &all, 0, MB);
    for (size_t i = 0; i < 200; i++)
        send_of(&mallory, &id, &all, 3 * i, 3 * i + 1);
    run(3000);
    CHECK(first_gap(&id) == MB && file_count == 1 + 128);
    send(&mallory, &id, kith_bytes(all.p, 5), 3 * MB, 0);
    run(3000);
    CHECK(first_gap(&id) == MB && file_count == 1 + 1);
    send_of(&anna, &id, &all, MB, 2 * MB);
    run(3000);
    CHECK(holds(&id, &all) && file_count == 1);
    kith_buf_wipe(&all);
    end();
}

static struct kith_blobid built;

static void another_length(void) {
    struct kith_buf other = {0};
    struct kith_blobid id;
    blob_of(&other, &id, 2 * MB);
    send(&anna, &built, kith_bytes(other.p, MB), 4 * MB, 0);
    send(&anna, &built, kith_buf_bytes(&other), 4 * MB, MB);
    kith_buf_wipe(&other);
}

/* The same while the disk reads what was whole: it must not be put together with what is longer. */
static void a_wrong_length_at_the_last_moment(void) {
    struct kith_buf all = {0};
    begin();
    blob_of(&all, &built, 2 * MB);
    want(&built);
    send_of(&anna, &built, &all, 0, MB);
    meanwhile = another_length;
    send_of(&anna, &built, &all, MB, 2 * MB);
    run(3000);
    CHECK(!meanwhile && first_gap(&built) == 3 * MB);
    send_of(&anna, &built, &all, 0, MB);
    send_of(&anna, &built, &all, MB, 2 * MB);
    run(3000);
    CHECK(holds(&built, &all) && file_count == 1);
    kith_buf_wipe(&all);
    end();
}

/* The disk is full for a while: no receipt before it has room, and no work in vain. */
static void a_full_disk(void) {
    struct kith_buf all = {0};
    struct kith_blobid id;
    begin();
    blob_of(&all, &id, 2 * MB);
    want(&id);
    send_of(&anna, &id, &all, 0, MB);
    run(3000);
    refuses = true;
    send_of(&anna, &id, &all, MB, 2 * MB);
    run(3000);
    CHECK(first_gap(&id) == MB);
    refuses = false;
    send_of(&anna, &id, &all, MB, 2 * MB - 1);
    run(3000);
    refuses = true; /* of all moments when the whole is to be written */
    kept = 0;
    send_of(&anna, &id, &all, 2 * MB - 1, 2 * MB);
    run(3000);
    refuses = false;
    send_of(&anna, &id, &all, 2 * MB - 1, 2 * MB);
    refuses = true;
    run(120000);
    CHECK(kept < 10 && !holds(&id, &all));
    refuses = false;
    run(60000);
    CHECK(holds(&id, &all) && file_count == 1);
    kith_buf_wipe(&all);
    end();
}

/* One friend sends what nobody wants, in stretches of a byte and in whole megabytes: room and files have a bound, and what another
 * friend has sent stays. */
static void one_who_sends_without_end(void) {
    struct kith_buf all = {0}, junk = {0};
    struct kith_blobid id, other;
    begin();
    blob_of(&all, &id, 3 * MB);
    want(&id);
    send_of(&anna, &id, &all, MB, 2 * MB);
    blob_of(&junk, &other, MB);
    for (size_t i = 0; i < 80; i++) {
        draw(NULL, other.hash.b, sizeof other.hash.b);
        send(&mallory, &other, kith_buf_bytes(&junk), 5 * MB - 1, MB);
        CHECK(on_disk() <= (size_t)KITH_COURIER_PARTS_MAX + 2 * MB);
    }
    for (size_t i = 0; i < 1200; i++) {
        if (i % 100 == 0)
            draw(NULL, other.hash.b, sizeof other.hash.b);
        send(&mallory, &other, kith_bytes(junk.p, 1), 5 * MB - 1, 2 * i % (5 * MB));
    }
    CHECK(file_count <= KITH_COURIER_PARTS_MAX / 65536 + 2);
    CHECK(node->courier.pieces_bytes <= KITH_COURIER_PARTS_MAX);
    run(5000);
    pull_the_plug();
    want(&id);
    CHECK(first_gap(&id) == 0);
    send_of(&anna, &id, &all, 0, MB);
    send_of(&anna, &id, &all, 2 * MB, 3 * MB);
    run(3000);
    CHECK(holds(&id, &all));
    run(UINT64_C(31) * 24 * 3600 * 1000); /* and what nobody asks for goes */
    kith_courier_changed(node);
    run(3000);
    CHECK(file_count == 1 && !node->courier.pieces);
    kith_buf_wipe(&all);
    kith_buf_wipe(&junk);
    end();
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    any_order_and_the_plug();
    before_it_is_wanted();
    wrong_bytes_and_a_disk_that_loses();
    a_wrong_length_and_crumbs();
    a_wrong_length_at_the_last_moment();
    a_full_disk();
    one_who_sends_without_end();
    return check_done();
}
