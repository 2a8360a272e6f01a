/* SPDX-License-Identifier: MIT */
#include "sync/packet_parts.h"

#define NOTE_LEN 41
#define WANT_LEN 48
#define RECEIPT_LEN 17
#define BLOB_HEAD 48
#define FRIEND_HEAD 49
#define UNKNOWN_HEAD 17
#define MESSAGE_MAX 65536 /* more than any message has: 8192 units in the longest way of writing them */

/* ---- parts ---- */

static bool is_items(size_t len, size_t item) {
    return len && len % item == 0;
}

static bool is_known(uint16_t type) {
    return type >= KITH_PART_NOTES && type <= KITH_PART_READ;
}

static bool is_good(const struct kith_part *part) {
    struct kith_part_blob blob;
    struct kith_part_friend asked;
    struct kith_part_unknown unknown;
    size_t len = part->bytes.len;
    switch (part->type) {
    case KITH_PART_NOTES:
        return is_items(len, NOTE_LEN);
    case KITH_PART_MESSAGE:
    case KITH_PART_LOOSE:
        return len && len <= MESSAGE_MAX;
    case KITH_PART_BLOB:
        return kith_part_blob_read(part->bytes, &blob);
    case KITH_PART_WANTS:
        return is_items(len, WANT_LEN);
    case KITH_PART_FRIEND:
        return kith_part_friend_read(part->bytes, &asked);
    case KITH_PART_PROFILE:
        return len && len <= KITH_PART_PROFILE_MAX;
    case KITH_PART_RECEIPTS:
        return is_items(len, RECEIPT_LEN);
    case KITH_PART_READ:
        return is_items(len, KITH_PART_READ_LEN);
    case KITH_PART_UNKNOWN:
        return kith_part_unknown_read(part->bytes, &unknown);
    default:
        return true;
    }
}

bool kith_parts_check(struct kith_bytes content, size_t *unknown) {
    struct kith_reader r = kith_reader(content);
    *unknown = 0;
    while (kith_read_left(&r)) {
        struct kith_part part;
        size_t len;
        part.type = kith_read_u16le(&r);
        len = kith_read_u32le(&r);
        part.bytes = kith_read_bytes(&r, len);
        if (r.err || !is_good(&part))
            return false;
        *unknown += !is_known(part.type);
    }
    return true;
}

bool kith_parts_next(struct kith_bytes *content, struct kith_part *out) {
    struct kith_reader r = kith_reader(*content);
    size_t len;
    out->type = kith_read_u16le(&r);
    len = kith_read_u32le(&r);
    out->bytes = kith_read_bytes(&r, len);
    *content = kith_bytes_skip(*content, r.pos);
    return !r.err;
}

static void put_head(struct kith_buf *out, enum kith_part_type type, size_t len) {
    kith_buf_put_u16le(out, (uint16_t)type);
    kith_buf_put_u32le(out, (uint32_t)len);
}

void kith_parts_put(struct kith_buf *out, enum kith_part_type type, struct kith_bytes bytes) {
    put_head(out, type, bytes.len);
    kith_buf_put_bytes(out, bytes);
}

/* ---- lists ---- */

static bool item_of(struct kith_bytes *bytes, size_t len, struct kith_reader *r) {
    if (bytes->len < len)
        return false;
    *r = kith_reader(kith_bytes(bytes->p, len));
    *bytes = kith_bytes_skip(*bytes, len);
    return true;
}

bool kith_part_note_next(struct kith_bytes *bytes, struct kith_part_note *out) {
    struct kith_reader r;
    if (!item_of(bytes, NOTE_LEN, &r))
        return false;
    kith_read_copy(&r, out->feed.b, sizeof out->feed.b);
    out->sequence = kith_read_u64le(&r);
    out->wants = kith_read_u8(&r) & 1;
    return true;
}

void kith_part_note_put(struct kith_buf *bytes, const struct kith_part_note *note) {
    kith_buf_put(bytes, note->feed.b, sizeof note->feed.b);
    kith_buf_put_u64le(bytes, note->sequence);
    kith_buf_put_u8(bytes, note->wants);
}

