/* SPDX-License-Identifier: MIT */
/* ebt_test.c: the notes against the reference's, and the rules one by one, with peers played by hand. */
#include "ebt_sim.h"
#include "vector.h"

static void notes_are_the_references(void) {
    static struct kith_json doc;
    doc = vector_file("generated/ebt-notes.json");
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "encode")) {
        int64_t sequence = 0, note = 0;
        CHECK(!kith_json_int(&doc, kith_json_get(&doc, n, "sequence"), &sequence));
        CHECK(!kith_json_int(&doc, kith_json_get(&doc, n, "note"), &note));
        bool rx = kith_json_true(&doc, kith_json_get(&doc, n, "rx"));
        if (sequence >= 0 && sequence < 1 << 30)
            CHECK(kith_ebt_note((uint64_t)sequence, rx) == note);
        else if (sequence >= 0) /* the reference overflows; ours stays at the largest that fits */
            CHECK(kith_ebt_note((uint64_t)sequence, rx) == (rx ? 2147483646 : 2147483647));
    }
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "decode")) {
        double note = 0;
        int64_t sequence = 0;
        bool replicate, receive;
        CHECK(!kith_json_double(&doc, kith_json_get(&doc, n, "note"), &note));
        CHECK(!kith_json_int(&doc, kith_json_get(&doc, n, "sequence"), &sequence));
        CHECK(kith_ebt_note_read(note, &replicate, &receive) == sequence);
        CHECK(replicate == kith_json_true(&doc, kith_json_get(&doc, n, "replicate")));
        CHECK(receive == kith_json_true(&doc, kith_json_get(&doc, n, "receive")));
    }
}

/* --- one node, spoken to by hand ------------------------------------------------------------------ */

static int tell(struct kith_ebt *e, int peer, const char *text, uint64_t now_ms) {
    struct kith_json doc = {0};
    struct kith_pubkey id = sim_id(peer);
    int err = kith_json_parse(&doc, kith_bytes_str(text), 1000000);
    if (!err)
        err = kith_ebt_recv_notes(e, &id, &doc, now_ms);
    kith_json_wipe(&doc);
    return err;
}

/* {feed: note} for one feed, in a static buffer. */
static const char *note_of(int feed, int note) {
    static char text[128];
    char id[KITH_FEED_ID_LEN];
    struct kith_pubkey key = sim_id(feed);
    kith_feed_id_write(id, &key);
    snprintf(text, sizeof text, "{\"%.*s\":%d}", KITH_FEED_ID_LEN, id, note);
    return text;
}

#define SILENT (-1000) /* nothing to send */
#define OTHER (-1001)  /* a frame without the feed, or a message */

/* The note on the feed in the peer's next frame. */
static int next_note(struct kith_ebt *e, int peer, int feed, uint64_t now_ms) {
    struct kith_pubkey id = sim_id(peer);
    struct kith_ebt_out out;
    struct kith_json doc = {0};
    char name[KITH_FEED_ID_LEN + 1] = {0};
    struct kith_pubkey key = sim_id(feed);
    int64_t note = OTHER;
    kith_feed_id_write(name, &key);
    if (!kith_ebt_next(e, &id, &out, now_ms))
        return SILENT;
    if (out.kind != KITH_EBT_NOTES)
        return OTHER;
    CHECK(!kith_json_parse(&doc, out.notes, 100000));
    if (kith_json_int(&doc, kith_json_get(&doc, 0, name), &note))
        note = OTHER;
    kith_json_wipe(&doc);
    return (int)note;
}

/* The sequence of the next message, 0 if that is no message of the feed. */
static uint64_t next_message(struct kith_ebt *e, int peer, int feed, uint64_t now_ms) {
    struct kith_pubkey id = sim_id(peer), key = sim_id(feed);
    struct kith_ebt_out out;
    if (!kith_ebt_next(e, &id, &out, now_ms) || out.kind != KITH_EBT_MESSAGE ||
        !kith_pubkey_eq(&out.feed, &key))
        return 0;
    return out.sequence;
}

static bool hear(struct kith_ebt *e, int peer, int feed, uint64_t sequence, uint64_t now_ms) {
    struct kith_pubkey id = sim_id(peer), key = sim_id(feed);
    return kith_ebt_recv_message(e, &id, &key, sequence, now_ms);
}

static void have(struct kith_ebt *e, int feed, uint64_t sequence) {
    struct kith_pubkey key = sim_id(feed);
    kith_ebt_have(e, &key, sequence);
}

