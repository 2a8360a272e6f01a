/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1
#include "drivers/slots_posix.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "store_lab.h"

static void settle(struct kith_slots_posix *p, struct kith_store *s) {
    struct kith_store_effect e;
    while (kith_store_next(s, &e)) {
        struct kith_slot made;
        int err = kith_slots_posix_perform(p, &e, &made);
        CHECK(err == KITH_OK);
        kith_store_done(s, e.ticket, err, e.kind == KITH_STORE_CREATE ? &made : NULL);
    }
}

static void remove_all(const char *dir) {
    DIR *d = opendir(dir);
    struct dirent *e;
    char path[512];
    while (d && (e = readdir(d))) {
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        unlink(path);
    }
    if (d)
        closedir(d);
    rmdir(dir);
}

static void slot_by_slot(const char *dir) {
    struct kith_slots_posix *p, *second;
    struct kith_store_effect e = {.kind = KITH_STORE_CREATE, .name = "log-00000000000000ff"};
    struct kith_slot s, unused;
    uint8_t bytes[16];
    uint64_t size;
    size_t got, count;
    CHECK(kith_slots_posix_open(&p, dir) == KITH_OK);
    CHECK(kith_slots_posix_open(&second, dir) == KITH_ERR_LOCKED && second == NULL);
    CHECK(kith_slots_posix_perform(p, &e, &s) == KITH_OK);
    CHECK(kith_slots_posix_perform(p, &e, &unused) == KITH_ERR_EXISTS);
    CHECK(s.ops->write_at(s.ctx, 3, "hello", 5) == KITH_OK);
    CHECK(s.ops->size(s.ctx, &size) == KITH_OK && size == 8);
    CHECK(s.ops->read_at(s.ctx, 1, bytes, 16, &got) == KITH_OK && got == 7 && !memcmp(bytes, "\0\0hello", 7));
    CHECK(s.ops->read_at(s.ctx, 100, bytes, 16, &got) == KITH_OK && got == 0);
    CHECK(s.ops->truncate(s.ctx, 4) == KITH_OK);
    e.kind = KITH_STORE_SYNC;
    CHECK(kith_slots_posix_perform(p, &e, NULL) == KITH_OK);
    kith_slots_posix_free(p);
    CHECK(kith_slots_posix_open(&p, dir) == KITH_OK);
    CHECK(kith_slots_posix_list(p, &count)[0].ops != NULL && count == 1);
    s = kith_slots_posix_list(p, &count)[0];
    CHECK(!strcmp(s.name, e.name));
    CHECK(s.ops->size(s.ctx, &size) == KITH_OK && size == 4);
    e.kind = KITH_STORE_DELETE;
    CHECK(kith_slots_posix_perform(p, &e, NULL) == KITH_OK);
    CHECK(kith_slots_posix_perform(p, &e, NULL) == KITH_ERR_NOT_FOUND);
    memcpy(e.name, "../out", 7);
    e.kind = KITH_STORE_CREATE;
    CHECK(kith_slots_posix_perform(p, &e, &s) == KITH_ERR_ARG);
    kith_slots_posix_list(p, &count);
    CHECK(count == 0);
    kith_slots_posix_free(p);
    CHECK(kith_slots_posix_open(&p, "/proc/none/such") == KITH_ERR_IO && p == NULL);
}

static struct kith_store *open_store(struct kith_slots_posix *p, struct kith_store_report *report) {
    static uint64_t seed = 5;
    struct kith_store_config c = {.rng = {lab_fill, &seed}, .segment_len = 15000};
    struct kith_store *s;
    c.slots = kith_slots_posix_list(p, &c.slot_count);
    if (kith_store_open(&s, &c, report))
        exit(2);
    return s;
}

/* Writes until it is killed, and says through the pipe what has been acknowledged. */
static void write_for_ever(const char *dir, const struct lab *lab, int pipe_fd) {
    struct kith_slots_posix *p;
    struct kith_store_report report;
    struct kith_store *s;
    if (kith_slots_posix_open(&p, dir))
        _exit(3);
    s = open_store(p, &report);
    for (size_t i = (size_t)kith_store_count(s); i < lab->count; i++) {
        struct kith_record r = lab_record(lab, i);
        uint64_t first, durable;
        if (kith_store_append(s, &r, 1, &first))
            _exit(4);
        if (i % 50 == 0 && kith_store_snapshot(s))
            _exit(5);
        kith_store_sync(s);
        settle(p, s);
        durable = kith_store_durable(s);
        if (write(pipe_fd, &durable, sizeof durable) != sizeof durable)
            _exit(6);
    }
    for (;;)
        pause();
}

static void kill_again_and_again(const char *dir, const struct lab *lab) {
    uint64_t promised = 0;
    for (unsigned round = 0; round < 12; round++) {
        struct kith_slots_posix *p;
        struct kith_store_report report;
        struct kith_store *s;
        struct kith_buf scratch = {0};
        uint64_t durable;
        unsigned acks = 5 + round * 7 % 40; /* the kill comes right after one of these */
        int fds[2], status;
        pid_t child;
        if (pipe(fds))
            exit(2);
        child = fork();
        if (!child) {
            close(fds[0]);
            write_for_ever(dir, lab, fds[1]);
        }
        close(fds[1]);
        while (acks-- && read(fds[0], &durable, sizeof durable) == sizeof durable)
            promised = durable;
        kill(child, SIGKILL);
        while (read(fds[0], &durable, sizeof durable) == sizeof durable)
            promised = durable;
        waitpid(child, &status, 0);
        close(fds[0]);
        CHECK(WIFSIGNALED(status));
        CHECK(kith_slots_posix_open(&p, dir) == KITH_OK); /* the lock died with it */
        s = open_store(p, &report);
        CHECK(kith_store_count(s) >= promised && !report.damaged_blocks);
        for (uint64_t i = 0; i < kith_store_count(s); i++) {
            struct kith_record r;
            CHECK(kith_store_get(s, i, &r, &scratch) == KITH_OK && kith_bytes_eq(r.value, lab->messages[i].value));
        }
        kith_buf_wipe(&scratch);
        kith_store_free(s);
        kith_slots_posix_free(p);
    }
    CHECK(promised > 100);
}

int main(void) {
    char dir[] = "/tmp/kith-slots-XXXXXX";
    struct lab lab;
    if (!mkdtemp(dir))
        return 2;
    lab_init(&lab, 3, 600, 4);
    slot_by_slot(dir);
    kill_again_and_again(dir, &lab);
    remove_all(dir);
    lab_wipe(&lab);
    return check_done();
}
