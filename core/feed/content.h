/* SPDX-License-Identifier: MIT */
/* content.h: the contents that kith publishes, as JSON text for kith_message_create, from plain
 * UTF-8 and ids. The order of fields is that of JavaScript clients; a field that is not said is left
 * out. Each function appends one JSON object to out; none can fail: what is too long for a message
 * is refused when the message is made, where the limit is known.
 *
 * A struct kith_bytes whose p is NULL says nothing; an empty text (p not NULL, len 0) is said. */
#ifndef KITH_FEED_CONTENT_H
#define KITH_FEED_CONTENT_H

#include "base/bytes.h"
#include "feed/id.h"

#define KITH_MENTIONS_MAX 256 /* more do not fit in a message */

/* A file that goes with a post: the blob's link, and what readers see before they fetch it. */
struct kith_attachment {
    struct kith_ref blob;    /* with its key in a private post */
    struct kith_bytes name;  /* may be NULL */
    struct kith_bytes type;  /* "image/jpeg"; may be NULL */
    uint64_t size;           /* bytes; 0: not said */
};

/* To whom an encrypted content goes; readers learn it from the content. Zero: public. The caller
 * seals the text (feed/box1.h) for the same list. */
struct kith_recps {
    const struct kith_pubkey *ids;
    size_t count;
};

struct kith_post {
    struct kith_bytes text; /* Markdown */
    const struct kith_msgid *root;   /* the thread that it answers; NULL: it begins one */
    const struct kith_msgid *branch; /* the last messages of that thread, branch_count of them */
    size_t branch_count;
    const struct kith_pubkey *wall;  /* on whose wall it is written; NULL: the author's own */
    const struct kith_attachment *attachments;
    size_t attachment_count;
    struct kith_bytes content_warning; /* may be NULL */
    struct kith_recps recps;
};

/* `mentions` gets the attachments first and then all that the text points to, each link once. */
void kith_content_post(struct kith_buf *out, const struct kith_post *post);

struct kith_about {
    struct kith_pubkey about;
    struct kith_bytes name, description; /* may be NULL */
    const struct kith_blobid *image;     /* NULL: not said */
};
void kith_content_about(struct kith_buf *out, const struct kith_about *about);

enum kith_said { KITH_UNSAID, KITH_SAID_NO, KITH_SAID_YES };

/* Each contact message replaces what the author said about that feed before. */
struct kith_contact {
    struct kith_pubkey contact;
    enum kith_said following, blocking;
    bool is_autofollow; /* it comes from using an invite */
    bool is_pub;
};
void kith_content_contact(struct kith_buf *out, const struct kith_contact *contact);

/* value: 1 likes, 0 takes it back, -1 dislikes. expression may be NULL. */
void kith_content_vote(struct kith_buf *out, const struct kith_msgid *link, int value,
                       struct kith_bytes expression, struct kith_recps recps);

void kith_content_pub(struct kith_buf *out, struct kith_bytes host, uint16_t port,
                      const struct kith_pubkey *key);

/* Ours (DESIGN 3): other clients show nothing, or an unknown type. */
void kith_content_share(struct kith_buf *out, const struct kith_msgid *link, struct kith_bytes text);
void kith_content_edit(struct kith_buf *out, const struct kith_msgid *target, struct kith_bytes text,
                       struct kith_recps recps);
void kith_content_retract(struct kith_buf *out, const struct kith_msgid *target,
                          struct kith_recps recps);
/* The wall's owner accepts a post or takes it down: wall/accept, wall/remove. */
void kith_content_wall(struct kith_buf *out, const struct kith_msgid *post, bool is_accepted);

#endif
