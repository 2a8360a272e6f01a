/* SPDX-License-Identifier: MIT */
/* Methods that find things: words on this machine, and whatever a pasted text names. Owner only: what
 * is found may be private. */
#include "node/state.h"
#include "social/render.h"
#include "social/search.h"
#include "wire/invite.h"

#define PAGE 32
#define RESOLVE_MAX KITH_INVITE_MAX
#define RETRY_MS 1000 /* after the disk refused to be read */

/* ---- the index follows the log: on the way of a search, or while nothing else is done ---- */

static bool follows(const struct kith_node *n) {
    return kith_search_is_started(n->social) && !kith_search_is_ready(n->social);
}

uint64_t kith_finder_deadline(const struct kith_node *n) {
    if (!n->finder.asked && !(follows(n) && kith_ingest_idle(n)))
        return UINT64_MAX;
    return n->t.now_ms < n->finder.retry_ms ? n->finder.retry_ms : n->t.now_ms;
}

void kith_finder_tick(struct kith_node *n) {
    bool asked = n->finder.asked;
    if (n->t.now_ms < n->finder.retry_ms || !(asked || kith_ingest_idle(n)))
        return;
    if (follows(n) && kith_search_step(n->social))
        n->finder.retry_ms = n->t.now_ms + RETRY_MS;
    if (!asked)
        return;
    n->finder.asked = false;
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        if (p->role == KITH_ROLE_MASTER && !p->closing)
            kith_peer_wake(p);
    }
}

/* ---- search {text, by, limit, before} ---- */

struct finding {
    struct kith_search_query query;
    struct kith_page page;
    struct kith_pubkey by;
    bool has_by, has_run;
    uint64_t left;      /* items still to be given; UINT64_MAX: no limit */
    uint64_t until_rec; /* records that there were when it was asked */
    struct kith_found found[PAGE];
    size_t count, at;
};

/* Whether the index knows what there was; one step is made at once, more between other work. */
static bool is_prepared(struct kith_stream *s, const struct finding *f) {
    struct kith_node *n = s->peer->node;
    int err = KITH_OK;
    kith_search_start(n->social);
    if (!kith_search_has_read(n->social, f->until_rec))
        err = kith_search_step(n->social);
    if (err) {
        struct kith_buf text = {0};
        kith_buf_put_str(&text, kith_err_name(err));
        kith_buf_put_str(&text, ": ");
        kith_buf_put_str(&text, kith_err_text(err));
        kith_buf_put_u8(&text, 0);
        kith_stream_end(s, (const char *)text.p);
        kith_buf_wipe(&text);
        return false;
    }
    if (kith_search_has_read(n->social, f->until_rec))
        return true;
    n->finder.asked = true;
    return false;
}

/* The next results; false: none now, or none at all. */
static bool look(struct kith_stream *s, struct finding *f) {
    struct kith_node *n = s->peer->node;
    size_t cap = f->left < PAGE ? (size_t)f->left : PAGE;
    if (!f->left || (f->has_run && !f->page.more)) {
        kith_stream_end(s, NULL);
        return false;
    }
    if (!is_prepared(s, f))
        return false;
    f->has_run = true;
    f->at = 0;
    f->count = kith_search_run(n->social, &f->query, f->has_by ? &f->by : NULL, &f->page, f->found, cap);
    if (f->count)
        return true;
    if (f->page.more)
        n->finder.asked = true; /* it has read as much as may be read at once */
    else
        kith_stream_end(s, NULL);
    return false;
}

static bool fill(struct kith_stream *s) {
    struct finding *f = s->state;
    struct kith_node *n = s->peer->node;
    while (f->at < f->count || look(s, f)) {
        uint32_t rec = f->found[f->at++].rec;
        struct kith_buf out = {0};
        bool given = rec < kith_store_durable(n->store) && !kith_render_summary(n->social, rec, &out);
        if (given)
            kith_stream_write(s, KITH_RPC_JSON, kith_buf_bytes(&out));
        kith_buf_wipe(&out);
        if (given) {
            f->left -= f->left != UINT64_MAX;
            return true;
        }
    }
    return false;
}

static void close_finding(struct kith_stream *s) {
    kith_free(s->state);
}

static const struct kith_stream_ops finding_ops = {NULL, NULL, fill, close_finding};