static struct kith_ebt *node_with(int feed, uint64_t sequence) {
    struct kith_ebt *e = kith_ebt_new();
    struct kith_pubkey key = sim_id(feed);
    if (sequence)
        kith_ebt_have(e, &key, sequence);
    kith_ebt_want(e, &key, true);
    return e;
}

static void opened(struct kith_ebt *e, int peer, bool speaks_first, const char *clock, uint64_t now_ms) {
    struct kith_pubkey id = sim_id(peer);
    kith_ebt_open(e, &id, speaks_first, kith_bytes_str(clock), now_ms);
}

static void the_answering_side_speaks_first_and_the_dialler_waits(void) {
    struct kith_ebt *e = kith_ebt_new();
    opened(e, 1, true, "", 0);
    CHECK(next_note(e, 1, 5, 0) == OTHER); /* {} */
    CHECK(next_note(e, 1, 5, 0) == SILENT);
    kith_ebt_free(e);
    e = node_with(5, 7);
    opened(e, 1, false, "", 0);
    CHECK(next_note(e, 1, 5, 0) == SILENT);
    CHECK(!tell(e, 1, "{}", 1));
    CHECK(next_note(e, 1, 5, 1) == 14);
    kith_ebt_free(e);
}

static void messages_go_to_who_asks_and_notes_to_who_does_not(void) {
    struct kith_ebt *e = node_with(5, 3);
    opened(e, 1, true, "", 0);
    opened(e, 2, true, "", 0);
    CHECK(next_note(e, 1, 5, 0) == 6 && next_note(e, 2, 5, 0) == 7); /* one receive bit per feed */
    CHECK(!tell(e, 1, note_of(5, 1 << 1), 1));
    CHECK(next_message(e, 1, 5, 1) == 2 && next_message(e, 1, 5, 1) == 3 && !next_message(e, 1, 5, 1));
    CHECK(!tell(e, 2, note_of(5, 3 << 1 | 1), 1));
    CHECK(next_note(e, 2, 5, 1) == SILENT);
    have(e, 5, 4);
    CHECK(next_message(e, 1, 5, 2) == 4);
    CHECK(next_note(e, 2, 5, 2) == (4 << 1 | 1));
    CHECK(!tell(e, 1, note_of(5, -1), 3)); /* no more of this */
    have(e, 5, 5);
    CHECK(next_note(e, 1, 5, 3) == SILENT);
    kith_ebt_free(e);
}

static void what_the_peer_is_known_to_have_is_not_mentioned(void) {
    struct kith_ebt *e = kith_ebt_new();
    struct kith_buf clock = {0};
    struct kith_pubkey peer = sim_id(0);
    char text[64 * 300] = "{";
    for (int f = 0; f < 200; f++) { /* more than are rechecked */
        struct kith_pubkey id = sim_id(f);
        kith_ebt_have(e, &id, 9);
        kith_ebt_want(e, &id, true);
        snprintf(text + strlen(text), 90, "%s%.*s", f ? "," : "", (int)strlen(note_of(f, 9)) - 2, note_of(f, 9) + 1);
    }
    strcat(text, "}");
    opened(e, 0, true, text, 0);
    struct kith_ebt_out out; /* and the rest, should the peer turn out to have lost what it had: below */
    struct kith_json doc = {0};
    CHECK(kith_ebt_next(e, &peer, &out, 0) && !kith_json_parse(&doc, out.notes, 100000));
    CHECK(doc.nodes[0].count == 64 + 1); /* the peer's own feed always */
    CHECK(!kith_ebt_next(e, &peer, &out, 0));
    kith_json_wipe(&doc);
    kith_ebt_peer_clock(e, &peer, &clock);
    CHECK(!kith_json_parse(&doc, kith_buf_bytes(&clock), 100000) && doc.nodes[0].count == 200);
    CHECK(!tell(e, 0, note_of(0, 5 << 1), 1));
    CHECK(kith_ebt_next(e, &peer, &out, 1) && !kith_json_parse(&doc, out.notes, 100000));
    CHECK(doc.nodes[0].count == 200 - 65);
    kith_json_wipe(&doc);
    kith_buf_wipe(&clock);
    kith_ebt_free(e);
}

