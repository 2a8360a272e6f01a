/* SPDX-License-Identifier: MIT */
/* vaults.h: the calls vault.* of a broker (docs/protocol/vault.md): who has opened the door with handle and password
 * reads and writes the file behind it in pieces. The broker checks the envelope and that no version comes back that was
 * replaced; it can read nothing of the content. For core/broker only. */
#ifndef KITH_BROKER_VAULTS_H
#define KITH_BROKER_VAULTS_H

#include "broker/store.h"

#define VAULT_PIECE (12u << 10)             /* bytes of one read or write */
#define VAULT_BYTES_A_SOURCE (64u << 20)    /* an hour, both ways */
#define VAULT_WAITING_MAX (32u << 20)       /* that are being written, of all */
#define VAULT_WAITING_A_SOURCE (8u << 20)   /* of them from one source, so that none keeps the others from writing */
#define VAULT_WRITE_MS 60000                /* from a write's first piece to its last */

struct call;
struct kith_broker;
struct kith_broker_session;

struct vault_door {
    char skeleton[KITH_HANDLE_MAX + 1];
    struct kith_pubkey owner; /* the key of the certificate */
    int32_t watch;            /* the stream that hears of new versions; 0: none */
    struct kith_buf written;  /* so far, of a new version */
    size_t expected;
    uint64_t begun_ms;
};

void vault_open(const struct call *c);
void vault_read(const struct call *c);
void vault_write(const struct call *c);
void vault_forget(const struct call *c);
void vault_watch(const struct call *c);
bool vault_unwatch(struct kith_broker_session *s, int32_t req); /* false: that is no watching */
/* The account is gone, or has another password or key: who is in goes out. */
void vault_shut(struct kith_broker *b, const char *skeleton);
void vault_leave(struct kith_broker_session *s);
/* Gives up a write that has taken too long: its place is for others. */
void vault_tick(struct kith_broker_session *s, uint64_t now_ms);
/* Is that one of the calls that are paid in bytes, and the door open? */
bool vault_has_budget(const struct kith_broker_session *s, void (*run)(const struct call *c));

#endif
