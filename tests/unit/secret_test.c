/* SPDX-License-Identifier: MIT */
/* secret_test.c: the text of a secret file, ours and others'. */
#include "feed/secret.h"

#include "feed/id.h"
#include "vector.h"

#define PUBLIC "gCXAjXeadDgWANNsNn7OEzbZOWGrO4dJObmUcBMHpCk="
#define PRIVATE                                                                                    \
    "MGludGVyb3AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAJcCNd5p0OBYA02w2fs4TNtk5Yas7h0k5uZRwEwekKQ=="
#define OTHER "96QteJjGsCpudup66tGA4hOvX4X/Opv3lXRymJxZlns="

/* ssb-keys reads a file by removing each comment and parsing what is left; the document
 * points into `json`. */
static struct kith_json without_comments(struct kith_bytes text, struct kith_buf *json) {
    struct kith_json doc = {0};
    for (size_t i = 0; i < text.len;) {
        size_t n = i;
        while (n < text.len && text.p[n] != '\n')
            n++;
        if (text.p[i] != '#')
            kith_buf_put(json, text.p + i, n - i);
        i = n + 1;
    }
    CHECK(kith_json_parse(&doc, kith_buf_bytes(json), 100) == KITH_OK);
    return doc;
}

static void what_is_written_is_laid_out_as_ssb_keys_does(void) {
    size_t len = 0;
    char *lines = check_read_file("ssb-fixtures/secrets.jsonl", &len);
    for (char *line = strtok(lines, "\n"); line; line = strtok(NULL, "\n")) {
        struct kith_json doc = {0};
        struct kith_keypair keys, again;
        struct kith_buf text = {0}, json = {0}, pretty = {0}, file = {0};
        CHECK(kith_json_parse(&doc, kith_bytes_str(line), 100) == KITH_OK);
        CHECK(kith_secret_parse(kith_bytes_str(line), &keys) == KITH_OK);
        kith_secret_put(&text, &keys);
        struct kith_json written = without_comments(kith_buf_bytes(&text), &json);
        kith_json_put_pretty(&pretty, &written, 0);
        kith_buf_put_str(&file, "\n");
        kith_json_put_pretty(&file, &doc, 0); /* the same members in the same order */
        kith_buf_put_str(&file, "\n#\n");
        kith_buf_put_u8(&text, 0);
        kith_buf_put_u8(&file, 0);
        CHECK(strstr((const char *)text.p, (const char *)file.p) != NULL);
        text.len--;
        CHECK(kith_secret_parse(kith_buf_bytes(&text), &again) == KITH_OK);
        CHECK(memcmp(&again, &keys, sizeof keys) == 0);
        CHECK(text.p[0] == '#' && kith_bytes_ends(kith_buf_bytes(&text), ".ed25519"));
        kith_json_wipe(&written);
        kith_json_wipe(&doc);
        kith_buf_wipe(&text), kith_buf_wipe(&json), kith_buf_wipe(&pretty), kith_buf_wipe(&file);
    }
    free(lines);
}

static void other_files(void) {
    static const struct {
        const char *text;
        int err;
    } rows[] = {
        {"{\"curve\":\"ed25519\",\"public\":\"" PUBLIC ".ed25519\",\"private\":\"" PRIVATE
         ".ed25519\",\"id\":\"@" PUBLIC ".ed25519\"}",
         KITH_OK},
        {"# a\r\n#b\r\n\r\n{\r\n\"private\":\"" PRIVATE ".ed25519\",\r\n # c\r\n\"x\":[1] } # d",
         KITH_OK},
        {"{\"private\":\"" PRIVATE "\"}", KITH_OK},
        {"{\"id\":\"" PUBLIC ".ed25519\",\"private\":\"" PRIVATE "\"}", KITH_OK},
        {"{\"curve\":\"k256\",\"private\":\"" PRIVATE "\"}", KITH_ERR_INVALID},
        {"{\"private\":\"" PRIVATE ".k256\"}", KITH_ERR_INVALID},
        {"{\"public\":\"" OTHER "\",\"private\":\"" PRIVATE "\"}", KITH_ERR_CRYPTO},
        {"{\"id\":\"@" OTHER ".ed25519\",\"private\":\"" PRIVATE "\"}", KITH_ERR_CRYPTO},
        {"{\"private\":\"AAAA\"}", KITH_ERR_SYNTAX},
        {"{\"private\":7}", KITH_ERR_SYNTAX},
        {"{}", KITH_ERR_SYNTAX},
        {"[]", KITH_ERR_SYNTAX},
        {"", KITH_ERR_SYNTAX},
        {"# nothing", KITH_ERR_SYNTAX},
        {PRIVATE ".ed25519", KITH_ERR_SYNTAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_keypair keys;
        struct kith_pubkey want;
        CHECK(vector_base64(KITH_LIT(PUBLIC), &want, sizeof want));
        CHECK_ROW(kith_secret_parse(kith_bytes_str(rows[i].text), &keys) == rows[i].err,
                  rows[i].text);
        if (!rows[i].err)
            CHECK_ROW(kith_pubkey_eq(&keys.pub, &want), rows[i].text);
    }
    /* A seed under another public half would sign with a key that gives the seed away. */
    struct kith_keypair keys;
    struct kith_buf text = {0};
    struct kith_seckey sec;
    CHECK(vector_base64(KITH_LIT(PRIVATE), &sec, sizeof sec));
    sec.b[63] ^= 1;
    kith_buf_put_str(&text, "{\"private\":\"");
    kith_base64_put(&text, kith_bytes(&sec, sizeof sec));
    kith_buf_put_str(&text, "\"}");
    CHECK(kith_secret_parse(kith_buf_bytes(&text), &keys) == KITH_ERR_CRYPTO);
    CHECK(keys.sec.b[0] == 0);
    kith_buf_wipe(&text);
    static char big[KITH_SECRET_MAX_LEN + 1];
    CHECK(kith_secret_parse(kith_bytes(big, sizeof big), &keys) == KITH_ERR_SIZE);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    what_is_written_is_laid_out_as_ssb_keys_does();
    other_files();
    return check_done();
}
