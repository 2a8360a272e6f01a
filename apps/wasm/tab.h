/* SPDX-License-Identifier: MIT */
/* tab.h: a node for a browser's Worker: what kith.wasm exports and what it asks for. The other side is
 * apps/web/src/tab/core.ts. One instance is one node; a Worker that only judges signatures uses nothing
 * but kith_tab_room, kith_tab_run and kith_tab_out.
 *
 * Numbers are int32 or double: a double holds every time, ticket and size exactly, and JavaScript has no
 * other numbers. Errors are KITH_OK or enum kith_err. Times are milliseconds: now of a clock that never
 * goes back, wall of the calendar.
 *
 * Bytes go in through kith_tab_room(len), whose address is good until the next call of anything; those
 * that come out lie at kith_tab_out() until the next call. Both hold secrets at times and are wiped by
 * kith_tab_wipe. */
#ifndef KITH_WASM_TAB_H
#define KITH_WASM_TAB_H

#include <stddef.h>
#include <stdint.h>

/* ---- what the Worker gives: module "kith" ---- */

/* A file of the browser by the number that kith_tab_slot or kith_tab_created gave it. 0 or a LOCAL error;
 * read gives the count of bytes, size the size. */
#define TAB_IMPORT(name) __attribute__((import_module("kith"), import_name(name)))
TAB_IMPORT("read") int32_t tab_read(int32_t file, double at, void *out, size_t len);
TAB_IMPORT("write") int32_t tab_write(int32_t file, double at, const void *in, size_t len);
TAB_IMPORT("truncate") int32_t tab_truncate(int32_t file, double size);
TAB_IMPORT("size") double tab_size(int32_t file);
TAB_IMPORT("random") void tab_random(void *out, size_t len);

/* ---- what the Worker calls ---- */

#define TAB_EXPORT(name) __attribute__((export_name(name), visibility("default")))

TAB_EXPORT("kith_tab_room") uint8_t *kith_tab_room(size_t len);
TAB_EXPORT("kith_tab_out") const uint8_t *kith_tab_out(void);
TAB_EXPORT("kith_tab_wipe") void kith_tab_wipe(void);
TAB_EXPORT("kith_tab_err_name") const char *kith_tab_err_name(int32_t err); /* NUL-ended */

/* The text of a `secret` file, of a new key or of the seed in the room (32 bytes); gives its length. */
TAB_EXPORT("kith_tab_secret_new") size_t kith_tab_secret_new(void);
TAB_EXPORT("kith_tab_secret_of") size_t kith_tab_secret_of(void);

/* Before opening, for each slot that was found: its name is in the room. */
TAB_EXPORT("kith_tab_slot") void kith_tab_slot(size_t name_len, int32_t file);
/* The room has the text of the secret. Errors of kith_secret_parse and kith_node_open. */
TAB_EXPORT("kith_tab_open")
int32_t kith_tab_open(size_t secret_len, double quota, int32_t hops, int32_t quarantined, double now, double wall);
TAB_EXPORT("kith_tab_blob_known") void kith_tab_blob_known(double size); /* the room has the 32 bytes of its id */
TAB_EXPORT("kith_tab_id") const uint8_t *kith_tab_id(void);              /* 32 bytes */
TAB_EXPORT("kith_tab_is_settled") int32_t kith_tab_is_settled(void);
TAB_EXPORT("kith_tab_is_quarantined") int32_t kith_tab_is_quarantined(void);

/* An effect, as JavaScript reads it: all fields little-endian at the offsets that core.ts has. */
struct kith_tab_effect {
    double ticket;
    int32_t kind;  /* enum kith_effect_kind */
    int32_t link;
    int32_t op;    /* STORE: enum kith_store_effect_kind; LOG and ROAD: the level */
    int32_t len;   /* of bytes */
    const uint8_t *bytes;
    uint8_t blob[32]; /* PACKET, PACKET_DROP: the ticket, in its first 8 bytes */
    char name[32]; /* STORE: of the slot */
};
/* After every call below, until it gives NULL: what the node wants done. */
TAB_EXPORT("kith_tab_next") const struct kith_tab_effect *kith_tab_next(void);
TAB_EXPORT("kith_tab_deadline") double kith_tab_deadline(void); /* infinity: none */
TAB_EXPORT("kith_tab_tick") void kith_tab_tick(double now, double wall);
TAB_EXPORT("kith_tab_stop") void kith_tab_stop(double now, double wall);

/* Links. The address of accept is in the room; a negative link or 0 is none. */
TAB_EXPORT("kith_tab_accept") int32_t kith_tab_accept(int32_t origin, size_t len, double now, double wall);
TAB_EXPORT("kith_tab_dialled") void kith_tab_dialled(int32_t link, int32_t ok, double now, double wall);
TAB_EXPORT("kith_tab_recv") int32_t kith_tab_recv(int32_t link, size_t len, double now, double wall);
TAB_EXPORT("kith_tab_send") size_t kith_tab_send(int32_t link, double now, double wall); /* the length at out */
TAB_EXPORT("kith_tab_eof") void kith_tab_eof(int32_t link, double now, double wall);
TAB_EXPORT("kith_tab_full") int32_t kith_tab_full(int32_t link);

/* Answers to effects. file is the new slot's after CREATE, whose name is in the room, else -1; results and
 * blobs are in the room too. */
