/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include "base/text.h"
#include "crypto/crypto.h"
#include "vector.h"

static const char *printed(struct kith_buf *out, const struct kith_json *doc, bool pretty) {
    kith_buf_clear(out);
    if (pretty)
        kith_json_put_pretty(out, doc, 0);
    else
        kith_json_put_compact(out, doc, 0);
    kith_buf_put_u8(out, 0);
    out->len--;
    return (const char *)out->p;
}

static bool hash_is(struct kith_bytes in, struct kith_bytes want) {
    struct kith_hash hash;
    kith_sha256(&hash, in);
    return kith_bytes_eq(kith_bytes(hash.b, sizeof hash.b), vector_hex(want));
}

static void document(const struct kith_json *rows, uint32_t row, const char *name) {
    struct kith_bytes in = vector_hex(vector_str(rows, row, "in"));
    struct kith_json doc = {0};
    struct kith_buf pretty = {0}, compact = {0}, latin1 = {0};
    double units = 0;
    int err = kith_json_parse(&doc, in, 1000000);
    if (kith_json_true(rows, kith_json_get(rows, row, "error"))) {
        CHECK_ROW(err == KITH_ERR_SYNTAX && doc.count == 0, name);
        kith_json_wipe(&doc);
        return;
    }
    CHECK_ROW(err == KITH_OK, name);
    if (err)
        return;
    printed(&pretty, &doc, true);
    printed(&compact, &doc, false);
    CHECK_ROW(kith_bytes_eq(kith_buf_bytes(&pretty), vector_hex(vector_str(rows, row, "pretty_utf8"))),
              name);
    CHECK_ROW(kith_bytes_eq(kith_buf_bytes(&compact), vector_hex(vector_str(rows, row, "compact_utf8"))),
              name);
    CHECK_ROW(doc.was_canonical == kith_bytes_eq(in, kith_buf_bytes(&compact)), name);
    CHECK_ROW(kith_json_double(rows, kith_json_get(rows, row, "utf16_length"), &units) == KITH_OK &&
                  (double)kith_text_utf16_len(kith_buf_bytes(&pretty)) == units, name);
    kith_text_put_latin1(&latin1, kith_buf_bytes(&pretty));
    CHECK_ROW(hash_is(kith_buf_bytes(&latin1), vector_str(rows, row, "sha256_latin1")), name);
    CHECK_ROW(hash_is(kith_buf_bytes(&pretty), vector_str(rows, row, "sha256_utf8")), name);
    kith_buf_wipe(&pretty);
    kith_buf_wipe(&compact);
    kith_buf_wipe(&latin1);
    kith_json_wipe(&doc);
}

static void vectors(void) {
    struct kith_json rows = vector_file("generated/json-documents.json");
    unsigned count = 0;
    VECTOR_EACH(&rows, row, 0) {
        document(&rows, row, (const char *)vector_str(&rows, row, "name").p);
        count++;
    }
    CHECK(count == 44);
    kith_json_wipe(&rows);
}

/* One document takes all rows, so that what a row leaves behind would show in the next. */
static void compact_forms(void) {
    static const struct {
        const char *in, *want; /* NULL: it is canonical already */
    } rows[] = {
        {"{\"a\":[1,true,false,null,\"x\",{}]}", NULL},
        {" {}", "{}"},
        {"[]\n", "[]"},
        {"[1, 2]", "[1,2]"},
        {"\"\\u0001\\ud800\\n\\\"\\\\\"", NULL},
        {"\"\\u000a\"", "\"\\n\""},
        {"\"\\/\"", "\"/\""},
        {"\"\\uD800\"", "\"\\ud800\""},
        {"\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\""},
        {"\"\\ud83d\\uDE00\"", "\"\xf0\x9f\x98\x80\""},
        {"\"\\ud83d\\ud83d\\ude00\"", "\"\\ud83d\xf0\x9f\x98\x80\""},
        {"\"\\ude00\\ud83d\"", NULL},
        {"\"\\u001f\"", NULL},
        {"\"\\u001F\"", "\"\\u001f\""},
        {"\"\\u007f\\u2028\"", "\"\x7f\xe2\x80\xa8\""},
        {"{\"b\":1,\"a\":2,\"1\":3}", "{\"1\":3,\"b\":1,\"a\":2}"},
        {"{\"0\":1,\"7\":2,\"10\":3,\"a\":4,\"07\":5,\"4294967295\":6}", NULL},
        {"{\"10\":1,\"9\":2}", "{\"9\":2,\"10\":1}"},
        {"{\"9\":1,\"9\":2}", "{\"9\":2}"},
        {"{\"\\u0039\":1,\"9\":2,\"a\":{}}", "{\"9\":2,\"a\":{}}"},
        {"{\"a\":1,\"b\":2,\"a\":{\"c\":3}}", "{\"a\":{\"c\":3},\"b\":2}"},
        {"{\"a\":1,\"\\u0061\":2}", "{\"a\":2}"},
        {"{\"__proto__\":1,\"x\":2,\"__proto__\":3}", "{\"__proto__\":3,\"x\":2}"},
        {"{\"\":1,\"\":2}", "{\"\":2}"},
        {"{\"ab\":1,\"ba\":2}", NULL},
        {"-0", "0"},
        {"-1", NULL},
        {"999999999999999", NULL},
        {"9007199254740993", "9007199254740992"},
        {"1553708494043.0059", NULL},
        {"[1.0,1e2,1E400]", "[1,100,null]"},
    };
    struct kith_json doc = {0};
    struct kith_buf out = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *want = rows[i].want ? rows[i].want : rows[i].in;
        CHECK_ROW(kith_json_parse(&doc, kith_bytes_str(rows[i].in), 100) == KITH_OK, rows[i].in);
        CHECK_ROW(strcmp(printed(&out, &doc, false), want) == 0, rows[i].in);
        CHECK_ROW(doc.was_canonical == !rows[i].want, rows[i].in);
    }
    kith_buf_wipe(&out);
    kith_json_wipe(&doc);
}

