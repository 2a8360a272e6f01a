/* SPDX-License-Identifier: MIT */
/* json_filter.c: the JSON of core/base, line by line, for json_differ.mjs to compare with V8.
 *
 * In: a JSON text in hexadecimal. Out: "!" if it is refused, or "C PRETTY UNITS COMPACT" where C is 1
 * if the text was canonical, both printed forms are in hexadecimal and UNITS is the UTF-16 length
 * of the pretty one. COMPACT is "=" if it is the input. "?" and a reason says that kith does not
 * agree with itself. */
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"

static int nibble(int c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False at the end of the input. */
static bool read_line(struct kith_buf *line) {
    int high, low;
    kith_buf_clear(line);
    high = getchar();
    if (high == EOF)
        return false;
    for (; high != '\n' && high != EOF; high = getchar()) {
        low = getchar();
        if (nibble(high) < 0 || nibble(low) < 0)
            return false;
        kith_buf_put_u8(line, (uint8_t)(nibble(high) << 4 | nibble(low)));
    }
    return true;
}

static void put_hex(struct kith_bytes in) {
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < in.len; i++) {
        putchar(hex[in.p[i] >> 4]);
        putchar(hex[in.p[i] & 15]);
    }
}

int main(void) {
    struct kith_buf line = {0}, compact = {0}, pretty = {0};
    struct kith_json doc = {0};
    setvbuf(stdout, NULL, _IOLBF, 0); /* the asker waits for an answer before it asks on */
    while (read_line(&line)) {
        struct kith_bytes in = kith_buf_bytes(&line);
        bool same;
        if (kith_json_parse(&doc, in, 1000000)) {
            puts("!");
            continue;
        }
        kith_buf_clear(&compact);
        kith_buf_clear(&pretty);
        kith_json_put_compact(&compact, &doc, 0);
        kith_json_put_pretty(&pretty, &doc, 0);
        same = kith_bytes_eq(in, kith_buf_bytes(&compact));
        if (same != doc.was_canonical) {
            puts("? was_canonical is wrong");
            continue;
        }
        printf("%d ", same);
        put_hex(kith_buf_bytes(&pretty));
        printf(" %zu ", kith_text_utf16_len(kith_buf_bytes(&pretty)));
        if (same)
            putchar('=');
        else
            put_hex(kith_buf_bytes(&compact));
        putchar('\n');
    }
    kith_buf_wipe(&line);
    kith_buf_wipe(&compact);
    kith_buf_wipe(&pretty);
    kith_json_wipe(&doc);
    return 0;
}
