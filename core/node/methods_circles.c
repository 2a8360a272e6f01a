/* SPDX-License-Identifier: MIT */
/* Methods on circles and groups. */
#include "node/circles.h"
#include "node/listing.h"
#include "node/state.h"
#include "social/inbox.h"
#include "social/people.h"
#include "social/profile.h"
#include "social/render.h"

#define PEOPLE_MAX 1000 /* of one call */

/* ---- the list ---- */

static void put_text(struct kith_node *n, uint32_t circle, enum kith_circle_text what, const char *name, struct kith_buf *out) {
    struct kith_buf text = {0};
    if (kith_circle_text(n->social, circle, what, &text)) {
        kith_buf_put_str(out, name);
        kith_json_put_string(out, kith_buf_bytes(&text));
    }
    kith_buf_wipe(&text);
}

static void put_person(struct kith_node *n, const struct kith_pubkey *id, const char *rest, struct kith_buf *out) {
    struct kith_buf name = {0};
    kith_buf_put_str(out, "{\"id\":\"");
    kith_feed_id_put(out, id);
    kith_buf_put_u8(out, '"');
    if (kith_profile_get(n->social, id, KITH_PROFILE_NAME, &name)) {
        kith_buf_put_str(out, ",\"name\":");
        kith_json_put_string(out, kith_buf_bytes(&name));
    }
    kith_buf_put_str(out, rest);
    kith_buf_put_u8(out, '}');
    kith_buf_wipe(&name);
}

static void put_people(struct kith_node *n, uint32_t circle, enum kith_circle_standing standing, const char *name, struct kith_buf *out) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    bool first = true;
    kith_buf_put_str(out, name);
    for (size_t i = 0; m && i < m->people_count; i++) {
        struct kith_pubkey id = kith_circle_person_id(n->social, m->people[i].number);
        if (m->people[i].standing != standing)
            continue;
        kith_buf_put_str(out, first ? "" : ",");
        put_person(n, &id, kith_circle_is_keeper(m, m->people[i].number) ? ",\"keeper\":true" : "", out);
        first = false;
    }
    kith_buf_put_u8(out, ']');
}

static const char *role_of(const struct kith_circle_info *info) {
    if (info->standing == KITH_CIRCLE_INVITED)
        return "invited";
    if (info->standing == KITH_CIRCLE_OUT)
        return "left";
    if (info->mine)
        return info->terms.kind == KITH_CIRCLE_GROUP ? "founder" : "owner";
    return info->is_keeper ? "keeper" : "member";
}

static void put_circle(struct kith_node *n, uint32_t circle, const struct kith_circle_info *info, bool people, struct kith_buf *out) {
    kith_buf_put_str(out, "{\"id\":\"");
    kith_groupid_put(out, &info->id);
    kith_buf_put_str(out, "\",\"kind\":\"");
    kith_buf_put_str(out, kith_circle_kind_word(info->terms.kind));
    kith_buf_put_u8(out, '"');
    put_text(n, circle, KITH_CIRCLE_NAME, ",\"name\":", out);
    put_text(n, circle, KITH_CIRCLE_IMAGE, ",\"image\":", out);
    put_text(n, circle, KITH_CIRCLE_DESCRIPTION, ",\"description\":", out);
    kith_buf_put_str(out, ",\"owner\":");
    put_person(n, &info->terms.owner, "", out);
    kith_buf_put_str(out, info->mine ? ",\"mine\":true" : ",\"mine\":false");
    kith_buf_put_str(out, info->terms.open ? ",\"open\":true" : ",\"open\":false");
    kith_buf_put_str(out, ",\"role\":\"");
    kith_buf_put_str(out, role_of(info));
    kith_buf_put_str(out, info->has_key && info->standing == KITH_CIRCLE_IN ? "\",\"canWrite\":true" : "\",\"canWrite\":false");
    kith_buf_put_str(out, ",\"epoch\":");
    kith_buf_put_dec(out, info->generation);
    if (info->mine && info->terms.kind != KITH_CIRCLE_GROUP)
        kith_buf_put_str(out, kith_circles_from_now(n, circle) ? ",\"history\":\"now\"" : ",\"history\":\"all\"");
    if (people && kith_circle_members(n->social, circle)) {
        put_people(n, circle, KITH_CIRCLE_IN, ",\"members\":[", out);
        put_people(n, circle, KITH_CIRCLE_INVITED, ",\"invited\":[", out);
    }
    kith_buf_put_u8(out, '}');
}

