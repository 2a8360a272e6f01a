/* SPDX-License-Identifier: MIT */
#include "store/store_state.h"

void kith_stub_write(uint8_t out[KITH_STUB_LEN], const struct kith_stub *stub) {
    memcpy(out, stub->author.b, 32);
    kith_put_u64le(out + 32, stub->sequence);
    kith_put_u64le(out + 40, stub->time);
}

bool kith_stub_parse(struct kith_bytes in, struct kith_stub *stub) {
    if (in.len != KITH_STUB_LEN)
        return false;
    memcpy(stub->author.b, in.p, 32);
    stub->sequence = kith_get_u64le(in.p + 32);
    stub->time = kith_get_u64le(in.p + 40);
    return true;
}

/* The order of views: what the author claims, unless that is after we had it. */
static uint64_t time_of(double claimed, uint64_t received_ms) {
    if (!(claimed > 0))
        return 0;
    return claimed < (double)received_ms ? (uint64_t)claimed : received_ms;
}

/* Opens a private message's content, if it is for us and says a JSON object. */
static void open_private(struct kith_store *s, struct kith_entry *e, struct kith_json *plain, struct kith_buf *keep) {
    struct kith_buf *text = &s->plain_text;
    struct kith_bytes in;
    kith_buf_clear(text);
    if (!s->unbox ||
        !s->unbox(s->unbox_ctx, e->rec, &e->message, kith_json_str(e->doc, e->message.content), text, &e->key))
        return;
    in = kith_buf_bytes(text);
    if (keep) {
        if (in.len > keep->cap - keep->len)
            return; /* a plain text is never longer than its ciphertext */
        in.p = keep->p + keep->len;
        kith_buf_put_bytes(keep, kith_buf_bytes(text));
    }
    if (kith_json_parse(plain, in, KITH_MESSAGE_MAX_NODES) || !kith_json_is(plain, 0, KITH_JSON_OBJECT))
        return;
    e->content_doc = plain;
    e->content = 0;
}

bool kith_store_parse(struct kith_store *s, const struct kith_record *r, struct kith_entry *e,
                      struct kith_json *doc, struct kith_json *plain, struct kith_buf *keep) {
    *e = (struct kith_entry){.rec = (uint32_t)r->number, .feed = KITH_FEED_NONE, .record = r, .doc = doc,
                             .content_doc = doc, .content = KITH_JSON_NONE};
    if (r->kind == KITH_RECORD_LOCAL) {
        if (kith_json_parse(doc, r->value, SIZE_MAX))
            return false;
        e->content = 0;
    } else {
        if (kith_message_read(doc, r->value, &e->message))
            return false;
        e->message.id = r->id;
        e->is_private = e->message.is_private;
        if (e->is_private)
            open_private(s, e, plain, keep);
        else
            e->content = e->message.content;
    }
    e->type = kith_json_str(e->content_doc, kith_json_get(e->content_doc, e->content, "type"));
    return true;
}

static void put_row(struct kith_store *s, uint32_t author, uint64_t time) {
    *(uint32_t *)kith_vec_push(&s->authors) = author;
    *(uint64_t *)kith_vec_push(&s->times) = time;
}

void kith_store_show(struct kith_store *s, struct kith_entry *e) {
    e->feed = *KITH_VEC_AT(&s->authors, uint32_t, e->rec);
    e->time = *KITH_VEC_AT(&s->times, uint64_t, e->rec);
    for (struct kith_view **v = s->views; v && *v; v++)
        (*v)->apply(*v, e);
}

static uint8_t *kind_of(struct kith_store *s, uint64_t number) {
    return KITH_VEC_AT(&s->log.kinds, uint8_t, number);
}

/* A message, whole or forgotten: its place in its feed, its id, its time. */
static void apply_message(struct kith_store *s, const struct kith_record *r, uint8_t *kind, uint8_t written,
                          const struct kith_stub *stub) {
    uint32_t feed = kith_feeds_intern(&s->feeds, &stub->author), rec = (uint32_t)r->number;
    uint64_t time = stub->time;
    if (written == KITH_RECORD_CHAINED) {
        uint64_t floor = kith_feeds_time(&s->feeds, feed);
        if (time < floor)
            time = floor;
        /* Damage before it broke its chain: it stands alone until the feed was fetched again. */
        if (!kith_feeds_push(&s->feeds, feed, stub->sequence, &r->id, rec, time) && *kind == KITH_RECORD_CHAINED)
            *kind = KITH_RECORD_LOOSE;
        if (*kind == KITH_RECORD_ERASED)
            kith_feeds_withhold(&s->feeds, feed, stub->sequence);
    }
    kith_ids_put(&s->ids, &r->id, rec);
    put_row(s, feed, time);
}

