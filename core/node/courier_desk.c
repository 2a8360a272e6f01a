/* SPDX-License-Identifier: MIT */
/* courier_desk.c: what strangers ask of us, and our answers. */
#include "node/courier_desk.h"

#include "base/base64.h"
#include "node/changes.h"
#include "node/courier_state.h"
#include "social/render.h"

#define TYPE "request"

static const struct kith_pubkey nobody;

static void refused(struct kith_node *n, const struct kith_pubkey *from, const char *why) {
    struct kith_line l = kith_line(n, 6, "request.refused");
    kith_line_id(&l, "from", from);
    kith_line_str(&l, "why", why);
    kith_line_done(&l);
}

static bool waits(struct kith_node *n, const struct kith_pubkey *id) {
    struct kith_buf key = {0};
    bool yes;
    kith_feed_id_put(&key, id);
    yes = kith_local_get(n, TYPE, kith_buf_bytes(&key), &n->doc, &n->scratch);
    kith_buf_wipe(&key);
    return yes;
}

static void drop(struct kith_node *n, const struct kith_pubkey *id) {
    struct kith_buf key = {0};
    kith_feed_id_put(&key, id);
    kith_local_drop(n, TYPE, kith_buf_bytes(&key));
    kith_store_sync(n->store);
    kith_buf_wipe(&key);
}

/* ---- a stranger's packet ---- */

struct asked {
    struct kith_part_friend part;
    struct kith_bytes profile;
    bool found, signal; /* signal: a broker's door brought it, and no packet answers */
};

static struct asked read_request(struct kith_bytes content) {
    struct asked a = {.found = false};
    struct kith_part part;
    while (kith_parts_next(&content, &part)) {
        struct kith_part_friend f;
        if (part.type == KITH_PART_FRIEND && kith_part_friend_read(part.bytes, &f) && f.step == KITH_FRIEND_REQUEST) {
            a.part = f;
            a.found = true;
        } else if (part.type == KITH_PART_PROFILE) {
            a.profile = part.bytes;
        }
    }
    return a;
}

/* Of what they say only that they follow us, and who they are: each is judged alone. */
static bool belongs(struct kith_node *n, const struct kith_pubkey *from, struct kith_bytes raw) {
    struct kith_json *d = &n->doc;
    struct kith_pubkey author, about;
    uint32_t content;
    if (kith_json_parse(d, raw, 4096) || kith_feed_id_parse(kith_json_str(d, kith_json_get(d, 0, "author")), &author) ||
        !kith_pubkey_eq(&author, from))
        return false;
    content = kith_json_get(d, 0, "content");
    if (kith_bytes_is(kith_json_str(d, kith_json_get(d, content, "type")), "contact"))
        return !kith_feed_id_parse(kith_json_str(d, kith_json_get(d, content, "contact")), &about) && kith_pubkey_eq(&about, &n->keys.pub);
    return kith_bytes_is(kith_json_str(d, kith_json_get(d, content, "type")), "about") &&
           !kith_feed_id_parse(kith_json_str(d, kith_json_get(d, content, "about")), &about) && kith_pubkey_eq(&about, from);
}

static void take_loose(struct kith_node *n, const struct kith_packet *p) {
    struct kith_bytes content = p->content;
    struct kith_part part;
    unsigned count = 0;
    while (count < KITH_DESK_LOOSE && kith_parts_next(&content, &part)) {
        if (part.type == KITH_PART_LOOSE && belongs(n, &p->from, part.bytes) &&
            !kith_ingest_put(n, part.bytes, (struct kith_ingest_source){.loose = true}))
            count++;
    }
    kith_ingest_flush(n);
}

struct counting {
    uint64_t since_ms, times;
};

/* How often it was written down within the hour; doc is the record that waits. */
static struct counting count_changes(const struct kith_json *doc, uint64_t wall_ms) {
    int64_t since = 0, times = 0;
    if (kith_json_int(doc, kith_json_get(doc, 0, "since"), &since) || kith_json_int(doc, kith_json_get(doc, 0, "times"), &times) || since < 0 ||
        times < 0 || wall_ms < (uint64_t)since || wall_ms - (uint64_t)since > 3600000)
        return (struct counting){wall_ms, 1};
    return (struct counting){(uint64_t)since, (uint64_t)times + 1};
}

