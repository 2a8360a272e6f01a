/* SPDX-License-Identifier: MIT */
/* check.h: the whole test framework. A test is a function; CHECK counts and reports, never stops. */
#ifndef KITH_TEST_CHECK_H
#define KITH_TEST_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_passed, check_failed;

#define CHECK(cond)                                                                                \
    do {                                                                                           \
        if (cond) {                                                                                \
            check_passed++;                                                                        \
        } else {                                                                                   \
            check_failed++;                                                                        \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #cond);                   \
        }                                                                                          \
    } while (0)

/* The same with a word about which row of a table failed. */
#define CHECK_ROW(cond, row)                                                                       \
    do {                                                                                           \
        if (cond) {                                                                                \
            check_passed++;                                                                        \
        } else {                                                                                   \
            check_failed++;                                                                        \
            fprintf(stderr, "%s:%d: not true: %s (row %s)\n", __FILE__, __LINE__, #cond, row);     \
        }                                                                                          \
    } while (0)

/* The whole file as one NUL-ended heap block, to be freed by the caller; stops the test program if
 * it cannot be read, since nothing after that would mean anything. */
static inline char *check_read_file(const char *path, size_t *len) {
    FILE *f = fopen(path, "rb");
    char *text = NULL;
    size_t n = 0, cap = 0;
    if (!f) {
        fprintf(stderr, "cannot read %s (run from tests/vectors)\n", path);
        exit(2);
    }
    do {
        cap = cap ? cap * 2 : 65536;
        text = realloc(text, cap + 1);
        if (!text)
            exit(2);
        n += fread(text + n, 1, cap - n, f);
    } while (n == cap);
    fclose(f);
    text[n] = 0;
    *len = n;
    return text;
}

static inline int check_done(void) {
    printf("%d passed, %d failed\n", check_passed, check_failed);
    return check_failed != 0;
}

#endif
