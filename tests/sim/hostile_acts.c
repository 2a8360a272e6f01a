/* SPDX-License-Identifier: MIT */
#include "hostile_acts.h"

#include "sync/ebt.h"

static struct kith_muxrpc *rpc_of(const struct hostile_session *s) {
    return s->open && !s->closed ? kith_link_rpc(s->conn) : NULL;
}

static void say(struct hostile_session *s, struct kith_bytes json) {
    if (rpc_of(s) && s->ebt)
        kith_muxrpc_write(rpc_of(s), s->ebt, KITH_RPC_JSON, json);
}

static void put_note(struct kith_buf *out, const struct kith_pubkey *id, int64_t note) {
    kith_buf_put_str(out, out->len > 1 ? ",\"" : "\"");
    kith_feed_id_put(out, id);
    kith_buf_put_str(out, "\":");
    kith_buf_put_int(out, note);
}

void hostile_notes(struct hostile *h, struct hostile_session *s) {
    struct world *w = h->me->world;
    struct kith_buf out = {0};
    kith_buf_put_u8(&out, '{');
    for (size_t i = 0; i < w->machine_count; i++) {
        struct machine *m = w->machines[i];
        uint64_t sequence = world_chance(w, 50) ? world_below(w, 40) : world_below(w, 1u << 31);
        if (m == h->me)
            put_note(&out, &m->keys.pub, kith_ebt_note(h->branch[0].count, true));
        else if (h->lies_about_own || world_chance(w, 30))
            put_note(&out, &m->keys.pub, kith_ebt_note(sequence, world_chance(w, 70)));
    }
    kith_buf_put_u8(&out, '}');
    say(s, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

static void junk_notes(struct hostile *h, struct hostile_session *s) {
    static const char *const junk[] = {
        "{}", "[]", "null", "{\"clock\":[]}", "{\"clock\":{\"x\":1}}", "\"notes\"", "{\"@x.ed25519\":4}", "-0",
        "{\"author\":1,\"sequence\":1,\"content\":1}", "{\"clock\":{\"clock\":{}}}",
    };
    struct kith_buf out = {0};
    kith_buf_put_u8(&out, '{');
    for (unsigned i = 0; i < 50; i++) {
        struct kith_pubkey id;
        struct kith_rng rng = stream_rng(&h->me->random);
        kith_rng_fill(&rng, id.b, sizeof id.b);
        put_note(&out, &id, (int64_t)world_below(h->me->world, UINT64_C(1) << 53) - 1000);
    }
    kith_buf_put_u8(&out, '}');
    say(s, kith_bytes_str(junk[world_below(h->me->world, sizeof junk / sizeof junk[0])]));
    say(s, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

/* ---- messages ---- */

static void write_one(struct hostile *h, unsigned branch) {
    struct hostile_branch *b = &h->branch[branch];
    struct kith_buf content = {0};
    struct kith_message m;
    if (b->count == HOSTILE_BRANCH)
        return;
    kith_buf_put_str(&content, "{\"type\":\"post\",\"text\":\"branch ");
    kith_buf_put_dec(&content, b->count < 3 ? 0 : branch);
    kith_buf_put_str(&content, "\"}");
    /* The first three are the same in both. */
    if (!kith_message_create(kith_buf_bytes(&content), &h->me->keys, &b->head, 1e12 + (double)b->count, NULL,
                             &b->text[b->count], &m)) {
        b->head = (struct kith_head){m.sequence, m.id};
        b->count++;
    }
    kith_buf_wipe(&content);
}

static void own_feed(struct hostile *h, struct hostile_session *s) {
    struct world *w = h->me->world;
    struct hostile_branch *b = &h->branch[s->link % 2]; /* to some this, to others that */
    write_one(h, 0);
    write_one(h, 1);
    if (world_chance(w, 10))
        b = &h->branch[world_below(w, 2)];
    for (size_t i = 0; i < b->count; i++)
        say(s, kith_buf_bytes(&b->text[i]));
}

static void replay(struct hostile *h, struct hostile_session *s) {
    uint64_t times = world_between(h->me->world, 1, world_chance(h->me->world, 10) ? 3000 : 30);
    size_t count = h->loot_count < HOSTILE_LOOT ? h->loot_count : HOSTILE_LOOT;
    for (uint64_t i = 0; i < times && count; i++)
        say(s, kith_buf_bytes(&h->loot[i % count]));
}

/* Somebody's message with one letter changed: its signature does not fit any more. */
static void forge(struct hostile *h, struct hostile_session *s) {
    size_t count = h->loot_count < HOSTILE_LOOT ? h->loot_count : HOSTILE_LOOT;
    for (size_t i = 0; i < count; i++) {
        struct kith_buf text = {0};
        kith_buf_put_bytes(&text, kith_buf_bytes(&h->loot[i]));
        for (size_t k = text.len; k-- > 0;) {
            if (text.p[k] >= '1' && text.p[k] <= '8') {
                text.p[k]++;
                break;
            }
        }
        say(s, kith_buf_bytes(&text));
        kith_buf_wipe(&text);
    }
}

/* Good messages of people of whom nobody has heard. */
static void strangers(struct hostile *h, struct hostile_session *s) {
    struct kith_rng rng = stream_rng(&h->me->random);
    for (unsigned i = 0; i < 20; i++) {
        struct kith_keypair keys;
        struct kith_head none = {0};
        struct kith_buf text = {0};
        struct kith_message m;
        kith_sign_keypair_new(&keys, &rng);
        if (!kith_message_create(KITH_LIT("{\"type\":\"post\",\"text\":\"buy\"}"), &keys, &none, 1, NULL, &text, &m))
            say(s, kith_buf_bytes(&text));
        kith_buf_wipe(&text);
    }
}

/* ---- calls ---- */

static void call(struct hostile_session *s, enum kith_muxrpc_type type, const char *name, struct kith_bytes args) {
    int32_t req;
    if (rpc_of(s))
        (void)!kith_muxrpc_call(rpc_of(s), type, name, args, &req);
}

static void calls(struct hostile *h, struct hostile_session *s) {
    static const char *const names[] = {"publish", "whoami", "invite.use", "blobs.get", "ebt.replicate", "no.such", "gossip.ping", "manifest"};
    struct world *w = h->me->world;
    for (uint64_t i = world_below(w, 100); i; i--) {
        enum kith_muxrpc_type type = (enum kith_muxrpc_type)world_between(w, 1, 4);
        call(s, type, names[world_below(w, sizeof names / sizeof names[0])], KITH_LIT("[{\"type\":\"post\",\"text\":\"not yours\"}]"));
    }
}

static void histories(struct hostile *h, struct hostile_session *s) {
    struct world *w = h->me->world;
    for (size_t i = 0; i < w->machine_count; i++) {
        struct kith_buf args = {0};
        kith_buf_put_str(&args, "[{\"id\":\"");
        kith_feed_id_put(&args, &w->machines[i]->keys.pub);
        kith_buf_put_str(&args, "\",\"live\":true,\"keys\":false}]");
        call(s, KITH_RPC_SOURCE, "createHistoryStream", kith_buf_bytes(&args));
        kith_buf_wipe(&args);
    }
}

static void blob_wants(struct hostile *h, struct hostile_session *s) {
    struct kith_rng rng = stream_rng(&h->me->random);
    struct kith_buf out = {0};
    kith_buf_put_u8(&out, '{');
    for (unsigned i = 0; i < 200; i++) {
        struct kith_blobid id;
        kith_rng_fill(&rng, id.hash.b, sizeof id.hash.b);
        kith_buf_put_str(&out, i ? ",\"" : "\"");
        kith_blobid_put(&out, &id);
        kith_buf_put_str(&out, i % 3 ? "\":-1" : "\":5000000000");
    }
    kith_buf_put_u8(&out, '}');
    if (rpc_of(s) && s->wants)
        kith_muxrpc_write(rpc_of(s), s->wants, KITH_RPC_JSON, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

/* ---- all together ---- */

static void (*const acts[])(struct hostile *, struct hostile_session *) = {
    hostile_notes, hostile_notes, junk_notes, own_feed, own_feed, own_feed, replay, forge, strangers, calls, histories, blob_wants,
};

static struct hostile_session *any_session(struct hostile *h) {
    size_t count = 0;
    for (struct hostile_session *s = h->sessions; s; s = s->next)
        count++;
    if (!count)
        return NULL;
    for (struct hostile_session *s = h->sessions;; s = s->next) {
        if (!world_below(h->me->world, count--))
            return s;
    }
}

void hostile_act(struct hostile *h) {
    struct world *w = h->me->world;
    struct hostile_session *s = any_session(h);
    uint64_t luck = world_below(w, 100);
    if (!s || luck < 15) {
        hostile_dial(h, w->machines[world_below(w, w->honest_count)]);
        return;
    }
    if (luck < 18)
        h->deaf_until = w->now + world_below(w, 60000);
    else if (luck < 21)
        s->damage = true;
    else if (luck < 24 && rpc_of(s))
        kith_link_close(s->conn, w->now);
    else
        acts[world_below(w, sizeof acts / sizeof acts[0])](h, s);
    network_write(w, h->me, s->link);
}
