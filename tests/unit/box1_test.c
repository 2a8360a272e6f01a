/* SPDX-License-Identifier: MIT */
/* box1_test.c: private messages that private-box made, and ours. */
#include "feed/box1.h"

#include "vector.h"

/* Bytes that do not come again while a test runs (a multiplier of Knuth's MMIX). */
static void scramble(void *ctx, uint8_t *out, size_t len) {
    uint64_t *state = ctx;
    while (len--) {
        *state = *state * UINT64_C(6364136223846793005) + 1;
        *out++ = (uint8_t)(*state >> 56);
    }
}

static void what_private_box_made_opens(void) {
    struct kith_json doc = vector_file("generated/box1-private-messages.json");
    VECTOR_EACH(&doc, n, 0) {
        struct kith_bytes cipher = vector_str(&doc, n, "ciphertext");
        struct kith_bytes plain = vector_str(&doc, n, "plaintext");
        struct kith_seckey sec;
        struct kith_buf out = {0};
        size_t slot = 0;
        VECTOR_EACH(&doc, r, kith_json_get(&doc, n, "recipients")) {
            CHECK(vector_base64(vector_str(&doc, r, "private"), &sec, sizeof sec));
            out.len = 0;
            int err = kith_box1_open(&out, cipher, &sec);
            if (slot++ < KITH_BOX1_MAX_SLOTS)
                CHECK(err == KITH_OK && kith_bytes_eq(kith_buf_bytes(&out), plain));
            else
                CHECK(err == KITH_ERR_NOT_FOUND && out.len == 0);
        }
        out.len = 0;
        if (vector_base64(vector_str(&doc, n, "outsider"), &sec, sizeof sec))
            CHECK(kith_box1_open(&out, cipher, &sec) == KITH_ERR_NOT_FOUND && out.len == 0);
        kith_buf_wipe(&out);
    }
    kith_json_wipe(&doc);
}

/* The recps inside say who must be able to open it; nobody else may. */
static bool is_recipient(const struct kith_json *doc, struct kith_bytes id) {
    VECTOR_EACH(doc, r, kith_json_get(doc, 0, "recps")) {
        uint32_t link = kith_json_is(doc, r, KITH_JSON_OBJECT) ? kith_json_get(doc, r, "link") : r;
        if (kith_bytes_eq(kith_json_str(doc, link), id))
            return true;
    }
    return false;
}

struct reader {
    struct kith_seckey sec;
    struct kith_bytes id;
};

static size_t read_keys(struct reader *readers, size_t cap) {
    size_t len = 0, count = 0;
    char *text = check_read_file("ssb-fixtures/secrets.jsonl", &len);
    for (char *line = strtok(text, "\n"); line && count < cap; line = strtok(NULL, "\n")) {
        struct kith_json doc = {0};
        CHECK(kith_json_parse(&doc, kith_bytes_str(line), 100) == KITH_OK);
        readers[count].id = vector_str(&doc, 0, "id");
        CHECK(vector_base64(vector_str(&doc, 0, "private"), &readers[count].sec, 64));
        kith_json_wipe(&doc);
        count++;
    }
    free(text);
    return count;
}

static void a_network_of_122_private_messages(void) {
    struct reader readers[12];
    size_t len = 0, private_count = 0, count = read_keys(readers, 12);
    char *log = check_read_file("ssb-fixtures/log.jsonl", &len);
    CHECK(count == 12);
    for (char *line = strtok(log, "\n"); line; line = strtok(NULL, "\n")) {
        struct kith_json doc = {0};
        CHECK(kith_json_parse(&doc, kith_bytes_str(line), 10000) == KITH_OK);
        uint32_t content = kith_json_get(&doc, kith_json_get(&doc, 0, "value"), "content");
        struct kith_bytes cipher = kith_json_str(&doc, content);
        if (!cipher.len) {
            kith_json_wipe(&doc);
            continue;
        }
        private_count++;
        bool opened[12] = {0};
        struct kith_json inner = {0};
        struct kith_buf plain = {0};
        for (size_t i = 0; i < count; i++) {
            plain.len = 0;
            opened[i] = kith_box1_open(&plain, cipher, &readers[i].sec) == KITH_OK;
            if (opened[i])
                CHECK(kith_json_parse(&inner, kith_buf_bytes(&plain), 1000) == KITH_OK);
            for (size_t j = 0; opened[i] && j < i; j++)
                CHECK(opened[j] == is_recipient(&inner, readers[j].id));
        }
        CHECK(inner.count > 0);
        kith_json_wipe(&inner);
        kith_buf_wipe(&plain);
        kith_json_wipe(&doc);
    }
    free(log);
    CHECK(private_count == 122);
}

