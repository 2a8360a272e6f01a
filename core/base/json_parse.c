/* SPDX-License-Identifier: MIT */
/* json_parse.c: one pass over the input; texts that are canonical are borrowed, others rewritten. */
#include "base/json.h"
#include "base/json_object.h"
#include "base/json_text.h"
#include "base/number.h"
#include "base/text.h"
#include "base/text_scan.h"

struct parser {
    struct kith_json *doc;
    const uint8_t *at, *end;
    size_t max_nodes;
    bool canonical;
};

/* Moves the document's own texts to a larger block; the nodes that point there follow. */
static void grow_text(struct kith_json *doc, size_t need) {
    size_t cap = doc->text_cap;
    uint8_t *to = kith_grow(NULL, &cap, need, 1);
    if (doc->text_len)
        memcpy(to, doc->text, doc->text_len);
    for (size_t i = 0; i < doc->count; i++) {
        struct kith_bytes *both[] = {&doc->nodes[i].key, &doc->nodes[i].text};
        for (size_t k = 0; k < 2; k++) {
            uintptr_t offset = (uintptr_t)both[k]->p - (uintptr_t)doc->text;
            if (doc->text && offset < doc->text_len)
                both[k]->p = to + offset;
        }
    }
    kith_free(doc->text);
    doc->text = to;
    doc->text_cap = cap;
}

static void put_text(struct parser *ps, const void *p, size_t len) {
    struct kith_json *doc = ps->doc;
    if (doc->text_cap - doc->text_len < len)
        grow_text(doc, doc->text_len + len);
    if (len)
        memcpy(doc->text + doc->text_len, p, len);
    doc->text_len += len;
}

static void skip_space(struct parser *ps) {
    while (ps->at < ps->end &&
           (*ps->at == ' ' || *ps->at == '\n' || *ps->at == '\t' || *ps->at == '\r')) {
        ps->at++;
        ps->canonical = false;
    }
}

/* White space, then the next character: consumed if it is c. */
static bool take(struct parser *ps, uint8_t c) {
    skip_space(ps);
    if (ps->at == ps->end || *ps->at != c)
        return false;
    ps->at++;
    return true;
}

/* Length of the escape at p if JSON.stringify would print the same one, otherwise 0. A high
 * surrogate stays an escape only if no low one follows: the two together print raw. */
static size_t canonical_escape(const uint8_t *p, const uint8_t *end) {
    uint8_t again[KITH_JSON_MAX_CHAR];
    int32_t c;
    if (end - p < 2)
        return 0;
    if (p[1] != 'u')
        return p[1] == '"' || p[1] == '\\' || p[1] == 'n' || p[1] == 't' || p[1] == 'r' ||
                       p[1] == 'b' || p[1] == 'f'
                   ? 2
                   : 0;
    c = kith_json_hex4(p + 2, end);
    if (c < 0 || kith_json_escape(again, (uint32_t)c) != 6 || memcmp(again, p, 6) != 0)
        return 0;
    if (c >= 0xd800 && c < 0xdc00 && end - p >= 12 && p[6] == '\\' && p[7] == 'u' &&
        (kith_json_hex4(p + 8, end) & ~0x3ff) == 0xdc00)
        return 0;
    return 6;
}

