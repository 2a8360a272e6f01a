/* SPDX-License-Identifier: MIT */
#include "store/store_state.h"

struct pending *kith_store_ask(struct kith_store *s, enum kith_store_effect_kind kind, enum purpose purpose,
                               const char *name, uint64_t generation) {
    struct pending *p = kith_vec_push(&s->pending);
    p->effect.kind = kind;
    p->effect.ticket = ++s->ticket;
    memcpy(p->effect.name, name, KITH_SLOT_NAME_MAX);
    p->purpose = purpose;
    p->generation = generation;
    return p;
}

bool kith_store_asked(const struct kith_store *s, enum kith_store_effect_kind kind, enum purpose purpose,
                      uint64_t generation) {
    for (size_t i = 0; i < s->pending.count; i++) {
        const struct pending *p = KITH_VEC_AT(&s->pending, struct pending, i);
        if (p->effect.kind == kind && p->purpose == purpose && (!generation || p->generation == generation))
            return true;
    }
    return false;
}

/* A new segment is created only when what was cut off is gone (log_open.c, cut). */
static bool is_held(const struct kith_store *s, const struct pending *p) {
    return p->effect.kind == KITH_STORE_CREATE && kith_store_asked(s, KITH_STORE_DELETE, FOR_GARBAGE, 0);
}

bool kith_store_next(struct kith_store *s, struct kith_store_effect *e) {
    for (size_t i = 0; i < s->pending.count; i++) {
        struct pending *p = KITH_VEC_AT(&s->pending, struct pending, i);
        if (p->given || p->parked || is_held(s, p))
            continue;
        p->given = true;
        if (p->effect.kind == KITH_STORE_SYNC && p->purpose == FOR_LOG) {
            /* All that is written by now is in this sync, not only what was when it was asked for. */
            const struct kith_segment *seg = kith_log_segment(&s->log, p->generation);
            p->upto = seg ? seg->mark.next : 0;
        }
        *e = p->effect;
        return true;
    }
    return false;
}

/* Syncs of all segments that have something new. */
static void ask_syncs(struct kith_store *s) {
    if (!s->wants_sync || s->needs_recover || kith_store_asked(s, KITH_STORE_SYNC, FOR_LOG, 0))
        return;
    s->wants_sync = false;
    for (size_t i = 0; i < s->log.count; i++) {
        const struct kith_segment *seg = &s->log.segments[i];
        if (seg->synced >= seg->mark.next)
            continue;
        if (seg->slot.ops)
            kith_store_ask(s, KITH_STORE_SYNC, FOR_LOG, seg->slot.name, seg->mark.generation);
        else
            s->wants_sync = true; /* once the slot is there */
    }
}

/* Asks for the slot of a segment that has none. */
static int fill(struct kith_store *s, struct kith_segment *seg) {
    char name[KITH_SLOT_NAME_MAX];
    if (seg->slot.ops)
        return KITH_OK;
    if (!kith_store_asked(s, KITH_STORE_CREATE, FOR_LOG, seg->mark.generation)) {
        kith_segment_name(name, seg->mark.generation);
        kith_store_ask(s, KITH_STORE_CREATE, FOR_LOG, name, seg->mark.generation);
    }
    return s->failed; /* nothing more goes to memory while the disk refuses */
}

/* What could not be deleted is tried again when the host next wants something. */
static void unpark(struct kith_store *s) {
    for (size_t i = 0; i < s->pending.count; i++)
        KITH_VEC_AT(&s->pending, struct pending, i)->parked = false;
}

int kith_store_make_room(struct kith_store *s, uint64_t more) {
    unpark(s);
    if (kith_log_is_full(&s->log, s->segment_len, more))
        (void)kith_log_roll(&s->log);
    return fill(s, &s->log.segments[s->log.count - 1]);
}

void kith_store_sync(struct kith_store *s) {
    unpark(s);
    s->wants_sync = true;
    if (s->log.count)
        (void)fill(s, &s->log.segments[s->log.count - 1]);
    ask_syncs(s);
}

/* Durable is what is synced from the start on. Numbers that no segment has are lost and cannot be so
 * again. */
static void find_durable(struct kith_store *s) {
    uint64_t durable = s->log.durable;
    for (size_t i = 0; i < s->log.count; i++) {
        const struct kith_segment *seg = &s->log.segments[i];
        if (seg->synced > durable)
            durable = seg->synced;
        if (seg->synced < seg->mark.next)
            break;
    }
    s->log.durable = durable;
}

static void log_created(struct kith_store *s, const struct pending *p, int err, const struct kith_slot *slot) {
    struct kith_segment *seg = kith_log_segment(&s->log, p->generation);
    if (!seg) { /* recovering has dropped it meanwhile */
        if (slot)
            kith_store_ask(s, KITH_STORE_DELETE, FOR_GARBAGE, p->effect.name, 0);
        return;
    }
    if (!err)
        err = kith_segment_adopt(seg, slot);
    if (err && slot) /* it cannot be filled: give it back and ask for a new one later */
        kith_store_ask(s, KITH_STORE_DELETE, FOR_GARBAGE, p->effect.name, 0);
    s->failed = err;
}

static void log_synced(struct kith_store *s, const struct pending *p, int err) {
    struct kith_segment *seg = kith_log_segment(&s->log, p->generation);
    if (!seg)
        return; /* rewritten meanwhile, and synced as a whole */
    if (err) {
        s->needs_recover = true;
        return;
    }
    if (p->upto > seg->synced)
        seg->synced = p->upto;
    find_durable(s);
}

static void answered(struct kith_store *s, const struct pending *p, int err, const struct kith_slot *slot) {
    bool create = p->effect.kind == KITH_STORE_CREATE;
    if (create && !err && !slot)
        err = KITH_ERR_IO;
    if (p->effect.kind == KITH_STORE_DELETE) {
        if (err && err != KITH_ERR_NOT_FOUND)
            kith_store_ask(s, KITH_STORE_DELETE, p->purpose, p->effect.name, p->generation)->parked = true;
    } else if (p->purpose == FOR_LOG) {
        if (create)
            log_created(s, p, err, slot);
        else
            log_synced(s, p, err);
    } else if (p->purpose == FOR_COMPACTION) {
        if (create)
            kith_store_compact_created(s, err, slot);
        else
            kith_store_compact_synced(s, err);
    } else if (p->purpose == FOR_SNAPSHOT) {
        if (create)
            kith_store_snapshot_created(s, err, slot);
        else
            kith_store_snapshot_synced(s, err);
    }
}

void kith_store_done(struct kith_store *s, uint64_t ticket, int err, const struct kith_slot *slot) {
    for (size_t i = 0; i < s->pending.count; i++) {
        struct pending p = *KITH_VEC_AT(&s->pending, struct pending, i);
        if (p.effect.ticket != ticket || !p.given)
            continue;
        memmove(KITH_VEC_AT(&s->pending, struct pending, i), KITH_VEC_AT(&s->pending, struct pending, i + 1),
                (s->pending.count - i - 1) * sizeof p);
        s->pending.count--;
        answered(s, &p, err, slot);
        ask_syncs(s);
        kith_store_compact_go(s);
        kith_store_snapshot_go(s);
        return;
    }
}