TAB_EXPORT("kith_tab_store_done")
void kith_tab_store_done(double ticket, int32_t err, int32_t file, size_t name_len, double now, double wall);
TAB_EXPORT("kith_tab_job_done") void kith_tab_job_done(double ticket, size_t len, double now, double wall);
TAB_EXPORT("kith_tab_blob_put_done") void kith_tab_blob_put_done(double ticket, int32_t err, double now, double wall);
TAB_EXPORT("kith_tab_blob_got") void kith_tab_blob_got(double ticket, int32_t err, size_t len, double now, double wall);
TAB_EXPORT("kith_tab_adopted") void kith_tab_adopted(double ticket, int32_t err, double now, double wall);

/* Our own address is in the room. */
TAB_EXPORT("kith_tab_listening") void kith_tab_listening(size_t len);

/* Runs the job in the room, in this Worker or another; gives the result's length, at out. */
TAB_EXPORT("kith_tab_run") size_t kith_tab_run(size_t len);

/* ---- sealed signals (docs/protocol/signal.md, broker.md) ---- */

/* The room has receiver (32), reply address (32), body. Gives the length at out, of id (16) and the sealed
 * signal, or an error of kith_signal_seal. */
TAB_EXPORT("kith_tab_signal_seal") int32_t kith_tab_signal_seal(int32_t kind, size_t len, double expires, double wall);
/* The room has a sealed signal. Gives the length at out, of kind (1), id (16), from (32), reply (32) and body,
 * or an error of kith_signal_open, of kith_signal_seen_put for one that came before, or KITH_ERR_DENIED for a call of
 * somebody whom we have not accepted. Letters may come again, and what comes at the door (not 0) is not remembered: anybody
 * may bring as much as they like there. After kith_tab_open. */
TAB_EXPORT("kith_tab_signal_open") int32_t kith_tab_signal_open(size_t len, int32_t door, double wall);
/* The room has what an address is made from (32: 0 the seed of a throw-away, 1 the mailbox's epoch as u32le,
 * 2 the 16 bytes of an invite's secret, 3 the key of the broker for the door there; zeros behind), the broker's key (32), its challenge (32). Gives the
 * length at out: the address (32), the proof that we may listen there (64). */
TAB_EXPORT("kith_tab_mailbox_prove") int32_t kith_tab_mailbox_prove(int32_t which);

/* ---- packets and inboxes (docs/protocol/packet.md, inbox.md) ---- */

/* The room has a packet that came. What kith_node_packet says. */
TAB_EXPORT("kith_tab_packet") int32_t kith_tab_packet(size_t len, double now, double wall);
/* The same for one that another version has kept: kith_node_packet_kept. */
TAB_EXPORT("kith_tab_packet_kept") int32_t kith_tab_packet_kept(size_t len, double now, double wall);
/* how: enum kith_sent. The room has the ticket (8, as in the effect) and who keeps it, or why not. */
TAB_EXPORT("kith_tab_packet_sent") void kith_tab_packet_sent(int32_t how, size_t len, double now, double wall);
/* how: enum kith_inlet_state, of a place where packets for us may lie. The room has its address, a line end, and why. */
TAB_EXPORT("kith_tab_inlet") void kith_tab_inlet(int32_t how, size_t len);
/* The room has the address of a server's inboxes, https://HOST/inbox. Gives the length at out, of the name of ours there. */
TAB_EXPORT("kith_tab_inbox") int32_t kith_tab_inbox(size_t len);
/* The room has that address, a method, a path, with line ends between: the value of Authorization. */
TAB_EXPORT("kith_tab_inbox_prove") int32_t kith_tab_inbox_prove(size_t len, double wall);

/* ---- a handle and a vault (docs/protocol/account.md, vault.md) ---- */

/* Each gives the length at out, or an error. The room has the broker's key (32) and a handle: salt (16), memory and passes
 * (u32le), the handle in its normal form. KITH_ERR_ARG: no handle. */
TAB_EXPORT("kith_tab_stretching") int32_t kith_tab_stretching(size_t len);
/* Slow, and 64 MiB that the module keeps: in a Worker of its own. The room has salt, memory, passes, password: the key
 * that is shown to the broker (32), the vault's (32). Errors of kith_stretching_keys. */
TAB_EXPORT("kith_tab_stretch") int32_t kith_tab_stretch(size_t len);
/* The room has the broker's key, its challenge, auth (32 each), handle: the long-term key's signature (64). */
TAB_EXPORT("kith_tab_hold") int32_t kith_tab_hold(size_t len);
/* The room has lease (16), salt (16), memory, passes (u32le), content: the file, signed. */
TAB_EXPORT("kith_tab_vault_put") int32_t kith_tab_vault_put(size_t len, double version, double sequence, double wall);
/* The room has a file: owner (32), version, sequence (u64le), content. */
TAB_EXPORT("kith_tab_vault_parse") int32_t kith_tab_vault_parse(size_t len);
/* The room has a certificate: broker (32), key (32), until (u32le), handle, 0, host. */
TAB_EXPORT("kith_tab_certificate") int32_t kith_tab_certificate(size_t len);
/* The room has a certificate: what the broker's feed has to say for it to be true: 2, id (32), holder (32). */
TAB_EXPORT("kith_tab_handle_entry") int32_t kith_tab_handle_entry(size_t len);
/* The room has the broker's key (32), the sequence (u64le) and id (32) of its newest message that we know, zeros for none, and
 * the next message or the same once more, as JSON. Gives sequence and id of that one, and what it says: 0 nothing, 1 nobody has
 * the handle, 2 somebody; id (32), holder (32). Errors of kith_handle_feed_take. */
TAB_EXPORT("kith_tab_handle_feed") int32_t kith_tab_handle_feed(size_t len);

#endif
