/* SPDX-License-Identifier: MIT */
/* id_test.c: ids, refs and ssb: URIs against what ssb-ref and ssb-uri2 say of the same texts. */
#include "feed/id.h"

#include "vector.h"

#define KEY "ckOlOgmZ9/KhGJj0WOh//GpKFE53e+PgVhFR91tO2Ao="
#define URL_KEY "ckOlOgmZ9_KhGJj0WOh__GpKFE53e-PgVhFR91tO2Ao="
#define URI_BLOB "ssb:blob/classic/" URL_KEY

static void ids_are_what_ssb_ref_calls_ids(void) {
    struct kith_json doc = vector_file("generated/refs-addresses-invites.json");
    size_t feeds = 0;
    VECTOR_EACH(&doc, n, 0) {
        struct kith_bytes in = vector_str(&doc, n, "in");
        const char *row = (const char *)in.p;
        struct kith_pubkey feed;
        struct kith_msgid message;
        struct kith_blobid blob;
        bool is_feed = kith_json_true(&doc, kith_json_get(&doc, n, "isFeed"));
        /* ssb-ref takes "@....sha256" for a feed; there is no such key (ssb.md 1.1). */
        is_feed = is_feed && kith_bytes_ends(in, ".ed25519");
        feeds += is_feed;
        CHECK_ROW((kith_feed_id_parse(in, &feed) == KITH_OK) == is_feed, row);
        CHECK_ROW((kith_msgid_parse(in, &message) == KITH_OK) ==
                      kith_json_true(&doc, kith_json_get(&doc, n, "isMsg")),
                  row);
        CHECK_ROW((kith_blobid_parse(in, &blob) == KITH_OK) ==
                      kith_json_true(&doc, kith_json_get(&doc, n, "isBlob")),
                  row);
        if (is_feed) {
            struct kith_buf out = {0};
            kith_feed_id_put(&out, &feed);
            CHECK_ROW(kith_bytes_eq(kith_buf_bytes(&out), in), row);
            kith_buf_wipe(&out);
        }
    }
    CHECK(feeds == 1);
    kith_json_wipe(&doc);
}

/* The sigil id that a URI means, empty if it means none of the three. */
static struct kith_bytes sigil_of(const struct kith_json *doc, uint32_t n) {
    static const char *const names[] = {"toFeedSigil", "toMessageSigil", "toBlobSigil"};
    for (int i = 0; i < 3; i++) {
        struct kith_bytes id = vector_str(doc, n, names[i]);
        if (id.len)
            return id;
    }
    return kith_bytes(NULL, 0);
}

static void uris_mean_what_ssb_uri2_says(void) {
    struct kith_json doc = vector_file("generated/ssb-uris.json");
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "checks")) {
        struct kith_bytes in = vector_str(&doc, n, "in"), want = sigil_of(&doc, n);
        struct kith_ref ref;
        struct kith_buf out = {0};
        int err = kith_ref_parse(in, &ref);
        CHECK_ROW((err == KITH_OK) == (want.len > 0), (const char *)in.p);
        CHECK_ROW((ref.kind != KITH_REF_NONE) == (want.len > 0), (const char *)in.p);
        ref.has_unbox = false;
        kith_ref_put(&out, &ref);
        CHECK_ROW(kith_bytes_eq(kith_buf_bytes(&out), want), (const char *)in.p);
        kith_buf_wipe(&out);
    }
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "fromSigil")) {
        struct kith_bytes in = vector_str(&doc, n, "in"), want = vector_str(&doc, n, "out");
        struct kith_ref ref;
        struct kith_buf out = {0};
        CHECK_ROW(kith_ref_parse(in, &ref) == KITH_OK, (const char *)in.p);
        kith_ref_put_uri(&out, &ref);
        CHECK_ROW(kith_bytes_eq(kith_buf_bytes(&out), want), (const char *)in.p);
        kith_buf_wipe(&out);
    }
    kith_json_wipe(&doc);
}

