/* SPDX-License-Identifier: MIT */
/* options.h: what an operator can say, as --NAME VALUE on the command line or as NAME = VALUE in a file;
 * docs/man/kith-broker.1 has the list. The command line wins over the file. */
#ifndef KITH_BROKER_OPTIONS_H
#define KITH_BROKER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define OPTION_MAX 512
#define ORIGINS_MAX 16
#define URLS_MAX 8

struct endpoint {
    char host[128];
    uint16_t port;
    bool on;
};

struct options {
    struct endpoint listen, stun, metrics;
    char web[OPTION_MAX]; /* folder; "": the page inside the program */
    bool no_web;
    char data[OPTION_MAX];
    char tls_cert[OPTION_MAX], tls_key[OPTION_MAX];
    char turn_secret_file[OPTION_MAX];
    char turn[URLS_MAX][OPTION_MAX];
    unsigned turn_count;
    char origins[ORIGINS_MAX][OPTION_MAX];
    unsigned origin_count; /* 0: any */
    bool behind_proxy;
    unsigned connections, connections_a_source, signals_a_second, signals_burst;
    bool accounts, letters, vault, directory, inbox;
    unsigned vault_quota; /* KiB */
    unsigned inbox_quota, inbox_total; /* MiB */
    unsigned inbox_days;
    char name[256]; /* of this broker, in certificates */
};

enum options_result { OPTIONS_OK, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_BAD };

/* Says on stderr what is wrong. */
enum options_result options_read(struct options *o, int argc, char **argv);
void options_help(void);

#endif