/* Reads the escape at ps->at; a surrogate pair is one character. KITH_ERR_SYNTAX. */
static int read_escape(struct parser *ps, uint32_t *out) {
    static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    const uint8_t *p = ps->at;
    int32_t c, low;
    if (ps->end - p < 2)
        return KITH_ERR_SYNTAX;
    if (p[1] != 'u') {
        const char *letter = p[1] ? strchr(letters, p[1]) : NULL;
        if (!letter)
            return KITH_ERR_SYNTAX;
        *out = (uint32_t)values[letter - letters];
        ps->at += 2;
        return KITH_OK;
    }
    c = kith_json_hex4(p + 2, ps->end);
    if (c < 0)
        return KITH_ERR_SYNTAX;
    *out = (uint32_t)c;
    ps->at += 6;
    if (c < 0xd800 || c > 0xdbff || ps->end - p < 12 || p[6] != '\\' || p[7] != 'u')
        return KITH_OK;
    low = kith_json_hex4(p + 8, ps->end);
    if (low < 0xdc00 || low > 0xdfff)
        return KITH_OK;
    *out = 0x10000 + ((uint32_t)(c - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
    ps->at += 6;
    return KITH_OK;
}

/* Moves past all that JSON.stringify would print as it stands; stops at the closing quote or at an
 * escape that it would not. KITH_ERR_SYNTAX: neither comes. */
static int skip_canonical(struct parser *ps) {
    for (;;) {
        size_t n;
        ps->at = kith_scan_plain(ps->at, ps->end);
        if (ps->at == ps->end || *ps->at < 0x20)
            return KITH_ERR_SYNTAX;
        if (*ps->at == '"')
            return KITH_OK;
        if (*ps->at == '\\') {
            n = canonical_escape(ps->at, ps->end);
            if (!n)
                return KITH_OK;
        } else {
            n = kith_scan_utf8(ps->at, ps->end);
            if (!n)
                return KITH_ERR_SYNTAX;
        }
        ps->at += n;
    }
}

/* A string whose part from `from` to ps->at is canonical and whose next escape is not. */
static int rewrite_string(struct parser *ps, const uint8_t *from, struct kith_bytes *out) {
    size_t start = ps->doc->text_len;
    ps->canonical = false;
    while (*ps->at != '"') {
        uint8_t text[KITH_JSON_MAX_CHAR];
        uint32_t c;
        size_t len;
        int err;
        put_text(ps, from, (size_t)(ps->at - from));
        err = read_escape(ps, &c);
        if (err)
            return err;
        len = kith_json_escape(text, c);
        put_text(ps, text, len ? len : kith_scan_encode(text, c));
        from = ps->at;
        err = skip_canonical(ps);
        if (err)
            return err;
    }
    put_text(ps, from, (size_t)(ps->at - from));
    ps->at++;
    *out = kith_bytes(ps->doc->text + start, ps->doc->text_len - start);
    return KITH_OK;
}

/* The opening quote has been read. */
static int parse_string(struct parser *ps, struct kith_bytes *out) {
    const uint8_t *from = ps->at;
    int err = skip_canonical(ps);
    if (err)
        return err;
    if (*ps->at != '"')
        return rewrite_string(ps, from, out);
    *out = kith_bytes(from, (size_t)(ps->at - from));
    ps->at++;
    return KITH_OK;
}

/* Integers of at most 15 digits are their own canonical text; others are read and printed. The sign
 * that printing loses (-0, -1e400) is kept in the node's count. */
static int parse_number(struct parser *ps, struct kith_json_node *node) {
    const uint8_t *from = ps->at, *digits = from + (*from == '-'), *p = digits;
    char text[KITH_NUMBER_MAX_LEN];
    struct kith_bytes all;
    size_t len;
    double v;
    int err;
    while (p < ps->end && *p >= '0' && *p <= '9')
        p++;
    if (p > digits && p - digits <= 15 && (*digits != '0' || p == from + 1) &&
        (p == ps->end || (*p != '.' && *p != 'e' && *p != 'E'))) {
        node->text = kith_bytes(from, (size_t)(p - from));
        ps->at = p;
        return KITH_OK;
    }
    while (p < ps->end && ((*p >= '0' && *p <= '9') || *p == '.' || *p == 'e' || *p == 'E' ||
                           *p == '+' || *p == '-'))
        p++;
    all = kith_bytes(from, (size_t)(p - from));
    ps->at = p;
    err = kith_number_parse(all, &v);
    if (err)
        return err;
    len = kith_json_number_text(text, v);
    if (kith_bytes_eq(all, kith_bytes(text, len))) {
        node->text = all;
        return KITH_OK;
    }
    ps->canonical = false;
    node->count = *from == '-' && text[0] != '-';
    put_text(ps, text, len);
    node->text = kith_bytes(ps->doc->text + ps->doc->text_len - len, len);
    return KITH_OK;
}

static int parse_word(struct parser *ps, struct kith_json_node *node) {
    static const struct {
        const char *word;
        enum kith_json_type type;
    } words[] = {{"null", KITH_JSON_NULL}, {"false", KITH_JSON_FALSE}, {"true", KITH_JSON_TRUE}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t len = strlen(words[i].word);
        if ((size_t)(ps->end - ps->at) >= len && memcmp(ps->at, words[i].word, len) == 0) {
            ps->at += len;
            node->type = words[i].type;
            return KITH_OK;
        }
    }
    return KITH_ERR_SYNTAX;
}

/* A new node, linked behind its elder sibling or below its parent; KITH_ERR_SIZE. */
static int add_child(struct parser *ps, uint32_t parent, uint32_t elder, uint32_t *out) {
    struct kith_json *doc = ps->doc;
    uint32_t index = (uint32_t)doc->count;
    struct kith_json_node *node;
    if (doc->count >= ps->max_nodes)
        return KITH_ERR_SIZE;
    if (doc->count == doc->cap)
        doc->nodes = kith_grow(doc->nodes, &doc->cap, doc->count + 1, sizeof *doc->nodes);
    node = &doc->nodes[doc->count++];
    *node = (struct kith_json_node){.next = KITH_JSON_NONE, .child = KITH_JSON_NONE};
    if (elder != KITH_JSON_NONE)
        doc->nodes[elder].next = index;
    else if (parent != KITH_JSON_NONE)
        doc->nodes[parent].child = index;
    if (parent != KITH_JSON_NONE)
        doc->nodes[parent].count++;
    *out = index;
    return KITH_OK;
}

static int parse_value(struct parser *ps, uint32_t index, unsigned depth);

static int parse_array(struct parser *ps, uint32_t index, unsigned depth) {
    uint32_t child = KITH_JSON_NONE;
    if (take(ps, ']'))
        return KITH_OK;
    do {
        int err = add_child(ps, index, child, &child);
        if (!err)
            err = parse_value(ps, child, depth);
        if (err)
            return err;
    } while (take(ps, ','));
    return take(ps, ']') ? KITH_OK : KITH_ERR_SYNTAX;
}

static int parse_object(struct parser *ps, uint32_t index, unsigned depth) {
    struct kith_json_order order = KITH_JSON_ORDER_START;
    uint32_t child = KITH_JSON_NONE;
    if (take(ps, '}'))
        return KITH_OK;
    do {
        struct kith_bytes key;
        int err = take(ps, '"') ? parse_string(ps, &key) : KITH_ERR_SYNTAX;
        if (!err)
            err = add_child(ps, index, child, &child);
        if (err)
            return err;
        ps->doc->nodes[child].key = key;
        kith_json_order_note(&order, key);
        err = take(ps, ':') ? parse_value(ps, child, depth) : KITH_ERR_SYNTAX;
        if (err)
            return err;
    } while (take(ps, ','));
    if (!take(ps, '}'))
        return KITH_ERR_SYNTAX;
    if (kith_json_order_settle(&order, ps->doc, index))
        ps->canonical = false;
    return KITH_OK;
}

/* Depth is bounded, so recursion is too. */
static int parse_value(struct parser *ps, uint32_t index, unsigned depth) {
    struct kith_json_node *node = &ps->doc->nodes[index];
    skip_space(ps);
    if (ps->at == ps->end)
        return KITH_ERR_SYNTAX;
    switch (*ps->at) {
    case '"': {
        struct kith_bytes text;
        int err;
        ps->at++;
        node->type = KITH_JSON_STRING;
        err = parse_string(ps, &text);
        if (!err)
            node->text = text;
        return err;
    }
    case '{':
    case '[':
        if (depth == KITH_JSON_MAX_DEPTH)
            return KITH_ERR_SIZE;
        node->type = *ps->at == '{' ? KITH_JSON_OBJECT : KITH_JSON_ARRAY;
        ps->at++;
        return node->type == KITH_JSON_OBJECT ? parse_object(ps, index, depth + 1)
                                              : parse_array(ps, index, depth + 1);
    case 't':
    case 'f':
    case 'n':
        return parse_word(ps, node);
    default:
        if (*ps->at != '-' && (*ps->at < '0' || *ps->at > '9'))
            return KITH_ERR_SYNTAX;
        node->type = KITH_JSON_NUMBER;
        return parse_number(ps, node);
    }
}

int kith_json_parse(struct kith_json *doc, struct kith_bytes in, size_t max_nodes) {
    struct parser ps = {doc, in.p, kith_scan_end(in), max_nodes, true};
    uint32_t root;
    int err;
    if (ps.max_nodes > KITH_JSON_NONE)
        ps.max_nodes = KITH_JSON_NONE;
    doc->count = doc->text_len = 0;
    err = add_child(&ps, KITH_JSON_NONE, KITH_JSON_NONE, &root);
    if (!err)
        err = parse_value(&ps, root, 0);
    if (!err) {
        skip_space(&ps);
        err = ps.at == ps.end ? KITH_OK : KITH_ERR_SYNTAX;
    }
    if (err)
        doc->count = doc->text_len = 0;
    doc->was_canonical = !err && ps.canonical;
    return err;
}
