/* SPDX-License-Identifier: MIT */
/* packet_test.c: packets that Node's crypto sealed, and ours; with file names: a tool for packet.mjs. */
#include "sync/packet_parts.h"

#include "sync/deflate.h"
#include "vector.h"

/* Bytes that do not come again while a test runs (a multiplier of Knuth's MMIX). */
static void scramble(void *ctx, uint8_t *out, size_t len) {
    uint64_t *state = ctx;
    while (len--) {
        *state = *state * UINT64_C(6364136223846793005) + 1;
        *out++ = (uint8_t)(*state >> 56);
    }
}

static uint64_t rng_state = 7;
static const struct kith_rng rng = {scramble, &rng_state};
#define NOW UINT64_C(1770000000000)

static struct kith_keypair person(uint8_t fill) {
    struct kith_keypair keys;
    struct kith_seed seed;
    memset(seed.b, fill, sizeof seed.b);
    kith_sign_keypair(&keys, &seed);
    return keys;
}

static uint64_t number(const struct kith_json *doc, uint32_t node, const char *name) {
    int64_t v = 0;
    CHECK(!kith_json_int(doc, kith_json_get(doc, node, name), &v));
    return (uint64_t)v;
}

static void what_node_sealed_opens(void) {
    struct kith_json doc = vector_file("packet/packets.json");
    struct kith_keypair ben = person(2), anna = person(1);
    struct kith_buf plain = {0}, packet = {0};
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "packets")) {
        const char *what = (const char *)vector_str(&doc, n, "what").p;
        const char *error = (const char *)vector_str(&doc, n, "error").p;
        struct kith_bytes text = vector_str(&doc, n, "packet");
        struct kith_packet p;
        struct kith_packet_id id;
        struct kith_hash hash, got;
        size_t unknown;
        int err;
        kith_buf_clear(&packet);
        kith_buf_reserve(&packet, text.len);
        CHECK(!kith_base64_parse(text, packet.p, text.len, &packet.len));
        err = kith_packet_open(&p, &plain, kith_buf_bytes(&packet), &ben, NOW);
        CHECK_ROW(!strcmp(err ? kith_err_name(err) : "", error), what);
        CHECK_ROW(err != KITH_ERR_CRYPTO || p.opened == !strncmp(what, "signed", 6), what); /* forged is told from altered */
        if (err)
            continue;
        CHECK(vector_base64(vector_str(&doc, n, "id"), id.b, sizeof id.b));
        CHECK(vector_base64(vector_str(&doc, n, "hash"), hash.b, sizeof hash.b));
        kith_sha256(&got, p.content);
        CHECK_ROW(kith_hash_eq(&hash, &got), what);
        CHECK_ROW(kith_packet_id_eq(&id, &p.id) && kith_pubkey_eq(&p.from, &anna.pub), what);
        CHECK_ROW(p.created_ms == number(&doc, n, "created") && p.expires_ms == number(&doc, n, "expires"), what);
        CHECK_ROW(p.flags == number(&doc, n, "flags") && p.encoding == number(&doc, n, "encoding"), what);
        CHECK_ROW(p.encoding != KITH_PACKET_ENCODING || kith_parts_check(p.content, &unknown), what);
    }
    kith_buf_wipe(&plain);
    kith_buf_wipe(&packet);
}

static void put_all(struct kith_buf *out) {
    struct kith_keypair anna = person(1);
    struct kith_buf items = {0};
    struct kith_part_note note = {anna.pub, 77, true};
    struct kith_part_want want = {{{{5}}}, 100, 200};
    struct kith_part_receipt receipt = {{{6}}, KITH_OUTCOME_KEPT};
    struct kith_part_blob blob = {{{{7}}}, 3000, 1000, KITH_LIT("bytes of it")};
    struct kith_part_friend asked = {KITH_FRIEND_REQUEST, anna.pub, {{8}}, KITH_LIT("May I?")};
    kith_part_note_put(&items, &note);
    note.wants = false;
    kith_part_note_put(&items, &note);
    kith_parts_put(out, KITH_PART_NOTES, kith_buf_bytes(&items));
    kith_parts_put(out, KITH_PART_MESSAGE, KITH_LIT("{\"a\":1}"));
    kith_parts_put(out, KITH_PART_LOOSE, KITH_LIT("{\"b\":1}"));
    kith_part_blob_put(out, &blob);
    kith_buf_clear(&items);
    kith_part_want_put(&items, &want);
    kith_parts_put(out, KITH_PART_WANTS, kith_buf_bytes(&items));
    kith_part_friend_put(out, &asked);
    kith_parts_put(out, KITH_PART_PROFILE, KITH_LIT("{\"roads\":[\"pigeon:loft-7\"]}"));
    kith_buf_clear(&items);
    kith_part_receipt_put(&items, &receipt);
    kith_parts_put(out, KITH_PART_RECEIPTS, kith_buf_bytes(&items));
    kith_parts_put(out, (enum kith_part_type)700, KITH_LIT("of a later day"));
    kith_part_unknown_put(out, &receipt.of, 0, kith_buf_bytes(out));
    kith_buf_wipe(&items);
}