static void refusals(void) {
    static const char *const texts[] = {
        "", " ", "{", "[", "\"", "\"\\", "\"\\u", "\"\\u12", "\"\\u12g4\"", "\"\\x\"", "\"\\ud83d\\",
        "\"\\ud83d\\u\"", "tru", "nul", "True", "undefined", "[1,]", "[,1]", "{,}", "{\"a\"}",
        "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "[1 2]", "1 2", "[]]", "{}}", "'a'", "\"a\nb\"",
        "\"\x01\"", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\xc0\xaf\"", "\xef\xbb\xbf[]", "[\x0b]",
        "\"\\u0041\x02\"", "\"\\u0041\xff\"", "\"\\u0041", "01", "-", "1.", "+1", "-a", "/**/1",
    };
    struct kith_json doc = {0};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        CHECK_ROW(kith_json_parse(&doc, kith_bytes_str(texts[i]), 100) == KITH_ERR_SYNTAX, texts[i]);
        CHECK_ROW(doc.count == 0 && !doc.was_canonical, texts[i]);
    }
    CHECK(kith_json_parse(&doc, kith_bytes("\"\\\0\"", 4), 100) == KITH_ERR_SYNTAX);
    CHECK(kith_json_parse(&doc, kith_bytes("[1\0]", 4), 100) == KITH_ERR_SYNTAX);
    kith_json_wipe(&doc);
}

static void limits(void) {
    struct kith_json doc = {0};
    char deep[2 * (KITH_JSON_MAX_DEPTH + 1)];
    for (size_t depth = KITH_JSON_MAX_DEPTH; depth <= KITH_JSON_MAX_DEPTH + 1; depth++) {
        memset(deep, '[', depth);
        memset(deep + depth, ']', depth);
        CHECK(kith_json_parse(&doc, kith_bytes(deep, 2 * depth), 1000) ==
              (depth > KITH_JSON_MAX_DEPTH ? KITH_ERR_SIZE : KITH_OK));
    }
    CHECK(kith_json_parse(&doc, KITH_LIT("[1,{\"a\":2}]"), 4) == KITH_OK);
    CHECK(kith_json_parse(&doc, KITH_LIT("[1,{\"a\":2}]"), 3) == KITH_ERR_SIZE);
    CHECK(kith_json_parse(&doc, KITH_LIT("1"), 0) == KITH_ERR_SIZE && doc.count == 0);
    kith_json_wipe(&doc);
}