/* A note to forget a record that came before it. */
static void apply_forget(struct kith_store *s, const struct kith_record *r) {
    struct kith_record old;
    struct kith_entry e;
    struct kith_stub stub;
    uint64_t number = r->value.len == 8 ? kith_get_u64le(r->value.p) : UINT64_MAX;
    put_row(s, KITH_FEED_NONE, r->received_ms);
    if (number >= r->number || *KITH_VEC_AT(&s->authors, uint32_t, number) == KITH_FEED_NONE)
        return;
    if (kith_log_read(&s->log, number, &old, &s->scratch))
        return;
    if (old.kind == KITH_RECORD_CHAINED && !kith_message_read(&s->doc, old.value, &e.message))
        kith_feeds_withhold(&s->feeds, *KITH_VEC_AT(&s->authors, uint32_t, number), e.message.sequence);
    else if (old.kind == KITH_RECORD_ERASED && kith_stub_parse(old.value, &stub))
        kith_feeds_withhold(&s->feeds, *KITH_VEC_AT(&s->authors, uint32_t, number), stub.sequence);
}

/* A record that compaction has emptied: of a chained one its stub remains, of a loose one its id. */
static void apply_erased(struct kith_store *s, const struct kith_record *r, uint8_t *kind) {
    static const struct kith_msgid none;
    struct kith_stub stub;
    if (kith_stub_parse(r->value, &stub)) {
        apply_message(s, r, kind, KITH_RECORD_CHAINED, &stub);
        return;
    }
    if (!kith_msgid_eq(&r->id, &none))
        kith_ids_put(&s->ids, &r->id, (uint32_t)r->number);
    put_row(s, KITH_FEED_NONE, r->received_ms);
}

void kith_store_apply(struct kith_store *s, const struct kith_record *record) {
    struct kith_record r = *record;
    struct kith_entry e;
    struct kith_stub stub;
    uint8_t *kind = kind_of(s, r.number), written = r.kind;
    r.kind = *kind;
    if (r.received_ms > KITH_RECORD_MAX_RECEIVED_MS)
        r.received_ms = KITH_RECORD_MAX_RECEIVED_MS;
    if (written == KITH_RECORD_FORGET) {
        apply_forget(s, &r);
        return;
    }
    if (written == KITH_RECORD_ERASED || (*kind == KITH_RECORD_ERASED && written == KITH_RECORD_LOCAL)) {
        apply_erased(s, &r, kind);
        return;
    }
    if (written < KITH_RECORD_CHAINED || written > KITH_RECORD_LOCAL ||
        r.format != (written == KITH_RECORD_LOCAL ? KITH_FORMAT_LOCAL : KITH_FORMAT_CLASSIC)) {
        put_row(s, KITH_FEED_NONE, r.received_ms); /* of a later version: kept, shown to nobody */
        return;
    }
    r.kind = written;
    if (!kith_store_parse(s, &r, &e, &s->doc, &s->plain, NULL)) {
        *KITH_VEC_AT(&s->log.pos, uint32_t, r.number) = 0; /* no message: as good as lost */
        put_row(s, KITH_FEED_NONE, r.received_ms);
        return;
    }
    if (written == KITH_RECORD_LOCAL) {
        put_row(s, KITH_FEED_NONE, r.received_ms);
    } else {
        stub = (struct kith_stub){e.message.author, e.message.sequence, time_of(e.message.timestamp, r.received_ms)};
        apply_message(s, &r, kind, written, &stub);
    }
    if (*kind == KITH_RECORD_ERASED)
        return;
    r.kind = *kind;
    kith_store_show(s, &e);
}

void kith_store_reset_tables(struct kith_store *s) {
    kith_ids_wipe(&s->ids);
    kith_feeds_wipe(&s->feeds);
    kith_vec_wipe(&s->times);
    kith_vec_wipe(&s->authors);
    for (struct kith_view **v = s->views; v && *v; v++)
        (*v)->reset(*v);
}

/* --- reading the log from a number to its end ------------------------------------------------- */

/* One segment's records from the first that the tables have not. A record that cannot be read any
 * more keeps its number and nothing else. */
static int catch_up_segment(struct kith_store *s, const struct kith_segment *seg) {
    struct kith_segment_reader reader;
    int err = KITH_OK;
    if (seg->slot.ops)
        err = kith_segment_reader_init(&reader, &seg->slot, seg->mark.generation);
    else
        kith_segment_reader_memory(&reader, kith_buf_bytes(&seg->pending), seg->mark.generation);
    while (!err && s->times.count < seg->mark.next) {
        uint64_t number = s->times.count;
        uint32_t at = *KITH_VEC_AT(&s->log.pos, uint32_t, number);
        struct kith_record r;
        err = at ? kith_segment_record(&reader, at, number, &r) : KITH_ERR_CORRUPT;
        if (!err) {
            kith_store_apply(s, &r);
        } else if (err == KITH_ERR_CORRUPT) {
            put_row(s, KITH_FEED_NONE, 0);
            err = KITH_OK;
        }
    }
    kith_segment_reader_wipe(&reader);
    return err;
}

int kith_store_catch_up(struct kith_store *s) {
    for (size_t i = 0; i < s->log.count; i++) {
        const struct kith_segment *seg = &s->log.segments[i];
        int err;
        while (s->times.count < seg->mark.base && s->times.count < kith_log_count(&s->log))
            put_row(s, KITH_FEED_NONE, 0);
        err = seg->mark.next > s->times.count ? catch_up_segment(s, seg) : KITH_OK;
        if (err)
            return err;
    }
    while (s->times.count < kith_log_count(&s->log))
        put_row(s, KITH_FEED_NONE, 0);
    return KITH_OK;
}
