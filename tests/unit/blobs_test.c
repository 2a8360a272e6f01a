/* SPDX-License-Identifier: MIT */
/* blobs_test.c: wants, claims and fetching, with peers played by hand, and a random world. */
#include "check.h"
#include "crypto/crypto.h"
#include "sync/blobs.h"

/* Blob n is n + 1 bytes of value n. */
static struct kith_bytes content(int n) {
    static uint8_t bytes[300];
    memset(bytes, n, sizeof bytes);
    return kith_bytes(bytes, (size_t)n + 1);
}

static struct kith_blobid blob(int n) {
    struct kith_blobid id;
    kith_sha256(&id.hash, content(n));
    return id;
}

static struct kith_pubkey peer(int n) {
    struct kith_pubkey id;
    memset(id.b, n + 1, sizeof id.b);
    return id;
}

static void joined(struct kith_blobs *b, int n, bool trusted) {
    struct kith_pubkey id = peer(n);
    kith_blobs_open(b, &id, trusted, 0);
    kith_blobs_listen(b, &id);
}

static int tell_text(struct kith_blobs *b, int from, struct kith_bytes text, uint64_t now_ms) {
    struct kith_json doc = {0};
    struct kith_pubkey id = peer(from);
    int err = kith_json_parse(&doc, text, 100000);
    if (!err)
        err = kith_blobs_recv_wants(b, &id, &doc, now_ms);
    kith_json_wipe(&doc);
    return err;
}

static int tell(struct kith_blobs *b, int from, int which, int64_t word, uint64_t now_ms) {
    char text[128], name[KITH_HASH_ID_LEN];
    struct kith_blobid id = blob(which);
    kith_blobid_write(name, &id);
    snprintf(text, sizeof text, "{\"%.*s\":%lld}", KITH_HASH_ID_LEN, name, (long long)word);
    return tell_text(b, from, kith_bytes_str(text), now_ms);
}

#define SILENT (-1000)

/* What the next frame to the peer says of the blob; 0: a frame that does not name it. */
static int64_t hears(struct kith_blobs *b, int to, int which) {
    struct kith_pubkey id = peer(to);
    struct kith_blobid want = blob(which);
    struct kith_bytes frame;
    struct kith_json doc = {0};
    char name[KITH_HASH_ID_LEN + 1] = {0};
    int64_t word = 0;
    kith_blobid_write(name, &want);
    if (!kith_blobs_next_wants(b, &id, &frame))
        return SILENT;
    CHECK(!kith_json_parse(&doc, frame, 100000));
    if (kith_json_int(&doc, kith_json_get(&doc, 0, name), &word))
        word = 0;
    kith_json_wipe(&doc);
    return word;
}

static struct kith_blobs_event next(struct kith_blobs *b, uint64_t now_ms) {
    struct kith_blobs_event ev = {0};
    (void)kith_blobs_next(b, &ev, now_ms);
    return ev;
}

static bool is_get(const struct kith_blobs_event *ev, int from, int which) {
    struct kith_pubkey id = peer(from);
    struct kith_blobid want = blob(which);
    return ev->kind == KITH_BLOBS_GET && kith_pubkey_eq(&ev->peer, &id) && kith_hash_eq(&ev->id.hash, &want.hash);
}

static void have(struct kith_blobs *b, int which) {
    struct kith_blobid id = blob(which);
    kith_blobs_have(b, &id, content(which).len);
}

static void want(struct kith_blobs *b, int which) {
    struct kith_blobid id = blob(which);
    kith_blobs_want(b, &id);
}

static void a_want_is_announced_fetched_checked_and_announced_as_held(void) {
    struct kith_blobs *b = kith_blobs_new();
    struct kith_blobid id = blob(5);
    struct kith_blobs_event ev;
    joined(b, 0, false);
    CHECK(hears(b, 0, 5) == 0 && hears(b, 0, 5) == SILENT); /* first frame {} */
    want(b, 5);
    want(b, 5);
    CHECK(hears(b, 0, 5) == -1 && hears(b, 0, 5) == SILENT && kith_blobs_is_wanted(b, &id));
    CHECK(next(b, 1).kind == 0);
    CHECK(!tell(b, 0, 5, 6, 1));
    ev = next(b, 1);
    CHECK(is_get(&ev, 0, 5) && ev.size == 6 && ev.ours && next(b, 1).kind == 0);
    CHECK(!kith_blobs_recv_chunk(b, ev.get, kith_bytes(content(5).p, 4), 2));
    CHECK(!kith_blobs_recv_chunk(b, ev.get, kith_bytes(content(5).p, 2), 2));
    CHECK(!kith_blobs_recv_end(b, ev.get, true, 2));
    ev = next(b, 2);
    CHECK(ev.kind == KITH_BLOBS_GOT && ev.size == 6 && next(b, 2).kind == 0);
    CHECK(!kith_blobs_has(b, &id, NULL)); /* not until the host says so */
    have(b, 5);
    CHECK(kith_blobs_has(b, &id, NULL) && !kith_blobs_is_wanted(b, &id));
    CHECK(hears(b, 0, 5) == 6 && hears(b, 0, 5) == SILENT);
    kith_blobs_free(b);
}

