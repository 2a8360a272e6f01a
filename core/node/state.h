/* SPDX-License-Identifier: MIT */
/* state.h: what a node consists of. Each part is a module that owns its fields; only this header sees
 * them together. */
#ifndef KITH_NODE_STATE_H
#define KITH_NODE_STATE_H

#include "node/blob_share.h"
#include "node/changes.h"
#include "node/circles.h"
#include "node/courier.h"
#include "node/dial.h"
#include "node/effects.h"
#include "node/identity.h"
#include "node/ingest.h"
#include "node/inlets.h"
#include "node/invite_desk.h"
#include "node/local.h"
#include "node/log_line.h"
#include "node/peers.h"
#include "node/presence.h"
#include "node/publish.h"
#include "node/replicate.h"
#include "node/stretch.h"
#include "social/graph.h"
#include "social/social.h"

struct kith_node {
    struct kith_keypair keys;
    struct kith_symkey cap;
    struct kith_rng rng;
    unsigned hops;
    uint64_t quota;
    const char *version;
    bool offline, stopping, stopped;
    struct kith_time t; /* of the call that is running */
    uint64_t stop_at_ms;
    uint64_t snapshotted; /* records that the last snapshot had */
    bool views_changed;   /* by more than new records: an index was built, something was forgotten */
    uint64_t recover_at_ms; /* when a disk that refused is tried again; UINT64_MAX: it did not */
    unsigned failures;
    char listening[KITH_PEER_ADDRESS_LEN]; /* empty: nobody can dial us */

    struct kith_store *store;
    struct kith_social *social;
    struct kith_view **views;
    struct kith_json doc;     /* for reading one stored record at a time */
    struct kith_json plain;
    struct kith_buf scratch;

    struct kith_effects effects;
    struct kith_local local;
    struct kith_peers peers;
    struct kith_ingest ingest;
    struct kith_publisher publisher;
    struct kith_replicator replicator;
    struct kith_blob_share blobs;
    struct kith_dialler dialler;
    struct kith_invite_desk invites;
    struct kith_identity identity;
    struct kith_stretcher stretcher;
    struct kith_changes changes;
    struct kith_finder finder;
    struct kith_presence presence;
    struct kith_circle_keeper circles;
    struct kith_courier courier;
    struct kith_inlets inlets;
};

/* After anything that may have asked the store for something. */
void kith_node_pump_store(struct kith_node *n);

#endif
