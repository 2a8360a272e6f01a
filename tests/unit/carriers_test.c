/* SPDX-License-Identifier: MIT */
/* carriers_test.c: what goes wrong on roads that store and forward: a disk that is full, programs that do not end, addresses
 * that are no inbox. What they carry when all is well: tests/interop/roads.mjs. */
#include "drivers/carrier.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static char folder[] = "/tmp/kith-carriers-XXXXXX";

static bool stop(void *ctx) {
    return *(const bool *)ctx;
}

static enum kith_carried send_to(const char *address, bool stopping, char by[KITH_CARRIER_WORD]) {
    static const uint8_t packet[2000];
    const struct kith_carrier *carrier = kith_carrier_of(address);
    struct kith_carrier_way way = {.address = address, .rest = strchr(address, ':') + 1, .settings = "", .stop = stop, .ctx = &stopping};
    by[0] = 0;
    return carrier->transmit(&way, kith_bytes(packet, sizeof packet), by);
}

/* The lowest number that is free. */
static int next_fd(void) {
    int fd = open("/dev/null", O_RDONLY);
    close(fd);
    return fd;
}

static void a_full_stick_costs_no_descriptor(void) {
    const struct rlimit little = {1000, RLIM_INFINITY}, much = {RLIM_INFINITY, RLIM_INFINITY};
    char address[100], by[KITH_CARRIER_WORD];
    int before = next_fd();
    snprintf(address, sizeof address, "dir:%s", folder);
    signal(SIGXFSZ, SIG_IGN);
    CHECK(!setrlimit(RLIMIT_FSIZE, &little));
    for (int i = 0; i < 3; i++)
        CHECK(send_to(address, false, by) == KITH_CARRIED_LATER && by[0]);
    CHECK(!setrlimit(RLIMIT_FSIZE, &much));
    CHECK(next_fd() == before);
    CHECK(!rmdir(folder) && !mkdir(folder, 0700)); /* nor is half a packet left there */
}

/* The address of a program that is this script. */
static void write_script(char address[100], const char *text) {
    FILE *f;
    snprintf(address, 100, "exec:%s/program", folder);
    f = fopen(address + 5, "w");
    CHECK(f && fprintf(f, "#!/bin/sh\n%s\n", text) > 0 && !fclose(f) && !chmod(address + 5, 0700));
}

/* As ssh does with ControlPersist: what stays behind has our ends of its output. */
static void a_program_may_leave_one_behind(void) {
    char address[100], by[KITH_CARRIER_WORD], path[100], text[200];
    int pid = 0, before = next_fd();
    FILE *f;
    snprintf(path, sizeof path, "%s/pid", folder);
    snprintf(text, sizeof text, "cat >/dev/null\nsleep 100 &\necho $! >%s\necho the loft", path);
    write_script(address, text);
    CHECK(send_to(address, false, by) == KITH_CARRIED_STORED && !strcmp(by, "the loft"));
    f = fopen(path, "r");
    CHECK(f && fscanf(f, "%d", &pid) == 1 && pid > 1);
    CHECK(!kill(pid, SIGKILL)); /* it was still there */
    if (f)
        fclose(f);
    CHECK(next_fd() == before);
    CHECK(!unlink(path) && !unlink(address + 5));
}

static void a_program_that_does_not_want_to_end_is_ended(void) {
    char address[100], by[KITH_CARRIER_WORD];
    write_script(address, "trap '' TERM\nexec >/dev/null 2>&1\nwhile :; do sleep 1; done");
    CHECK(send_to(address, true, by) == KITH_CARRIED_LATER);
    CHECK(!unlink(address + 5));
}

#define NAME "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Addresses come from profiles of strangers, too. Nobody listens at port 1. */
static void only_an_inbox_is_asked(void) {
    static const struct {
        const char *address;
        enum kith_carried how;
    } rows[] = {
        {"http://127.0.0.1:1/inbox/" NAME, KITH_CARRIED_LATER},
        {"http://127.0.0.1:1/behind/a/proxy/inbox/" NAME, KITH_CARRIED_LATER},
        {"http://127.0.0.1:1/shutdown?x=/" NAME, KITH_CARRIED_NEVER},
        {"http://127.0.0.1:1/shutdown#/" NAME, KITH_CARRIED_NEVER},
        {"http://127.0.0.1:1/api/restart", KITH_CARRIED_NEVER},
        {"http://127.0.0.1:1/" NAME "0", KITH_CARRIED_NEVER},
        {"http://127.0.0.1:1/", KITH_CARRIED_NEVER},
        {"http://127.0.0.1:1", KITH_CARRIED_NEVER},
        {"http://" NAME, KITH_CARRIED_NEVER},
        {"http:/inbox/" NAME, KITH_CARRIED_NEVER},
    };
    char by[KITH_CARRIER_WORD];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(send_to(rows[i].address, false, by) == rows[i].how, rows[i].address);
}

int main(void) {
    CHECK(mkdtemp(folder) != NULL);
    signal(SIGPIPE, SIG_IGN);
    kith_carrier_start();
    a_full_stick_costs_no_descriptor();
    a_program_may_leave_one_behind();
    a_program_that_does_not_want_to_end_is_ended();
    only_an_inbox_is_asked();
    CHECK(!rmdir(folder));
    return check_done();
}