static void parts_are_read_as_they_were_written(void) {
    struct kith_buf out = {0};
    struct kith_bytes left;
    struct kith_part part;
    struct kith_part_note note;
    struct kith_part_want want;
    struct kith_part_receipt receipt;
    struct kith_part_blob blob;
    struct kith_part_friend asked;
    struct kith_part_unknown unknown;
    size_t count = 0;
    put_all(&out);
    CHECK(kith_parts_check(kith_buf_bytes(&out), &count) && count == 1);
    left = kith_buf_bytes(&out);
    CHECK(kith_parts_next(&left, &part) && part.type == KITH_PART_NOTES);
    CHECK(kith_part_note_next(&part.bytes, &note) && note.sequence == 77 && note.wants);
    CHECK(kith_part_note_next(&part.bytes, &note) && !note.wants && !kith_part_note_next(&part.bytes, &note));
    CHECK(kith_parts_next(&left, &part) && part.type == KITH_PART_MESSAGE && kith_bytes_is(part.bytes, "{\"a\":1}"));
    CHECK(kith_parts_next(&left, &part) && part.type == KITH_PART_LOOSE);
    CHECK(kith_parts_next(&left, &part) && kith_part_blob_read(part.bytes, &blob) && blob.total == 3000 &&
          blob.offset == 1000 && kith_bytes_is(blob.bytes, "bytes of it"));
    CHECK(kith_parts_next(&left, &part) && kith_part_want_next(&part.bytes, &want) && want.offset == 100 && want.len == 200);
    CHECK(kith_parts_next(&left, &part) && kith_part_friend_read(part.bytes, &asked) && asked.step == 1 &&
          asked.of.b[0] == 8 && kith_bytes_is(asked.text, "May I?"));
    CHECK(kith_parts_next(&left, &part) && part.type == KITH_PART_PROFILE);
    CHECK(kith_parts_next(&left, &part) && kith_part_receipt_next(&part.bytes, &receipt) && receipt.outcome == KITH_OUTCOME_KEPT);
    CHECK(kith_parts_next(&left, &part) && part.type == 700);
    CHECK(kith_parts_next(&left, &part) && kith_part_unknown_read(part.bytes, &unknown) && unknown.types.len == 2 &&
          kith_get_u16le(unknown.types.p) == 700);
    CHECK(!kith_parts_next(&left, &part));
    for (size_t len = 1; len < out.len; len++) { /* only at the end of a part it may stop */
        size_t whole = 0;
        struct kith_bytes cut = kith_bytes(out.p, len);
        while (whole < len)
            whole += KITH_PART_HEAD + kith_get_u32le(out.p + whole + 2);
        CHECK(kith_parts_check(cut, &count) == (whole == len));
    }
    kith_buf_wipe(&out);
}

static void a_bad_part_is_seen(void) {
    static const struct { const char *what; enum kith_part_type type; size_t len; } rows[] = {
        {"half a note", KITH_PART_NOTES, 20}, {"no note", KITH_PART_NOTES, 0}, {"no message", KITH_PART_MESSAGE, 0},
        {"a message without end", KITH_PART_MESSAGE, 70000}, {"a blob without bytes", KITH_PART_BLOB, 48},
        {"bytes beyond the total", KITH_PART_BLOB, 60}, {"half a want", KITH_PART_WANTS, 47}, {"no step", KITH_PART_FRIEND, 60},
        {"a long word", KITH_PART_FRIEND, 1100}, {"a long profile", KITH_PART_PROFILE, 8193}, {"half a receipt", KITH_PART_RECEIPTS, 18},
        {"half a type", KITH_PART_UNKNOWN, 18}, {"no id", KITH_PART_UNKNOWN, 3},
    };
    static uint8_t zeros[70000];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_buf out = {0};
        size_t unknown;
        kith_parts_put(&out, rows[i].type, kith_bytes(zeros, rows[i].len));
        CHECK_ROW(!kith_parts_check(kith_buf_bytes(&out), &unknown), rows[i].what);
        kith_buf_wipe(&out);
    }
}