/* A pasted id is looked up, not searched for. */
static bool is_message(struct kith_node *n, struct kith_bytes text, uint32_t *rec) {
    struct kith_ref ref;
    uint64_t number;
    if (kith_ref_parse(text, &ref) || ref.kind != KITH_REF_MESSAGE ||
        !kith_store_find(n->store, &(struct kith_msgid){ref.bytes}, &number))
        return false;
    *rec = (uint32_t)number;
    return true;
}

static int search(struct kith_call *c) {
    struct finding *f = kith_alloc(sizeof *f);
    uint32_t by = kith_call_option(c, 0, "by");
    int64_t limit = kith_call_int(c, kith_call_option(c, 0, "limit"), -1);
    int64_t before = kith_call_int(c, kith_call_option(c, 0, "before"), 0);
    struct kith_bytes asked = kith_json_str(c->doc, kith_call_option(c, 0, "text"));
    struct kith_buf text = {0};
    int err;
    if (asked.len)
        kith_json_unescape(&text, asked);
    f->has_by = by != KITH_JSON_NONE && !kith_json_is(c->doc, by, KITH_JSON_NULL);
    err = f->has_by ? kith_feed_id_parse(kith_json_str(c->doc, by), &f->by) : KITH_OK;
    if (!err && kith_search_parse(&f->query, kith_buf_bytes(&text)))
        err = KITH_ERR_SIZE;
    f->page = (struct kith_page){.show = KITH_SHOW_PRIVATE, .before_time = before > 0 ? (uint64_t)before : 0};
    f->left = limit < 0 ? UINT64_MAX : (uint64_t)limit;
    f->until_rec = kith_store_count(c->node->store);
    if (is_message(c->node, kith_buf_bytes(&text), &f->found[0].rec)) {
        f->has_run = true;
        f->count = 1;
    }
    kith_buf_wipe(&text);
    if (err) {
        kith_free(f);
        if (err != KITH_ERR_SIZE)
            return KITH_ERR_ARG;
        kith_call_fail(c, KITH_ERR_ARG, "a search has at most 1024 bytes, 64 words and 16 parts");
        return KITH_OK;
    }
    kith_peer_stream(c->peer, c->req, c->type, &finding_ops, f);
    return KITH_OK;
}

static int searchable(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_search_size size;
    struct kith_buf out = {0};
    kith_search_start(n->social);
    size = kith_search_count(n->social);
    kith_buf_put_str(&out, "{\"posts\":");
    kith_buf_put_dec(&out, size.messages);
    kith_buf_put_str(&out, ",\"people\":");
    kith_buf_put_dec(&out, size.people);
    kith_buf_put_str(&out, kith_search_is_ready(n->social) ? ",\"ready\":true}" : ",\"ready\":false}");
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

/* ---- resolve ---- */

/* The ref that begins at pos and reaches to the end: percent-encoded or not, of either base64 alphabet. */
static bool ref_at(struct kith_bytes text, size_t pos, struct kith_ref *ref) {
    struct kith_bytes rest = kith_bytes_skip(text, pos);
    struct kith_buf copy = {0};
    bool is_uri = kith_bytes_starts(rest, "ssb:"), found;
    kith_buf_put_u8(&copy, '#'); /* read as the end of a link, where escapes are undone */
    kith_buf_put_bytes(&copy, rest);
    for (size_t i = 1; i < copy.len && copy.p[i] != '.' && !is_uri; i++) {
        if (copy.p[i] == '-')
            copy.p[i] = '+';
        else if (copy.p[i] == '_')
            copy.p[i] = '/';
    }
    found = !kith_ref_parse(kith_buf_bytes(&copy), ref);
    kith_buf_wipe(&copy);
    return found;
}

/* An id alone, or at the end of a link of ours, whatever stands in its path. */
static bool find_ref(struct kith_bytes text, struct kith_ref *ref) {
    bool is_link = kith_bytes_starts(text, "https://") || kith_bytes_starts(text, "http://");
    const uint8_t *hash = text.len ? memchr(text.p, '#', text.len) : NULL;
    size_t from = hash ? (size_t)(hash - text.p) : 0;
    if (!kith_ref_parse(text, ref))
        return true;
    if (is_link && !hash)
        return false;
    for (size_t i = from; i < text.len && (is_link || !i); i++) {
        uint8_t c = text.p[i];
        if ((c == '@' || c == '%' || c == '&' || c == 's') && ref_at(text, i, ref))
            return true;
    }
    return false;
}

static bool is_held(struct kith_node *n, const struct kith_ref *ref) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    struct kith_record record;
    struct kith_pubkey id;
    uint64_t number;
    uint32_t feed;
    if (ref->kind == KITH_REF_MESSAGE)
        return kith_store_find(n->store, &(struct kith_msgid){ref->bytes}, &number) && !kith_store_get(n->store, number, &record, &n->scratch);
    if (ref->kind == KITH_REF_BLOB)
        return kith_blobs_has(n->blobs.blobs, &(struct kith_blobid){ref->bytes}, &number);
    memcpy(id.b, ref->bytes.b, sizeof id.b);
    feed = kith_feeds_find(feeds, &id);
    return feed != KITH_FEED_NONE && kith_feeds_head(feeds, feed).sequence;
}

