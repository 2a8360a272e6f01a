/* SPDX-License-Identifier: MIT */
/* What lies in a folder that anybody can write to: files that claim to be packets, content that was signed by
 * a stranger, deflated streams. */
#include <stdlib.h>

#include "sync/deflate.h"
#include "sync/packet_parts.h"

static struct kith_keypair receiver, sender;

static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    memset(out, 7, len);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    struct kith_seed seed = {{2}};
    (void)argc, (void)argv;
    if (kith_crypto_init())
        abort();
    memset(seed.b, 2, sizeof seed.b);
    kith_sign_keypair(&receiver, &seed);
    memset(seed.b, 1, sizeof seed.b);
    kith_sign_keypair(&sender, &seed);
    return 0;
}

static void read_parts(struct kith_bytes content) {
    struct kith_part part;
    struct kith_part_note note;
    struct kith_part_want want;
    struct kith_part_receipt receipt;
    struct kith_part_blob blob;
    struct kith_part_friend asked;
    struct kith_part_unknown unknown;
    struct kith_packet_id of = {{0}};
    struct kith_buf again = {0}, said = {0};
    struct kith_bytes left = content;
    size_t count, seen = 0;
    if (!kith_parts_check(content, &count))
        return;
    kith_part_unknown_put(&said, &of, 0, content);
    if (!kith_parts_check(kith_buf_bytes(&said), &seen))
        abort();
    while (kith_parts_next(&left, &part)) {
        kith_parts_put(&again, (enum kith_part_type)part.type, part.bytes);
        while (part.type == KITH_PART_NOTES && kith_part_note_next(&part.bytes, &note))
            seen++;
        while (part.type == KITH_PART_WANTS && kith_part_want_next(&part.bytes, &want))
            seen++;
        while (part.type == KITH_PART_RECEIPTS && kith_part_receipt_next(&part.bytes, &receipt))
            seen++;
        if (part.type == KITH_PART_READ && (!part.bytes.len || part.bytes.len % KITH_PART_READ_LEN))
            abort();
        if ((part.type == KITH_PART_BLOB && !kith_part_blob_read(part.bytes, &blob)) ||
            (part.type == KITH_PART_FRIEND && !kith_part_friend_read(part.bytes, &asked)) ||
            (part.type == KITH_PART_UNKNOWN && !kith_part_unknown_read(part.bytes, &unknown)))
            abort(); /* it was checked */
    }
    if (!kith_bytes_eq(kith_buf_bytes(&again), content))
        abort();
    kith_buf_wipe(&again);
    kith_buf_wipe(&said);
}

static void seal_and_open(struct kith_bytes in) {
    const struct kith_rng rng = {fill, NULL};
    struct kith_packet p = {.encoding = 1, .created_ms = 1000, .expires_ms = 2000, .content = in}, got;
    struct kith_buf out = {0}, plain = {0};
    if (kith_packet_seal(&out, &p, &sender, &receiver.pub, 1, &rng) ||
        kith_packet_open(&got, &plain, kith_buf_bytes(&out), &receiver, 1000) || !kith_bytes_eq(got.content, in))
        abort();
    if (in.len > 1) { /* one byte somewhere is another */
        out.p[kith_get_u16le(in.p) % out.len] ^= (uint8_t)(in.p[in.len - 1] | 0x40);
        if (!kith_packet_open(&got, &plain, kith_buf_bytes(&out), &receiver, 1000))
            abort();
    }
    kith_buf_wipe(&out);
    kith_buf_wipe(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_buf plain = {0};
    struct kith_packet p;
    if (!kith_packet_open(&p, &plain, kith_bytes(data, size), &receiver, UINT64_C(1770000000000)) && p.encoding == 1)
        read_parts(p.content);
    kith_buf_clear(&plain);
    (void)!kith_inflate(&plain, kith_bytes(data, size), size > 1 ? (size_t)data[0] << 8 | data[1] : 0, kith_bytes(data, size > 9 ? size % 9 : 0));
    read_parts(kith_bytes(data, size));
    seal_and_open(kith_bytes(data, size));
    kith_buf_wipe(&plain);
    return 0;
}
