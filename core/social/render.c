/* SPDX-License-Identifier: MIT */
#include "social/render.h"

#include "social/circle.h"
#include "social/edit.h"
#include "social/graph.h"
#include "social/inbox.h"
#include "social/profile.h"
#include "social/state.h"
#include "social/thread.h"
#include "social/vote.h"
#include "social/wall.h"

#define MAX_COUNTED_REPLIES 10000
#define MAX_SHOWN_REACTIONS 8

enum { ORIGINAL, PLAIN, RETRACTED };

static void put_person(struct kith_social *s, const struct kith_pubkey *person, struct kith_buf *out) {
    struct kith_buf name = {0};
    kith_buf_put_str(out, "{\"id\":\"");
    kith_feed_id_put(out, person);
    kith_buf_put_u8(out, '"');
    if (kith_profile_get(s, person, KITH_PROFILE_NAME, &name)) {
        kith_buf_put_str(out, ",\"name\":");
        kith_json_put_string(out, kith_buf_bytes(&name));
    }
    kith_buf_put_u8(out, '}');
    kith_buf_wipe(&name);
}

static void put_content(const struct kith_reading *r, int how, struct kith_buf *out) {
    if (how == RETRACTED) {
        kith_buf_put_str(out, "{\"type\":\"");
        kith_buf_put_bytes(out, r->entry.type);
        kith_buf_put_str(out, "\"}");
    } else {
        kith_json_put_compact(out, r->entry.content_doc, r->entry.content);
    }
}

/* The value member by member, with another content. ssb-db2 shows what it could decrypt in the place
 * of the text, and the text in value.meta. */
static void put_value(const struct kith_reading *r, int how, struct kith_buf *out) {
    const struct kith_json *doc = r->entry.doc;
    bool is_first = true;
    kith_buf_put_u8(out, '{');
    for (uint32_t n = kith_json_first(doc, 0); n != KITH_JSON_NONE; n = doc->nodes[n].next) {
        struct kith_bytes key = doc->nodes[n].key;
        if (how == RETRACTED && kith_bytes_is(key, "signature"))
            continue; /* it does not fit what is shown */
        kith_buf_put_str(out, is_first ? "\"" : ",\"");
        kith_buf_put_bytes(out, key);
        kith_buf_put_str(out, "\":");
        if (kith_bytes_is(key, "content"))
            put_content(r, how, out);
        else
            kith_json_put_compact(out, doc, n);
        is_first = false;
    }
    if (r->entry.is_private) {
        kith_buf_put_str(out, ",\"meta\":{\"private\":true");
        if (how == PLAIN) {
            kith_buf_put_str(out, ",\"originalContent\":");
            kith_json_put_compact(out, doc, kith_json_get(doc, 0, "content"));
        }
        kith_buf_put_u8(out, '}');
    }
    kith_buf_put_u8(out, '}');
}

/* {"key":…,"value":…,"timestamp":… without the closing brace. */
static void put_message(const struct kith_reading *r, int how, struct kith_buf *out) {
    bool as_stored = how == ORIGINAL || r->entry.content == KITH_JSON_NONE || (how == PLAIN && !r->entry.is_private);
    kith_buf_put_str(out, "{\"key\":\"");
    kith_msgid_put(out, &r->record.id);
    kith_buf_put_str(out, "\",\"value\":");
    if (as_stored)
        kith_buf_put_bytes(out, r->record.value);
    else
        put_value(r, how, out);
    kith_buf_put_str(out, ",\"timestamp\":");
    kith_buf_put_dec(out, r->record.received_ms);
}

static int open_record(struct kith_social *s, uint32_t rec, struct kith_reading **r) {
    int err = kith_social_read(s, 0, rec, r);
    if (err == KITH_OK && (*r)->record.kind == KITH_RECORD_ERASED)
        return KITH_ERR_NOT_FOUND;
    return err;
}

static int render(struct kith_social *s, uint32_t rec, int how, struct kith_buf *out) {
    struct kith_reading *r;
    int err = open_record(s, rec, &r);
    if (err)
        return err;
    put_message(r, how, out);
    kith_buf_put_u8(out, '}');
    return KITH_OK;
}

int kith_render_message(struct kith_social *s, uint32_t rec, struct kith_buf *out) {
    return render(s, rec, PLAIN, out);
}

int kith_render_original(struct kith_social *s, uint32_t rec, struct kith_buf *out) {
    return render(s, rec, ORIGINAL, out);
}

static void put_votes(struct kith_social *s, const struct kith_msgid *id, struct kith_buf *out) {
    struct kith_votes v = kith_vote_count(s, id);
    struct kith_reaction list[MAX_SHOWN_REACTIONS];
    size_t n = v.up ? kith_vote_reactions(s, id, list, MAX_SHOWN_REACTIONS) : 0;
    kith_buf_put_str(out, ",\"votes\":{\"up\":");
    kith_buf_put_dec(out, v.up);
    kith_buf_put_str(out, ",\"down\":");
    kith_buf_put_dec(out, v.down);
    kith_buf_put_str(out, ",\"mine\":");
    kith_buf_put_int(out, v.mine);
    kith_buf_put_str(out, ",\"reactions\":[");
    for (size_t i = 0; i < n; i++) {
        kith_buf_put_str(out, i ? ",{\"expression\":" : "{\"expression\":");
        if (list[i].expression.len)
            kith_json_put_string(out, list[i].expression);
        else
            kith_buf_put_str(out, "\"\"");
        kith_buf_put_str(out, ",\"count\":");
        kith_buf_put_dec(out, list[i].count);
        kith_buf_put_str(out, list[i].mine ? ",\"mine\":true}" : "}");
    }
    kith_buf_put_str(out, "]}");
}