static void the_first_frame_after_a_new_call_says_all_wants(void) {
    struct kith_blobs *b = kith_blobs_new();
    struct kith_pubkey id = peer(0);
    struct kith_bytes frame;
    want(b, 1);
    have(b, 2);
    kith_blobs_open(b, &id, true, 0);
    CHECK(!kith_blobs_next_wants(b, &id, &frame)); /* it has not called */
    kith_blobs_listen(b, &id);
    CHECK(hears(b, 0, 1) == -1 && hears(b, 0, 1) == SILENT);
    CHECK(!tell(b, 0, 2, -1, 0) && hears(b, 0, 2) == 3);
    kith_blobs_listen(b, &id);
    CHECK(hears(b, 0, 1) == -1);
    kith_blobs_free(b);
}

static void sympathy_is_for_trusted_peers_near_and_bounded(void) {
    struct kith_blobs *b = kith_blobs_new();
    struct kith_blobs_event ev;
    struct kith_blobid id = blob(3);
    joined(b, 0, true);
    joined(b, 1, false);
    (void)hears(b, 0, 1);
    (void)hears(b, 1, 1);
    CHECK(!tell(b, 1, 3, -1, 0) && hears(b, 0, 3) == SILENT); /* a stranger's */
    CHECK(!tell(b, 0, 3, -2, 0) && hears(b, 1, 3) == SILENT); /* too far */
    CHECK(!tell(b, 0, 3, -1, 0) && hears(b, 1, 3) == -2 && !kith_blobs_is_wanted(b, &id));
    CHECK(hears(b, 0, 3) == -2);
    CHECK(!tell(b, 1, 3, 4, 0));
    ev = next(b, 0);
    CHECK(is_get(&ev, 1, 3) && !ev.ours);
    want(b, 3); /* now ours too: nearer */
    CHECK(hears(b, 1, 3) == -1);
    kith_blobs_set_sympathy(b, 0);
    CHECK(!tell(b, 0, 4, -1, 0) && hears(b, 1, 4) == SILENT);
    kith_blobs_set_sympathy(b, 2);
    int taken = 0;
    for (int i = 0; i < 1000; i++) {
        char text[128], name[KITH_HASH_ID_LEN];
        struct kith_blobid many = {{{0}}};
        kith_put_u32le(many.hash.b, (uint32_t)i + 1);
        kith_blobid_write(name, &many);
        snprintf(text, sizeof text, "{\"%.*s\":-1}", KITH_HASH_ID_LEN, name);
        CHECK(!tell_text(b, 0, kith_bytes_str(text), 0));
        taken += hears(b, 1, 200) != SILENT;
    }
    CHECK(taken == KITH_BLOBS_MAX_FORWARDED);
    struct kith_pubkey gone = peer(0);
    kith_blobs_close(b, &gone, 1); /* its wants go with it */
    joined(b, 2, true);
    CHECK(hears(b, 2, 3) == -1 && hears(b, 2, 3) == SILENT);
    kith_blobs_free(b);
}

