/* SPDX-License-Identifier: MIT */
/* message_test.c: verdicts of classic messages against what JavaScript peers said of the same. */
#include "feed/message.h"

#include <math.h>

#include "vector.h"

static struct kith_keypair test_keys(uint8_t n) {
    struct kith_seed seed;
    struct kith_keypair keys;
    memset(seed.b, n, sizeof seed.b);
    kith_sign_keypair(&keys, &seed);
    return keys;
}

static struct kith_verdict judge(struct kith_bytes raw, const struct kith_symkey *cap,
                                 struct kith_buf *compact) {
    struct kith_verdict v = {.raw = raw};
    kith_message_judge(&v, 1, cap, compact);
    return v;
}

static struct kith_bytes id_text(const struct kith_msgid *id) {
    static char text[KITH_HASH_ID_LEN + 1];
    kith_msgid_write(text, id);
    return kith_bytes(text, KITH_HASH_ID_LEN);
}

/* Where kith's verdict is not that of ssb-validate: docs/protocol/message.md says why. */
static bool differs_on_purpose(struct kith_bytes name) {
    return kith_bytes_is(name, "author wrong suffix") ||
           kith_bytes_is(name, "second: timestamp string");
}

static void classic_messages_get_the_verdict_of_ssb_validate(void) {
    struct kith_json doc = vector_file("generated/classic-messages.json");
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "cases")) {
        struct kith_bytes name = vector_str(&doc, n, "name");
        const char *row = (const char *)name.p;
        struct kith_bytes raw = vector_str(&doc, n, "raw");
        struct kith_bytes hmac = vector_str(&doc, n, "hmac");
        struct kith_buf compact = {0}, previous = {0};
        struct kith_head head = {0};
        struct kith_symkey cap;
        if (!raw.len) /* the reference could not build it */
            continue;
        bool has_cap = hmac.len && vector_base64(hmac, cap.b, sizeof cap.b);
        uint32_t before = kith_json_get(&doc, n, "previous");
        if (kith_json_is(&doc, before, KITH_JSON_OBJECT)) {
            kith_json_put_compact(&previous, &doc, before);
            struct kith_verdict v =
                judge(kith_buf_bytes(&previous), has_cap ? &cap : NULL, &compact);
            CHECK_ROW(v.err == KITH_OK, row);
            head = (struct kith_head){v.message.sequence, v.message.id};
        }
        struct kith_verdict v = judge(raw, has_cap ? &cap : NULL, &compact);
        int err = v.err ? v.err : kith_message_follows(&head, &v.message);
        bool accepted = kith_json_is(&doc, kith_json_get(&doc, n, "ssb_validate"), KITH_JSON_NULL);
        CHECK_ROW(v.why != NULL, row);
        CHECK_ROW((err == KITH_OK) == (accepted && !differs_on_purpose(name)), row);
        if (!err)
            CHECK_ROW(kith_bytes_eq(id_text(&v.message.id), vector_str(&doc, n, "id")), row);
        kith_buf_wipe(&compact);
        kith_buf_wipe(&previous);
    }
    kith_json_wipe(&doc);
}

static void what_is_signed_is_the_text_as_v8_would_print_it(void) {
    struct kith_json doc = vector_file("generated/classic-raw-normalisation.json");
    VECTOR_EACH(&doc, n, 0) {
        const char *row = (const char *)vector_str(&doc, n, "name").p;
        struct kith_buf compact = {0};
        struct kith_bytes sent = vector_str(&doc, n, "wire_signed_over_bytes_as_sent");
        struct kith_bytes normal = vector_str(&doc, n, "wire_signed_over_js_normalised");
        bool accepted =
            kith_json_is(&doc, kith_json_get(&doc, n, "verdict_bytes_as_sent"), KITH_JSON_NULL);
        CHECK_ROW((judge(sent, NULL, &compact).err == KITH_OK) == accepted, row);
        struct kith_verdict v = judge(normal, NULL, &compact);
        CHECK_ROW(v.err == KITH_OK, row);
        CHECK_ROW(kith_bytes_eq(id_text(&v.message.id), vector_str(&doc, n, "id_by_js")), row);
        kith_buf_wipe(&compact);
    }
    kith_json_wipe(&doc);
}