static void ours_open_for_each_and_for_nobody_else(void) {
    uint64_t next = 1;
    struct kith_rng rng = {scramble, &next};
    struct kith_keypair keys[9];
    struct kith_pubkey pubs[9];
    struct kith_bytes text = KITH_LIT("{\"type\":\"post\",\"text\":\"hello\"}");
    for (size_t i = 0; i < 9; i++) {
        kith_sign_keypair_new(&keys[i], &rng);
        pubs[i] = keys[i].pub;
    }
    for (size_t n = 0; n <= 9; n++) {
        struct kith_buf box = {0}, out = {0};
        int err = kith_box1_seal(&box, text, pubs, n, &rng);
        CHECK(err == (n >= 1 && n <= 7 ? KITH_OK : KITH_ERR_ARG));
        if (err) {
            CHECK(box.len == 0);
            continue;
        }
        CHECK(box.len == kith_base64_len(56 + 49 * n + 16 + text.len) + 4);
        for (size_t i = 0; i < 9; i++) {
            out.len = 0;
            err = kith_box1_open(&out, kith_buf_bytes(&box), &keys[i].sec);
            CHECK(err == (i < n ? KITH_OK : KITH_ERR_NOT_FOUND));
            CHECK(kith_bytes_eq(kith_buf_bytes(&out), i < n ? text : kith_bytes(NULL, 0)));
        }
        kith_buf_wipe(&box);
        kith_buf_wipe(&out);
    }
    struct kith_buf box = {0};
    memset(&pubs[1], 0, sizeof pubs[1]);
    CHECK(kith_box1_seal(&box, text, pubs, 2, &rng) == KITH_ERR_CRYPTO && box.len == 0);
    kith_buf_wipe(&box);
}

static void damage_is_noticed(void) {
    uint64_t next = 1;
    struct kith_rng rng = {scramble, &next};
    struct kith_keypair keys;
    struct kith_buf box = {0}, out = {0}, bad = {0};
    uint8_t raw[200];
    size_t len = 0;
    kith_sign_keypair_new(&keys, &rng);
    CHECK(kith_box1_seal(&box, KITH_LIT("hi"), &keys.pub, 1, &rng) == KITH_OK);
    CHECK(kith_base64_parse(kith_bytes(box.p, box.len - 4), raw, sizeof raw, &len) == KITH_OK);
    for (size_t i = 0; i < len; i++) {
        raw[i] ^= 1;
        bad.len = 0;
        kith_base64_put(&bad, kith_bytes(raw, len));
        kith_buf_put_str(&bad, ".box");
        int err = kith_box1_open(&out, kith_buf_bytes(&bad), &keys.sec);
        CHECK(err == (i < 56 + 49 ? KITH_ERR_NOT_FOUND : KITH_ERR_CRYPTO) && out.len == 0);
        raw[i] ^= 1;
        bad.len = 0;
        kith_base64_put(&bad, kith_bytes(raw, i)); /* cut off */
        kith_buf_put_str(&bad, ".box");
        CHECK(kith_box1_open(&out, kith_buf_bytes(&bad), &keys.sec) != KITH_OK && out.len == 0);
    }
    static const char *const rows[] = {"", ".box", "AAAA.box", "hello", "====.box", "AAAA.box2"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(kith_box1_open(&out, kith_bytes_str(rows[i]), &keys.sec) == KITH_ERR_SYNTAX,
                  rows[i]);
    kith_buf_wipe(&box), kith_buf_wipe(&out), kith_buf_wipe(&bad);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    what_private_box_made_opens();
    a_network_of_122_private_messages();
    ours_open_for_each_and_for_nobody_else();
    damage_is_noticed();
    return check_done();
}
