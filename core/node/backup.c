/* SPDX-License-Identifier: MIT */
#include "node/backup.h"

#include "base/base64.h"
#include "node/state.h"
#include "social/wall.h"
#include "store/vec.h"

#define FRIENDS_MAX 500  /* posts of friends */
#define FRIENDS_AT_ONCE 64
#define WORK_MIN 10      /* for a passphrase that is a key: 44 characters of base64 */
#define KEY_LEN 44

enum phase { MESSAGES, FRIENDS, PHOTOS, END, DONE };

struct backup {
    struct kith_age_lock lock;
    struct kith_age_seal seal;
    struct kith_buf out, line;
    size_t out_at;
    bool ready;        /* the key is there, the header is written */
    enum phase phase;
    bool no_photos;
    uint64_t next, head; /* own sequences */
    uint64_t friends;    /* posts of theirs that are still wanted */
    struct kith_page page;
    struct kith_vec photos; /* struct kith_blobid, each once */
    size_t photo;
    uint64_t reading;  /* a photo is being read: the number of that; 0: none */
};

bool kith_backup_passphrase(struct kith_call *c, struct kith_buf *out) {
    kith_json_unescape(out, kith_json_str(c->doc, kith_call_option(c, 0, "passphrase")));
    if (!out->len)
        kith_call_fail(c, KITH_ERR_ARG, "a backup needs a passphrase");
    return out->len != 0;
}

void kith_backup_fail(struct kith_stream *s, int err) {
    struct kith_buf text = {0};
    kith_buf_put_str(&text, err == KITH_ERR_CRYPTO ? "passphrase" : kith_err_name(err));
    kith_buf_put_str(&text, ": ");
    kith_buf_put_str(&text, kith_age_text(err));
    kith_buf_put_u8(&text, 0);
    kith_stream_end(s, (const char *)text.p);
    kith_buf_wipe(&text);
}

/* ---- the lines ---- */

static void seal_line(struct backup *b) {
    kith_buf_put_u8(&b->line, '\n');
    kith_age_seal_put(&b->seal, kith_buf_bytes(&b->line), &b->out);
    kith_wipe(b->line.p, b->line.len);
    kith_buf_clear(&b->line);
}

static void put_key(struct kith_buf *out, const char *name, const uint8_t *key, size_t len) {
    kith_buf_put_str(out, name);
    kith_base64_put(out, kith_bytes(key, len));
    kith_buf_put_str(out, ".ed25519\"");
}

/* The secret is the object of ssb-keys' file. */
static void first_line(struct kith_node *n, struct backup *b) {
    struct kith_buf *out = &b->line;
    bool any = false;
    kith_buf_reserve(out, 1024 + n->dialler.count * 256);
    kith_buf_put_str(out, "{\"kith\":\"backup\",\"version\":");
    kith_buf_put_dec(out, KITH_BACKUP_VERSION);
    kith_buf_put_str(out, ",\"secret\":{\"curve\":\"ed25519\"");
    put_key(out, ",\"public\":\"", n->keys.pub.b, sizeof n->keys.pub.b);
    put_key(out, ",\"private\":\"", n->keys.sec.b, sizeof n->keys.sec.b);
    put_key(out, ",\"id\":\"@", n->keys.pub.b, sizeof n->keys.pub.b);
    kith_buf_put_str(out, "},\"sequence\":");
    kith_buf_put_dec(out, b->head);
    kith_buf_put_str(out, ",\"made\":");
    kith_buf_put_dec(out, n->t.wall_ms);
    kith_buf_put_str(out, ",\"addresses\":[");
    for (size_t i = 0; i < n->dialler.count; i++) {
        if (n->dialler.places[i].source != KITH_PLACE_USER)
            continue;
        kith_buf_put_str(out, any ? "," : "");
        kith_json_put_string(out, kith_bytes_str(n->dialler.places[i].address));
        any = true;
    }
    kith_buf_put_str(out, "]}");
    seal_line(b);
}

static void add_photo(struct backup *b, const struct kith_blobid *id) {
    for (size_t i = 0; i < b->photos.count; i++) {
        if (kith_hash_eq(&KITH_VEC_AT(&b->photos, struct kith_blobid, i)->hash, &id->hash))
            return;
    }
    *(struct kith_blobid *)kith_vec_push(&b->photos) = *id;
}