static void unknown_feeds_are_refused_once_and_a_flood_of_them_ends_the_peer(void) {
    struct kith_ebt *e = kith_ebt_new();
    struct kith_buf text = {0};
    int err = 0, frames = 0;
    opened(e, 1, true, "", 0);
    (void)next_note(e, 1, 5, 0);
    CHECK(!tell(e, 1, note_of(5, 8), 1) && next_note(e, 1, 5, 1) == -1 && next_note(e, 1, 5, 1) == SILENT);
    CHECK(!tell(e, 1, note_of(5, -1), 1) && next_note(e, 1, 5, 1) == SILENT);
    for (uint32_t i = 0; !err && frames < 50; frames++) {
        kith_buf_clear(&text);
        kith_buf_put_u8(&text, '{');
        for (int k = 0; k < 10000; k++, i++) {
            struct kith_pubkey id = {{0}};
            kith_put_u32le(id.b + 8, i);
            kith_buf_put_str(&text, k ? ",\"" : "\"");
            kith_feed_id_put(&text, &id);
            kith_buf_put_str(&text, "\":4");
        }
        kith_buf_put_str(&text, "}");
        kith_buf_put_u8(&text, 0);
        err = tell(e, 1, (char *)text.p, 2);
        while (next_note(e, 1, 5, 2) != SILENT)
            ;
    }
    CHECK(err == KITH_ERR_BUDGET && frames == 20);
    CHECK(tell(e, 1, "[]", 3) == KITH_ERR_SYNTAX && tell(e, 1, "3", 3) == KITH_ERR_SYNTAX);
    CHECK(tell(e, 9, "{}", 3) == KITH_ERR_PROTOCOL);
    CHECK(!tell(e, 1, "{\"clock\":{\"nonsense\":4,\"@\":{}},\"x\":1}", 3));
    kith_buf_wipe(&text);
    kith_ebt_free(e);
}

static void a_message_that_nobody_asked_for_is_not_taken(void) {
    struct kith_ebt *e = node_with(5, 3);
    opened(e, 1, true, "", 0);
    opened(e, 2, true, "", 0);
    CHECK(!hear(e, 1, 5, 4, 0)); /* not yet asked */
    CHECK(next_note(e, 1, 5, 0) == 6 && next_note(e, 2, 5, 0) == 7);
    CHECK(hear(e, 1, 5, 4, 1) && !hear(e, 2, 5, 4, 1) && !hear(e, 1, 6, 1, 1) && !hear(e, 1, 5, 3, 1));
    CHECK(!hear(e, 1, 5, UINT64_MAX, 1) && !hear(e, 1, 5, 0, 1) && !hear(e, 3, 5, 4, 1));
    kith_ebt_free(e);
}

static void a_want_that_comes_later_is_asked_and_one_that_ends_is_told(void) {
    struct kith_ebt *e = kith_ebt_new();
    struct kith_pubkey id = sim_id(5);
    opened(e, 1, true, "", 0);
    (void)next_note(e, 1, 5, 0);
    CHECK(!tell(e, 1, note_of(5, 8), 1) && next_note(e, 1, 5, 1) == -1);
    kith_ebt_want(e, &id, true);
    CHECK(next_note(e, 1, 5, 1) == 0);
    CHECK(hear(e, 1, 5, 1, 2));
    have(e, 5, 1);
    kith_ebt_want(e, &id, false);
    CHECK(next_note(e, 1, 5, 2) == -1 && !hear(e, 1, 5, 2, 2));
    kith_ebt_free(e);
}

static void a_peer_that_does_not_deliver_is_replaced_after_three_seconds(void) {
    struct kith_ebt *e = node_with(5, 0);
    opened(e, 1, true, "", 0);
    opened(e, 2, true, "", 0);
    CHECK(next_note(e, 1, 5, 0) == 0 && next_note(e, 2, 5, 0) == 1);
    CHECK(!tell(e, 1, note_of(5, 10 << 1), 0) && !tell(e, 2, note_of(5, 10 << 1), 0));
    for (uint64_t now = 0; now < KITH_EBT_SWITCH_MS; now += 500)
        kith_ebt_tick(e, now);
    CHECK(next_note(e, 1, 5, 2900) == SILENT && kith_ebt_deadline(e) <= KITH_EBT_SWITCH_MS);
    kith_ebt_tick(e, KITH_EBT_SWITCH_MS);
    CHECK(next_note(e, 1, 5, 3000) == 1 && next_note(e, 2, 5, 3000) == 0);
    have(e, 5, 10);
    kith_ebt_tick(e, 4000);
    CHECK(kith_ebt_deadline(e) == UINT64_MAX);
    kith_ebt_free(e);
}