static void wrong_bytes_go_to_another_peer_and_never_back(void) {
    struct kith_blobs *b = kith_blobs_new();
    struct kith_blobs_event ev;
    uint32_t get;
    joined(b, 0, false);
    joined(b, 1, false);
    want(b, 5);
    CHECK(!tell(b, 0, 5, 6, 0) && !tell(b, 1, 5, 6, 0));
    ev = next(b, 0);
    CHECK(is_get(&ev, 0, 5));
    get = ev.get;
    CHECK(!kith_blobs_recv_chunk(b, get, kith_bytes("wrong!", 6), 0));
    CHECK(kith_blobs_recv_end(b, get, true, 0) == KITH_ERR_CRYPTO);
    CHECK(!kith_blobs_recv_end(b, get, true, 0)); /* over */
    ev = next(b, 0);
    CHECK(ev.kind == KITH_BLOBS_STOP && ev.get == get && ev.err == KITH_ERR_CRYPTO);
    ev = next(b, 0);
    CHECK(is_get(&ev, 1, 5));
    CHECK(kith_blobs_recv_chunk(b, ev.get, content(6), 0) == KITH_ERR_SIZE); /* a byte too many */
    ev = next(b, 0);
    CHECK(ev.kind == KITH_BLOBS_STOP && ev.err == KITH_ERR_SIZE);
    CHECK(!tell(b, 0, 5, 6, 200000) && next(b, 200000).kind == 0);
    joined(b, 0, false); /* a new connection, a new chance */
    CHECK(!tell(b, 0, 5, 6, 200000));
    ev = next(b, 200000);
    CHECK(is_get(&ev, 0, 5));
    kith_blobs_free(b);
}

static void silence_and_broken_streams_are_tried_again_later(void) {
    struct kith_blobs *b = kith_blobs_new();
    struct kith_blobs_event ev;
    joined(b, 0, false);
    want(b, 5);
    CHECK(!tell(b, 0, 5, 6, 0));
    ev = next(b, 0);
    CHECK(ev.kind == KITH_BLOBS_GET && kith_blobs_deadline(b) == KITH_BLOBS_SILENCE_MS);
    CHECK(!kith_blobs_recv_chunk(b, ev.get, kith_bytes("x", 1), 1000));
    kith_blobs_tick(b, KITH_BLOBS_SILENCE_MS);
    CHECK(next(b, KITH_BLOBS_SILENCE_MS).kind == 0);
    kith_blobs_tick(b, 1000 + KITH_BLOBS_SILENCE_MS);
    ev = next(b, 1000 + KITH_BLOBS_SILENCE_MS);
    CHECK(ev.kind == KITH_BLOBS_STOP && ev.err == KITH_ERR_NET);
    CHECK(next(b, 1000 + KITH_BLOBS_SILENCE_MS).kind == 0);
    uint64_t again = kith_blobs_deadline(b);
    CHECK(again > 21000 && again < 200000);
    CHECK(next(b, again - 1).kind == 0);
    ev = next(b, again);
    CHECK(is_get(&ev, 0, 5));
    CHECK(kith_blobs_recv_end(b, ev.get, false, again) == KITH_ERR_HANGUP);
    CHECK(next(b, again).kind == KITH_BLOBS_STOP && next(b, again).kind == 0);
    kith_blobs_free(b);
}

static void four_at_a_time_from_one_peer_and_one_for_each_blob(void) {
    struct kith_blobs *b = kith_blobs_new();
    struct kith_blobs_event ev;
    int started[2] = {0};
    joined(b, 0, false);
    joined(b, 1, false);
    for (int i = 0; i < 20; i++) {
        want(b, i);
        CHECK(!tell(b, 0, i, i + 1, 0) && !tell(b, 1, i, i + 1, 0));
    }
    while (kith_blobs_next(b, &ev, 0))
        started[ev.peer.b[0] - 1]++;
    CHECK(started[0] == KITH_BLOBS_MAX_GETS && started[1] == KITH_BLOBS_MAX_GETS);
    struct kith_pubkey gone = peer(1);
    kith_blobs_close(b, &gone, 0);
    for (int i = 0; i < KITH_BLOBS_MAX_GETS; i++) {
        ev = next(b, 0);
        CHECK(ev.kind == KITH_BLOBS_STOP && ev.err == KITH_ERR_HANGUP);
    }
    CHECK(next(b, 0).kind == 0);
    kith_blobs_free(b);
}

static void sizes_have_a_limit(void) {
    struct kith_blobs *b = kith_blobs_new();
    struct kith_blobs_event ev;
    struct kith_blobid id = blob(1);
    struct kith_pubkey old = peer(0);
    static uint8_t big[1 << 16];
    int err = 0;
    joined(b, 0, false);
    want(b, 1);
    CHECK(!tell(b, 0, 1, KITH_BLOBS_MAX_SIZE, 0) && next(b, 0).kind == 0);
    kith_blobs_peer_has(b, &old, &id, 0, 0); /* an old peer names no size */
    ev = next(b, 0);
    CHECK(is_get(&ev, 0, 1) && ev.size == 0);
    uint64_t sent = 0;
    for (; !err && sent < 2 * KITH_BLOBS_MAX_SIZE; sent += sizeof big)
        err = kith_blobs_recv_chunk(b, ev.get, kith_bytes(big, sizeof big), 0);
    CHECK(err == KITH_ERR_SIZE && sent == KITH_BLOBS_MAX_SIZE);
    kith_blobs_free(b);
}

