/* SPDX-License-Identifier: MIT */
#include "feed/content.h"

#include "base/base64.h"
#include "base/json.h"
#include "feed/markdown.h"

/* --- fields: each begins with its comma, since `type` always comes before ------------------- */

static void begin(struct kith_buf *out, const char *type) {
    kith_buf_put_str(out, "{\"type\":\"");
    kith_buf_put_str(out, type);
    kith_buf_put_str(out, "\"");
}

static void end(struct kith_buf *out) {
    kith_buf_put_str(out, "}");
}

static void put_name(struct kith_buf *out, const char *name) {
    kith_buf_put_str(out, ",\"");
    kith_buf_put_str(out, name);
    kith_buf_put_str(out, "\":");
}

static void put_text(struct kith_buf *out, const char *name, struct kith_bytes utf8) {
    if (!utf8.p)
        return;
    put_name(out, name);
    kith_json_put_string(out, utf8);
}

static void put_feed(struct kith_buf *out, const char *name, const struct kith_pubkey *id) {
    if (!id)
        return;
    put_name(out, name);
    kith_buf_put_str(out, "\"");
    kith_feed_id_put(out, id);
    kith_buf_put_str(out, "\"");
}

static void put_message(struct kith_buf *out, const char *name, const struct kith_msgid *id) {
    if (!id)
        return;
    put_name(out, name);
    kith_buf_put_str(out, "\"");
    kith_msgid_put(out, id);
    kith_buf_put_str(out, "\"");
}

static void put_said(struct kith_buf *out, const char *name, enum kith_said said) {
    if (said == KITH_UNSAID)
        return;
    put_name(out, name);
    kith_buf_put_str(out, said == KITH_SAID_YES ? "true" : "false");
}

static void put_recps(struct kith_buf *out, struct kith_recps recps) {
    if (!recps.count)
        return;
    put_name(out, "recps");
    for (size_t i = 0; i < recps.count; i++) {
        kith_buf_put_str(out, i ? ",\"" : "[\"");
        kith_feed_id_put(out, &recps.ids[i]);
        kith_buf_put_str(out, "\"");
    }
    kith_buf_put_str(out, "]");
}

static void put_branch(struct kith_buf *out, const struct kith_msgid *branch, size_t count) {
    if (!count)
        return;
    put_name(out, "branch");
    for (size_t i = 0; i < count; i++) {
        kith_buf_put_str(out, i ? ",\"" : "[\"");
        kith_msgid_put(out, &branch[i]);
        kith_buf_put_str(out, "\"");
    }
    kith_buf_put_str(out, "]");
}

/* --- mentions --------------------------------------------------------------------------------- */

/* What has been mentioned so far: the links as quoted JSON strings, one after another. */
struct mentions {
    struct kith_buf links;
    size_t link_at[KITH_MENTIONS_MAX];
    size_t count;
};

/* Remembers the link that `links` has grown by since `from`; false if it was there, or is one too
 * many. */
static bool is_new_link(struct mentions *m, size_t from) {
    struct kith_bytes link = kith_bytes(m->links.p + from, m->links.len - from);
    bool is_new = m->count < KITH_MENTIONS_MAX;
    for (size_t i = 0; i < m->count && is_new; i++) {
        size_t len = (i + 1 < m->count ? m->link_at[i + 1] : from) - m->link_at[i];
        is_new = !kith_bytes_eq(kith_bytes(m->links.p + m->link_at[i], len), link);
    }
    if (is_new)
        m->link_at[m->count++] = from;
    else
        m->links.len = from;
    return is_new;
}

/* Begins the mention of a link with its `link` field; false if it stands there already. */
static bool begin_mention(struct kith_buf *out, struct mentions *m, const struct kith_ref *ref,
                          struct kith_bytes tag) {
    size_t from = m->links.len;
    struct kith_ref plain = *ref;
    plain.has_unbox = false;
    if (ref->kind == KITH_REF_NONE) {
        kith_json_put_string(&m->links, tag);
    } else {
        kith_buf_put_str(&m->links, "\"");
        kith_ref_put(&m->links, &plain);
        kith_buf_put_str(&m->links, "\"");
    }
    size_t len = m->links.len - from;
    if (!is_new_link(m, from))
        return false;
    if (m->count == 1)
        put_name(out, "mentions");
    kith_buf_put_str(out, m->count == 1 ? "[{\"link\":" : ",{\"link\":");
    kith_buf_put(out, m->links.p + from, len);
    return true;
}

/* The key of an encrypted blob goes where ssb-mentions puts what it finds behind a '?'. */
static void end_mention(struct kith_buf *out, const struct kith_ref *ref) {
    if (ref->has_unbox) {
        kith_buf_put_str(out, ",\"query\":{\"unbox\":\"");
        kith_base64_put(out, kith_bytes(ref->unbox.b, sizeof ref->unbox.b));
        kith_buf_put_str(out, ".boxs\"}");
    }
    end(out);
}