static void what_is_sealed_opens_for_its_readers_alone(void) {
    static const size_t lens[] = {0, 1, 885, 886, 70000, 3000000};
    struct kith_keypair anna = person(1), all[KITH_PACKET_MAX_RECIPIENTS], eve = person(99);
    struct kith_pubkey ids[KITH_PACKET_MAX_RECIPIENTS];
    struct kith_buf plain = {0}, out = {0}, content = {0};
    for (uint8_t i = 0; i < KITH_PACKET_MAX_RECIPIENTS; i++) {
        all[i] = person((uint8_t)(10 + i));
        ids[i] = all[i].pub;
    }
    for (size_t k = 0; k < sizeof lens / sizeof lens[0]; k++) {
        struct kith_packet p = {.encoding = 1, .flags = KITH_PACKET_ASKS, .created_ms = NOW, .expires_ms = NOW + 1000}, got;
        size_t count = k % 2 ? 16 : k + 1;
        kith_buf_clear(&content);
        kith_buf_clear(&out);
        kith_buf_reserve(&content, lens[k]);
        if (lens[k])
            scramble(&rng_state, content.p, lens[k]);
        content.len = lens[k];
        p.content = kith_buf_bytes(&content);
        CHECK(!kith_packet_seal(&out, &p, &anna, ids, count, &rng));
        for (size_t i = 0; i < count; i++) {
            CHECK(!kith_packet_open(&got, &plain, kith_buf_bytes(&out), &all[i], NOW));
            CHECK(kith_bytes_eq(got.content, p.content) && got.flags == KITH_PACKET_ASKS);
        }
        CHECK(kith_packet_open(&got, &plain, kith_buf_bytes(&out), &eve, NOW) == KITH_ERR_NOT_FOUND);
        CHECK(kith_packet_open(&got, &plain, kith_buf_bytes(&out), &anna, NOW) == KITH_ERR_NOT_FOUND);
    }
    kith_buf_wipe(&plain);
    kith_buf_wipe(&out);
    kith_buf_wipe(&content);
}