static void put_counts(struct kith_social *s, const struct kith_reading *r, struct kith_buf *out) {
    const struct kith_msgid *id = &r->record.id;
    unsigned show = r->entry.is_private ? KITH_SHOW_PRIVATE : 0;
    kith_buf_put_str(out, ",\"replies\":");
    kith_buf_put_dec(out, kith_thread_count(s, id, show, MAX_COUNTED_REPLIES));
    put_votes(s, id, out);
    kith_buf_put_str(out, ",\"shares\":");
    kith_buf_put_dec(out, kith_index_count(&s->index, kith_social_msg_key(s, KITH_SPACE_SHARE, id)));
}

static void put_wall(struct kith_social *s, uint32_t rec, struct kith_buf *out) {
    static const char *const words[] = {
        [KITH_WALL_OWN] = "own",           [KITH_WALL_FRIEND] = "friend",   [KITH_WALL_ACCEPTED] = "accepted",
        [KITH_WALL_WAITING] = "waiting",   [KITH_WALL_REMOVED] = "removed",
    };
    enum kith_wall_state state;
    struct kith_pubkey owner;
    if (!kith_wall_state(s, rec, &state, &owner) || state == KITH_WALL_OWN)
        return;
    kith_buf_put_str(out, ",\"wall\":{\"owner\":");
    put_person(s, &owner, out);
    kith_buf_put_str(out, ",\"state\":\"");
    kith_buf_put_str(out, words[state]);
    kith_buf_put_str(out, "\"}");
}

/* For whom it was written: public, people, or a circle with its id, name and owner. */
static void put_audience(struct kith_social *s, uint32_t rec, bool is_private, struct kith_buf *out) {
    struct kith_circle_info info;
    struct kith_conversation with;
    struct kith_buf name = {0};
    uint32_t circle = kith_circle_of(s, rec);
    kith_buf_put_str(out, ",\"audience\":{\"kind\":\"");
    if (circle == KITH_CIRCLE_NONE || !kith_circle_get(s, circle, &info)) {
        kith_buf_put_str(out, is_private ? "people\"" : "public\"");
        if (is_private && kith_inbox_of(s, rec, &with)) {
            kith_buf_put_str(out, ",\"people\":[");
            for (size_t i = 0; i < with.people_count; i++) {
                kith_buf_put_str(out, i ? "," : "");
                put_person(s, &with.people[i], out);
            }
            kith_buf_put_u8(out, ']');
        }
        kith_buf_put_u8(out, '}');
        return;
    }
    kith_buf_put_str(out, kith_circle_kind_word(info.terms.kind));
    kith_buf_put_str(out, "\",\"group\":\"");
    kith_groupid_put(out, &info.id);
    kith_buf_put_u8(out, '"');
    if (kith_circle_text(s, circle, KITH_CIRCLE_NAME, &name)) {
        kith_buf_put_str(out, ",\"name\":");
        kith_json_put_string(out, kith_buf_bytes(&name));
    }
    kith_buf_wipe(&name);
    kith_buf_put_str(out, ",\"owner\":");
    put_person(s, &info.terms.owner, out);
    kith_buf_put_u8(out, '}');
}

static void put_edit(struct kith_social *s, const struct kith_edit *edit, struct kith_buf *out) {
    struct kith_reading *r;
    uint32_t text;
    if (edit->retracted) {
        kith_buf_put_str(out, ",\"retracted\":true");
        return;
    }
    if (!edit->edited || kith_social_read(s, 1, edit->edit_rec, &r) != KITH_OK)
        return;
    text = kith_json_get(r->entry.content_doc, r->entry.content, "text");
    if (r->entry.content == KITH_JSON_NONE || !kith_json_is(r->entry.content_doc, text, KITH_JSON_STRING))
        return;
    kith_buf_put_str(out, ",\"edited\":{\"key\":\"");
    kith_msgid_put(out, &r->record.id);
    kith_buf_put_str(out, "\",\"text\":");
    kith_json_put_compact(out, r->entry.content_doc, text);
    kith_buf_put_u8(out, '}');
}

