/* SPDX-License-Identifier: MIT */
/* Posts a line on your wall and prints the wall, newest first:
 *
 *     cc wall.c $(pkg-config --cflags --libs kith) -o wall && ./wall HOME 'Hello from C'
 */
#include <kith/kith.h>
#include <stdio.h>

static int print_line(void *ctx, const char *json, size_t len) {
    unsigned *count = ctx;
    printf("%3u  %.*s\n", ++*count, (int)len, json);
    return 1;
}

int main(int argc, char **argv) {
    struct kith *k;
    char id[KITH_ID_SIZE];
    unsigned count = 0;
    int err;
    if (argc != 3) {
        fprintf(stderr, "usage: wall HOME TEXT\n");
        return 2;
    }
    err = kith_open(&k, argv[1], KITH_OPEN_CREATE);
    if (err) {
        fprintf(stderr, "%s: %s\n", argv[1], kith_strerror(err));
        return 1;
    }
    printf("you are %s\n", kith_id(k));
    err = kith_post(k, argv[2], id);
    if (!err) {
        printf("posted %s\n", id);
        err = kith_wall(k, NULL, 10, print_line, &count);
    }
    if (err)
        fprintf(stderr, "%s\n", kith_why(k));
    kith_close(k);
    return err != 0;
}
