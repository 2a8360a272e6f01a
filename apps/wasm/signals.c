/* SPDX-License-Identifier: MIT */
/* Sealed signals and the addresses where they arrive, as a Worker needs them (docs/protocol/signal.md,
 * broker.md). What to say to whom is decided in apps/web/src/tab. */
#include "tab.h"
#include "tab_state.h"
#include "wire/mailbox.h"
#include "wire/signal.h"

/* Calls count from somebody accepted alone, so that no stranger can fill what is remembered of friends. */
static struct kith_signal_seen seen_of_friends, seen_of_all;

static int note(const struct kith_signal *s, uint64_t wall_ms) {
    if (s->kind >= KITH_SIGNAL_REQUEST)
        return kith_signal_seen_put(&seen_of_all, s, wall_ms);
    return kith_node_accepts(tab_node(), &s->from) ? kith_signal_seen_put(&seen_of_friends, s, wall_ms) : KITH_ERR_DENIED;
}

int32_t kith_tab_signal_seal(int32_t kind, size_t len, double expires, double wall) {
    struct kith_signal s = {.kind = (uint8_t)kind, .created_ms = (uint64_t)wall, .expires_ms = (uint64_t)expires};
    struct kith_reader r = kith_reader(tab_room(len));
    struct kith_pubkey receiver;
    struct kith_buf *out = tab_out(), sealed = {0};
    int err;
    kith_read_copy(&r, receiver.b, sizeof receiver.b);
    kith_read_copy(&r, s.reply.b, sizeof s.reply.b);
    s.body = kith_read_bytes(&r, kith_read_left(&r));
    err = r.err ? KITH_ERR_ARG : kith_signal_seal(&sealed, &s, tab_keys(), &receiver, &tab_rng);
    if (!err) {
        kith_buf_put(out, s.id.b, sizeof s.id.b);
        kith_buf_put_bytes(out, kith_buf_bytes(&sealed));
    }
    kith_buf_wipe(&sealed);
    return err ? err : (int32_t)out->len;
}

/* What may wait as a letter comes again until it is confirmed, and lives so long that strangers could fill the cache with it. */
static bool is_letter(const struct kith_signal *s) {
    return s->expires_ms - s->created_ms > KITH_SIGNAL_LIFE_MS;
}

int32_t kith_tab_signal_open(size_t len, int32_t door, double wall) {
    struct kith_signal s;
    struct kith_buf *out = tab_out(), plain = {0};
    int err = kith_signal_open(&s, &plain, tab_room(len), tab_keys(), (uint64_t)wall);
    if (!err && !door && !is_letter(&s))
        err = note(&s, (uint64_t)wall);
    if (!err) {
        kith_buf_put_u8(out, s.kind);
        kith_buf_put(out, s.id.b, sizeof s.id.b);
        kith_buf_put(out, s.from.b, sizeof s.from.b);
        kith_buf_put(out, s.reply.b, sizeof s.reply.b);
        kith_buf_put_bytes(out, s.body);
    }
    kith_buf_wipe(&plain);
    return err ? err : (int32_t)out->len;
}

/* 0 a throw-away (its seed), 1 the mailbox (its epoch, little-endian), 2 an invite (its secret), 3 the door (the broker's key). */
static void derive(struct kith_keypair *address, int32_t which, struct kith_reader *r) {
    uint8_t param[32];
    kith_read_copy(r, param, sizeof param);
    if (which == 0) {
        struct kith_seed seed;
        memcpy(seed.b, param, sizeof seed.b);
        kith_sign_keypair(address, &seed);
        kith_wipe(&seed, sizeof seed);
    } else if (which == 1) {
        uint32_t epoch = (uint32_t)param[0] | (uint32_t)param[1] << 8 | (uint32_t)param[2] << 16 | (uint32_t)param[3] << 24;
        kith_mailbox_derive(address, &tab_keys()->sec, epoch);
    } else if (which == 2) {
        struct kith_friend_secret secret;
        memcpy(secret.b, param, sizeof secret.b);
        kith_mailbox_derive_invite(address, &tab_keys()->sec, &secret);
    } else {
        struct kith_pubkey broker;
        memcpy(broker.b, param, sizeof broker.b);
        kith_mailbox_derive_door(address, &tab_keys()->sec, &broker);
    }
    kith_wipe(param, sizeof param);
}

int32_t kith_tab_mailbox_prove(int32_t which) {
    struct kith_reader r = kith_reader(tab_room(96));
    struct kith_keypair address;
    struct kith_pubkey broker;
    struct kith_challenge challenge;
    struct kith_sig sig;
    struct kith_buf *out = tab_out();
    derive(&address, which, &r);
    kith_read_copy(&r, broker.b, sizeof broker.b);
    kith_read_copy(&r, challenge.b, sizeof challenge.b);
    kith_mailbox_prove(&sig, &address, &broker, &challenge);
    kith_buf_put(out, address.pub.b, sizeof address.pub.b);
    kith_buf_put(out, sig.b, sizeof sig.b);
    kith_wipe(&address, sizeof address);
    return (int32_t)out->len;
}
