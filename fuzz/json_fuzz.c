/* SPDX-License-Identifier: MIT */
/* json_fuzz.c: whatever parses prints to a text that parses as canonical and prints the same; the
 * pretty form parses to the same; strings survive being unescaped and quoted again. */
#include "base/json.h"
#include "base/number.h"
#include "base/text.h"

#define MAX_NODES 100000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print(struct kith_buf *out, const struct kith_json *doc, bool pretty) {
    kith_buf_clear(out);
    if (pretty)
        kith_json_put_pretty(out, doc, 0);
    else
        kith_json_put_compact(out, doc, 0);
}

static bool has_lone_surrogate(struct kith_bytes canonical) {
    for (size_t i = 0; i + 2 < canonical.len; i++) {
        if (canonical.p[i] != '\\')
            continue;
        if (canonical.p[i + 1] == 'u' && canonical.p[i + 2] == 'd')
            return true;
        i++;
    }
    return false;
}

static void check_string(struct kith_bytes canonical) {
    struct kith_buf plain = {0}, quoted = {0};
    kith_json_unescape(&plain, canonical);
    KITH_ASSERT(kith_text_is_utf8(kith_buf_bytes(&plain)));
    kith_json_put_string(&quoted, kith_buf_bytes(&plain));
    KITH_ASSERT(has_lone_surrogate(canonical) ||
                kith_bytes_eq(kith_bytes(quoted.p + 1, quoted.len - 2), canonical));
    kith_buf_wipe(&plain);
    kith_buf_wipe(&quoted);
}

static void check_values(const struct kith_json *doc) {
    for (uint32_t i = 0; i < doc->count; i++) {
        double v;
        int err = kith_json_double(doc, i, &v);
        KITH_ASSERT((err == KITH_OK) == (doc->nodes[i].type == KITH_JSON_NUMBER));
        check_string(doc->nodes[i].key);
        check_string(kith_json_str(doc, i));
    }
}

/* Any bytes as UTF-8 text: kept if well-formed, and made so otherwise. */
static void check_text(struct kith_bytes in) {
    struct kith_json doc = {0};
    struct kith_buf quoted = {0}, back = {0}, low = {0};
    bool good = kith_text_is_utf8(in);
    kith_json_put_string(&quoted, in);
    KITH_ASSERT(kith_json_parse(&doc, kith_buf_bytes(&quoted), 1) == KITH_OK && doc.was_canonical);
    kith_json_unescape(&back, kith_json_str(&doc, 0));
    KITH_ASSERT(kith_bytes_eq(kith_buf_bytes(&back), in) == good);
    kith_text_put_latin1(&low, kith_buf_bytes(&back));
    KITH_ASSERT(low.len == kith_text_utf16_len(kith_buf_bytes(&back)));
    kith_json_wipe(&doc);
    kith_buf_wipe(&quoted);
    kith_buf_wipe(&back);
    kith_buf_wipe(&low);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_bytes in = kith_bytes(data, size);
    struct kith_json doc = {0}, again = {0};
    struct kith_buf compact = {0}, pretty = {0}, once_more = {0};
    double v;
    check_text(in);
    if (kith_json_parse(&doc, in, MAX_NODES) == KITH_OK) {
        check_values(&doc);
        print(&compact, &doc, false);
        print(&pretty, &doc, true);
        KITH_ASSERT(doc.was_canonical == kith_bytes_eq(in, kith_buf_bytes(&compact)));
        KITH_ASSERT(kith_json_parse(&again, kith_buf_bytes(&compact), MAX_NODES) == KITH_OK);
        KITH_ASSERT(again.was_canonical);
        print(&once_more, &again, false);
        KITH_ASSERT(kith_bytes_eq(kith_buf_bytes(&compact), kith_buf_bytes(&once_more)));
        print(&once_more, &again, true);
        KITH_ASSERT(kith_bytes_eq(kith_buf_bytes(&pretty), kith_buf_bytes(&once_more)));
        KITH_ASSERT(kith_json_parse(&again, kith_buf_bytes(&pretty), MAX_NODES) == KITH_OK);
        print(&once_more, &again, false);
        KITH_ASSERT(kith_bytes_eq(kith_buf_bytes(&compact), kith_buf_bytes(&once_more)));
    } else {
        KITH_ASSERT(doc.count == 0 && kith_number_parse(in, &v) == KITH_ERR_SYNTAX);
    }
    kith_json_wipe(&doc);
    kith_json_wipe(&again);
    kith_buf_wipe(&compact);
    kith_buf_wipe(&pretty);
    kith_buf_wipe(&once_more);
    return 0;
}