static void judge_all(struct kith_verdict *verdicts, size_t count, struct kith_buf *compact) {
    kith_message_judge(verdicts, count, NULL, compact);
    for (size_t i = 0; i < count; i++) {
        struct kith_verdict *v = &verdicts[i];
        CHECK(v->err == KITH_OK);
        struct kith_bytes own = kith_bytes(compact->p + v->compact_at, v->compact_len);
        CHECK(kith_bytes_eq(own, v->raw));
        struct kith_json doc = {0};
        struct kith_message again;
        CHECK(kith_message_read(&doc, own, &again) == KITH_OK);
        CHECK(again.sequence == v->message.sequence && again.timestamp == v->message.timestamp);
        CHECK(kith_pubkey_eq(&again.author, &v->message.author));
        CHECK(again.is_private == v->message.is_private);
        CHECK(kith_json_is(&doc, again.content,
                           again.is_private ? KITH_JSON_STRING : KITH_JSON_OBJECT));
        kith_json_wipe(&doc);
    }
}

/* 1000 messages of 12 authors in one call, and the chains that they make. */
static void a_whole_network_is_valid_and_chained(void) {
    size_t len = 0, count = 0;
    char *log = check_read_file("ssb-fixtures/log.jsonl", &len);
    static struct kith_verdict verdicts[1000];
    static struct kith_bytes keys[1000];
    struct kith_buf raws[1000] = {{0}};
    for (char *line = strtok(log, "\n"); line && count < 1000; line = strtok(NULL, "\n")) {
        struct kith_json doc = {0};
        CHECK(kith_json_parse(&doc, kith_bytes_str(line), 10000) == KITH_OK);
        kith_json_put_compact(&raws[count], &doc, kith_json_get(&doc, 0, "value"));
        keys[count] = vector_str(&doc, 0, "key");
        kith_json_wipe(&doc);
        verdicts[count].raw = kith_buf_bytes(&raws[count]);
        count++;
    }
    struct kith_buf compact = {0};
    CHECK(count == 1000);
    judge_all(verdicts, count, &compact);
    struct kith_pubkey authors[12];
    struct kith_head heads[12] = {{0}};
    size_t author_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct kith_message *m = &verdicts[i].message;
        size_t a = 0;
        CHECK(kith_bytes_eq(id_text(&m->id), keys[i]));
        while (a < author_count && !kith_pubkey_eq(&authors[a], &m->author))
            a++;
        if (a == author_count && author_count < 12)
            authors[author_count++] = m->author;
        CHECK(a < 12 && kith_message_follows(&heads[a], m) == KITH_OK);
        heads[a] = (struct kith_head){m->sequence, m->id};
        CHECK(kith_message_follows(&heads[a], m) == KITH_ERR_EXISTS);
    }
    CHECK(author_count == 12);
    for (size_t i = 0; i < count; i++)
        kith_buf_wipe(&raws[i]);
    kith_buf_wipe(&compact);
    free(log);
}

/* The id hashes the low byte of each UTF-16 unit only: U+0430 and U+0130 both give 0x30. Whoever
 * trusts a hash chain can be handed another text under the same id; the signature gives it away. */
static void another_text_under_the_same_id_is_refused(void) {
    struct kith_keypair keys = test_keys(7);
    struct kith_head head = {0};
    struct kith_message m;
    struct kith_buf compact = {0};
    struct kith_bytes content = KITH_LIT("{\"type\":\"post\",\"text\":\"5000 \xd0\xb0\"}");
    CHECK(kith_message_create(content, &keys, &head, 1, NULL, &compact, &m) == KITH_OK);
    uint8_t *letter = memchr(compact.p, 0xd0, compact.len);
    CHECK(letter != NULL);
    memcpy(letter, "\xc4\xb0", 2);

    struct kith_buf out = {0}, pretty = {0}, latin1 = {0};
    struct kith_json doc = {0};
    struct kith_hash id;
    CHECK(kith_json_parse(&doc, kith_buf_bytes(&compact), 100) == KITH_OK);
    kith_json_put_pretty(&pretty, &doc, 0);
    for (size_t i = 0; i < pretty.len; i++) {
        if (pretty.p[i] == 0xc4)
            kith_buf_put_u8(&latin1, 0x30), i++;
        else
            kith_buf_put_u8(&latin1, pretty.p[i]);
    }
    kith_sha256(&id, kith_buf_bytes(&latin1));
    CHECK(kith_hash_eq(&id, &m.id.hash)); /* so the attack is real */
    struct kith_verdict v = judge(kith_buf_bytes(&compact), NULL, &out);
    CHECK(v.err == KITH_ERR_CRYPTO && v.compact_len == 0 && v.message.sequence == 0);
    memcpy(letter, "\xd0\xb0", 2);
    CHECK(judge(kith_buf_bytes(&compact), NULL, &out).err == KITH_OK);
    kith_json_wipe(&doc);
    kith_buf_wipe(&pretty), kith_buf_wipe(&latin1), kith_buf_wipe(&out), kith_buf_wipe(&compact);
}

