/* SPDX-License-Identifier: MIT */
/* json_print.c: canonical texts are stored ready, so printing is copying and indenting. */
#include "base/json.h"
#include "base/json_text.h"
#include "base/number.h"
#include "base/text.h"
#include "base/text_scan.h"

#define INDENT 2 /* JSON.stringify(value, null, 2) */

static void put_line(struct kith_buf *out, unsigned depth) {
    size_t len = 1 + (size_t)depth * INDENT;
    kith_buf_reserve(out, len);
    out->p[out->len] = '\n';
    memset(out->p + out->len + 1, ' ', len - 1);
    out->len += len;
}

static void put_char(struct kith_buf *out, char c) {
    if (out->len == out->cap)
        kith_buf_reserve(out, 1);
    out->p[out->len++] = (uint8_t)c;
}

static void put_quoted(struct kith_buf *out, struct kith_bytes text, bool colon_space) {
    uint8_t *to;
    kith_buf_reserve(out, text.len + 4);
    to = out->p + out->len;
    *to++ = '"';
    if (text.len)
        memcpy(to, text.p, text.len);
    to += text.len;
    *to++ = '"';
    if (colon_space) {
        *to++ = ':';
        *to++ = ' ';
    }
    out->len = (size_t)(to - out->p);
}

static void put_node(struct kith_buf *out, const struct kith_json *doc,
                     const struct kith_json_node *node, bool pretty, unsigned depth);

static void put_children(struct kith_buf *out, const struct kith_json *doc,
                         const struct kith_json_node *node, bool pretty, unsigned depth) {
    bool object = node->type == KITH_JSON_OBJECT;
    put_char(out, object ? '{' : '[');
    for (uint32_t i = node->child; i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        const struct kith_json_node *child = &doc->nodes[i];
        if (i != node->child)
            put_char(out, ',');
        if (pretty)
            put_line(out, depth + 1);
        if (object) {
            put_quoted(out, child->key, pretty);
            if (!pretty)
                put_char(out, ':');
        }
        put_node(out, doc, child, pretty, depth + 1);
    }
    if (pretty && node->child != KITH_JSON_NONE)
        put_line(out, depth);
    put_char(out, object ? '}' : ']');
}

/* The parser bounds the depth, so recursion is bounded too. */
static void put_node(struct kith_buf *out, const struct kith_json *doc,
                     const struct kith_json_node *node, bool pretty, unsigned depth) {
    switch (node->type) {
    case KITH_JSON_NULL:
        kith_buf_put(out, "null", 4);
        break;
    case KITH_JSON_FALSE:
        kith_buf_put(out, "false", 5);
        break;
    case KITH_JSON_TRUE:
        kith_buf_put(out, "true", 4);
        break;
    case KITH_JSON_NUMBER:
        kith_buf_put_bytes(out, node->text);
        break;
    case KITH_JSON_STRING:
        put_quoted(out, node->text, false);
        break;
    case KITH_JSON_ARRAY:
    case KITH_JSON_OBJECT:
        put_children(out, doc, node, pretty, depth);
        break;
    }
}

void kith_json_put_compact(struct kith_buf *out, const struct kith_json *doc, uint32_t node) {
    KITH_ASSERT(node < doc->count);
    put_node(out, doc, &doc->nodes[node], false, 0);
}

void kith_json_put_pretty(struct kith_buf *out, const struct kith_json *doc, uint32_t node) {
    KITH_ASSERT(node < doc->count);
    put_node(out, doc, &doc->nodes[node], true, 0);
}

void kith_json_unescape(struct kith_buf *out, struct kith_bytes in) {
    static const char letters[] = "bfnrt", values[] = "\b\f\n\r\t";
    const uint8_t *p = in.p, *end = kith_scan_end(in);
    kith_buf_reserve(out, in.len);
    while (p < end) {
        const uint8_t *slash = memchr(p, '\\', (size_t)(end - p));
        const char *letter;
        if (!slash || end - slash < 2) {
            kith_buf_put(out, p, (size_t)(end - p));
            return;
        }
        kith_buf_put(out, p, (size_t)(slash - p));
        p = slash + 2;
        if (slash[1] == 'u') {
            int32_t c = kith_json_hex4(p, end);
            kith_text_put(out, c < 0 ? 0xfffd : (uint32_t)c);
            p += c < 0 ? 0 : 4;
        } else {
            letter = slash[1] ? strchr(letters, slash[1]) : NULL;
            kith_buf_put_u8(out, letter ? (uint8_t)values[letter - letters] : slash[1]);
        }
    }
}

void kith_json_put_string(struct kith_buf *out, struct kith_bytes utf8) {
    const uint8_t *end = kith_scan_end(utf8);
    size_t pos = 0;
    kith_buf_reserve(out, utf8.len + 2);
    put_char(out, '"');
    while (pos < utf8.len) {
        const uint8_t *from = utf8.p + pos, *to = kith_scan_plain(from, end);
        uint8_t text[KITH_JSON_MAX_CHAR];
        uint32_t c;
        size_t len;
        kith_buf_put(out, from, (size_t)(to - from));
        pos += (size_t)(to - from);
        if (pos == utf8.len)
            break;
        c = kith_text_next(utf8, &pos);
        len = kith_json_escape(text, c);
        kith_buf_put(out, text, len ? len : kith_scan_encode(text, c));
    }
    put_char(out, '"');
}

size_t kith_json_number_text(char out[KITH_NUMBER_MAX_LEN], double v) {
    if (v - v != 0) { /* NaN and infinities only */
        memcpy(out, "null", 4);
        return 4;
    }
    return kith_number_write(out, v);
}

void kith_json_put_number(struct kith_buf *out, double v) {
    char text[KITH_NUMBER_MAX_LEN];
    kith_buf_put(out, text, kith_json_number_text(text, v));
}