static void losing_unwanting_and_finding_elsewhere(void) {
    struct kith_blobs *b = kith_blobs_new();
    struct kith_blobs_event ev;
    struct kith_blobid id = blob(5), empty;
    kith_sha256(&empty.hash, kith_bytes(NULL, 0));
    CHECK(kith_blobs_has(b, &empty, NULL));
    kith_blobs_want(b, &empty);
    CHECK(!kith_blobs_is_wanted(b, &empty));
    joined(b, 0, false);
    (void)hears(b, 0, 5);
    want(b, 5);
    CHECK(!tell(b, 0, 5, 6, 0));
    ev = next(b, 0);
    kith_blobs_unwant(b, &id);
    CHECK(next(b, 0).kind == KITH_BLOBS_STOP && hears(b, 0, 5) == SILENT && !kith_blobs_recv_chunk(b, ev.get, content(5), 0));
    want(b, 5);
    CHECK(hears(b, 0, 5) == -1 && !tell(b, 0, 5, 6, 0) && next(b, 0).kind == KITH_BLOBS_GET);
    have(b, 5); /* added here meanwhile */
    ev = next(b, 0);
    CHECK(ev.kind == KITH_BLOBS_STOP && ev.err == KITH_OK);
    kith_blobs_lost(b, &id);
    CHECK(!kith_blobs_has(b, &id, NULL));
    /* The host could not keep what came: not again at once. */
    want(b, 5);
    CHECK(!tell(b, 0, 5, 6, 0));
    ev = next(b, 0);
    CHECK(!kith_blobs_recv_chunk(b, ev.get, content(5), 0) && !kith_blobs_recv_end(b, ev.get, true, 0));
    CHECK(next(b, 0).kind == KITH_BLOBS_GOT);
    kith_blobs_lost(b, &id);
    CHECK(next(b, 0).kind == 0 && kith_blobs_is_wanted(b, &id) && next(b, 100000).kind == KITH_BLOBS_GET);
    kith_blobs_free(b);
}

static void a_push_is_offered_until_three_have_it(void) {
    struct kith_blobs *b = kith_blobs_new();
    struct kith_blobid id = blob(5);
    have(b, 5);
    for (int i = 0; i < 5; i++) {
        joined(b, i, false);
        CHECK(hears(b, i, 5) == 0);
    }
    kith_blobs_push(b, &id);
    CHECK(hears(b, 0, 5) == -1);
    CHECK(!tell(b, 0, 5, -2, 0) && hears(b, 0, 5) == 6); /* it sympathises, so we say that we have it */
    for (int i = 0; i < 3; i++)
        CHECK(!tell(b, i, 5, 6, 0));
    CHECK(hears(b, 4, 5) == 6); /* not a want any more */
    joined(b, 5, false);
    CHECK(hears(b, 5, 5) == 0);
    kith_blobs_free(b);
}

/* It wanted the blob before we had it, and will not say so again: a push alone tells it nothing. */
static void a_push_answers_who_wanted_it_before(void) {
    struct kith_blobs *b = kith_blobs_new();
    struct kith_blobid id = blob(5);
    joined(b, 0, true);
    CHECK(hears(b, 0, 5) == 0);
    CHECK(!tell(b, 0, 5, -1, 0));
    (void)hears(b, 0, 5);
    have(b, 5);
    kith_blobs_push(b, &id);
    CHECK(hears(b, 0, 5) == 6);
    CHECK(hears(b, 0, 5) == -1);
    CHECK(hears(b, 0, 5) == SILENT);
    kith_blobs_free(b);
}

