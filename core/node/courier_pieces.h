/* SPDX-License-Identifier: MIT */
/* courier_pieces.h: what courier_pieces.c and courier_build.c share and nobody else includes. */
#ifndef KITH_NODE_COURIER_PIECES_H
#define KITH_NODE_COURIER_PIECES_H

#include "node/courier_state.h"

#define PIECES_TYPE "piece" /* of the records */
#define PIECES_STRETCHES 128            /* of one blob: 40 KiB each if it is as large as one may be */
#define PIECES_COST UINT64_C(65536)     /* of the room for all a stretch takes that at least, or files without number would fit in */
#define PIECES_MARK ((size_t)32)        /* bytes of a file before those of the stretch */
#define PIECES_FULL_MS 30000            /* after the disk could not take a blob */

struct kith_stretch {
    uint64_t from, to;
    struct kith_blobid file;
    bool kept; /* the host has it on its disk */
};

struct kith_courier_pieces {
    struct kith_blobid blob;
    struct kith_pubkey sender; /* pays for the room */
    uint64_t total, cost;
    uint64_t grown_ms; /* by the calendar */
    struct kith_stretch *all; /* sorted, apart */
    size_t count, cap, writing; /* writing: not kept yet */
    bool changed; /* the record is older than this */
    struct kith_courier_pieces *next; /* the one that grew last comes first */
};

/* courier_pieces.c */
struct kith_courier_pieces **pieces_find(struct kith_node *n, const struct kith_blobid *id, const struct kith_pubkey *sender);
void pieces_key(const struct kith_courier_pieces *p, struct kith_buf *out); /* of its record */
size_t pieces_at(const struct kith_courier_pieces *p, uint64_t from); /* count: no stretch begins there */
void pieces_take_out(struct kith_node *n, struct kith_courier_pieces *p, size_t i); /* not its file */
void pieces_drop(struct kith_node *n, struct kith_courier_pieces **at); /* with its files and its record */
void pieces_add(struct kith_node *n, struct kith_courier_pieces *p, size_t i, struct kith_stretch s);
bool pieces_put_whole(struct kith_node *n, const struct kith_blobid *id, struct kith_bytes bytes); /* false: these are others */

#endif