/* Every blob that the content names anywhere and that is here. The depth is bounded by the parser. */
static void find_photos(struct kith_node *n, struct backup *b, const struct kith_json *doc, uint32_t node) {
    struct kith_ref ref;
    if (kith_json_is(doc, node, KITH_JSON_STRING)) {
        struct kith_bytes text = kith_json_str(doc, node);
        if (text.len && text.p[0] == '&' && !kith_ref_parse(text, &ref) && ref.kind == KITH_REF_BLOB &&
            kith_blobs_has(n->blobs.blobs, &(struct kith_blobid){ref.bytes}, NULL))
            add_photo(b, &(struct kith_blobid){ref.bytes});
        return;
    }
    for (uint32_t i = kith_json_first(doc, node); i != KITH_JSON_NONE; i = doc->nodes[i].next)
        find_photos(n, b, doc, i);
}

static void message_line(struct kith_node *n, struct backup *b) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    struct kith_entry entry;
    struct kith_record record;
    uint64_t number;
    if (b->next > b->head) {
        b->phase = FRIENDS;
        return;
    }
    if (!kith_feeds_record(feeds, kith_feeds_find(feeds, &n->keys.pub), b->next++, &number) ||
        kith_store_entry(n->store, number, &entry, &record, &n->doc, &n->plain, &n->scratch))
        return; /* forgotten: a restored node gets it from a friend, if anybody has it */
    if (entry.content != KITH_JSON_NONE && !b->no_photos)
        find_photos(n, b, entry.content_doc, entry.content);
    kith_buf_put_str(&b->line, "{\"key\":\"");
    kith_msgid_put(&b->line, &record.id);
    kith_buf_put_str(&b->line, "\",\"value\":");
    kith_buf_put_bytes(&b->line, record.value);
    kith_buf_put_u8(&b->line, '}');
    seal_line(b);
}

/* ---- what friends have posted, so that a home that begins anew is not empty ---- */

static void friend_line(struct kith_node *n, struct backup *b, uint32_t rec) {
    uint32_t feed = kith_store_author(n->store, rec);
    struct kith_entry entry;
    struct kith_record record;
    const struct kith_pubkey *author;
    if (feed == KITH_FEED_NONE)
        return;
    author = kith_feeds_id(kith_store_feeds(n->store), feed);
    if (!kith_graph_is_following(n->social, &n->keys.pub, author) ||
        kith_store_entry(n->store, rec, &entry, &record, &n->doc, &n->plain, &n->scratch))
        return;
    kith_buf_put_str(&b->line, "{\"loose\":");
    kith_buf_put_bytes(&b->line, record.value);
    kith_buf_put_u8(&b->line, '}');
    seal_line(b);
    b->friends--;
}

static void friend_lines(struct kith_node *n, struct backup *b) {
    struct kith_found found[FRIENDS_AT_ONCE];
    size_t count = b->friends ? kith_wall_home(n->social, KITH_HOPS_NONE, &b->page, found, FRIENDS_AT_ONCE) : 0;
    for (size_t i = 0; i < count && b->friends; i++)
        friend_line(n, b, found[i].rec);
    if (!b->friends || !b->page.more)
        b->phase = PHOTOS;
}

/* ---- photos: read one after another ---- */

static const struct kith_stream_ops backup_ops;

/* Names a stream that may be gone when its photo has been read. */
struct reading {
    uint32_t link;
    uint64_t number;
};

static struct kith_stream *stream_of(struct kith_node *n, const struct reading *r) {
    struct kith_peer *p = kith_peers_link(n, r->link);
    for (struct kith_stream *s = p && !p->closing ? p->streams : NULL; s; s = s->next) {
        if (s->ops == &backup_ops && ((struct backup *)s->state)->reading == r->number)
            return s;
    }
    return NULL;
}

static void photo_line(struct kith_node *n, void *ctx, int err, struct kith_bytes bytes) {
    struct reading *r = ctx;
    struct kith_stream *s = stream_of(n, r);
    struct backup *b = s ? s->state : NULL;
    kith_free(r);
    if (!b)
        return;
    b->reading = 0;
    if (!err) {
        kith_buf_reserve(&b->line, kith_base64_len(bytes.len) + 128);
        kith_buf_put_str(&b->line, "{\"blob\":\"&");
        kith_base64_put(&b->line, kith_bytes(KITH_VEC_AT(&b->photos, struct kith_blobid, b->photo)->hash.b, 32));
        kith_buf_put_str(&b->line, ".sha256\",\"data\":\"");
        kith_base64_put(&b->line, bytes);
        kith_buf_put_str(&b->line, "\"}");
        seal_line(b);
        kith_buf_wipe(&b->line); /* it was large */
    }
    b->photo++;
    kith_peer_wake(s->peer);
}

