/* SPDX-License-Identifier: MIT */
#include "social/facts.h"

static const struct {
    const char *type;
    enum kith_kind kind;
} kinds[] = {
    {"post", KITH_KIND_POST},           {"vote", KITH_KIND_VOTE},
    {"contact", KITH_KIND_CONTACT},     {"about", KITH_KIND_ABOUT},
    {"share", KITH_KIND_SHARE},         {"edit", KITH_KIND_EDIT},
    {"retract", KITH_KIND_RETRACT},     {"wall/accept", KITH_KIND_ACCEPT},
    {"wall/remove", KITH_KIND_REMOVE},
};

static const char *const fields[KITH_FIELD_COUNT] = {
    [KITH_FIELD_ROOT] = "root",
    [KITH_FIELD_BRANCH] = "branch",
    [KITH_FIELD_FORK] = "fork",
    [KITH_FIELD_WALL] = "wall",
    [KITH_FIELD_CHANNEL] = "channel",
    [KITH_FIELD_MENTIONS] = "mentions",
    [KITH_FIELD_RECPS] = "recps",
    [KITH_FIELD_VOTE] = "vote",
    [KITH_FIELD_CONTACT] = "contact",
    [KITH_FIELD_ABOUT] = "about",
    [KITH_FIELD_TARGET] = "target",
    [KITH_FIELD_SHARE] = "share",
    [KITH_FIELD_LINK] = "link",
    [KITH_FIELD_POST] = "post",
    [KITH_FIELD_NAME] = "name",
    [KITH_FIELD_DESCRIPTION] = "description",
    [KITH_FIELD_IMAGE] = "image",
};

enum kith_kind kith_facts_kind(struct kith_bytes type) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kith_bytes_is(type, kinds[i].type))
            return kinds[i].kind;
    }
    return KITH_KIND_OTHER;
}

void kith_facts_read(struct kith_facts *f, const struct kith_json *doc, uint32_t content, struct kith_bytes type) {
    f->doc = doc;
    f->content = content;
    f->kind = kith_facts_kind(type);
    for (size_t i = 0; i < KITH_FIELD_COUNT; i++)
        f->field[i] = KITH_JSON_NONE;
    for (uint32_t n = kith_json_first(doc, content); n != KITH_JSON_NONE; n = doc->nodes[n].next) {
        struct kith_bytes key = doc->nodes[n].key;
        for (size_t i = 0; i < KITH_FIELD_COUNT; i++) {
            if (key.len && key.p[0] == (uint8_t)fields[i][0] && kith_bytes_is(key, fields[i]))
                f->field[i] = n;
        }
    }
}

struct kith_bytes kith_facts_link(const struct kith_json *doc, uint32_t node) {
    if (kith_json_is(doc, node, KITH_JSON_OBJECT))
        node = kith_json_get(doc, node, "link");
    return kith_json_str(doc, node);
}

bool kith_facts_feed(const struct kith_json *doc, uint32_t node, struct kith_pubkey *out) {
    struct kith_bytes text = kith_facts_link(doc, node);
    return text.len == KITH_FEED_ID_LEN && kith_feed_id_parse(text, out) == KITH_OK;
}

bool kith_facts_message(const struct kith_json *doc, uint32_t node, struct kith_msgid *out) {
    struct kith_bytes text = kith_facts_link(doc, node);
    return text.len == KITH_HASH_ID_LEN && kith_msgid_parse(text, out) == KITH_OK;
}

bool kith_facts_root(const struct kith_facts *f, struct kith_msgid *out) {
    uint32_t branch = f->field[KITH_FIELD_BRANCH];
    if (kith_facts_message(f->doc, f->field[KITH_FIELD_ROOT], out))
        return true;
    if (!kith_json_is(f->doc, branch, KITH_JSON_ARRAY))
        return kith_facts_message(f->doc, branch, out);
    for (uint32_t n = kith_json_first(f->doc, branch); n != KITH_JSON_NONE; n = f->doc->nodes[n].next) {
        if (kith_facts_message(f->doc, n, out))
            return true;
    }
    return false;
}
