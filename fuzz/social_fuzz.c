/* SPDX-License-Identifier: MIT */
/* Contents that their author made up, one a line: applied to all views, then asked for and printed.
 * Only content is free here; that the rest of a message is sound has been judged before (validate). */
#include "social/bytype.h"
#include "social/inbox.h"
#include "social/mention.h"
#include "social/profile.h"
#include "social/render.h"
#include "social/thread.h"
#include "social/vote.h"
#include "social/wall.h"
#include "store/slots_mem.h"

#define AUTHORS 3

static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    memset(out, 7, len);
}

static bool open_all(void *ctx, uint32_t rec, const struct kith_message *m, struct kith_bytes content,
                     struct kith_buf *out, uint32_t *key) {
    (void)ctx;
    (void)rec;
    (void)key;
    (void)m;
    (void)content;
    kith_buf_put_str(out, "{\"type\":\"post\",\"text\":\"p\",\"recps\":[\"@x\"]}");
    return true;
}

/* The same ids in every run, so that a corpus can name them. */
static void tell(struct kith_store *s, struct kith_bytes content, unsigned n) {
    struct kith_json doc = {0};
    struct kith_buf value = {0};
    struct kith_pubkey author = {{(uint8_t)(n % AUTHORS)}};
    struct kith_record r = {.format = KITH_FORMAT_CLASSIC, .kind = KITH_RECORD_LOOSE, .received_ms = 1000 + n};
    uint64_t number;
    if (kith_json_parse(&doc, content, KITH_MESSAGE_MAX_NODES) == KITH_OK &&
        (kith_json_is(&doc, 0, KITH_JSON_OBJECT) || kith_json_is(&doc, 0, KITH_JSON_STRING))) {
        kith_buf_put_str(&value, "{\"previous\":null,\"sequence\":1,\"author\":\"");
        kith_feed_id_put(&value, &author);
        kith_buf_put_str(&value, "\",\"timestamp\":");
        kith_buf_put_dec(&value, n);
        kith_buf_put_str(&value, ",\"hash\":\"sha256\",\"content\":");
        kith_json_put_compact(&value, &doc, 0);
        kith_buf_put_str(&value, ",\"signature\":\"");
        for (unsigned i = 0; i < 86; i++)
            kith_buf_put_u8(&value, 'A');
        kith_buf_put_str(&value, "==.sig.ed25519\"}");
        r.id.hash.b[0] = (uint8_t)n;
        r.value = kith_buf_bytes(&value);
        (void)!kith_store_append(s, &r, 1, &number);
    }
    kith_buf_wipe(&value);
    kith_json_wipe(&doc);
}

static void ask(struct kith_social *s) {
    struct kith_found found[8];
    struct kith_conversation talks[2];
    struct kith_reaction reactions[4];
    struct kith_buf out = {0};
    struct kith_page page = {.show = KITH_SHOW_ALL};
    uint32_t count = (uint32_t)kith_store_count(kith_social_store(s));
    for (unsigned i = 0; i < AUTHORS; i++) {
        struct kith_pubkey id = {{(uint8_t)i}};
        kith_wall_list(s, &id, &page, found, 8);
        kith_render_person(s, &id, &out);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct kith_msgid id = {{{(uint8_t)i}}};
        struct kith_msgid root;
        (void)!kith_render_summary(s, i, &out);
        kith_thread_root(s, i, &root);
        kith_vote_reactions(s, &id, reactions, 4);
    }
    page = (struct kith_page){0};
    kith_mention_notices(s, &page, found, NULL, 8);
    kith_inbox_conversations(s, 0, talks, 2);
    kith_profile_find(s, KITH_LIT("a"), (struct kith_pubkey[2]){{{0}}}, 2);
    kith_buf_wipe(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_rng rng = {fill, NULL};
    struct kith_pubkey me = {{0}};
    struct kith_slots_mem *disk = kith_slots_mem_new();
    struct kith_social *s = kith_social_new(&me, 2, &rng);
    struct kith_store_config config = {.rng = rng, .views = kith_social_views(s), .unbox = open_all};
    struct kith_store_report report;
    struct kith_store *store;
    unsigned n = 0;
    if (kith_store_open(&store, &config, &report) || kith_social_bind(s, store))
        __builtin_trap();
    for (size_t at = 0; at < size && n < 64; n++) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t len = end ? (size_t)(end - (data + at)) : size - at;
        tell(store, kith_bytes(data + at, len), n);
        at += len + 1;
    }
    ask(s);
    kith_store_free(store);
    kith_social_free(s);
    kith_slots_mem_free(disk);
    return 0;
}
