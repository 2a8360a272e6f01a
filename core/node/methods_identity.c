/* SPDX-License-Identifier: MIT */
/* The methods by which people keep their identity and get it back (docs/protocol/backup.md). */
#include "crypto/words.h"
#include "feed/secret.h"
#include "node/backup.h"
#include "node/state.h"

static void wipe_text(struct kith_buf *text) {
    if (text->p)
        kith_wipe(text->p, text->cap);
    kith_buf_wipe(text);
}

static int words(struct kith_call *c) {
    struct kith_seed seed;
    struct kith_buf out = {0};
    kith_sign_seed(&seed, &c->node->keys.sec);
    kith_buf_reserve(&out, 512);
    kith_buf_put_str(&out, "{\"words\":\"");
    kith_words_put(&out, &seed);
    kith_buf_put_str(&out, "\"}");
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_wipe(&seed, sizeof seed);
    wipe_text(&out);
    return KITH_OK;
}

/* ---- restore ---- */

static int fail(struct kith_call *c, int err, const char *sentence) {
    kith_call_fail(c, err, sentence);
    return err;
}

static int seed_of_words(struct kith_call *c, uint32_t node, struct kith_seed *seed) {
    struct kith_words_fault fault;
    struct kith_buf text = {0}, said = {0};
    int err;
    kith_json_unescape(&text, kith_json_str(c->doc, node));
    err = kith_words_parse(kith_buf_bytes(&text), seed, &fault);
    if (err) {
        kith_words_fault_put(&said, &fault);
        kith_buf_put_u8(&said, 0);
        err = fail(c, KITH_ERR_ARG, (const char *)said.p);
    }
    wipe_text(&text);
    wipe_text(&said);
    return err;
}

/* The object of a backup, or the text of a `secret` file. */
static int seed_of_secret(struct kith_call *c, uint32_t node, struct kith_seed *seed) {
    struct kith_buf text = {0};
    struct kith_keypair keys;
    int err;
    if (kith_json_is(c->doc, node, KITH_JSON_STRING))
        kith_json_unescape(&text, kith_json_str(c->doc, node));
    else
        kith_json_put_compact(&text, c->doc, node);
    err = kith_secret_parse(kith_buf_bytes(&text), &keys);
    if (err)
        err = fail(c, KITH_ERR_ARG, "that is no secret as ssb-keys writes it");
    else
        kith_sign_seed(seed, &keys.sec);
    kith_wipe(&keys, sizeof keys);
    wipe_text(&text);
    return err;
}

static void reply_id(struct kith_node *n, struct kith_later later, const struct kith_pubkey *id) {
    struct kith_buf out = {0};
    kith_buf_put_str(&out, "{\"id\":\"");
    kith_feed_id_put(&out, id);
    kith_buf_put_str(&out, "\"}");
    kith_later_reply(n, later, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

static int adopt(struct kith_call *c, const struct kith_seed *seed, const struct kith_pubkey *id, uint64_t sequence) {
    struct kith_node *n = c->node;
    struct kith_effect e = {.kind = KITH_EFFECT_ADOPT, .bytes = kith_bytes(seed->b, sizeof seed->b)};
    int err = KITH_OK;
    if (kith_publish_has_signed(n)) {
        (void)fail(c, KITH_ERR_DENIED, "this identity has published: restore another one into a new home, where this one is not lost");
        return KITH_OK;
    }
    if (n->identity.ticket || n->stopping)
        err = KITH_ERR_BUSY;
    else if (sequence)
        err = kith_publish_expect(n, id, sequence);
    if (err)
        return err;
    e.ticket = kith_effects_ticket(&n->effects);
    n->identity = (struct kith_identity){e.ticket, kith_call_later(c), *id};
    kith_effects_put(&n->effects, &e);
    return KITH_OK;
}

/* {words} or {secret}, and {sequence}, if a backup knows it. */
static int restore(struct kith_call *c) {
    uint32_t text = kith_call_option(c, 0, "words"), secret = kith_call_option(c, 0, "secret");
    int64_t sequence = kith_call_int(c, kith_call_option(c, 0, "sequence"), 0);
    struct kith_seed seed;
    struct kith_keypair keys;
    int err;
    if (sequence < 0 || (text == KITH_JSON_NONE) == (secret == KITH_JSON_NONE))
        return KITH_ERR_ARG;
    err = text == KITH_JSON_NONE ? seed_of_secret(c, secret, &seed) : seed_of_words(c, text, &seed);
    if (err)
        return KITH_OK; /* the caller was told */
    kith_sign_keypair(&keys, &seed);
    if (kith_pubkey_eq(&keys.pub, &c->node->keys.pub)) {
        err = sequence ? kith_publish_expect(c->node, &keys.pub, (uint64_t)sequence) : KITH_OK;
        if (!err)
            reply_id(c->node, kith_call_later(c), &keys.pub);
    } else {
        err = adopt(c, &seed, &keys.pub, (uint64_t)sequence);
    }
    kith_wipe(&seed, sizeof seed);
    kith_wipe(&keys, sizeof keys);
    return err;
}

void kith_node_adopted(struct kith_node *n, uint64_t ticket, int err, struct kith_time t) {
    struct kith_identity *i = &n->identity;
    n->t = t;
    if (!ticket || ticket != i->ticket)
        return;
    if (err) {
        i->ticket = 0;
        kith_later_fail(n, i->later, err, NULL);
        return;
    }
    reply_id(n, i->later, &i->next);
    kith_node_stop(n, t);
}

#define MASTER KITH_ROLE_MASTER

const struct kith_method kith_methods_identity[] = {
    {"identity.words", KITH_RPC_ASYNC, MASTER, words, "", "{words}: the 24 recovery words, which are the key itself"},
    {"identity.restore", KITH_RPC_ASYNC, MASTER, restore, "{words | secret, sequence}",
     "becomes the person of these words: answers {id}, closes all links and starts again, publishing nothing before the head of "
     "that feed is known; denied if the present identity has published"},
    {"identity.backup", KITH_RPC_SOURCE, MASTER, kith_backup_serve, "{passphrase, work, photos, friends}",
     "bytes of an age file with the secret, all own messages and, unless photos is false, their photos (docs/protocol/backup.md); with "
     "friends: N also the newest N posts of those one follows; work below 18 is for a passphrase that is a key"},
    {"identity.unseal", KITH_RPC_DUPLEX, MASTER, kith_unseal_serve, "{passphrase}",
     "takes such a file's bytes, at most 64 MiB ahead of what it has given back, then null; gives what is in it; the error "
     "passphrase: …, if it is another one"},
    {0},
};
