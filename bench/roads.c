/* SPDX-License-Identifier: MIT */
/* roads.c FILE FOLDER: what packets cost, one JSON row a line: their length against that of their content, compressed;
 * sealing and opening; small ones through a folder, from sealing to having been opened on the other side; and files of that
 * length through the same folder without anything of ours, which is what the disk allows. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "drivers/carrier.h"
#include "sync/deflate.h"
#include "sync/packet_parts.h"

#define SMALL 4000
#define NOW UINT64_C(1770000000000)

static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    for (ssize_t got; len; out += got, len -= (size_t)got)
        got = getrandom(out, len < 256 ? len : 256, 0);
}

static const struct kith_rng rng = {fill, NULL};

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double processor(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int seal(struct kith_buf *out, struct kith_bytes content, const struct kith_keypair *from, const struct kith_keypair *to) {
    struct kith_packet p = {.encoding = 1, .created_ms = NOW, .expires_ms = NOW + 1000, .content = content};
    kith_buf_clear(out);
    return kith_packet_seal(out, &p, from, &to->pub, 1, &rng);
}

/* Messages of the file up to about `len` bytes, as the courier packs them. */
static void pack(struct kith_buf *content, FILE *f, size_t len) {
    static char line[70000];
    kith_buf_clear(content);
    rewind(f);
    while (content->len < len && fgets(line, sizeof line, f))
        kith_parts_put(content, KITH_PART_MESSAGE, kith_bytes(line, strcspn(line, "\n")));
}

static void sizes(FILE *f, const struct kith_keypair *from, const struct kith_keypair *to) {
    static const struct {
        const char *name;
        size_t len;
    } rows[] = {{"2kb", 2000}, {"20kb", 20000}, {"200kb", 200000}, {"1mb", 1000000}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_buf content = {0}, small = {0}, packet = {0}, plain = {0};
        struct kith_packet p;
        double begin, sealed, opened;
        pack(&content, f, rows[i].len);
        (void)kith_deflate(&small, kith_buf_bytes(&content), kith_bytes(NULL, 0));
        begin = seconds();
        if (seal(&packet, kith_buf_bytes(&content), from, to))
            exit(1);
        sealed = seconds();
        if (kith_packet_open(&p, &plain, kith_buf_bytes(&packet), to, NOW))
            exit(1);
        opened = seconds();
        printf("{\"row\":\"packet_%s\",\"content\":%zu,\"compressed\":%zu,\"packet\":%zu,\"ratio\":%.3f,\"seal_ms\":%.2f,\"open_ms\":%.2f}\n", rows[i].name, content.len,
               small.len, packet.len, (double)packet.len / (double)small.len, (sealed - begin) * 1e3, (opened - sealed) * 1e3);
        kith_buf_wipe(&content);
        kith_buf_wipe(&small);
        kith_buf_wipe(&packet);
        kith_buf_wipe(&plain);
    }
}

struct reader {
    const struct kith_keypair *me;
    struct kith_buf plain;
    size_t count;
};

static bool is_ours(void *ctx, struct kith_bytes packet, bool *alone) {
    const struct reader *r = ctx;
    return kith_packet_is_for(packet, r->me, alone);
}

static bool take(void *ctx, struct kith_bytes packet) {
    struct reader *r = ctx;
    struct kith_packet p;
    r->count += !kith_packet_open(&p, &r->plain, packet, r->me, NOW);
    return true;
}

/* The same for eight people: one packet for all of them against one for each. */
static void together(FILE *f, const struct kith_keypair *from) {
    static const struct { const char *name; size_t len; } rows[] = {{"post", 500}, {"photo_piece", 1 << 20}};
    struct kith_pubkey to[8];
    for (size_t i = 0; i < 8; i++) {
        struct kith_keypair keys;
        kith_sign_keypair_new(&keys, &rng);
        to[i] = keys.pub;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct kith_buf content = {0}, one = {0}, each = {0};
        struct kith_packet p = {.encoding = 1, .created_ms = NOW, .expires_ms = NOW + 1000};
        double begin, middle, end;
        if (i) {
            kith_buf_reserve(&content, rows[i].len);
            kith_rng_fill(&rng, content.p, content.len = rows[i].len);
        } else {
            pack(&content, f, rows[i].len);
        }
        p.content = kith_buf_bytes(&content);
        begin = seconds();
        if (kith_packet_seal(&one, &p, from, to, 8, &rng))
            exit(1);
        middle = seconds();
        for (size_t k = 0; k < 8; k++) {
            if (kith_packet_seal(&each, &p, from, &to[k], 1, &rng))
                exit(1);
        }
        end = seconds();
        printf("{\"row\":\"together_%s\",\"people\":8,\"one\":%zu,\"apart\":%zu,\"ratio\":%.3f,\"one_ms\":%.2f,\"apart_ms\":%.2f}\n", rows[i].name, one.len, each.len,
               (double)one.len / (double)each.len, (middle - begin) * 1e3, (end - middle) * 1e3);
        kith_buf_wipe(&content);
        kith_buf_wipe(&one);
        kith_buf_wipe(&each);
    }
}

