/* SPDX-License-Identifier: MIT */
/* publishing.h: what all commands that write share: saying who will be able to read it before it is
 * signed, and printing what came of it. */
#ifndef KITH_APP_PUBLISHING_H
#define KITH_APP_PUBLISHING_H

#include "app.h"
#include "feed/content.h"

enum publishing {
    PUBLISHING_PUBLIC,  /* says "Public: …" first */
    PUBLISHING_SILENT,  /* part of another act that was announced */
    PUBLISHING_TOLD,    /* its readers were named (audience.h) */
};

/* Publishes public content; prints the id, or the message with --json. */
int publishing_send(struct app *a, struct kith_bytes content, enum publishing how);

/* Publishes content (an object with recps) so that only these people can read it. */
int publishing_send_private(struct app *a, struct kith_bytes content, const struct kith_pubkey *people, size_t count);

/* Puts a file into the blobs. sealed: encrypted, its key in the link. */
int publishing_attach(struct app *a, const char *path, bool sealed, struct kith_attachment *out);

/* Keeps the bytes as a blob of the node. On another exit code than APP_OK the reason was said. */
int publishing_blob(struct app *a, struct kith_bytes bytes);

#endif