/* Every bit of the small packet counts. */
static void no_bit_can_be_changed(void) {
    struct kith_keypair anna = person(1), ben = person(2);
    struct kith_packet p = {.encoding = 1, .created_ms = NOW, .expires_ms = NOW + 1000}, got;
    struct kith_buf plain = {0}, out = {0};
    size_t opened = 0;
    CHECK(!kith_packet_seal(&out, &p, &anna, &ben.pub, 1, &rng));
    for (size_t i = 0; i < out.len * 8; i += i < 8 * 34 ? 1 : 7) {
        if (i == 34 * 8 - 8)
            continue; /* the highest bit of a curve25519 key means nothing; it is in the salt all the same */
        out.p[i / 8] ^= (uint8_t)(1 << i % 8);
        opened += !kith_packet_open(&got, &plain, kith_buf_bytes(&out), &ben, NOW);
        out.p[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    CHECK(!opened);
    CHECK(!kith_packet_open(&got, &plain, kith_buf_bytes(&out), &ben, NOW));
    kith_buf_wipe(&plain);
    kith_buf_wipe(&out);
}

static void what_cannot_be_sealed_is_refused(void) {
    struct kith_keypair anna = person(1);
    struct kith_pubkey ids[17] = {anna.pub}, zero = {{0}};
    struct kith_packet p = {.encoding = 1, .created_ms = NOW, .expires_ms = NOW + 1000}, bad = p;
    struct kith_buf out = {0}, noise = {0};
    CHECK(kith_packet_seal(&out, &p, &anna, ids, 0, &rng) == KITH_ERR_ARG);
    CHECK(kith_packet_seal(&out, &p, &anna, ids, 17, &rng) == KITH_ERR_ARG);
    bad.expires_ms = NOW;
    CHECK(kith_packet_seal(&out, &bad, &anna, ids, 1, &rng) == KITH_ERR_ARG);
    bad.expires_ms = NOW + KITH_PACKET_LIFE_MS + 1;
    CHECK(kith_packet_seal(&out, &bad, &anna, ids, 1, &rng) == KITH_ERR_ARG);
    CHECK(kith_packet_seal(&out, &p, &anna, &zero, 1, &rng) == KITH_ERR_CRYPTO);
    kith_buf_reserve(&noise, KITH_PACKET_MAX_CONTENT + 1);
    scramble(&rng_state, noise.p, KITH_PACKET_MAX);
    bad = p;
    bad.content = kith_bytes(noise.p, KITH_PACKET_MAX);
    CHECK(kith_packet_seal(&out, &bad, &anna, ids, 1, &rng) == KITH_ERR_TOO_LONG);
    bad.content.len = KITH_PACKET_MAX_CONTENT + 1;
    CHECK(kith_packet_seal(&out, &bad, &anna, ids, 1, &rng) == KITH_ERR_TOO_LONG);
    CHECK(!out.len);
    kith_buf_wipe(&out);
    kith_buf_wipe(&noise);
}

static void classes_tell_little(void) {
    size_t classes = 0, last = 0;
    for (size_t len = 1; len <= 1 << 20; len++) {
        size_t c = kith_packet_class(len);
        CHECK_ROW(c >= len && (len <= 1024 || (c - len) * 8 < len) && kith_packet_class(c) == c, "class");
        if (c >= len && check_passed > 1000)
            check_passed--; /* a million rows are one */
        classes += c != last;
        last = c;
    }
    CHECK(classes < 230);
}

static void deflate_is_exact(void) {
    struct kith_bytes none = kith_bytes(NULL, 0), before = KITH_LIT("as was said before: ");
    struct kith_buf text = {0}, small = {0}, back = {0};
    for (int i = 0; i < 2000; i++)
        kith_buf_put_str(&text, "the same again, ");
    CHECK(kith_deflate(&small, kith_buf_bytes(&text), none) && small.len < 300);
    CHECK(!kith_inflate(&back, kith_buf_bytes(&small), text.len, none) && kith_bytes_eq(kith_buf_bytes(&back), kith_buf_bytes(&text)));
    CHECK(kith_inflate(&back, kith_buf_bytes(&small), text.len - 1, none) && kith_inflate(&back, kith_buf_bytes(&small), text.len + 1, none));
    CHECK(kith_inflate(&back, kith_bytes(small.p, small.len - 1), text.len, none));
    kith_buf_put_u8(&small, 0);
    CHECK(kith_inflate(&back, kith_buf_bytes(&small), text.len, none) && back.len == text.len);
    CHECK(!kith_deflate(&small, KITH_LIT(""), none) && !kith_deflate(&small, KITH_LIT("x"), none));
    kith_buf_clear(&small);
    kith_buf_clear(&back);
    CHECK(!kith_deflate(&small, KITH_LIT("said before"), none) && kith_deflate(&small, KITH_LIT("said before"), before) && small.len < 8);
    CHECK(!kith_inflate(&back, kith_buf_bytes(&small), 11, before) && kith_bytes_is(kith_buf_bytes(&back), "said before"));
    CHECK(kith_inflate(&back, kith_buf_bytes(&small), 11, none));
    kith_buf_wipe(&text);
    kith_buf_wipe(&small);
    kith_buf_wipe(&back);
}

/* seal FILE: one packet of every part from person 1 to persons 2 and 3; open FILE: what person 2 finds in it. */
static int tool(const char *verb, const char *path) {
    struct kith_keypair anna = person(1), ben = person(2);
    struct kith_pubkey to[2] = {ben.pub, person(3).pub};
    struct kith_packet p = {.encoding = 1, .created_ms = NOW, .expires_ms = NOW + 1000};
    struct kith_buf content = {0}, out = {0};
    FILE *f;
    if (!strcmp(verb, "open")) {
        size_t len;
        uint8_t *packet = (uint8_t *)check_read_file(path, &len);
        int err = kith_packet_open(&p, &out, kith_bytes(packet, len), &ben, NOW);
        fwrite(p.content.p, 1, err ? 0 : p.content.len, stdout);
        free(packet);
        kith_buf_wipe(&out);
        return err != 0;
    }
    put_all(&content);
    p.content = kith_buf_bytes(&content);
    f = fopen(path, "wb");
    if (!f || kith_packet_seal(&out, &p, &anna, to, 2, &rng) || fwrite(out.p, 1, out.len, f) != out.len || fclose(f))
        return 1;
    kith_buf_wipe(&content);
    kith_buf_wipe(&out);
    return 0;
}

int main(int argc, char **argv) {
    if (kith_crypto_init())
        return 2;
    if (argc == 3)
        return tool(argv[1], argv[2]);
    what_node_sealed_opens();
    parts_are_read_as_they_were_written();
    a_bad_part_is_seen();
    what_is_sealed_opens_for_its_readers_alone();
    no_bit_can_be_changed();
    what_cannot_be_sealed_is_refused();
    classes_tell_little();
    deflate_is_exact();
    return check_done();
}