static bool never(void *ctx) {
    (void)ctx;
    return false;
}

static void sync_folder(const char *folder) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || syncfs(fd) || close(fd))
        exit(1);
}

static void bare_name(char *out, size_t len, const char *folder, const char *before, size_t i) {
    snprintf(out, len, "%s/%s%zu", folder, before, i);
}

/* What a road must do at the least to a file, and nothing else: made, written, renamed; then read and taken away. */
static void bare_folder(const char *folder, struct kith_bytes packet) {
    char name[4300], temp[4300];
    static uint8_t in[1 << 16];
    double begin = seconds(), sent, done;
    for (size_t i = 0; i < SMALL; i++) {
        int fd;
        bare_name(temp, sizeof temp, folder, ".", i);
        bare_name(name, sizeof name, folder, "", i);
        fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0 || write(fd, packet.p, packet.len) != (ssize_t)packet.len || close(fd) || rename(temp, name))
            exit(1);
    }
    sync_folder(folder);
    sent = seconds();
    for (size_t i = 0; i < SMALL; i++) {
        int fd;
        bare_name(name, sizeof name, folder, "", i);
        fd = open(name, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || read(fd, in, sizeof in) != (ssize_t)packet.len || close(fd) || unlink(name))
            exit(1);
    }
    done = seconds();
    printf("{\"row\":\"folder_bare\",\"files\":%d,\"bytes\":%zu,\"send_per_s\":%.0f,\"receive_per_s\":%.0f,\"per_s\":%.0f}\n", SMALL, packet.len,
           SMALL / (sent - begin), SMALL / (done - sent), SMALL / (done - begin));
}

static void through_folder(FILE *f, const char *folder, const struct kith_keypair *from, const struct kith_keypair *to) {
    char address[4200], by[KITH_CARRIER_WORD];
    uint64_t memo = 0;
    struct kith_carrier_way way = {.address = address, .rest = address + 4, .memo = &memo, .settings = "", .stop = never};
    struct reader reader = {.me = to};
    struct kith_carrier_taker taker = {is_ours, take, &reader, NULL};
    struct kith_buf content = {0}, packet = {0};
    double begin, sent, done, busy;
    snprintf(address, sizeof address, "dir:%s/packets", folder);
    (void)mkdir(way.rest, 0700);
    pack(&content, f, 500);
    if (seal(&packet, kith_buf_bytes(&content), from, to))
        exit(1);
    bare_folder(way.rest, kith_buf_bytes(&packet)); /* before and after: the disk is not equally fast all the time */
    busy = processor();
    begin = seconds();
    for (size_t i = 0; i < SMALL; i++) {
        if (seal(&packet, kith_buf_bytes(&content), from, to) || kith_carrier_dir.transmit(&way, kith_buf_bytes(&packet), by) != KITH_CARRIED_STORED)
            exit(1);
    }
    kith_carrier_dir.flush(&way);
    sent = seconds();
    if (!kith_carrier_dir.receive(&way, &taker, by) || reader.count != SMALL)
        exit(1);
    done = seconds();
    busy = processor() - busy;
    printf("{\"row\":\"folder\",\"packets\":%d,\"bytes\":%zu,\"send_per_s\":%.0f,\"receive_per_s\":%.0f,\"per_s\":%.0f,\"cpu_us\":%.0f}\n", SMALL, packet.len,
           SMALL / (sent - begin), SMALL / (done - sent), SMALL / (done - begin), busy * 1e6 / SMALL);
    bare_folder(way.rest, kith_buf_bytes(&packet));
    (void)rmdir(way.rest);
    kith_buf_wipe(&content);
    kith_buf_wipe(&packet);
    kith_buf_wipe(&reader.plain);
}

int main(int argc, char **argv) {
    struct kith_keypair from, to;
    FILE *f = argc == 3 ? fopen(argv[1], "r") : NULL;
    if (!f || kith_crypto_init())
        return 2;
    kith_sign_keypair_new(&from, &rng);
    kith_sign_keypair_new(&to, &rng);
    sizes(f, &from, &to);
    together(f, &from);
    through_folder(f, argv[2], &from, &to);
    fclose(f);
    return 0;
}