static void reply_found(struct kith_call *c, const char *kind, const struct kith_ref *ref, struct kith_bytes address) {
    struct kith_buf out = {0};
    kith_buf_put_str(&out, "{\"kind\":\"");
    kith_buf_put_str(&out, kind);
    kith_buf_put_str(&out, "\",\"id\":\"");
    kith_ref_put(&out, ref);
    kith_buf_put_str(&out, is_held(c->node, ref) ? "\",\"held\":true" : "\",\"held\":false");
    if (address.len) {
        kith_buf_put_str(&out, ",\"address\":");
        kith_json_put_string(&out, address);
    }
    kith_buf_put_u8(&out, '}');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

/* An address or an invite, alone or behind the "#/" of a link. */
static bool find_address(struct kith_call *c, struct kith_bytes text) {
    struct kith_address a;
    struct kith_ref ref = {.kind = KITH_REF_FEED};
    bool is_invite = !kith_invite_parse(text, &a);
    if (!is_invite && (kith_address_parse(text, &a) || !a.has_key))
        return false;
    memcpy(ref.bytes.b, a.key.b, sizeof ref.bytes.b);
    reply_found(c, is_invite ? "invite" : "address", &ref, text);
    return true;
}

static struct kith_bytes trimmed(struct kith_bytes text) {
    while (text.len && text.p[0] <= ' ')
        text = kith_bytes_skip(text, 1);
    while (text.len && text.p[text.len - 1] <= ' ')
        text.len--;
    return text;
}

static struct kith_bytes fragment(struct kith_bytes text) {
    const uint8_t *hash = kith_bytes_starts(text, "http") ? memchr(text.p, '#', text.len) : NULL;
    size_t skip = hash ? (size_t)(hash - text.p) + 1 : text.len;
    return kith_bytes_skip(text, skip + (skip < text.len && text.p[skip] == '/'));
}

static int resolve(struct kith_call *c) {
    static const char *const kinds[] = {[KITH_REF_FEED] = "feed", [KITH_REF_MESSAGE] = "message", [KITH_REF_BLOB] = "blob"};
    struct kith_bytes given = kith_json_str(c->doc, kith_call_arg(c, 0)), text;
    struct kith_buf plain = {0};
    struct kith_ref ref;
    if (given.len && given.len <= RESOLVE_MAX)
        kith_json_unescape(&plain, given);
    text = trimmed(kith_buf_bytes(&plain));
    if (find_ref(text, &ref))
        reply_found(c, kinds[ref.kind], &ref, kith_bytes(NULL, 0));
    else if (!text.len || (!find_address(c, text) && !find_address(c, fragment(text))))
        kith_call_reply(c, KITH_LIT("null"));
    kith_buf_wipe(&plain);
    return KITH_OK;
}

#define MASTER KITH_ROLE_MASTER

const struct kith_method kith_methods_search[] = {
    {"search", KITH_RPC_SOURCE, MASTER, search, "{text, by, limit, before}",
     "messages with all these words, newest first, as they are held here: case and accents do not count, the last word may be a beginning, \"words\" stand together, #tag; or the message whose id is pasted"},
    {"searchable", KITH_RPC_ASYNC, MASTER, searchable, "", "{posts, people, ready}: how much can be searched here; asks for the index"},
    {"resolve", KITH_RPC_ASYNC, MASTER, resolve, "text",
     "{kind: message, feed, blob, address or invite, id, held, address} of a pasted id, ssb: URI, link, address or invite; null if it is none"},
    {0},
};