static int keep(struct kith_node *n, const struct kith_packet *p, const struct asked *a, struct counting c) {
    struct kith_buf key = {0}, rest = {0};
    struct kith_json profile = {0};
    char id[24];
    int err;
    kith_feed_id_put(&key, &p->from);
    kith_base64_write(id, p->id.b, sizeof p->id.b);
    kith_buf_put_str(&rest, ",\"packet\":\"");
    kith_buf_put(&rest, id, sizeof id);
    kith_buf_put_str(&rest, "\",\"at\":");
    kith_buf_put_dec(&rest, p->created_ms);
    kith_buf_put_str(&rest, ",\"since\":");
    kith_buf_put_dec(&rest, c.since_ms);
    kith_buf_put_str(&rest, ",\"times\":");
    kith_buf_put_dec(&rest, c.times);
    kith_buf_put_str(&rest, a->signal ? ",\"signal\":true,\"text\":" : ",\"text\":");
    kith_json_put_string(&rest, a->part.text);
    if (!kith_pubkey_eq(&a->part.referrer, &nobody)) {
        kith_buf_put_str(&rest, ",\"referrer\":\"");
        kith_feed_id_put(&rest, &a->part.referrer);
        kith_buf_put_u8(&rest, '"');
    }
    if (a->profile.len && !kith_json_parse(&profile, a->profile, 4096) && kith_json_is(&profile, 0, KITH_JSON_OBJECT)) {
        kith_buf_put_str(&rest, ",\"profile\":");
        kith_json_put_compact(&rest, &profile, 0);
    }
    err = kith_local_put(n, TYPE, kith_buf_bytes(&key), kith_buf_bytes(&rest));
    kith_store_sync(n->store);
    kith_json_wipe(&profile);
    kith_buf_wipe(&key);
    kith_buf_wipe(&rest);
    return err;
}

/* One packet with nothing but a no; the road is the one that they named. */
static void say_no(struct kith_node *n, const struct kith_pubkey *id, const struct kith_packet_id *of, struct kith_bytes profile, uint64_t at_ms) {
    struct kith_recipient *r = courier_put(n, id);
    struct kith_part_friend no = {.step = KITH_FRIEND_REFUSE, .of = *of};
    if (!r || r->others.len || (r->no_ms && n->t.now_ms - r->no_ms < KITH_DESK_NO_MS))
        return; /* the road is one that they name: they shall not have us knock there often */
    r->no_ms = n->t.now_ms;
    courier_profile_take(n, r, profile, at_ms);
    kith_part_friend_put(&r->others, &no);
    courier_due(n, n->t.now_ms);
}

static bool refusal_is_told(struct kith_node *n, const struct kith_pubkey *id) {
    struct kith_buf key = {0};
    bool yes;
    kith_feed_id_put(&key, id);
    yes = kith_local_get(n, "refuse", kith_buf_bytes(&key), &n->doc, &n->scratch) && kith_json_true(&n->doc, kith_json_get(&n->doc, 0, "tell"));
    kith_buf_wipe(&key);
    return yes;
}

static int take(struct kith_node *n, const struct kith_packet *p, bool signal) {
    struct asked a = read_request(p->content);
    struct counting count = {n->t.wall_ms, 1};
    bool first;
    int err;
    a.signal = signal;
    if (!a.found || kith_pubkey_eq(&p->from, &n->keys.pub) || kith_graph_is_blocking(n->social, &n->keys.pub, &p->from))
        return KITH_ERR_DENIED;
    if (kith_desk_is_refused(n, &p->from)) {
        if (!signal && refusal_is_told(n, &p->from))
            say_no(n, &p->from, &p->id, a.profile, p->created_ms); /* ours was lost */
        return KITH_ERR_DENIED;
    }
    first = !waits(n, &p->from);
    if (!first && signal && !kith_json_true(&n->doc, kith_json_get(&n->doc, 0, "signal")))
        return KITH_OK; /* a packet of theirs waits already, and has the road by which they are answered */
    if (!first)
        count = count_changes(&n->doc, n->t.wall_ms);
    if (count.times > KITH_DESK_CHANGES)
        return KITH_OK;
    if (first && kith_local_count(n, TYPE) >= KITH_DESK_MAX) {
        refused(n, &p->from, "too many requests wait");
        return KITH_ERR_DENIED;
    }
    err = keep(n, p, &a, count);
    if (!err && first)
        take_loose(n, p); /* once: else they could fill the log */
    if (!err && signal)
        kith_changes_all(n); /* a record of ours tells nobody */
    if (!err && !signal)
        kith_desk_invited(n, &p->from, &a.part);
    return err;
}

