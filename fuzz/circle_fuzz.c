/* SPDX-License-Identifier: MIT */
/* Statements of circles and groups by four people, in any order and of any shape, as if a key had opened them. A
 * line is one message: its author (0 to 3), g or s (opened by a circle's key, or by somebody's own), and content in
 * which $G, $C and $F stand for a group, a circle and a friends circle of author 1, $0 to $3 for people, $a to $z for
 * the messages of the lines, $K and $L for two keys and $S for the secret. Whatever they say, nobody is a member who
 * was never added, and the answers are the same when all is applied again. */
#include "base/base64.h"
#include "social/circle.h"
#include "social/render.h"
#include "social/state.h"
#include "store/slots_mem.h"

#define AUTHORS 4
#define LINES 48

static struct kith_social *social;
static struct kith_buf plain[LINES];
static bool by_key[LINES];

static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    memset(out, 5, len);
}

static struct kith_pubkey person(unsigned i) {
    return (struct kith_pubkey){{(uint8_t)i}};
}

static void put_name(struct kith_buf *out, uint8_t c) {
    struct kith_circle_terms terms = {.owner = person(1)};
    struct kith_groupid id;
    struct kith_pubkey who = person(c - (unsigned)'0');
    uint8_t key[32];
    memset(key, c, sizeof key);
    if (c == 'G' || c == 'C' || c == 'F') {
        terms.kind = c == 'G' ? KITH_CIRCLE_GROUP : c == 'C' ? KITH_CIRCLE_NAMED : KITH_CIRCLE_FRIENDS;
        memset(terms.secret.b, 'S', 32);
        kith_circle_id(&id, &terms);
        kith_groupid_put(out, &id);
    } else if (c >= '0' && c < '0' + AUTHORS) {
        kith_feed_id_put(out, &who);
    } else if (c >= 'a' && c <= 'z') {
        kith_msgid_put(out, &(struct kith_msgid){{{(uint8_t)(c - 'a' + 1)}}});
    } else if (c == 'K' || c == 'L' || c == 'S') {
        kith_base64_put(out, kith_bytes(key, sizeof key));
    }
}

static bool unbox(void *ctx, uint32_t rec, const struct kith_message *m, struct kith_bytes content, struct kith_buf *out, uint32_t *key) {
    unsigned n = m->id.hash.b[0] - 1u;
    (void)ctx;
    (void)rec;
    (void)content;
    if (n >= LINES || !plain[n].len)
        return false;
    kith_buf_put_bytes(out, kith_buf_bytes(&plain[n]));
    if (by_key[n] && social->circles.keys.count)
        *key = 1;
    return true;
}

static void tell(struct kith_store *s, const uint8_t *p, size_t len, unsigned n) {
    struct kith_buf value = {0};
    struct kith_pubkey author = person(p[0] % AUTHORS);
    struct kith_record r = {.format = KITH_FORMAT_CLASSIC, .kind = KITH_RECORD_LOOSE, .received_ms = 1000 + n};
    uint64_t number;
    by_key[n] = p[1] == 'g';
    for (size_t i = 2; i < len; i++) {
        if (p[i] == '$' && i + 1 < len)
            put_name(&plain[n], p[++i]);
        else
            kith_buf_put_u8(&plain[n], p[i]);
    }
    kith_buf_put_str(&value, "{\"previous\":null,\"sequence\":");
    kith_buf_put_dec(&value, n + 1);
    kith_buf_put_str(&value, ",\"author\":\"");
    kith_feed_id_put(&value, &author);
    kith_buf_put_str(&value, "\",\"timestamp\":1,\"hash\":\"sha256\",\"content\":\"AAAA.box2\",\"signature\":\"");
    for (unsigned i = 0; i < 86; i++)
        kith_buf_put_u8(&value, 'A');
    kith_buf_put_str(&value, "==.sig.ed25519\"}");
    r.id.hash.b[0] = (uint8_t)(n + 1);
    r.value = kith_buf_bytes(&value);
    (void)!kith_store_append(s, &r, 1, &number);
    kith_buf_wipe(&value);
}

static void ask(struct kith_social *s, struct kith_buf *out) {
    struct kith_circle_gift gift;
    struct kith_circle_info info;
    struct kith_box2_key key;
    struct kith_found found[8];
    for (uint32_t i = 0; i < kith_circle_count(s); i++) {
        const struct kith_circle_members *m = kith_circle_members(s, i);
        struct kith_page page = {0};
        if (kith_circle_get(s, i, &info))
            kith_buf_put_dec(out, info.generation * 8 + info.standing * 2 + info.is_fit);
        kith_buf_put_dec(out, kith_circle_write_key(s, i, &key));
        kith_circle_gift(s, i, &gift);
        kith_buf_put_dec(out, gift.people_count * 100 + gift.key_count);
        kith_circle_text(s, i, KITH_CIRCLE_NAME, out);
        kith_buf_put_dec(out, kith_circle_list(s, i, &page, found, 8));
        for (size_t k = 0; m && k < m->people_count; k++) {
            if (m->people[k].standing != KITH_CIRCLE_OUT && !m->people[k].was_added && m->people[k].number != m->rules.founder)
                __builtin_trap(); /* a ghost */
            kith_buf_put_dec(out, m->people[k].standing);
        }
    }
    for (uint32_t i = 0; i < (uint32_t)kith_store_count(kith_social_store(s)); i++)
        (void)!kith_render_summary(s, i, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_rng rng = {fill, NULL};
    struct kith_pubkey me = person(1);
    struct kith_slots_mem *disk = kith_slots_mem_new();
    struct kith_store_config config = {.rng = rng, .unbox = unbox};
    struct kith_store_report report;
    struct kith_store *store;
    struct kith_buf first = {0}, again = {0};
    unsigned n = 0;
    if (size && data[0] == '0')
        me = person(0); /* a member's view, not the owner's */
    social = kith_social_new(&me, 2, &rng);
    config.views = kith_social_views(social);
    if (kith_store_open(&store, &config, &report) || kith_social_bind(social, store))
        __builtin_trap();
    for (size_t at = 0; at < size && n < LINES; n++) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t len = end ? (size_t)(end - (data + at)) : size - at;
        if (len > 2)
            tell(store, data + at, len, n);
        at += len + 1;
    }
    ask(social, &first);
    if (kith_store_rebuild(store))
        __builtin_trap();
    ask(social, &again);
    if (!kith_bytes_eq(kith_buf_bytes(&first), kith_buf_bytes(&again)))
        __builtin_trap();
    kith_buf_wipe(&first);
    kith_buf_wipe(&again);
    kith_store_free(store);
    kith_social_free(social);
    kith_slots_mem_free(disk);
    for (unsigned i = 0; i < LINES; i++)
        kith_buf_wipe(&plain[i]);
    return 0;
}
