/* SPDX-License-Identifier: MIT */
/* bench_limit FILE DIR: the bare limit of this machine for the messages of FILE, one JSON object a
 * line. libsodium alone verifies their signed texts, on one core and on all; a file in DIR is written
 * from end to end, and appended to with a sync after each block. */
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/json.h"
#include "feed/id.h"
#include "feed/message.h"

struct signed_text {
    struct kith_pubkey author;
    struct kith_sig sig;
    size_t at, len; /* in texts */
};

static struct signed_text *items;
static size_t item_count, item_cap;
static struct kith_buf texts;

struct share {
    size_t from, to, good;
};

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The signed text is the pretty text up to the comma before "signature", and "\n}". */
static void add_item(struct kith_bytes line) {
    struct kith_json doc = {0};
    struct kith_message m;
    if (kith_json_parse(&doc, line, KITH_MESSAGE_MAX_NODES) || kith_message_read(&doc, line, &m)) {
        fprintf(stderr, "bench_limit: not a message: %.*s\n", (int)line.len, (const char *)line.p);
        exit(1);
    }
    struct kith_buf pretty = {0};
    kith_json_put_pretty(&pretty, &doc, 0);
    const char mark[] = ",\n  \"signature\": ";
    uint8_t *end = memmem(pretty.p, pretty.len, mark, sizeof mark - 1);
    if (!end)
        exit(1);
    items = kith_grow(items, &item_cap, item_count + 1, sizeof *items);
    struct signed_text *it = &items[item_count++];
    it->author = m.author;
    it->sig = m.sig;
    it->at = texts.len;
    kith_buf_put(&texts, pretty.p, (size_t)(end - pretty.p));
    kith_buf_put_str(&texts, "\n}");
    it->len = texts.len - it->at;
    kith_buf_wipe(&pretty);
    kith_json_wipe(&doc);
}

static void *verify(void *arg) {
    struct share *s = arg;
    for (size_t i = s->from; i < s->to; i++)
        s->good += crypto_sign_verify_detached(items[i].sig.b, texts.p + items[i].at, items[i].len,
                                               items[i].author.b) == 0;
    return NULL;
}

static void verify_all(unsigned threads) {
    pthread_t ids[64];
    struct share shares[64] = {0};
    size_t good = 0;
    double begin = now_s();
    for (unsigned i = 0; i < threads; i++) {
        shares[i].from = item_count * i / threads;
        shares[i].to = item_count * (i + 1) / threads;
        if (pthread_create(&ids[i], NULL, verify, &shares[i]))
            exit(1);
    }
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        good += shares[i].good;
    }
    double took = now_s() - begin;
    printf("{\"row\":\"verify_%s\",\"per_s\":%.0f,\"seconds\":%.3f,\"good\":%zu}\n",
           threads == 1 ? "one_core" : "all_cores", (double)item_count / took, took, good);
    if (good != item_count)
        exit(1);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void write_all(const char *dir, const uint8_t *data, size_t len) {
    enum { BLOCK = 1 << 20, APPEND = 512, APPENDS = 1000 };
    char path[4096];
    static double took[APPENDS];
    snprintf(path, sizeof path, "%s/limit.tmp", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    double begin = now_s();
    for (size_t at = 0; at < len; at += BLOCK)
        if (write(fd, data + at, len - at < BLOCK ? len - at : BLOCK) < 0)
            exit(1);
    if (fd < 0 || fdatasync(fd))
        exit(1);
    double all = now_s() - begin;
    printf("{\"row\":\"write\",\"mb_per_s\":%.0f,\"per_s\":%.0f,\"seconds\":%.3f}\n", (double)len / 1e6 / all,
           (double)item_count / all, all);
    for (int i = 0; i < APPENDS; i++) {
        begin = now_s();
        if (write(fd, data, APPEND) != APPEND || fdatasync(fd))
            exit(1);
        took[i] = now_s() - begin;
    }
    qsort(took, APPENDS, sizeof *took, compare);
    printf("{\"row\":\"append_sync\",\"median_us\":%.1f,\"p99_us\":%.1f}\n", took[APPENDS / 2] * 1e6,
           took[APPENDS * 99 / 100] * 1e6);
    close(fd);
    unlink(path);
}

int main(int argc, char **argv) {
    if (argc != 3 || sodium_init() < 0) {
        fprintf(stderr, "usage: bench_limit FILE DIR\n");
        return 2;
    }
    FILE *f = fopen(argv[1], "r");
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    struct kith_buf all = {0};
    while (f && (len = getline(&line, &cap, f)) > 0) {
        kith_buf_put(&all, line, (size_t)len);
        add_item(kith_bytes(line, (size_t)len - (line[len - 1] == '\n')));
    }
    if (!item_count)
        return 1;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    verify_all(1);
    verify_all(cores > 64 ? 64 : cores < 2 ? 2 : (unsigned)cores);
    write_all(argv[2], all.p, all.len);
    fclose(f);
    free(line);
    return 0;
}