static int create(const char *content, double timestamp, struct kith_message *out) {
    struct kith_keypair keys = test_keys(3);
    struct kith_head head = {0};
    struct kith_buf compact = {0};
    int err =
        kith_message_create(kith_bytes_str(content), &keys, &head, timestamp, NULL, &compact, out);
    CHECK(!err || compact.len == 0);
    kith_buf_wipe(&compact);
    return err;
}

static void only_what_every_validator_takes_is_made(void) {
    static const struct {
        const char *content;
        int err;
    } rows[] = {
        {"{\"type\":\"post\",\"text\":\"x\"}", KITH_OK},
        {" { \"text\" : 1.0 , \"type\" : \"post\" } ", KITH_OK},
        {"\"AAAA.box\"", KITH_OK},
        {"\"AAAA.box2\"", KITH_OK},
        {"\"AAAA.box3\"", KITH_ERR_ARG},
        {"\"AAA.box\"", KITH_ERR_ARG},
        {"\"AA==.box\"", KITH_OK},
        {"\"AB==.box\"", KITH_ERR_ARG},
        {"\"AAA=.box\"", KITH_OK},
        {"\"AAB=.box\"", KITH_ERR_ARG},
        {"\"A===.box\"", KITH_ERR_ARG},
        {"\"hello\"", KITH_ERR_ARG},
        {"{\"type\":\"ab\"}", KITH_ERR_ARG},
        {"{\"type\":\"\\n\\n\"}", KITH_ERR_ARG},
        {"{\"type\":\"\\n\\n\\n\"}", KITH_OK},
        {"{\"text\":\"x\"}", KITH_ERR_ARG},
        {"[\"type\"]", KITH_ERR_ARG},
        {"null", KITH_ERR_ARG},
        {"{\"type\":\"post\"", KITH_ERR_ARG},
        {"{\"type\":\"post\",\"text\":\"\\ud800\"}", KITH_ERR_ARG},
        {"{\"type\":\"post\",\"text\":\"\\\\ud800\"}", KITH_OK},
        {"{\"type\":\"post\"},\"x\":{}", KITH_ERR_ARG},
    };
    struct kith_message m;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(create(rows[i].content, 1, &m) == rows[i].err, rows[i].content);
    CHECK(create(rows[0].content, (double)NAN, &m) == KITH_ERR_ARG);
    CHECK(create(rows[0].content, (double)INFINITY, &m) == KITH_ERR_ARG);
    CHECK(create(rows[0].content, -1.5, &m) == KITH_OK && m.timestamp == -1.5);
}

/* Exactly 8192 units with the signature are the last that fit. */
static void the_limit_counts_utf16_units_with_the_signature(void) {
    struct kith_message m;
    int last = KITH_OK;
    size_t fits = 0;
    for (size_t n = 7700; n < 8000; n++) {
        struct kith_buf content = {0};
        kith_buf_put_str(&content, "{\"type\":\"post\",\"text\":\"");
        for (size_t i = 0; i < n / 2; i++)
            kith_buf_put_str(&content, "\xf0\x9f\x98\x80"); /* two units, four bytes */
        kith_buf_put_str(&content, n % 2 ? "\xe2\x82\xac\"}" : "\"}");
        kith_buf_put_u8(&content, 0);
        int err = create((const char *)content.p, 1600000000000, &m);
        CHECK(last == KITH_OK || err == KITH_ERR_TOO_LONG);
        if (!err)
            fits = n;
        last = err;
        kith_buf_wipe(&content);
    }
    /* 337 units are the frame of a first message whose text is "first" (classic-messages.json). */
    CHECK(fits == 8192 - (337 - 5));
}

static void feeds_grow_message_by_message(void) {
    struct kith_keypair keys = test_keys(9);
    struct kith_symkey cap;
    memset(cap.b, 5, sizeof cap.b);
    for (int capped = 0; capped < 2; capped++) {
        struct kith_head head = {0};
        for (int i = 0; i < 5; i++) {
            struct kith_message m;
            struct kith_buf compact = {0};
            CHECK(kith_message_create(KITH_LIT("{\"type\":\"test\",\"2\":1,\"1\":2}"), &keys, &head,
                                      i, capped ? &cap : NULL, &compact, &m) == KITH_OK);
            CHECK(kith_message_follows(&head, &m) == KITH_OK);
            CHECK(m.content == KITH_JSON_NONE);
            struct kith_head wrong = head;
            wrong.id.hash.b[0] ^= 1;
            CHECK(kith_message_follows(&wrong, &m) == (i ? KITH_ERR_CHAIN : KITH_OK));
            wrong.sequence += 2;
            CHECK(kith_message_follows(&wrong, &m) == KITH_ERR_EXISTS);
            head = (struct kith_head){m.sequence, m.id};
            struct kith_buf again = {0};
            CHECK(judge(kith_buf_bytes(&compact), capped ? NULL : &cap, &again).err ==
                  KITH_ERR_CRYPTO);
            kith_buf_wipe(&compact);
            kith_buf_wipe(&again);
        }
        CHECK(head.sequence == 5);
    }
    struct kith_keypair mixed = keys;
    struct kith_head head = {0};
    struct kith_message m;
    struct kith_buf compact = {0};
    mixed.pub = test_keys(1).pub;
    CHECK(kith_message_create(KITH_LIT("{\"type\":\"test\"}"), &mixed, &head, 1, NULL, &compact,
                              &m) == KITH_ERR_ARG);
    kith_buf_wipe(&compact);
}