static void read_photo(struct kith_stream *s, struct backup *b) {
    struct kith_node *n = s->peer->node;
    struct reading *r;
    int err;
    if (b->photo == b->photos.count) {
        b->phase = END;
        return;
    }
    r = kith_alloc(sizeof *r);
    *r = (struct reading){s->peer->link, kith_effects_ticket(&n->effects)};
    err = kith_blob_read(n, KITH_VEC_AT(&b->photos, struct kith_blobid, b->photo), photo_line, r);
    if (!err) {
        b->reading = r->number;
        return;
    }
    kith_free(r);
    if (err == KITH_ERR_NOT_FOUND)
        b->photo++;
    else
        b->reading = UINT64_MAX; /* busy: the disk's next answer wakes us, and fill tries again */
}

/* ---- the stream ---- */

/* False: a photo has to come first, or all is there. */
static bool more(struct kith_stream *s, struct backup *b) {
    if (b->reading == UINT64_MAX)
        b->reading = 0;
    if (b->reading || b->phase == DONE)
        return false;
    if (b->phase == MESSAGES) {
        message_line(s->peer->node, b);
    } else if (b->phase == FRIENDS) {
        friend_lines(s->peer->node, b);
    } else if (b->phase == PHOTOS) {
        read_photo(s, b);
    } else {
        kith_age_seal_end(&b->seal, &b->out);
        b->phase = DONE;
    }
    return !b->reading;
}

static bool backup_fill(struct kith_stream *s) {
    struct backup *b = s->state;
    size_t len;
    while (b->ready && b->out.len - b->out_at < KITH_BACKUP_CHUNK && more(s, b)) {
    }
    len = b->out.len - b->out_at;
    if (!len && b->phase == DONE)
        kith_stream_end(s, NULL);
    if (!len)
        return false;
    len = len < KITH_BACKUP_CHUNK ? len : KITH_BACKUP_CHUNK;
    kith_stream_write(s, KITH_RPC_BINARY, kith_bytes(b->out.p + b->out_at, len));
    b->out_at += len;
    if (b->out_at == b->out.len) {
        kith_buf_clear(&b->out);
        b->out_at = 0;
    }
    return true;
}

static void backup_close(struct kith_stream *s) {
    struct backup *b = s->state;
    kith_stretch_cancel(s->peer->node, s);
    kith_age_seal_wipe(&b->seal);
    kith_buf_wipe(&b->out);
    kith_buf_wipe(&b->line);
    kith_vec_wipe(&b->photos);
    kith_free(b);
}

static const struct kith_stream_ops backup_ops = {NULL, NULL, backup_fill, backup_close};

static void stretched(struct kith_node *n, void *ctx, int err, const struct kith_symkey *key) {
    struct kith_stream *s = ctx;
    struct backup *b = s->state;
    if (err) {
        kith_backup_fail(s, err);
        return;
    }
    kith_age_seal_begin(&b->seal, &b->lock, key, &n->rng, &b->out);
    first_line(n, b);
    b->ready = true;
    kith_peer_wake(s->peer);
}

int kith_backup_serve(struct kith_call *c) {
    struct kith_node *n = c->node;
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t own = kith_feeds_find(feeds, &n->keys.pub);
    struct kith_buf passphrase = {0};
    int64_t work = kith_call_int(c, kith_call_option(c, 0, "work"), KITH_AGE_WORK);
    int64_t friends = kith_call_int(c, kith_call_option(c, 0, "friends"), 0);
    bool photos = kith_call_flag(c, kith_call_option(c, 0, "photos"), true);
    struct kith_stream *s;
    struct backup *b;
    int err;
    if (work < WORK_MIN || work > KITH_AGE_WORK || friends < 0 || friends > FRIENDS_MAX)
        return KITH_ERR_ARG;
    if (!kith_backup_passphrase(c, &passphrase))
        return KITH_OK;
    if (work < KITH_AGE_WORK && passphrase.len < KEY_LEN) {
        kith_buf_wipe(&passphrase);
        kith_call_fail(c, KITH_ERR_ARG, "less work is for a key, not for a passphrase");
        return KITH_OK;
    }
    b = kith_alloc(sizeof *b);
    b->next = 1;
    b->head = own == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, own).sequence;
    b->photos = KITH_VEC(struct kith_blobid);
    b->no_photos = !photos;
    b->friends = (uint64_t)friends;
    b->page.show = KITH_SHOW_NO_CIRCLES;
    kith_age_lock_new(&b->lock, (unsigned)work, &n->rng);
    s = kith_peer_stream(c->peer, c->req, c->type, &backup_ops, b);
    err = kith_stretch(n, kith_buf_bytes(&passphrase), &b->lock, stretched, s);
    kith_wipe(passphrase.p, passphrase.len);
    kith_buf_wipe(&passphrase);
    return err;
}