static bool was_in(struct kith_node *n, const struct kith_circle_members *m) {
    const struct kith_circle_person *me = m ? kith_circle_person(m, kith_people_find(n->social, &n->keys.pub)) : NULL;
    return me && (me->was_added || me->number == m->rules.founder);
}

/* What strangers have made known to us is not ours to see: a circle is shown if we follow its owner, a group if
 * we said yes to it, or follow somebody who is in it. */
static bool is_shown(struct kith_node *n, uint32_t circle, const struct kith_circle_info *info, bool left) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    if (info->standing == KITH_CIRCLE_OUT && (!left || (info->terms.kind == KITH_CIRCLE_GROUP && !was_in(n, m))))
        return false;
    if (info->mine || kith_graph_is_following(n->social, &n->keys.pub, &info->terms.owner))
        return true;
    if (info->terms.kind != KITH_CIRCLE_GROUP || info->standing == KITH_CIRCLE_IN)
        return info->terms.kind == KITH_CIRCLE_GROUP;
    for (size_t i = 0; m && i < m->people_count; i++) {
        struct kith_pubkey id = kith_circle_person_id(n->social, m->people[i].number);
        if (m->people[i].standing == KITH_CIRCLE_IN && kith_graph_is_following(n->social, &n->keys.pub, &id))
            return true;
    }
    return false;
}

