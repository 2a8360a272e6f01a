/* SPDX-License-Identifier: MIT */
/* Opening a store from whatever lies on a disk. The first byte chooses: raw bytes as slots; blocks with
 * right checksums and arbitrary records; or a good disk with bytes changed. It must open or refuse,
 * then read, append and open again. */
#include "store/segment.h"
#include "store/slots_mem.h"

static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    memset(out, 7, len);
}

static struct kith_slot create(struct kith_slots_mem *disk, const char *name) {
    struct kith_store_effect e = {.kind = KITH_STORE_CREATE};
    struct kith_slot s;
    memcpy(e.name, name, strlen(name));
    KITH_ASSERT(kith_slots_mem_perform(disk, &e, &s) == KITH_OK);
    return s;
}

static void write_slot(const struct kith_slot *s, uint64_t at, const void *p, size_t len) {
    KITH_ASSERT(s->ops->write_at(s->ctx, at, p, len) == KITH_OK);
}

static void raw(struct kith_slots_mem *disk, struct kith_reader *in) {
    static const char *const names[] = {"log-0000000000000001", "log-0000000000000002", "snapshot-a"};
    for (unsigned i = 0; i < 3 && kith_read_left(in); i++) {
        size_t len = kith_read_u16le(in);
        struct kith_slot s = create(disk, names[i]);
        struct kith_bytes b = kith_read_bytes(in, len < kith_read_left(in) ? len : kith_read_left(in));
        write_slot(&s, 0, b.p, b.len);
    }
}

static void put_records(struct kith_buf *out, struct kith_reader *in, struct kith_block *b) {
    static const char message[] = "{\"previous\":null,\"author\":\"@AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.ed25519\",\"sequence\":1,"
                                  "\"timestamp\":5,\"hash\":\"sha256\",\"content\":{\"type\":\"post\"},\"signature\":\""
                                  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==.sig.ed25519\"}";
    uint8_t count = kith_read_u8(in) % 5 + 1;
    for (b->count = 0; b->count < count; b->count++) {
        struct kith_record r = {.format = kith_read_u8(in), .kind = kith_read_u8(in) % 8, .received_ms = kith_read_u16le(in)};
        uint8_t len = kith_read_u8(in);
        r.id.hash.b[0] = len;
        r.value = len == 255 ? kith_bytes(message, sizeof message - 1) : kith_read_bytes(in, len % 64);
        kith_block_put(out, b->first + b->count, &r);
    }
}

static void blocks(struct kith_slots_mem *disk, struct kith_reader *in) {
    struct kith_buf out = {0};
    for (uint64_t generation = 1; generation < 4 && kith_read_left(in); generation++) {
        struct kith_segment_header h = {generation, kith_read_u8(in), kith_read_u8(in), kith_read_u8(in), 0};
        char name[KITH_SLOT_NAME_MAX];
        struct kith_slot s;
        uint64_t next = h.base, prev;
        uint8_t head[KITH_SEGMENT_HEADER_LEN];
        kith_segment_name(name, generation);
        s = create(disk, name);
        kith_segment_header_write(head, &h);
        kith_buf_clear(&out);
        kith_buf_put(&out, head, sizeof head);
        prev = h.tip;
        for (uint8_t n = kith_read_u8(in) % 8; n; n--) {
            struct kith_block b = {.at = out.len, .first = next + kith_read_u8(in) / 64, .durable = kith_read_u8(in), .prev = prev};
            size_t begin = kith_block_begin(&out);
            put_records(&out, in, &b);
            kith_block_end(&out, begin, generation, &b);
            prev = b.check ^ (kith_read_u8(in) == 1);
            next = b.first + b.count;
        }
        write_slot(&s, 0, out.p, out.len);
    }
    kith_buf_wipe(&out);
}

static void apply(struct kith_view *view, const struct kith_entry *e) {
    *(uint32_t *)kith_vec_push(view->vecs[0]) = e->rec;
}

static void reset(struct kith_view *view) {
    kith_vec_wipe(view->vecs[0]);
}

static struct kith_store *open_store(struct kith_slots_mem *disk, struct kith_view **views) {
    struct kith_store_config c = {.views = views, .rng = {fill, NULL}, .segment_len = 2000};
    struct kith_store *s;
    c.slots = kith_slots_mem_list(disk, &c.slot_count);
    if (kith_store_open(&s, &c, NULL))
        return NULL;
    kith_slots_mem_settle(disk, s);
    return s;
}

static void use(struct kith_slots_mem *disk, struct kith_store *s) {
    struct kith_record r = {.format = KITH_FORMAT_LOCAL, .kind = KITH_RECORD_LOCAL, .value = KITH_LIT("{\"type\":\"fuzz\"}")};
    struct kith_buf scratch = {0};
    uint64_t count = kith_store_count(s), number;
    for (uint64_t i = 0; i < count; i++) {
        struct kith_record got;
        if (kith_store_get(s, i, &got, &scratch) == KITH_OK)
            (void)kith_store_find(s, &got.id, &number);
    }
    KITH_ASSERT(kith_store_append(s, &r, 1, &number) == KITH_OK && number == count);
    if (count && kith_store_forget(s, count / 2) == KITH_OK)
        KITH_ASSERT(kith_store_compact(s) == KITH_OK);
    kith_slots_mem_settle(disk, s);
    KITH_ASSERT(kith_store_snapshot(s) == KITH_OK);
    kith_slots_mem_settle(disk, s);
    KITH_ASSERT(kith_store_durable(s) == kith_store_count(s));
    KITH_ASSERT(kith_store_get(s, number, &r, &scratch) == KITH_OK || count == 0 || number == count / 2);
    kith_buf_wipe(&scratch);
}

/* Bytes of a good disk are changed, or its slots cut. */
static void spoil(struct kith_slots_mem *disk, struct kith_reader *in) {
    while (kith_read_left(in) > 4) {
        size_t count;
        const struct kith_slot *slots = kith_slots_mem_list(disk, &count), *s = &slots[kith_read_u8(in) % count];
        uint64_t size, at = kith_read_u16le(in);
        uint8_t byte = kith_read_u8(in), how = kith_read_u8(in);
        KITH_ASSERT(s->ops->size(s->ctx, &size) == KITH_OK);
        if (how % 8 == 0)
            (void)!s->ops->truncate(s->ctx, size ? at % size : 0);
        else if (size)
            write_slot(s, at % size, &byte, 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_reader in = kith_reader(kith_bytes(data, size));
    struct kith_slots_mem *disk = kith_slots_mem_new();
    struct kith_vec seen = KITH_VEC(uint32_t), *vecs[] = {&seen, NULL};
    struct kith_view view = {.name = "fuzz", .vecs = vecs, .apply = apply, .reset = reset}, *views[] = {&view, NULL};
    struct kith_store *s;
    uint8_t how = kith_read_u8(&in);
    if (how % 4 == 0)
        raw(disk, &in);
    else
        blocks(disk, &in);
    for (unsigned round = 0; round < 2; round++) {
        s = open_store(disk, views);
        if (s)
            use(disk, s);
        kith_store_free(s);
        kith_vec_wipe(&seen);
        if (how % 4 == 3 && s && round == 0) {
            struct kith_reader again = kith_reader(kith_bytes(data, size));
            spoil(disk, &again);
        }
    }
    kith_slots_mem_free(disk);
    kith_vec_wipe(&seen);
    return 0;
}