/* It keeps itself alive with other feeds, or with messages that do not verify. */
static void a_liar_that_stays_busy_is_replaced_too(void) {
    struct kith_ebt *e = node_with(5, 0);
    struct kith_pubkey liar = sim_id(1), feed = sim_id(5), other = sim_id(6);
    uint64_t now = 0, sequence = 1;
    kith_ebt_want(e, &other, true);
    opened(e, 1, true, "", 0);
    opened(e, 2, true, "", 0);
    CHECK(next_note(e, 1, 5, 0) == 0 && next_note(e, 2, 5, 0) == 1);
    CHECK(!tell(e, 1, note_of(5, 10 << 1), 0) && !tell(e, 2, note_of(5, 10 << 1), 0));
    while (now < 60000 && next_note(e, 2, 5, now) != 0) {
        now += 500;
        CHECK(hear(e, 1, 6, sequence++, now));
        kith_ebt_tick(e, now);
    }
    CHECK(now > 20000 && now <= 31000);
    CHECK(next_note(e, 1, 5, now) == 1);
    kith_ebt_free(e);
    e = node_with(5, 0);
    opened(e, 1, true, "", 0);
    opened(e, 2, true, "", 0);
    CHECK(next_note(e, 1, 5, 0) == 0 && next_note(e, 2, 5, 0) == 1);
    CHECK(!tell(e, 1, note_of(5, 10 << 1), 0) && !tell(e, 2, note_of(5, 10 << 1), 0));
    CHECK(hear(e, 1, 5, 1, 1));
    kith_ebt_bad(e, &liar, &feed);
    CHECK(next_note(e, 2, 5, 1) == 0 && next_note(e, 1, 5, 1) == 1);
    kith_ebt_free(e);
}

/* With others to ask, one that failed is asked last; alone, it is tried again after half a minute, not
 * at once: a forked feed would come over and over. */
static void who_failed_is_asked_last(void) {
    struct kith_ebt *e = node_with(5, 0);
    struct kith_pubkey liar = sim_id(1), feed = sim_id(5);
    for (int p = 1; p <= 3; p++) {
        opened(e, p, true, "", 0);
        CHECK(next_note(e, p, 5, 0) == (p != 1) && !tell(e, p, note_of(5, 10 << 1), 0));
    }
    kith_ebt_tick(e, 500);
    kith_ebt_tick(e, 3500);
    CHECK(next_note(e, 1, 5, 3500) == 1 && next_note(e, 2, 5, 3500) == 0);
    CHECK(!tell(e, 2, note_of(5, -1), 3600) && next_note(e, 3, 5, 3600) == 0);
    CHECK(!tell(e, 2, note_of(5, 10 << 1), 3700) && next_note(e, 2, 5, 3700) == 1);
    CHECK(!tell(e, 3, note_of(5, -1), 3800));
    CHECK(next_note(e, 1, 5, 3800) == SILENT && next_note(e, 2, 5, 3800) == 0);
    kith_ebt_free(e);
    e = node_with(5, 0);
    opened(e, 1, true, "", 0);
    CHECK(next_note(e, 1, 5, 0) == 0 && !tell(e, 1, note_of(5, 10 << 1), 0));
    kith_ebt_bad(e, &liar, &feed);
    CHECK(next_note(e, 1, 5, 0) == 1);
    CHECK(!tell(e, 1, note_of(5, 11 << 1), 0) && next_note(e, 1, 5, 0) == SILENT);
    kith_ebt_tick(e, 5000);
    CHECK(next_note(e, 1, 5, 5000) == SILENT && kith_ebt_deadline(e) != UINT64_MAX);
    kith_ebt_tick(e, 31000);
    CHECK(next_note(e, 1, 5, 31000) == 0);
    kith_ebt_free(e);
}

static void a_block_counts_before_the_peer_and_before_the_feed(void) {
    struct kith_pubkey peer = sim_id(1), five = sim_id(5), six = sim_id(6);
    struct kith_ebt *e = node_with(5, 3);
    kith_ebt_block(e, &five, &peer, true);
    kith_ebt_block(e, &six, &peer, true);
    opened(e, 1, true, "", 0);
    CHECK(next_note(e, 1, 5, 0) == OTHER && !tell(e, 1, note_of(5, 0), 0));
    CHECK(next_note(e, 1, 5, 0) == -1 && !next_message(e, 1, 5, 0));
    kith_ebt_have(e, &six, 2);
    kith_ebt_want(e, &six, true);
    CHECK(!tell(e, 1, note_of(6, 0), 0) && next_note(e, 1, 6, 0) == -1 && !next_message(e, 1, 6, 0));
    kith_ebt_block(e, &six, &peer, false);
    CHECK(next_note(e, 1, 6, 0) == 5 && !tell(e, 1, note_of(6, 0), 0) && next_message(e, 1, 6, 0) == 1);
    kith_ebt_free(e);
}