int kith_render_summary(struct kith_social *s, uint32_t rec, struct kith_buf *out) {
    struct kith_reading *r;
    struct kith_edit edit;
    int err = open_record(s, rec, &r);
    if (err)
        return err;
    edit = kith_edit_get(s, &r->record.id, &r->entry.message.author);
    put_message(r, edit.retracted ? RETRACTED : PLAIN, out);
    kith_buf_put_str(out, ",\"author\":");
    put_person(s, &r->entry.message.author, out);
    put_counts(s, r, out);
    put_wall(s, rec, out);
    put_audience(s, rec, r->entry.is_private, out);
    if (kith_inbox_is_replayed(s, &r->entry))
        kith_buf_put_str(out, ",\"replayed\":true");
    put_edit(s, &edit, out);
    kith_buf_put_u8(out, '}');
    return KITH_OK;
}

/* What a contact message about me says, and what it means to me now. */
static const char *contact_why(struct kith_social *s, uint32_t rec) {
    struct kith_reading *r;
    if (kith_social_read(s, 1, rec, &r) || r->entry.content == KITH_JSON_NONE)
        return "unfollow";
    switch (kith_graph_edge_said(r->entry.content_doc, r->entry.content)) {
    case KITH_EDGE_FOLLOW:
        return kith_graph_edge(s, &s->me, &r->entry.message.author) == KITH_EDGE_NONE ? "request" : "follow";
    case KITH_EDGE_BLOCK:
        return "block";
    default:
        return "unfollow";
    }
}

int kith_render_notice(struct kith_social *s, uint32_t rec, struct kith_buf *out) {
    static const char *const words[] = {
        [KITH_NOTICE_MENTION] = "mention", [KITH_NOTICE_REPLY] = "reply", [KITH_NOTICE_VOTE] = "vote",
        [KITH_NOTICE_SHARE] = "share",     [KITH_NOTICE_WALL] = "wall",   [KITH_NOTICE_PRIVATE] = "private",
        [KITH_NOTICE_CIRCLE] = "circle",
    };
    unsigned kind = kith_mention_notice_kind(s, rec);
    int err = kith_render_summary(s, rec, out);
    if (err || !kind)
        return err;
    out->len--; /* the closing brace */
    kith_buf_put_str(out, ",\"why\":\"");
    kith_buf_put_str(out, kind == KITH_NOTICE_CONTACT ? contact_why(s, rec) : words[kind]);
    kith_buf_put_str(out, "\"}");
    return KITH_OK;
}

static void put_flag(struct kith_buf *out, const char *name, bool value) {
    kith_buf_put_str(out, ",\"");
    kith_buf_put_str(out, name);
    kith_buf_put_str(out, value ? "\":true" : "\":false");
}

static void put_count(struct kith_buf *out, const char *name, size_t value) {
    kith_buf_put_str(out, ",\"");
    kith_buf_put_str(out, name);
    kith_buf_put_str(out, "\":");
    kith_buf_put_dec(out, value);
}

void kith_render_person(struct kith_social *s, const struct kith_pubkey *person, struct kith_buf *out) {
    static const char *const names[KITH_PROFILE_FIELDS] = {"name", "description", "image"};
    struct kith_buf text = {0};
    unsigned hops = kith_graph_hops(s, person);
    kith_buf_put_str(out, "{\"id\":\"");
    kith_feed_id_put(out, person);
    kith_buf_put_u8(out, '"');
    for (unsigned i = 0; i < KITH_PROFILE_FIELDS; i++) {
        text.len = 0;
        if (!kith_profile_get(s, person, (enum kith_profile_field)i, &text))
            continue;
        kith_buf_put_str(out, ",\"");
        kith_buf_put_str(out, names[i]);
        kith_buf_put_str(out, "\":");
        kith_json_put_string(out, kith_buf_bytes(&text));
    }
    kith_buf_wipe(&text);
    if (hops != KITH_HOPS_NONE)
        put_count(out, "hops", hops);
    put_flag(out, "following", kith_graph_is_following(s, &s->me, person));
    put_flag(out, "blocking", kith_graph_is_blocking(s, &s->me, person));
    put_flag(out, "followsMe", kith_graph_is_following(s, person, &s->me));
    put_flag(out, "friend", kith_graph_is_friend(s, person, &s->me));
    put_flag(out, "muted", kith_social_is_muted(s, person));
    put_count(out, "follows", kith_graph_count(s, person, KITH_LIST_FOLLOWS));
    put_count(out, "followers", kith_graph_count(s, person, KITH_LIST_FOLLOWERS));
    put_count(out, "friends", kith_graph_count(s, person, KITH_LIST_FRIENDS));
    kith_buf_put_u8(out, '}');
}

int kith_render_conversation(struct kith_social *s, const struct kith_conversation *c, struct kith_buf *out) {
    size_t at = out->len;
    int err;
    kith_buf_put_str(out, "{\"number\":");
    kith_buf_put_dec(out, c->number);
    kith_buf_put_str(out, ",\"people\":[");
    for (size_t i = 0; i < c->people_count; i++) {
        if (i)
            kith_buf_put_u8(out, ',');
        put_person(s, &c->people[i], out);
    }
    kith_buf_put_u8(out, ']');
    put_count(out, "count", c->count);
    kith_buf_put_str(out, ",\"last\":");
    err = kith_render_message(s, c->last_rec, out);
    if (err)
        out->len = at;
    else
        kith_buf_put_u8(out, '}');
    return err;
}