int kith_desk_take(struct kith_node *n, const struct kith_packet *p) {
    return take(n, p, false);
}

/* ---- a stranger's signal ---- */

/* The content of a packet that would say the same. */
static bool put_said(const struct kith_call *c, struct kith_buf *out) {
    struct kith_part_friend part = {.step = KITH_FRIEND_REQUEST};
    uint32_t by = kith_call_option(c, 0, "referrer"), messages = kith_call_option(c, 0, "messages");
    struct kith_buf text = {0}, profile = {0};
    bool good = by == KITH_JSON_NONE || !kith_feed_id_parse(kith_json_str(c->doc, by), &part.referrer);
    kith_json_unescape(&text, kith_json_str(c->doc, kith_call_option(c, 0, "text")));
    good = good && text.len <= KITH_PART_TEXT_MAX;
    part.text = kith_buf_bytes(&text);
    if (good)
        kith_part_friend_put(out, &part);
    kith_buf_clear(&text);
    kith_json_unescape(&text, kith_json_str(c->doc, kith_call_option(c, 0, "name")));
    if (good && text.len && text.len <= KITH_PART_TEXT_MAX) {
        kith_buf_put_str(&profile, "{\"name\":");
        kith_json_put_string(&profile, kith_buf_bytes(&text));
        kith_buf_put_u8(&profile, '}');
        kith_parts_put(out, KITH_PART_PROFILE, kith_buf_bytes(&profile));
    }
    for (uint32_t m = kith_json_first(c->doc, messages); good && m != KITH_JSON_NONE; m = c->doc->nodes[m].next) {
        kith_buf_clear(&text);
        kith_json_unescape(&text, kith_json_str(c->doc, m));
        kith_parts_put(out, KITH_PART_LOOSE, kith_buf_bytes(&text));
    }
    kith_buf_wipe(&profile);
    kith_buf_wipe(&text);
    return good;
}

int kith_desk_asked(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_packet p = {.created_ms = n->t.wall_ms};
    struct kith_buf content = {0};
    int err = KITH_ERR_ARG;
    if (!kith_feed_id_parse(kith_json_str(c->doc, kith_call_option(c, 0, "id")), &p.from) && put_said(c, &content)) {
        p.content = kith_buf_bytes(&content);
        err = take(n, &p, true);
    }
    kith_buf_wipe(&content);
    if (err)
        return err;
    kith_node_pump_store(n);
    kith_call_reply(c, KITH_LIT("true"));
    return KITH_OK;
}

/* ---- our answers ---- */

struct answering {
    struct kith_pubkey id;
    struct kith_packet_id of;
    struct kith_buf profile;
    uint64_t at_ms;
    bool signal;
};

static bool read_kept(const struct kith_json *doc, struct answering *a) {
    size_t len = 0;
    int64_t at = 0;
    uint32_t profile = kith_json_get(doc, 0, "profile");
    if (kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "key")), &a->id) ||
        kith_base64_parse(kith_json_str(doc, kith_json_get(doc, 0, "packet")), a->of.b, sizeof a->of.b, &len) || len != sizeof a->of.b ||
        kith_json_int(doc, kith_json_get(doc, 0, "at"), &at) || at < 0)
        return false;
    a->at_ms = (uint64_t)at;
    a->signal = kith_json_true(doc, kith_json_get(doc, 0, "signal"));
    if (profile != KITH_JSON_NONE)
        kith_json_put_compact(&a->profile, doc, profile);
    return true;
}

static void look_one(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct answering a = {.at_ms = 0};
    struct kith_recipient *r;
    struct kith_part_friend yes = {.step = KITH_FRIEND_ACCEPT};
    (void)ctx;
    if (!read_kept(doc, &a)) {
        kith_buf_wipe(&a.profile);
        return;
    }
    if (a.signal && kith_graph_is_following(n->social, &n->keys.pub, &a.id)) {
        drop(n, &a.id); /* the app answers that */
        kith_blob_share_resume(n);
    } else if (kith_graph_is_following(n->social, &n->keys.pub, &a.id) && (r = courier_put(n, &a.id))) {
        courier_profile_take(n, r, kith_buf_bytes(&a.profile), a.at_ms);
        yes.of = a.of;
        kith_part_friend_put(&r->others, &yes);
        r->heard = r->changed = true;
        courier_save(n, r);
        courier_due(n, n->t.now_ms);
        drop(n, &a.id);
        kith_blob_share_resume(n); /* their posts may have been here before they were a friend's: now their photos are wanted */
    } else if (kith_graph_is_blocking(n->social, &n->keys.pub, &a.id) || kith_desk_is_refused(n, &a.id)) {
        drop(n, &a.id);
    }
    kith_buf_wipe(&a.profile);
}

