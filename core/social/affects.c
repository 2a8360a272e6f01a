/* SPDX-License-Identifier: MIT */
#include "social/affects.h"

#include "social/state.h"
#include "social/wall.h"

static void add_message(struct kith_affected *out, const struct kith_facts *f, uint32_t node) {
    struct kith_msgid id;
    if (out->message_count == KITH_AFFECTS_MESSAGES || !kith_facts_message(f->doc, node, &id))
        return;
    for (size_t i = 0; i < out->message_count; i++) {
        if (kith_msgid_eq(&out->messages[i], &id))
            return;
    }
    out->messages[out->message_count++] = id;
}

static void add_person(struct kith_affected *out, const struct kith_facts *f, uint32_t node) {
    struct kith_pubkey id;
    if (kith_facts_feed(f->doc, node, &id) && !(out->people_count && kith_pubkey_eq(&out->people[0], &id)))
        out->people[out->people_count++] = id;
}

static void add_parents(struct kith_affected *out, const struct kith_facts *f) {
    uint32_t branch = f->field[KITH_FIELD_BRANCH];
    add_message(out, f, f->field[KITH_FIELD_ROOT]);
    if (!kith_json_is(f->doc, branch, KITH_JSON_ARRAY)) {
        add_message(out, f, branch);
        return;
    }
    for (uint32_t n = kith_json_first(f->doc, branch); n != KITH_JSON_NONE; n = f->doc->nodes[n].next)
        add_message(out, f, n);
}

static void add_targets(struct kith_affected *out, const struct kith_facts *f) {
    switch (f->kind) {
    case KITH_KIND_POST:
        add_parents(out, f);
        break;
    case KITH_KIND_VOTE:
        add_message(out, f, f->field[KITH_FIELD_VOTE]);
        break;
    case KITH_KIND_SHARE: /* wherever wall.c looks for what is shared */
        add_message(out, f, f->field[KITH_FIELD_SHARE]);
        add_message(out, f, f->field[KITH_FIELD_TARGET]);
        add_message(out, f, f->field[KITH_FIELD_LINK]);
        break;
    case KITH_KIND_EDIT:
    case KITH_KIND_RETRACT:
        add_message(out, f, f->field[KITH_FIELD_TARGET]);
        break;
    case KITH_KIND_ACCEPT:
    case KITH_KIND_REMOVE:
        add_message(out, f, f->field[KITH_FIELD_POST]);
        out->is_verdict = out->message_count > 0;
        break;
    case KITH_KIND_CONTACT: /* both ends of the edge have other counts */
        out->people[out->people_count++] = f->entry->message.author;
        add_person(out, f, f->field[KITH_FIELD_CONTACT]);
        break;
    case KITH_KIND_ABOUT:
        add_person(out, f, f->field[KITH_FIELD_ABOUT]);
        break;
    default:
        break;
    }
}

void kith_affects(struct kith_social *s, const struct kith_entry *e, struct kith_affected *out) {
    struct kith_facts f = {.entry = e, .rec = e->rec};
    enum kith_wall_state state;
    struct kith_pubkey owner;
    const struct kith_mark *m;
    uint32_t post;
    *out = (struct kith_affected){.message_count = 0};
    if (e->rec >= s->marks.count || e->content == KITH_JSON_NONE)
        return;
    kith_facts_read(&f, e->content_doc, e->content, e->type);
    if (e->record->kind == KITH_RECORD_LOCAL) {
        if (kith_bytes_is(e->type, "local/mute") || kith_bytes_is(e->type, "local/refuse"))
            add_person(out, &f, kith_json_get(e->content_doc, e->content, "key"));
        return;
    }
    m = kith_social_mark(s, e->rec);
    if (m->person == KITH_PERSON_NONE || m->flags & KITH_MARK_GONE || kith_social_is_hidden(s, &e->message.author))
        return;
    add_targets(out, &f);
    if (f.kind == KITH_KIND_ACCEPT)
        out->is_post = kith_wall_brings(s, e->rec, &post, &state, &owner) && state == KITH_WALL_ACCEPTED;
    if (kith_social_came_loose(s, e))
        return; /* what follows was said of the loose one */
    out->is_post |= kith_wall_state(s, e->rec, &state, &owner) && state < KITH_WALL_WAITING;
    out->is_private = m->flags & KITH_MARK_PRIVATE && m->detail && m->kind != KITH_KIND_VOTE;
    out->is_notice = m->notice != 0;
    out->is_circle = e->is_private && kith_bytes_starts(e->type, "circle/");
}
