/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"

#define DEFAULT_PORT 8787
#define STUN_PORT 3478 /* RFC 8489, 8.1 */
#define METRICS_PORT 9787
#define LINE_MAX_LEN 1024

static bool fail(const char *name, const char *wanted, const char *value) {
    fprintf(stderr, "kith-broker: %s takes %s, not “%s”\n", name, wanted, value);
    return false;
}

/* ---- one value ---- */

/* HOST:PORT, HOST or :PORT; IPv6 as [::1]:8787; "off". */
static bool read_endpoint(struct endpoint *out, const char *text) {
    const char *colon = strrchr(text, ':'), *close = strchr(text, ']');
    size_t len = colon && (!close || colon > close) ? (size_t)(colon - text) : strlen(text);
    char *end;
    long port;
    out->on = strcmp(text, "off") != 0;
    if (!out->on)
        return true;
    if (text[len]) {
        port = strtol(text + len + 1, &end, 10);
        if (*end || end == text + len + 1 || port < 0 || port > 65535)
            return false;
        out->port = (uint16_t)port;
    }
    if (*text == '[' && len >= 2 && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    if (len >= sizeof out->host)
        return false;
    if (len)
        snprintf(out->host, sizeof out->host, "%.*s", (int)len, text);
    if (!strcmp(out->host, "localhost"))
        strcpy(out->host, "127.0.0.1");
    return true;
}

static bool read_flag(bool *out, const char *text) {
    *out = !strcmp(text, "on") || !strcmp(text, "yes") || !*text;
    return *out || !strcmp(text, "off") || !strcmp(text, "no");
}

static bool read_number(unsigned *out, const char *text) {
    char *end;
    long n = strtol(text, &end, 10);
    *out = (unsigned)n;
    return *text && !*end && n >= 1 && n <= 10000000;
}

static bool read_text(char *out, size_t len, const char *text) {
    snprintf(out, len, "%s", text);
    return strlen(text) < len;
}

static bool read_more(char list[][OPTION_MAX], unsigned *count, unsigned max, const char *text) {
    return *count < max && !strpbrk(text, "\"\\") && read_text(list[(*count)++], OPTION_MAX, text);
}

static const struct {
    const char *name, *value, *help;
} table[] = {
    {"listen", "HOST:PORT", "where page and broker are (127.0.0.1:8787)"},
    {"web", "FOLDER", "the page's static files, instead of those inside the program"},
    {"no-web", "", "serve no page"},
    {"data", "FOLDER", "where key and accounts are kept (kith-broker)"},
    {"tls-cert", "FILE", "certificate chain, PEM; read anew on SIGHUP"},
    {"tls-key", "FILE", "its private key, PEM"},
    {"behind-proxy", "", "sources are what the proxy's X-Forwarded-For says last"},
    {"origin", "ORIGIN", "may connect, for example https://kith.example; several; any if there is none"},
    {"stun", "HOST:PORT|off", "UDP (the host of listen, 3478)"},
    {"turn", "URL", "of a coturn beside it, for example turn:kith.example:3478?transport=udp; several"},
    {"turn-secret-file", "FILE", "its static-auth-secret"},
    {"metrics", "HOST:PORT", "for Prometheus; nobody else should reach it (off)"},
    {"connections", "N", "in all (10000)"},
    {"connections-a-source", "N", "of one IPv4 /24 or IPv6 /48 (64)"},
    {"signals-a-second", "N", "of one connection (50)"},
    {"signals-burst", "N", "at once (200)"},
    {"name", "HOST", "of this broker, in the certificates of its accounts"},
    {"accounts", "on|off", "handles (on)"},
    {"letters", "on|off", "sealed signals for the absent, kept for 14 days (off)"},
    {"vault", "on|off", "people may leave a sealed copy of themselves (off)"},
    {"vault-quota", "KIB", "of one such copy (1024)"},
    {"directory", "on|off", "people may be found by name, if they say so (off)"},
    {"inbox", "on|off", "people may have an inbox where packets wait for them (off)"},
    {"inbox-quota", "MIB", "of one inbox (64)"},
    {"inbox-total", "MIB", "of all of them (10240)"},
    {"inbox-days", "N", "that a packet waits (30)"},
    {"config", "FILE", "of lines NAME = VALUE; # begins a comment"},
};

static const char *wanted_by(const char *name) {
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (!strcmp(name, table[i].name))
            return table[i].value;
    }
    return NULL;
}

static bool set(struct options *o, const char *name, const char *value) {
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {{"no-web", &o->no_web}, {"behind-proxy", &o->behind_proxy}, {"accounts", &o->accounts},
                 {"letters", &o->letters}, {"vault", &o->vault}, {"directory", &o->directory}, {"inbox", &o->inbox}};
    const struct {
        const char *name;
        unsigned *number;
    } numbers[] = {{"connections", &o->connections},
                   {"connections-a-source", &o->connections_a_source},
                   {"signals-a-second", &o->signals_a_second},
                   {"signals-burst", &o->signals_burst},
                   {"vault-quota", &o->vault_quota},
                   {"inbox-quota", &o->inbox_quota},
                   {"inbox-total", &o->inbox_total},
                   {"inbox-days", &o->inbox_days}};
    const struct {
        const char *name;
        char *text;
        size_t len;
    } texts[] = {{"web", o->web, OPTION_MAX}, {"data", o->data, OPTION_MAX}, {"tls-cert", o->tls_cert, OPTION_MAX},
                 {"tls-key", o->tls_key, OPTION_MAX}, {"turn-secret-file", o->turn_secret_file, OPTION_MAX},
                 {"name", o->name, sizeof o->name}};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (!strcmp(name, flags[i].name))
            return read_flag(flags[i].flag, value);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (!strcmp(name, numbers[i].name))
            return read_number(numbers[i].number, value);
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!strcmp(name, texts[i].name))
            return *value && read_text(texts[i].text, texts[i].len, value);
    }
    if (!strcmp(name, "listen"))
        return read_endpoint(&o->listen, value) && o->listen.on;
    if (!strcmp(name, "stun"))
        return read_endpoint(&o->stun, value);
    if (!strcmp(name, "metrics"))
        return read_endpoint(&o->metrics, value);
    if (!strcmp(name, "turn"))
        return read_more(o->turn, &o->turn_count, URLS_MAX, value);
    if (!strcmp(name, "origin"))
        return read_more(o->origins, &o->origin_count, ORIGINS_MAX, value);
    return false;
}