bool kith_part_want_next(struct kith_bytes *bytes, struct kith_part_want *out) {
    struct kith_reader r;
    if (!item_of(bytes, WANT_LEN, &r))
        return false;
    kith_read_copy(&r, out->blob.hash.b, sizeof out->blob.hash.b);
    out->offset = kith_read_u64le(&r);
    out->len = kith_read_u64le(&r);
    return true;
}

void kith_part_want_put(struct kith_buf *bytes, const struct kith_part_want *want) {
    kith_buf_put(bytes, want->blob.hash.b, sizeof want->blob.hash.b);
    kith_buf_put_u64le(bytes, want->offset);
    kith_buf_put_u64le(bytes, want->len);
}

bool kith_part_receipt_next(struct kith_bytes *bytes, struct kith_part_receipt *out) {
    struct kith_reader r;
    if (!item_of(bytes, RECEIPT_LEN, &r))
        return false;
    kith_read_copy(&r, out->of.b, sizeof out->of.b);
    out->outcome = kith_read_u8(&r);
    return true;
}

void kith_part_receipt_put(struct kith_buf *bytes, const struct kith_part_receipt *receipt) {
    kith_buf_put(bytes, receipt->of.b, sizeof receipt->of.b);
    kith_buf_put_u8(bytes, receipt->outcome);
}

/* ---- single pieces ---- */

bool kith_part_blob_read(struct kith_bytes bytes, struct kith_part_blob *out) {
    struct kith_reader r = kith_reader(bytes);
    kith_read_copy(&r, out->blob.hash.b, sizeof out->blob.hash.b);
    out->total = kith_read_u64le(&r);
    out->offset = kith_read_u64le(&r);
    out->bytes = kith_bytes_skip(bytes, BLOB_HEAD);
    return !r.err && out->bytes.len && out->offset <= out->total && out->bytes.len <= out->total - out->offset;
}

void kith_part_blob_put(struct kith_buf *out, const struct kith_part_blob *part) {
    put_head(out, KITH_PART_BLOB, BLOB_HEAD + part->bytes.len);
    kith_buf_put(out, part->blob.hash.b, sizeof part->blob.hash.b);
    kith_buf_put_u64le(out, part->total);
    kith_buf_put_u64le(out, part->offset);
    kith_buf_put_bytes(out, part->bytes);
}

bool kith_part_friend_read(struct kith_bytes bytes, struct kith_part_friend *out) {
    struct kith_reader r = kith_reader(bytes);
    out->step = kith_read_u8(&r);
    kith_read_copy(&r, out->referrer.b, sizeof out->referrer.b);
    kith_read_copy(&r, out->of.b, sizeof out->of.b);
    out->text = kith_bytes_skip(bytes, FRIEND_HEAD);
    return !r.err && out->step && out->text.len <= KITH_PART_TEXT_MAX;
}

void kith_part_friend_put(struct kith_buf *out, const struct kith_part_friend *part) {
    put_head(out, KITH_PART_FRIEND, FRIEND_HEAD + part->text.len);
    kith_buf_put_u8(out, part->step);
    kith_buf_put(out, part->referrer.b, sizeof part->referrer.b);
    kith_buf_put(out, part->of.b, sizeof part->of.b);
    kith_buf_put_bytes(out, part->text);
}

bool kith_part_unknown_read(struct kith_bytes bytes, struct kith_part_unknown *out) {
    struct kith_reader r = kith_reader(bytes);
    kith_read_copy(&r, out->of.b, sizeof out->of.b);
    out->encoding = kith_read_u8(&r);
    out->types = kith_bytes_skip(bytes, UNKNOWN_HEAD);
    return !r.err && out->types.len % 2 == 0;
}

void kith_part_unknown_put(struct kith_buf *out, const struct kith_packet_id *of, uint8_t encoding, struct kith_bytes content) {
    size_t at = out->len;
    struct kith_part part;
    put_head(out, KITH_PART_UNKNOWN, UNKNOWN_HEAD);
    kith_buf_put(out, of->b, sizeof of->b);
    kith_buf_put_u8(out, encoding);
    while (!encoding && kith_parts_next(&content, &part)) {
        if (!is_known(part.type) && out->len - at < 1024)
            kith_buf_put_u16le(out, part.type);
    }
    kith_put_u32le(out->p + at + 2, (uint32_t)(out->len - at - KITH_PART_HEAD));
}