static int list(struct kith_call *c) {
    struct kith_circle_info info;
    struct kith_buf out = {0};
    bool people = kith_call_flag(c, kith_call_option(c, 0, "people"), true), left = kith_call_flag(c, kith_call_option(c, 0, "left"), false);
    kith_buf_put_u8(&out, '[');
    for (uint32_t i = 0; i < kith_circle_count(c->node->social); i++) {
        if (!kith_circle_get(c->node->social, i, &info) || !is_shown(c->node, i, &info, left))
            continue;
        kith_buf_put_str(&out, out.len > 1 ? "," : "");
        put_circle(c->node, i, &info, people, &out);
    }
    kith_buf_put_u8(&out, ']');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

/* ---- changing ---- */

static int answer(struct kith_call *c, int err, const char *sentence) {
    kith_call_fail(c, err, sentence);
    return KITH_OK;
}

/* "friends" is our own friends circle. */
static bool read_circle(struct kith_call *c, uint32_t node, uint32_t *circle) {
    struct kith_bytes text = kith_json_str(c->doc, node);
    struct kith_groupid id;
    if (kith_bytes_is(text, "friends"))
        *circle = kith_circle_friends_of(c->node->social, &c->node->keys.pub);
    else
        *circle = kith_groupid_parse(text, &id) ? KITH_CIRCLE_NONE : kith_circle_find(c->node->social, &id);
    return *circle != KITH_CIRCLE_NONE;
}

static int done(struct kith_call *c, int err, uint32_t circle) {
    struct kith_circle_info info;
    struct kith_buf out = {0};
    if (err == KITH_ERR_FORK_GUARD)
        return answer(c, err, kith_publish_refusal(c->node));
    if (err || !kith_circle_get(c->node->social, circle, &info))
        return err;
    put_circle(c->node, circle, &info, true, &out);
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

static int create(struct kith_call *c) {
    enum kith_circle_kind kind = kith_circle_kind_read(kith_json_str(c->doc, kith_call_option(c, 0, "kind")));
    bool open = kith_call_flag(c, kith_call_option(c, 0, "open"), false);
    struct kith_buf name = {0};
    uint32_t circle = KITH_CIRCLE_NONE;
    int err;
    kith_json_unescape(&name, kith_json_str(c->doc, kith_call_option(c, 0, "name")));
    if (kind == KITH_CIRCLE_FRIENDS)
        err = kith_circles_friends(c->node, &circle);
    else if (!kind || !name.len)
        err = KITH_ERR_ARG;
    else
        err = kith_circles_make(c->node, kind, kith_buf_bytes(&name), open && kind == KITH_CIRCLE_GROUP, &circle);
    if (!err && kind == KITH_CIRCLE_FRIENDS)
        err = kith_circles_befriend(c->node);
    if (!err && kind == KITH_CIRCLE_FRIENDS)
        err = kith_circles_ready(c->node, circle);
    kith_buf_wipe(&name);
    return done(c, err, circle);
}

static int change_people(struct kith_call *c, int (*change)(struct kith_node *, uint32_t, const struct kith_pubkey *, size_t)) {
    uint32_t circle, node = kith_call_arg(c, 1);
    struct kith_circle_info info;
    struct kith_pubkey *people;
    size_t count = 0;
    bool blocks = false;
    int err = KITH_OK;
    if (!read_circle(c, kith_call_arg(c, 0), &circle) || !kith_circle_get(c->node->social, circle, &info))
        return KITH_ERR_NOT_FOUND;
    if (info.terms.kind == KITH_CIRCLE_FRIENDS)
        return answer(c, KITH_ERR_DENIED, "the friends circle follows your friendships: add or unfriend them");
    people = kith_alloc(PEOPLE_MAX * sizeof *people);
    if (kith_json_is(c->doc, node, KITH_JSON_ARRAY)) {
        for (uint32_t i = kith_json_first(c->doc, node); i != KITH_JSON_NONE && !err; i = c->doc->nodes[i].next)
            err = count == PEOPLE_MAX || kith_feed_id_parse(kith_json_str(c->doc, i), &people[count++]) ? KITH_ERR_ARG : KITH_OK;
    } else {
        err = kith_feed_id_parse(kith_json_str(c->doc, node), &people[count++]) ? KITH_ERR_ARG : KITH_OK;
    }
    for (size_t i = 0; i < count && !err && change == kith_circles_add && info.terms.kind == KITH_CIRCLE_NAMED; i++)
        blocks |= kith_graph_is_blocking(c->node->social, &c->node->keys.pub, &people[i]);
    if (!err && !blocks)
        err = change(c->node, circle, people, count);
    if (!err)
        err = kith_circles_ready(c->node, circle);
    kith_free(people);
    if (blocks)
        return answer(c, KITH_ERR_DENIED, "you block one of them");
    if (err == KITH_ERR_DENIED)
        return answer(c, err, "that is for the circle's owner, or for keepers, to say");
    return done(c, err, circle);
}

static int add(struct kith_call *c) {
    return change_people(c, kith_circles_add);
}

static int exclude(struct kith_call *c) {
    return change_people(c, kith_circles_exclude);
}

static int change(struct kith_call *c, int (*run)(struct kith_node *, uint32_t)) {
    uint32_t circle;
    if (!read_circle(c, kith_call_arg(c, 0), &circle))
        return KITH_ERR_NOT_FOUND;
    return done(c, run(c->node, circle), circle);
}

static int accept_run(struct kith_node *n, uint32_t circle) {
    return kith_circles_answer(n, circle, true);
}

static int refuse_run(struct kith_node *n, uint32_t circle) {
    return kith_circles_answer(n, circle, false);
}

static int leave(struct kith_call *c) {
    return change(c, kith_circles_leave);
}

static int accept(struct kith_call *c) {
    return change(c, accept_run);
}

static int refuse(struct kith_call *c) {
    return change(c, refuse_run);
}

static int keeper(struct kith_call *c) {
    struct kith_pubkey who;
    uint32_t circle;
    if (!read_circle(c, kith_call_arg(c, 0), &circle))
        return KITH_ERR_NOT_FOUND;
    if (kith_feed_id_parse(kith_json_str(c->doc, kith_call_arg(c, 1)), &who))
        return KITH_ERR_ARG;
    return done(c, kith_circles_keeper(c->node, circle, &who, kith_call_flag(c, kith_call_arg(c, 2), true)), circle);
}

static int about(struct kith_call *c) {
    static const char *const names[] = {"name", "image", "description"};
    struct kith_buf fields = {0};
    uint32_t circle;
    bool fits;
    int err;
    if (!read_circle(c, kith_call_arg(c, 0), &circle))
        return KITH_ERR_NOT_FOUND;
    kith_json_unescape(&fields, kith_json_str(c->doc, kith_call_option(c, 1, "name")));
    fits = fields.len <= KITH_CIRCLE_NAME_MAX;
    fields.len = 0;
    for (size_t i = 0; i < 3; i++) {
        uint32_t node = kith_call_option(c, 1, names[i]);
        if (node == KITH_JSON_NONE)
            continue;
        kith_buf_put_str(&fields, ",\"");
        kith_buf_put_str(&fields, names[i]);
        kith_buf_put_str(&fields, "\":");
        kith_json_put_compact(&fields, c->doc, node);
    }
    err = !fits ? KITH_ERR_TOO_LONG : fields.len ? kith_circles_about(c->node, circle, kith_buf_bytes(&fields)) : KITH_ERR_ARG;
    kith_buf_wipe(&fields);
    return done(c, err, circle);
}

static int history(struct kith_call *c) {
    struct kith_bytes word = kith_json_str(c->doc, kith_call_arg(c, 1));
    struct kith_circle_info info;
    uint32_t circle;
    if (!read_circle(c, kith_call_arg(c, 0), &circle))
        return KITH_ERR_NOT_FOUND;
    if (!kith_bytes_is(word, "all") && !kith_bytes_is(word, "now"))
        return KITH_ERR_ARG;
    if (!kith_circle_get(c->node->social, circle, &info) || !info.mine || info.terms.kind == KITH_CIRCLE_GROUP)
        return answer(c, KITH_ERR_DENIED, "that is for a circle's owner to say; in a group all read the same");
    return done(c, kith_circles_set_history(c->node, circle, kith_bytes_is(word, "now")), circle);
}

/* ---- a circle's wall, and who reads it ---- */

static int more_circle(struct kith_node *n, struct kith_listing *l, struct kith_found *out, size_t cap, size_t *count) {
    *count = kith_circle_list(n->social, l->circle, &l->page, out, cap);
    return KITH_OK;
}

static bool has_circle(struct kith_node *n, struct kith_listing *l, const struct kith_entry *e) {
    return kith_circle_of(n->social, e->rec) == l->circle && kith_circle_is_root(n->social, e->rec) &&
           !kith_social_is_hidden(n->social, &e->message.author);
}

static int circle(struct kith_call *c) {
    struct kith_listing *l = kith_alloc(sizeof *l);
    l->more = more_circle;
    l->has = has_circle;
    l->shape = KITH_SHAPE_SUMMARY;
    l->reverse = true;
    if (!read_circle(c, kith_call_option(c, 0, "id"), &l->circle)) {
        kith_free(l);
        return KITH_ERR_NOT_FOUND;
    }
    return kith_listing_open(c, l, 0);
}

static void put_reader(struct kith_node *n, const struct kith_pubkey *id, bool left, struct kith_buf *out) {
    bool sure = kith_circle_can_read(n->social, id);
    kith_buf_put_str(out, out->p[out->len - 1] == '[' ? "" : ",");
    put_person(n, id, sure ? left ? ",\"reads\":\"yes\",\"left\":true" : ",\"reads\":\"yes\""
                           : left ? ",\"reads\":\"unknown\",\"left\":true" : ",\"reads\":\"unknown\"", out);
}

/* Of what will be said, or of a record. */
static void put_readers(struct kith_node *n, uint32_t of, const uint32_t *rec, struct kith_buf *out) {
    const struct kith_circle_members *m = kith_circle_members(n->social, of);
    enum kith_circle_reads *reads = kith_alloc(((m ? m->people_count : 0) + 1) * sizeof *reads);
    struct kith_circle_info info;
    kith_buf_put_str(out, "{\"people\":[");
    if (!m && kith_circle_get(n->social, of, &info))
        put_reader(n, &info.terms.owner, false, out);
    if (m && rec)
        kith_circle_readers(n->social, of, *rec, reads);
    for (size_t i = 0; m && i < m->people_count; i++) {
        struct kith_pubkey id = kith_circle_person_id(n->social, m->people[i].number);
        if (rec ? reads[i] != KITH_CIRCLE_READS_NOT : m->people[i].standing != KITH_CIRCLE_OUT)
            put_reader(n, &id, rec && reads[i] == KITH_CIRCLE_READS_STILL, out);
    }
    kith_buf_put_str(out, m ? "],\"hidden\":false}" : "],\"hidden\":true}");
    kith_free(reads);
}

/* What is in no circle: for people, for nobody that we know of, or for all. */
static void put_other_readers(struct kith_node *n, uint32_t rec, struct kith_buf *out) {
    struct kith_conversation with;
    struct kith_record record;
    struct kith_entry entry;
    if (kith_inbox_of(n->social, rec, &with)) {
        kith_buf_put_str(out, "{\"people\":[");
        for (size_t i = 0; i < with.people_count; i++)
            put_reader(n, &with.people[i], false, out);
        kith_buf_put_str(out, "],\"hidden\":false}");
    } else if (kith_store_entry(n->store, rec, &entry, &record, &n->doc, &n->plain, &n->scratch) || entry.is_private) {
        kith_buf_put_str(out, "{\"people\":[],\"hidden\":true}");
    } else {
        kith_buf_put_str(out, "{\"public\":true,\"people\":[],\"hidden\":false}");
    }
}

/* A circle's id, or a message's. */
static int readers(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_msgid id;
    struct kith_buf out = {0};
    uint64_t number;
    uint32_t of, rec = 0;
    bool is_message = false;
    if (!kith_msgid_parse(kith_json_str(c->doc, kith_call_arg(c, 0)), &id)) {
        if (!kith_store_find(n->store, &id, &number))
            return KITH_ERR_NOT_FOUND;
        rec = (uint32_t)number;
        is_message = true;
        of = kith_circle_of(n->social, rec);
        if (of == KITH_CIRCLE_NONE)
            put_other_readers(n, rec, &out);
    } else if (!read_circle(c, kith_call_arg(c, 0), &of)) {
        return KITH_ERR_NOT_FOUND;
    }
    if (!out.len)
        put_readers(n, of, is_message ? &rec : NULL, &out);
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

#define MASTER KITH_ROLE_MASTER

const struct kith_method kith_methods_circles[] = {
    {"circles.list", KITH_RPC_ASYNC, MASTER, list, "{people, left}",
     "[{id, kind: friends, circle or group, name, image, description, owner: {id, name}, mine, open, role: owner, member, founder, keeper, invited or left, canWrite, epoch, history, members: [{id, name, keeper}], invited}]; members where they can be known: of our own circles, and of groups"},
    {"circles.create", KITH_RPC_ASYNC, MASTER, create, "{kind, name, open}", "makes a circle or group (open: every member may add others); answers as one of the list. friends: our friends circle, if there is none yet"},
    {"circles.add", KITH_RPC_ASYNC, MASTER, add, "id, [feed]", "adds people to a circle of ours, or invites them to a group"},
    {"circles.exclude", KITH_RPC_ASYNC, MASTER, exclude, "id, [feed]", "they read nothing newer; what they could read they still can"},
    {"circles.leave", KITH_RPC_ASYNC, MASTER, leave, "id", "we read nothing newer"},
    {"circles.accept", KITH_RPC_ASYNC, MASTER, accept, "id", "an invitation to a group"},
    {"circles.refuse", KITH_RPC_ASYNC, MASTER, refuse, "id", "the same, no"},
    {"circles.about", KITH_RPC_ASYNC, MASTER, about, "id, {name, image, description}", "what it is called, and looks like"},
    {"circles.keeper", KITH_RPC_ASYNC, MASTER, keeper, "id, feed, on", "lets somebody add and exclude people in a group of ours"},
    {"circles.history", KITH_RPC_ASYNC, MASTER, history, "id, all or now", "what people read whom we add from now on to a circle of ours: everything, or what comes after"},
    {"circles.readers", KITH_RPC_ASYNC, MASTER, readers, "id | message",
     "{people: [{id, name, reads: yes, or unknown where we have not seen that their program can, left: true if they are out by now and were in when the message was written}], hidden: true if only the owner knows them all, or we cannot read it, public: true}"},
    {"circle", KITH_RPC_SOURCE, MASTER, circle, "{id, limit, before, after, live}", "posts said to a circle or group, newest first"},
    {0},
};