static void put_mentions(struct kith_buf *out, const struct kith_post *post) {
    struct mentions m = {.count = 0};
    struct kith_markdown walk = {.text = post->text};
    struct kith_markdown_link link;
    struct kith_buf name = {0};
    for (size_t i = 0; i < post->attachment_count; i++) {
        const struct kith_attachment *a = &post->attachments[i];
        if (!begin_mention(out, &m, &a->blob, kith_bytes(NULL, 0)))
            continue;
        put_text(out, "name", a->name);
        put_text(out, "type", a->type);
        if (a->size) {
            put_name(out, "size");
            kith_buf_put_dec(out, a->size);
        }
        end_mention(out, &a->blob);
    }
    while (kith_markdown_next(&walk, &link)) {
        if (!begin_mention(out, &m, &link.ref, link.tag))
            continue;
        kith_buf_clear(&name);
        kith_markdown_put_name(&name, link.label);
        if (name.len)
            put_text(out, "name", kith_buf_bytes(&name));
        end_mention(out, &link.ref);
    }
    if (m.count)
        kith_buf_put_str(out, "]");
    kith_buf_wipe(&name);
    kith_buf_wipe(&m.links);
}

/* --- contents --------------------------------------------------------------------------------- */

void kith_content_post(struct kith_buf *out, const struct kith_post *post) {
    begin(out, "post");
    put_text(out, "text", post->text.p ? post->text : KITH_LIT(""));
    put_message(out, "root", post->root);
    put_branch(out, post->branch, post->branch_count);
    put_feed(out, "wall", post->wall);
    put_mentions(out, post);
    put_text(out, "contentWarning", post->content_warning);
    put_recps(out, post->recps);
    end(out);
}

void kith_content_about(struct kith_buf *out, const struct kith_about *about) {
    begin(out, "about");
    put_feed(out, "about", &about->about);
    put_text(out, "name", about->name);
    put_text(out, "description", about->description);
    if (about->image) {
        put_name(out, "image");
        kith_buf_put_str(out, "\"");
        kith_blobid_put(out, about->image);
        kith_buf_put_str(out, "\"");
    }
    end(out);
}

void kith_content_contact(struct kith_buf *out, const struct kith_contact *contact) {
    begin(out, "contact");
    put_feed(out, "contact", &contact->contact);
    put_said(out, "following", contact->following);
    put_said(out, "blocking", contact->blocking);
    put_said(out, "autofollow", contact->is_autofollow ? KITH_SAID_YES : KITH_UNSAID);
    put_said(out, "pub", contact->is_pub ? KITH_SAID_YES : KITH_UNSAID);
    end(out);
}

void kith_content_vote(struct kith_buf *out, const struct kith_msgid *link, int value,
                       struct kith_bytes expression, struct kith_recps recps) {
    begin(out, "vote");
    kith_buf_put_str(out, ",\"vote\":{\"link\":\"");
    kith_msgid_put(out, link);
    kith_buf_put_str(out, "\",\"value\":");
    kith_buf_put_int(out, value);
    put_text(out, "expression", expression);
    end(out);
    put_recps(out, recps);
    end(out);
}

void kith_content_pub(struct kith_buf *out, struct kith_bytes host, uint16_t port,
                      const struct kith_pubkey *key) {
    begin(out, "pub");
    kith_buf_put_str(out, ",\"address\":{\"host\":");
    kith_json_put_string(out, host);
    kith_buf_put_str(out, ",\"port\":");
    kith_buf_put_dec(out, port);
    put_feed(out, "key", key);
    end(out);
    end(out);
}

void kith_content_share(struct kith_buf *out, const struct kith_msgid *link,
                        struct kith_bytes text) {
    struct kith_post post = {.text = text};
    begin(out, "share");
    kith_buf_put_str(out, ",\"share\":{\"link\":\"");
    kith_msgid_put(out, link);
    kith_buf_put_str(out, "\"}");
    if (text.len)
        put_text(out, "text", text);
    put_mentions(out, &post);
    end(out);
}

void kith_content_edit(struct kith_buf *out, const struct kith_msgid *target,
                       struct kith_bytes text, struct kith_recps recps) {
    struct kith_post post = {.text = text};
    begin(out, "edit");
    put_message(out, "target", target);
    put_text(out, "text", text.p ? text : KITH_LIT(""));
    put_mentions(out, &post);
    put_recps(out, recps);
    end(out);
}

void kith_content_retract(struct kith_buf *out, const struct kith_msgid *target,
                          struct kith_recps recps) {
    begin(out, "retract");
    put_message(out, "target", target);
    put_recps(out, recps);
    end(out);
}

void kith_content_wall(struct kith_buf *out, const struct kith_msgid *post, bool is_accepted) {
    begin(out, is_accepted ? "wall/accept" : "wall/remove");
    put_message(out, "post", post);
    end(out);
}