static void access(void) {
    struct kith_json doc = {0};
    struct kith_buf out = {0};
    int64_t n = 0;
    double v = 0;
    uint32_t list;
    CHECK(kith_json_parse(&doc, KITH_LIT("{\"s\":\"h\\u00e9\\n\\ud800\",\"t\":true,\"f\":false,\"l\":[5,-7,1.5,"
                                         "9007199254740991,9007199254740992,-0,-1e400,1e3],"
                                         "\"o\":{\"in\":{\"x\":\"y\"}}}"), 100) == KITH_OK);
    CHECK(kith_bytes_is(kith_json_str(&doc, kith_json_get(&doc, 0, "s")), "h\xc3\xa9\\n\\ud800"));
    kith_json_unescape(&out, kith_json_str(&doc, kith_json_get(&doc, 0, "s")));
    CHECK(kith_bytes_is(kith_buf_bytes(&out), "h\xc3\xa9\n\xef\xbf\xbd"));
    CHECK(kith_json_true(&doc, kith_json_get(&doc, 0, "t")));
    CHECK(!kith_json_true(&doc, kith_json_get(&doc, 0, "f")));
    CHECK(!kith_json_true(&doc, kith_json_get(&doc, 0, "none")));
    CHECK(kith_bytes_is(kith_json_str(&doc, kith_json_get(&doc, kith_json_get(&doc,
          kith_json_get(&doc, 0, "o"), "in"), "x")), "y"));
    CHECK(kith_json_get(&doc, kith_json_get(&doc, kith_json_get(&doc, 0, "no"), "in"), "x") ==
          KITH_JSON_NONE);
    CHECK(kith_json_str(&doc, kith_json_get(&doc, 0, "t")).len == 0);
    CHECK(kith_json_int(&doc, kith_json_get(&doc, 0, "s"), &n) == KITH_ERR_INVALID);
    CHECK(kith_json_int(&doc, KITH_JSON_NONE, &n) == KITH_ERR_INVALID);
    list = kith_json_first(&doc, kith_json_get(&doc, 0, "l"));
    CHECK(kith_json_int(&doc, list, &n) == KITH_OK && n == 5);
    list = doc.nodes[list].next;
    CHECK(kith_json_int(&doc, list, &n) == KITH_OK && n == -7);
    list = doc.nodes[list].next;
    CHECK(kith_json_int(&doc, list, &n) == KITH_ERR_INVALID);
    CHECK(kith_json_double(&doc, list, &v) == KITH_OK && v == 1.5);
    list = doc.nodes[list].next;
    CHECK(kith_json_int(&doc, list, &n) == KITH_OK && n == 9007199254740991);
    list = doc.nodes[list].next;
    CHECK(kith_json_int(&doc, list, &n) == KITH_ERR_INVALID);
    list = doc.nodes[list].next;
    CHECK(kith_json_double(&doc, list, &v) == KITH_OK && 1 / v < 0);
    CHECK(kith_json_int(&doc, list, &n) == KITH_OK && n == 0);
    list = doc.nodes[list].next;
    CHECK(kith_json_double(&doc, list, &v) == KITH_OK && v < -1.7976931348623157e308);
    CHECK(kith_json_int(&doc, list, &n) == KITH_ERR_INVALID);
    list = doc.nodes[list].next;
    CHECK(kith_json_int(&doc, list, &n) == KITH_OK && n == 1000);
    CHECK(doc.nodes[list].next == KITH_JSON_NONE);
    kith_buf_wipe(&out);
    kith_json_wipe(&doc);
}

static void printing(void) {
    struct kith_buf out = {0};
    kith_json_put_string(&out, KITH_LIT("a\"\\\b\x01\x7f/\xc3\xa9\xe2\x82z\xff"));
    CHECK(kith_bytes_is(kith_buf_bytes(&out),
                        "\"a\\\"\\\\\\b\\u0001\x7f/\xc3\xa9\xef\xbf\xbdz\xef\xbf\xbd\""));
    kith_buf_clear(&out);
    kith_json_put_string(&out, kith_bytes(NULL, 0));
    kith_json_put_number(&out, 1.5);
    kith_json_put_number(&out, (double)__builtin_inff());
    kith_json_put_number(&out, -(double)__builtin_inff());
    kith_json_put_number(&out, (double)__builtin_nanf(""));
    CHECK(kith_bytes_is(kith_buf_bytes(&out), "\"\"1.5nullnullnull"));
    kith_buf_wipe(&out);
}

/* An object of many names, every third repeated and every fifth an index, from which a slow program
 * would take a minute; and enough rewritten texts to move the document's own memory. */
static void hostile(void) {
    enum { NAMES = 100000 };
    struct kith_json doc = {0}, again = {0};
    struct kith_buf in = {0}, out = {0};
    kith_buf_put_u8(&in, '{');
    for (int i = 0; i < NAMES; i++) {
        char member[64];
        int name = i % 3 == 2 ? i - 2 : i;
        snprintf(member, sizeof member, "%s\"%s%d\":[\"\\/%d\",1E20]", i ? "," : "",
                 name % 5 ? "same start " : "", name, i);
        kith_buf_put_str(&in, member);
    }
    kith_buf_put_u8(&in, '}');
    CHECK(kith_json_parse(&doc, kith_buf_bytes(&in), 1000000) == KITH_OK);
    CHECK(doc.nodes[0].count == NAMES - NAMES / 3);
    CHECK(kith_bytes_is(kith_json_str(&doc, kith_json_first(&doc, kith_json_get(&doc, 0, "0"))), "/2"));
    CHECK(kith_bytes_is(doc.nodes[doc.nodes[0].child].key, "0"));
    printed(&out, &doc, false);
    CHECK(kith_json_parse(&again, kith_buf_bytes(&out), 1000000) == KITH_OK && again.was_canonical);
    kith_buf_wipe(&in);
    kith_buf_wipe(&out);
    kith_json_wipe(&doc);
    kith_json_wipe(&again);
}

int main(void) {
    vectors();
    compact_forms();
    refusals();
    limits();
    access();
    printing();
    hostile();
    return check_done();
}
