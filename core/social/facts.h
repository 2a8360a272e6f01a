/* SPDX-License-Identifier: MIT */
/* facts.h: what all views ask about one record, found out once: its author's number, its kind, and
 * where in its content the fields are that mean something. Inside social/ only. */
#ifndef KITH_SOCIAL_FACTS_H
#define KITH_SOCIAL_FACTS_H

#include "social/social.h"

enum kith_kind {
    KITH_KIND_OTHER = 1,
    KITH_KIND_POST,
    KITH_KIND_VOTE,
    KITH_KIND_CONTACT,
    KITH_KIND_ABOUT,
    KITH_KIND_SHARE,
    KITH_KIND_EDIT,
    KITH_KIND_RETRACT,
    KITH_KIND_ACCEPT, /* wall/accept */
    KITH_KIND_REMOVE, /* wall/remove */
    KITH_KIND_LOCAL,
};

enum kith_field { /* members of the content, each a node or KITH_JSON_NONE */
    KITH_FIELD_ROOT,
    KITH_FIELD_BRANCH,
    KITH_FIELD_FORK,
    KITH_FIELD_WALL,
    KITH_FIELD_CHANNEL,
    KITH_FIELD_MENTIONS,
    KITH_FIELD_RECPS,
    KITH_FIELD_VOTE,
    KITH_FIELD_CONTACT,
    KITH_FIELD_ABOUT,
    KITH_FIELD_TARGET,
    KITH_FIELD_SHARE,
    KITH_FIELD_LINK,
    KITH_FIELD_POST,
    KITH_FIELD_NAME,
    KITH_FIELD_DESCRIPTION,
    KITH_FIELD_IMAGE,
    KITH_FIELD_COUNT,
};

struct kith_facts {
    const struct kith_entry *entry;
    const struct kith_json *doc; /* where the content is */
    uint32_t content;
    uint32_t rec, person, sequence;
    enum kith_kind kind;
    uint32_t field[KITH_FIELD_COUNT];
};

enum kith_kind kith_facts_kind(struct kith_bytes type);

/* Fills content, kind and field; entry, rec, person and sequence are the caller's. */
void kith_facts_read(struct kith_facts *f, const struct kith_json *doc, uint32_t content, struct kith_bytes type);

/* A link is an id, or an object with the id in `link`. False if the node is neither, of another kind
 * or KITH_JSON_NONE: content is whatever its author liked to write. */
bool kith_facts_feed(const struct kith_json *doc, uint32_t node, struct kith_pubkey *out);
bool kith_facts_message(const struct kith_json *doc, uint32_t node, struct kith_msgid *out);

/* The text of a link, empty if there is none. */
struct kith_bytes kith_facts_link(const struct kith_json *doc, uint32_t node);

/* The root of the thread that a post belongs to: root, or the first branch if there is no root. False:
 * it is a root itself. */
bool kith_facts_root(const struct kith_facts *f, struct kith_msgid *out);

#endif