static void what_people_paste(void) {
    static const struct {
        const char *in;
        enum kith_ref_kind kind;
        bool has_unbox;
    } rows[] = {
        {"@" KEY ".ed25519", KITH_REF_FEED, false},
        {" \t%" KEY ".sha256\r\n", KITH_REF_MESSAGE, false},
        {"&" KEY ".sha256", KITH_REF_BLOB, false},
        {"&" KEY ".sha256?unbox=" KEY ".boxs", KITH_REF_BLOB, true},
        {"&" KEY ".sha256?unbox=ckOlOgmZ9%2FKhGJj0WOh%2f%2FGpKFE53e%2BPgVhFR91tO2Ao%3D.boxs",
         KITH_REF_BLOB, true},
        {"&" KEY ".sha256?unbox=ckOlOgmZ9/KhGJj0WOh//GpKFE53e PgVhFR91tO2Ao=.boxs", KITH_REF_BLOB,
         true},
        {"&" KEY ".sha256?a=b&unbox=" KEY ".boxs", KITH_REF_BLOB, true},
        {"&" KEY ".sha256?unbox=" KEY, KITH_REF_NONE, false},
        {"&" KEY ".sha256?unbox=", KITH_REF_NONE, false},
        {"&" KEY ".sha256?contentType=image/png", KITH_REF_BLOB, false},
        {"%" KEY ".sha256?unbox=x", KITH_REF_MESSAGE, false},
        {URI_BLOB "?unbox=" URL_KEY ".boxs", KITH_REF_BLOB, true},
        {"ssb://blob/sha256/" URL_KEY, KITH_REF_BLOB, false},
        {"ssb:message:sha256:" URL_KEY, KITH_REF_MESSAGE, false},
        {"ssb:message/ed25519/" URL_KEY, KITH_REF_NONE, false},
        {"ssb:feed/classic/" KEY, KITH_REF_NONE, false},
        {"https://host.example/#/%" KEY ".sha256", KITH_REF_MESSAGE, false},
        {"https://host.example/#%25ckOlOgmZ9%2FKhGJj0WOh%2F%2FGpKFE53e%2BPgVhFR91tO2Ao%3D.sha256",
         KITH_REF_MESSAGE, false},
        {"https://host.example/#/" URI_BLOB "?unbox=" URL_KEY ".boxs", KITH_REF_BLOB, true},
        {"#" URI_BLOB, KITH_REF_BLOB, false},
        {"https://host.example/%" KEY ".sha256", KITH_REF_NONE, false},
        {"#hashtag", KITH_REF_NONE, false},
        {"", KITH_REF_NONE, false},
        {"#", KITH_REF_NONE, false},
        {"?", KITH_REF_NONE, false},
        {"@", KITH_REF_NONE, false},
        {"ssb:", KITH_REF_NONE, false},
        {"ssb:feed/classic/", KITH_REF_NONE, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_ref ref, again;
        struct kith_buf out = {0};
        int err = kith_ref_parse(kith_bytes_str(rows[i].in), &ref);
        CHECK_ROW((err == KITH_OK) == (rows[i].kind != KITH_REF_NONE), rows[i].in);
        CHECK_ROW(ref.kind == rows[i].kind && ref.has_unbox == rows[i].has_unbox, rows[i].in);
        for (int uri = 0; uri < 2 && !err; uri++) {
            kith_buf_clear(&out);
            if (uri)
                kith_ref_put_uri(&out, &ref);
            else
                kith_ref_put(&out, &ref);
            CHECK_ROW(kith_ref_parse(kith_buf_bytes(&out), &again) == KITH_OK, rows[i].in);
            CHECK_ROW(memcmp(&again, &ref, sizeof ref) == 0, rows[i].in);
        }
        kith_buf_wipe(&out);
    }
}

int main(void) {
    ids_are_what_ssb_ref_calls_ids();
    uris_mean_what_ssb_uri2_says();
    what_people_paste();
    return check_done();
}