/* A second connection of the same peer takes the place of the first. */
static void a_peer_that_comes_again_starts_anew(void) {
    struct kith_ebt *e = node_with(5, 3);
    struct kith_pubkey peer = sim_id(1), feed = sim_id(5);
    opened(e, 1, true, "", 0);
    CHECK(next_note(e, 1, 5, 0) == 6);
    CHECK(!tell(e, 1, note_of(5, 0), 1));
    CHECK(next_message(e, 1, 5, 1) == 1);
    CHECK(kith_ebt_peer_has(e, &peer, &feed) == 0);
    opened(e, 1, true, "", 2);
    CHECK(next_note(e, 1, 5, 2) == 6 && !next_message(e, 1, 5, 2));
    CHECK(!tell(e, 1, note_of(5, 8 << 1), 3) && kith_ebt_peer_has(e, &peer, &feed) == 8);
    kith_ebt_close(e, &peer);
    CHECK(kith_ebt_peer_has(e, &peer, &feed) == 0);
    kith_ebt_free(e);
}

static void what_was_erased_is_not_sent(void) {
    struct kith_ebt *e = node_with(5, 9);
    struct kith_pubkey peer = sim_id(1), feed = sim_id(5);
    opened(e, 1, true, "", 0);
    CHECK(next_note(e, 1, 5, 0) == 18 && !tell(e, 1, note_of(5, 4), 0));
    CHECK(next_message(e, 1, 5, 0) == 3);
    kith_ebt_cannot_send(e, &peer, &feed);
    CHECK(!next_message(e, 1, 5, 0));
    CHECK(!tell(e, 1, note_of(5, 5 << 1), 0) && next_message(e, 1, 5, 0) == 6);
    kith_ebt_free(e);
}

/* An old backup of ours meets a peer that has more of our own feed: it is heard at once, although both
 * sides remember to be equal. */
static void the_own_feed_is_always_mentioned(void) {
    struct kith_ebt *e = node_with(0, 3);
    struct kith_pubkey own = sim_id(0), peer = sim_id(1);
    kith_ebt_own(e, &own);
    opened(e, 1, true, note_of(0, 3), 0);
    CHECK(next_note(e, 1, 0, 0) == 6);
    CHECK(!tell(e, 1, note_of(0, 10 << 1 | 1), 0));
    CHECK(kith_ebt_peer_has(e, &peer, &own) == 10);
    kith_ebt_free(e);
}

/* A peer asks while we refuse, and has no reason to ask again when we change our mind. */
static void what_was_asked_while_we_refused_counts_later(void) {
    struct kith_ebt *e = node_with(5, 2);
    struct kith_pubkey feed = sim_id(5);
    opened(e, 1, true, "", 0);
    CHECK(next_note(e, 1, 5, 0) == 4);
    kith_ebt_want(e, &feed, false);
    CHECK(next_note(e, 1, 5, 0) == -1);
    CHECK(!tell(e, 1, note_of(5, 0), 0) && next_note(e, 1, 5, 0) == SILENT);
    kith_ebt_want(e, &feed, true);
    CHECK(next_note(e, 1, 5, 0) >> 1 == 2);
    CHECK(next_message(e, 1, 5, 0) == 1 && next_message(e, 1, 5, 0) == 2);
    kith_ebt_free(e);
}

int main(void) {
    notes_are_the_references();
    the_answering_side_speaks_first_and_the_dialler_waits();
    messages_go_to_who_asks_and_notes_to_who_does_not();
    what_the_peer_is_known_to_have_is_not_mentioned();
    unknown_feeds_are_refused_once_and_a_flood_of_them_ends_the_peer();
    a_message_that_nobody_asked_for_is_not_taken();
    a_want_that_comes_later_is_asked_and_one_that_ends_is_told();
    a_peer_that_does_not_deliver_is_replaced_after_three_seconds();
    a_liar_that_stays_busy_is_replaced_too();
    who_failed_is_asked_last();
    a_block_counts_before_the_peer_and_before_the_feed();
    a_peer_that_comes_again_starts_anew();
    what_was_erased_is_not_sent();
    the_own_feed_is_always_mentioned();
    what_was_asked_while_we_refused_counts_later();
    return check_done();
}