static void hostile_texts_cost_little_and_are_refused(void) {
    struct kith_buf raw = {0}, compact = {0};
    static const char *const rows[] = {"",  " ",     "null",      "[]",  "{}",
                                       "1", "\"x\"", "{\"a\":1}", "\xff"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(kith_err_is_peer(judge(kith_bytes_str(rows[i]), NULL, &compact).err), rows[i]);
    for (size_t i = 0; i <= KITH_MESSAGE_MAX_LEN; i++)
        kith_buf_put_u8(&raw, ' ');
    CHECK(judge(kith_buf_bytes(&raw), NULL, &compact).err == KITH_ERR_SIZE);
    raw.len = 0;
    for (size_t i = 0; i < 20000; i++)
        kith_buf_put_str(&raw, "[");
    CHECK(judge(kith_buf_bytes(&raw), NULL, &compact).err == KITH_ERR_SIZE);
    CHECK(compact.len == 0);
    kith_buf_wipe(&raw), kith_buf_wipe(&compact);
}

static void a_job_says_what_judging_says(void) {
    struct kith_json doc = vector_file("generated/classic-messages.json");
    struct kith_buf job = {0}, result = {0}, compact = {0};
    static struct kith_verdict direct[KITH_JOB_MAX_MESSAGES];
    size_t count = 0;
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "cases")) {
        if (count == KITH_JOB_MAX_MESSAGES)
            break;
        direct[count].raw = vector_str(&doc, n, "raw");
        kith_message_job_put(&job, direct[count++].raw);
    }
    kith_message_judge(direct, count, NULL, &compact);
    CHECK(kith_message_job_run(kith_buf_bytes(&job), NULL, &result) == KITH_OK);
    struct kith_reader r = kith_reader(kith_buf_bytes(&result));
    struct kith_verdict v;
    struct kith_bytes own;
    size_t seen = 0;
    while (kith_message_job_next(&r, &v, &own)) {
        const struct kith_verdict *d = &direct[seen++];
        CHECK(v.err == d->err && v.why == d->why && v.compact_len == d->compact_len);
        CHECK(kith_msgid_eq(&v.message.id, &d->message.id));
        CHECK(kith_msgid_eq(&v.message.previous, &d->message.previous));
        CHECK(kith_pubkey_eq(&v.message.author, &d->message.author));
        CHECK(memcmp(&v.message.sig, &d->message.sig, sizeof v.message.sig) == 0);
        CHECK(v.message.sequence == d->message.sequence);
        CHECK(v.message.has_previous == d->message.has_previous);
        CHECK(v.message.timestamp == d->message.timestamp);
        CHECK(v.message.is_private == d->message.is_private);
        CHECK(v.message.content == KITH_JSON_NONE);
        CHECK(kith_bytes_eq(own, kith_bytes(compact.p + d->compact_at, d->compact_len)));
    }
    CHECK(seen == count && r.err == KITH_OK);

    kith_message_job_put(&job, KITH_LIT("{}"));
    CHECK(kith_message_job_run(kith_buf_bytes(&job), NULL, &result) == KITH_ERR_ARG); /* 65 */
    CHECK(kith_message_job_run(KITH_LIT("\x09\0\0\0{}"), NULL, &result) == KITH_ERR_ARG);
    CHECK(kith_message_job_run(kith_bytes(NULL, 0), NULL, &result) == KITH_OK);
    r = kith_reader(kith_bytes(result.p, 40)); /* cut off */
    CHECK(!kith_message_job_next(&r, &v, &own));
    kith_buf_wipe(&job), kith_buf_wipe(&result), kith_buf_wipe(&compact);
    kith_json_wipe(&doc);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    classic_messages_get_the_verdict_of_ssb_validate();
    what_is_signed_is_the_text_as_v8_would_print_it();
    a_whole_network_is_valid_and_chained();
    another_text_under_the_same_id_is_refused();
    only_what_every_validator_takes_is_made();
    the_limit_counts_utf16_units_with_the_signature();
    feeds_grow_message_by_message();
    hostile_texts_cost_little_and_are_refused();
    a_job_says_what_judging_says();
    return check_done();
}