void kith_desk_look(struct kith_node *n) {
    uint64_t generation = kith_graph_generation(n->social);
    if (n->courier.desk_generation == generation)
        return;
    n->courier.desk_generation = generation;
    kith_local_each(n, TYPE, look_one, NULL);
}

bool kith_desk_is_refused(struct kith_node *n, const struct kith_pubkey *id) {
    struct kith_buf key = {0};
    bool yes;
    kith_feed_id_put(&key, id);
    yes = kith_local_get(n, "refuse", kith_buf_bytes(&key), &n->doc, &n->scratch);
    kith_buf_wipe(&key);
    return yes;
}

int kith_desk_refuse(struct kith_node *n, const struct kith_pubkey *id, bool on, bool tell) {
    struct kith_buf key = {0};
    struct answering a = {.at_ms = 0};
    bool asked = waits(n, id) && read_kept(&n->doc, &a);
    int err = KITH_OK;
    kith_feed_id_put(&key, id);
    if (on != kith_desk_is_refused(n, id) || (on && tell)) {
        if (on)
            err = kith_local_put(n, "refuse", kith_buf_bytes(&key), tell ? KITH_LIT(",\"tell\":true") : KITH_LIT(""));
        else
            kith_local_drop(n, "refuse", kith_buf_bytes(&key));
        kith_store_sync(n->store);
    }
    if (on && asked && !err) {
        if (tell && !a.signal)
            say_no(n, id, &a.of, kith_buf_bytes(&a.profile), a.at_ms);
        if (a.signal)
            kith_changes_all(n); /* the app that brought it answers */
        drop(n, id);
    }
    kith_node_pump_store(n);
    kith_buf_wipe(&a.profile);
    kith_buf_wipe(&key);
    return err;
}

/* ---- for the app ---- */

static void put_member(struct kith_buf *out, const char *name, const struct kith_json *doc, uint32_t node) {
    if (node == KITH_JSON_NONE)
        return;
    kith_buf_put_str(out, name);
    kith_json_put_compact(out, doc, node);
}

static void put_request(struct kith_node *n, const struct kith_json *doc, struct kith_buf *out) {
    struct kith_pubkey referrer;
    uint32_t profile = kith_json_get(doc, 0, "profile");
    put_member(out, ",\"request\":{\"text\":", doc, kith_json_get(doc, 0, "text"));
    put_member(out, ",\"at\":", doc, kith_json_get(doc, 0, "at"));
    if (!kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "referrer")), &referrer)) {
        kith_buf_put_str(out, ",\"referrer\":");
        kith_render_person(n->social, &referrer, out);
    }
    if (kith_json_true(doc, kith_json_get(doc, 0, "signal")))
        kith_buf_put_str(out, ",\"signal\":true");
    put_member(out, ",\"name\":", doc, kith_json_get(doc, profile, "name"));
    put_member(out, ",\"roads\":", doc, kith_json_get(doc, profile, "roads"));
    kith_buf_put_u8(out, '}');
}

void kith_desk_render_refusal(struct kith_node *n, const struct kith_pubkey *id, struct kith_buf *out) {
    if (!refusal_is_told(n, id))
        return;
    out->len--; /* the closing brace */
    kith_buf_put_str(out, ",\"told\":true}");
}

void kith_desk_render(struct kith_node *n, const struct kith_pubkey *id, struct kith_buf *out) {
    if (!waits(n, id))
        return;
    out->len--;
    put_request(n, &n->doc, out);
    kith_buf_put_u8(out, '}');
}

static void render_one(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct kith_buf *out = ctx;
    struct kith_pubkey id;
    if (kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "key")), &id) || kith_graph_is_following(n->social, &id, &n->keys.pub))
        return; /* those who say in public that they follow us are in the list already */
    kith_buf_put_str(out, out->p[out->len - 1] == '[' ? "" : ",");
    kith_render_person(n->social, &id, out);
    out->len--;
    put_request(n, doc, out);
    kith_buf_put_u8(out, '}');
}

void kith_desk_render_others(struct kith_node *n, struct kith_buf *out) {
    kith_local_each(n, TYPE, render_one, out);
}
