/* SPDX-License-Identifier: MIT */
#include "broker/directory.h"

#include "base/text.h"
#include "broker/state.h"
#include "social/fold.h"

static const struct kith_broker_store *store_of(const struct call *c) {
    if (!c->b->config.directory || !c->b->config.store)
        call_fail(c, "off: there is no directory here");
    else if (!c->s->address_count)
        call_fail(c, "denied: subscribe first");
    else
        return c->b->config.store;
    return NULL;
}

/* The words of a name as search compares them, a blank between two. Gives the count of characters; 0: there is no word in it, or
 * it is too long. */
static size_t fold(char out[KITH_ENTRY_FOLDED_MAX + 1], struct kith_bytes name) {
    struct kith_fold walk = {.text = name};
    struct kith_piece piece;
    size_t len = 0, count = 0;
    while (kith_fold_next(&walk, &piece)) {
        if (len + piece.len + 1 > KITH_ENTRY_FOLDED_MAX)
            return 0;
        if (len)
            out[len++] = ' ';
        memcpy(out + len, piece.text, piece.len);
        len += piece.len;
        for (size_t i = 0; i < piece.len; i++)
            count += (piece.text[i] & 0xc0) != 0x80;
    }
    out[len] = 0;
    return count;
}

/* ---- to be found ---- */

static bool read_name(const struct call *c, struct kith_broker_entry *e) {
    struct kith_buf name = {0};
    bool good;
    kith_json_unescape(&name, kith_json_str(c->doc, kith_json_get(c->doc, c->arg, "name")));
    good = name.len && name.len <= KITH_ENTRY_NAME_MAX && kith_text_is_utf8(kith_buf_bytes(&name)) && fold(e->folded, kith_buf_bytes(&name));
    for (size_t i = 0; i < name.len; i++)
        good = good && name.p[i] >= ' ' && name.p[i] != 127;
    if (good) {
        memcpy(e->name, name.p, name.len);
        e->name[name.len] = 0;
    }
    kith_buf_wipe(&name);
    return good;
}

void directory_put(const struct call *c) {
    const struct kith_broker_store *store = store_of(c);
    struct kith_broker_account a;
    struct kith_broker_entry e = {0};
    int err;
    if (!store)
        return;
    if (!read_name(c, &e)) {
        call_fail(c, "arg: name");
        return;
    }
    if (!account_enter(c, &a, &err))
        return;
    memcpy(e.skeleton, a.skeleton, sizeof e.skeleton);
    if (!err)
        err = store->entry_put(store->ctx, &e);
    account_answer(c, err, KITH_LIT("true"));
}

void directory_remove(const struct call *c) {
    const struct kith_broker_store *store = store_of(c);
    struct kith_broker_account a;
    int err;
    if (!store || !account_enter(c, &a, &err))
        return;
    if (!err)
        err = store->entry_remove(store->ctx, a.skeleton);
    account_answer(c, err, KITH_LIT("true"));
}

/* ---- to find ---- */

struct finding {
    const struct kith_broker *b;
    const struct kith_broker_store *store;
    struct kith_buf out;
    size_t count, max;
    bool full;
};

static bool found(void *to, const struct kith_broker_entry *e) {
    struct finding *f = to;
    struct kith_broker_account a;
    if (f->count == f->max) {
        f->full = true;
        return false;
    }
    if (f->store->get(f->store->ctx, e->skeleton, &a))
        return true;
    kith_buf_put_str(&f->out, f->count++ ? ",{\"name\":" : "[{\"name\":");
    kith_json_put_string(&f->out, kith_bytes_str(e->name));
    kith_buf_put_str(&f->out, ",\"certificate\":\"");
    kith_buf_put_str(&f->out, a.certificate);
    kith_buf_put_str(&f->out, "\"}");
    door_put(f->b, e->skeleton, &f->out);
    return true;
}

/* The whole name, whoever has it; else a long beginning, but only if few share it, so that nobody can walk through all. */
static int search(struct finding *f, const char *folded, size_t count) {
    int err = f->store->entry_find(f->store->ctx, folded, false, found, f);
    if (err || f->count || count < PREFIX_MIN)
        return err;
    err = f->store->entry_find(f->store->ctx, folded, true, found, f);
    if (f->full) {
        kith_buf_clear(&f->out);
        f->count = 0;
    }
    return err;
}

void directory_find(const struct call *c) {
    struct finding f = {.b = c->b, .store = store_of(c), .max = FOUND_MAX};
    char folded[KITH_ENTRY_FOLDED_MAX + 1];
    struct kith_buf text = {0};
    size_t count;
    int err;
    if (!f.store)
        return;
    kith_json_unescape(&text, kith_json_str(c->doc, kith_json_get(c->doc, c->arg, "name")));
    count = text.len <= KITH_ENTRY_NAME_MAX ? fold(folded, kith_buf_bytes(&text)) : 0;
    kith_buf_wipe(&text);
    if (!count) {
        call_fail(c, "arg: name");
        return;
    }
    if (!source_spend(c->s->source, COST_SEARCH, 1, SEARCHES_A_SOURCE, c->t.now_ms)) {
        c->b->counts.searches_refused++;
        call_fail(c, "budget: later");
        return;
    }
    c->b->counts.searches++;
    err = search(&f, folded, count);
    if (err) {
        call_fail(c, "busy: the store says no");
    } else if (f.full && !f.count) {
        call_fail(c, "many: be more exact");
    } else {
        kith_buf_put_str(&f.out, f.count ? "]" : "[]");
        call_reply(c, kith_buf_bytes(&f.out));
    }
    kith_buf_wipe(&f.out);
}