/* ---- the file ---- */

static char *trim(char *text) {
    size_t len;
    while (*text == ' ' || *text == '\t')
        text++;
    len = strlen(text);
    while (len && strchr(" \t\r\n", text[len - 1]))
        text[--len] = 0;
    return text;
}

static bool read_line(struct options *o, char *line, const char *path, unsigned number) {
    char *text = trim(line), *equals = strchr(text, '='), *name = text;
    const char *value = "";
    if (!*text || *text == '#')
        return true;
    if (equals) {
        *equals = 0;
        value = trim(equals + 1);
        name = trim(text);
    }
    if (wanted_by(name) && strcmp(name, "config") != 0 && set(o, name, value))
        return true;
    fprintf(stderr, "kith-broker: %s, line %u: ", path, number);
    if (wanted_by(name))
        return fail(name, *wanted_by(name) ? wanted_by(name) : "on or off", value);
    fprintf(stderr, "there is no option “%s”\n", name);
    return false;
}

static bool read_file(struct options *o, const char *path) {
    char line[LINE_MAX_LEN];
    FILE *f = fopen(path, "re");
    bool good = true;
    if (!f) {
        fprintf(stderr, "kith-broker: cannot read %s\n", path);
        return false;
    }
    for (unsigned n = 1; good && fgets(line, sizeof line, f); n++)
        good = read_line(o, line, path, n);
    fclose(f);
    return good;
}

/* ---- all ---- */

static bool read_words(struct options *o, int argc, char **argv, bool config) {
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i] + 2, *wanted, *value = "";
        if (strncmp(argv[i], "--", 2) != 0 || !(wanted = wanted_by(name))) {
            fprintf(stderr, "kith-broker: “%s” is no option; --help has them all\n", argv[i]);
            return false;
        }
        if (*wanted && i + 1 < argc)
            value = argv[++i];
        if (!strcmp(name, "config") ? config && !read_file(o, value) : !config && !set(o, name, value))
            return strcmp(name, "config") ? fail(argv[i - (*wanted ? 1 : 0)], wanted, value) : false;
    }
    return true;
}

static bool settle(struct options *o) {
    if (!o->stun.host[0])
        strcpy(o->stun.host, o->listen.host);
    if (!*o->tls_cert != !*o->tls_key) {
        fprintf(stderr, "kith-broker: tls-cert and tls-key belong together\n");
        return false;
    }
    if ((o->vault || o->directory || o->inbox) && !o->accounts) {
        fprintf(stderr, "kith-broker: vault, directory and inbox need accounts\n");
        return false;
    }
    if (o->vault_quota > 16u << 10) {
        fprintf(stderr, "kith-broker: vault-quota is at most 16384\n");
        return false;
    }
    if (o->inbox_quota > 1u << 20 || o->inbox_total > 8u << 20 || o->inbox_days > 3650) {
        fprintf(stderr, "kith-broker: inbox-quota is at most 1048576, inbox-total 8388608, inbox-days 3650\n");
        return false;
    }
    if (!o->turn_count != !*o->turn_secret_file) {
        fprintf(stderr, "kith-broker: turn and turn-secret-file belong together\n");
        return false;
    }
    return true;
}

enum options_result options_read(struct options *o, int argc, char **argv) {
    *o = (struct options){
        .listen = {"127.0.0.1", DEFAULT_PORT, true},
        .stun = {"", STUN_PORT, true},
        .metrics = {"127.0.0.1", METRICS_PORT, false},
        .data = "kith-broker",
        .connections = 10000,
        .connections_a_source = KITH_BROKER_SESSIONS_A_SOURCE,
        .signals_a_second = KITH_BROKER_SIGNALS_A_SECOND,
        .signals_burst = KITH_BROKER_SIGNALS_BURST,
        .accounts = true,
        .vault_quota = 1024,
        .inbox_quota = 64,
        .inbox_total = 10240,
        .inbox_days = 30,
    };
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
            return OPTIONS_HELP;
        if (!strcmp(argv[i], "--version"))
            return OPTIONS_VERSION;
    }
    return read_words(o, argc, argv, true) && read_words(o, argc, argv, false) && settle(o) ? OPTIONS_OK : OPTIONS_BAD;
}

void options_help(void) {
    printf("kith-broker introduces kith peers to each other and serves the page.\n\n"
           "usage: kith-broker [--OPTION VALUE]...\n\n");
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char option[64];
        snprintf(option, sizeof option, "--%s %s", table[i].name, table[i].value);
        printf("  %-30s %s\n", option, table[i].help);
    }
    printf("\nmore: man kith-broker\n");
}