static void frames_that_make_no_sense(void) {
    struct kith_blobs *b = kith_blobs_new();
    struct kith_buf text = {0};
    joined(b, 0, true);
    CHECK(tell_text(b, 0, KITH_LIT("[]"), 0) == KITH_ERR_SYNTAX && tell_text(b, 0, KITH_LIT("1"), 0) == KITH_ERR_SYNTAX);
    CHECK(tell_text(b, 7, KITH_LIT("{}"), 0) == KITH_ERR_PROTOCOL);
    CHECK(!tell_text(b, 0, KITH_LIT("{\"x\":-1,\"&x.sha256\":3}"), 0));
    CHECK(!tell(b, 0, 5, -9007199254740991, 0) && !tell(b, 0, 5, 0, 0));
    kith_buf_put_u8(&text, '{');
    for (int i = 0; i <= KITH_BLOBS_MAX_ENTRIES; i++) {
        kith_buf_put_str(&text, i ? ",\"" : "\"x");
        kith_buf_put_dec(&text, (uint64_t)i);
        kith_buf_put_str(&text, "\":1");
    }
    kith_buf_put_u8(&text, '}');
    CHECK(tell_text(b, 0, kith_buf_bytes(&text), 0) == KITH_ERR_SIZE);
    kith_buf_wipe(&text);
    kith_blobs_free(b);
}

#define ID "&/ECg/FWRUdb5Us4z9Jz2sgPQE6Es9RFWGB3Ymh7q+Ek=.sha256"
#define UNBOX "?unbox=ckOlOgmZ9/KhGJj0WOh//GpKFE53e+PgVhFR91tO2Ao=.boxs"

static void requests_come_in_four_spellings(void) {
    static const struct {
        const char *text;
        uint64_t size, max, start, end;
        int err;
    } rows[] = {
        {"\"" ID "\"", UINT64_MAX, UINT64_MAX, 0, UINT64_MAX, KITH_OK},
        {"{\"id\":\"" ID "\"}", UINT64_MAX, UINT64_MAX, 0, UINT64_MAX, KITH_OK},
        {"{\"key\":\"" ID "\",\"max\":5242880}", UINT64_MAX, 5242880, 0, UINT64_MAX, KITH_OK},
        {"{\"hash\":\"" ID "\",\"size\":6,\"start\":2,\"end\":4}", 6, UINT64_MAX, 2, 4, KITH_OK},
        {"{\"key\":\"" ID "\",\"max\":null}", UINT64_MAX, UINT64_MAX, 0, UINT64_MAX, KITH_OK},
        {"{\"key\":\"" ID "\",\"start\":5,\"end\":4}", 0, 0, 0, 0, KITH_ERR_ARG},
        {"{\"key\":\"" ID "\",\"max\":-1}", 0, 0, 0, 0, KITH_ERR_ARG},
        {"{\"key\":\"" ID "\",\"size\":\"6\"}", 0, 0, 0, 0, KITH_ERR_ARG},
        {"\"" ID UNBOX "\"", UINT64_MAX, UINT64_MAX, 0, UINT64_MAX, KITH_OK},
        {"{\"key\":\"" ID UNBOX "\",\"max\":7}", UINT64_MAX, 7, 0, UINT64_MAX, KITH_OK},
        {"\"" ID "?unbox=AA==.boxs\"", 0, 0, 0, 0, KITH_ERR_ARG},
        {"\"" ID "?size=7\"", 0, 0, 0, 0, KITH_ERR_ARG},
        {"{}", 0, 0, 0, 0, KITH_ERR_ARG},
        {"\"%x\"", 0, 0, 0, 0, KITH_ERR_ARG},
        {"7", 0, 0, 0, 0, KITH_ERR_ARG},
    };
    struct kith_json doc = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct kith_blobs_request q;
        CHECK(!kith_json_parse(&doc, kith_bytes_str(rows[i].text), 100));
        CHECK_ROW(kith_blobs_parse_request(&doc, 0, &q) == rows[i].err, rows[i].text);
        if (!rows[i].err)
            CHECK_ROW(q.size == rows[i].size && q.max == rows[i].max && q.start == rows[i].start && q.end == rows[i].end &&
                          q.has_unbox == (strstr(rows[i].text, UNBOX) != NULL) && (!q.has_unbox || q.unbox.b[0] == 0x72),
                      rows[i].text);
    }
    kith_json_wipe(&doc);
}

int main(void) {
    a_want_is_announced_fetched_checked_and_announced_as_held();
    the_first_frame_after_a_new_call_says_all_wants();
    sympathy_is_for_trusted_peers_near_and_bounded();
    wrong_bytes_go_to_another_peer_and_never_back();
    silence_and_broken_streams_are_tried_again_later();
    four_at_a_time_from_one_peer_and_one_for_each_blob();
    sizes_have_a_limit();
    losing_unwanting_and_finding_elsewhere();
    a_push_is_offered_until_three_have_it();
    a_push_answers_who_wanted_it_before();
    frames_that_make_no_sense();
    requests_come_in_four_spellings();
    return check_done();
}
