/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "commands.h"
#include "wire/inbox_proof.h"
#include "words.h"

/* ---- roads ---- */

static void quote(struct kith_buf *out, const char *name, const char *value) {
    kith_buf_put_str(out, name);
    kith_json_put_string(out, kith_bytes_str(value));
}

static void print_text(const struct kith_json *doc, uint32_t node) {
    struct kith_buf text = {0};
    kith_json_unescape(&text, kith_json_str(doc, node));
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] < ' ' || text.p[i] == 127)
            text.p[i] = '?'; /* it may come from a road or a friend */
    }
    printf("%.*s", (int)text.len, text.p ? (const char *)text.p : "");
    kith_buf_wipe(&text);
}

static void print_roads(const struct kith_json *doc, uint32_t person) {
    for (uint32_t i = kith_json_first(doc, kith_json_get(doc, person, "roads")); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        print_text(doc, kith_json_get(doc, person, "id"));
        printf("  ");
        print_text(doc, i);
        printf("\n");
    }
}

static bool is_listed(const struct kith_json *doc, uint32_t list, struct kith_bytes road) {
    for (uint32_t i = kith_json_first(doc, list); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        if (kith_bytes_eq(kith_json_str(doc, i), road))
            return true;
    }
    return false;
}

/* All that they say, also what leads nowhere from here. */
static void print_theirs(const struct kith_json *doc, uint32_t person) {
    uint32_t roads = kith_json_get(doc, kith_json_get(doc, person, "profile"), "roads");
    for (uint32_t i = kith_json_first(doc, roads); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        bool used = is_listed(doc, kith_json_get(doc, person, "theirs"), kith_json_str(doc, i)) ||
                    is_listed(doc, kith_json_get(doc, person, "roads"), kith_json_str(doc, i));
        print_text(doc, kith_json_get(doc, person, "id"));
        printf("  ");
        print_text(doc, i);
        printf(used ? "  (they say so)\n" : "  (they say so; not used from here)\n");
    }
}

static void show_roads(struct kith_bytes json) {
    struct kith_json doc = {0};
    if (!kith_json_parse(&doc, json, SIZE_MAX)) {
        for (uint32_t i = kith_json_first(&doc, kith_json_get(&doc, 0, "own")); i != KITH_JSON_NONE; i = doc.nodes[i].next) {
            printf("you  ");
            print_text(&doc, i);
            printf("\n");
        }
        for (uint32_t i = kith_json_first(&doc, kith_json_get(&doc, 0, "people")); i != KITH_JSON_NONE; i = doc.nodes[i].next) {
            print_roads(&doc, i);
            print_theirs(&doc, i);
        }
    }
    kith_json_wipe(&doc);
}

static int road_list(struct app *a) {
    struct kith_buf reply = {0};
    int code;
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    code = app_call(a, "roads.list", KITH_LIT("[]"), &reply);
    if (!code && a->json)
        app_print(kith_buf_bytes(&reply));
    else if (!code)
        show_roads(kith_buf_bytes(&reply));
    kith_buf_wipe(&reply);
    return code;
}

/* https://HOST/inbox becomes the address of our own inbox there, which is printed. */
static const char *own_inbox(struct app *a, const char *address, char *out, size_t len) {
    size_t at = strlen(address);
    struct kith_keypair keys;
    char name[KITH_INBOX_NAME_LEN + 1];
    if ((strncmp(address, "http://", 7) && strncmp(address, "https://", 8)) || at < 6 || at + 80 > len || strcmp(address + at - 6, "/inbox"))
        return address;
    kith_inbox_keys(&keys, &a->home.keys, address);
    kith_inbox_name(name, &keys.pub);
    kith_wipe(&keys, sizeof keys);
    snprintf(out, len, "%s/%s", address, name);
    return out;
}

static int road_change(struct app *a, const char *method, bool own) {
    struct kith_buf args = {0}, reply = {0};
    struct kith_pubkey who;
    char inbox[1024];
    const char *address;
    int code = APP_OK;
    if (!app_words(a, own ? 1 : 2, own ? 1 : 2))
        return APP_USAGE;
    if (own && !a->home.has_identity)
        return app_no_identity(a);
    address = own ? own_inbox(a, a->argv[0], inbox, sizeof inbox) : a->argv[1];
    quote(&args, "[{\"address\":", address);
    if (!own) {
        code = words_person(a, a->argv[0], &who);
        kith_buf_put_str(&args, ",\"id\":\"");
        kith_feed_id_put(&args, &who);
        kith_buf_put_str(&args, "\"");
    }
    kith_buf_put_str(&args, "}]");
    if (!code)
        code = app_call(a, method, kith_buf_bytes(&args), &reply);
    if (!code && a->json)
        app_print(kith_buf_bytes(&reply));
    else if (!code && address == inbox)
        printf("%s\n", inbox);
    if (!code && !client_is_daemon(a->client) && !strcmp(method, "roads.add"))
        app_note(a, "It is kept; kith serve will use it.");
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return code;
}

int cmd_road(struct app *a) {
    const char *verb = a->argc ? a->argv[0] : "list";
    if (a->argc) {
        a->argc--;
        a->argv++;
    }
    if (!strcmp(verb, "list"))
        return road_list(a);
    if (!strcmp(verb, "add"))
        return road_change(a, "roads.add", false);
    if (!strcmp(verb, "remove"))
        return road_change(a, "roads.remove", false);
    if (!strcmp(verb, "listen"))
        return road_change(a, "roads.add", true);
    if (!strcmp(verb, "deafen"))
        return road_change(a, "roads.remove", true);
    return app_refuse(a, APP_USAGE, "usage", "road takes: %s", a->command->args);
}

/* ---- the outbox ---- */

static int64_t number(const struct kith_json *doc, uint32_t node) {
    int64_t v = 0;
    return kith_json_int(doc, node, &v) ? 0 : v;
}

/* How long, in the largest unit that is not nothing. */
static void print_span(int64_t ms) {
    if (ms < 120000)
        printf("%lld s", (long long)(ms / 1000));
    else if (ms < 7200000)
        printf("%lld min", (long long)(ms / 60000));
    else if (ms < 172800000)
        printf("%lld h", (long long)(ms / 3600000));
    else
        printf("%lld days", (long long)(ms / 86400000));
}

static void show_packets(const struct kith_json *doc, uint32_t list) {
    for (uint32_t i = kith_json_first(doc, list); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        uint32_t by = kith_json_get(doc, i, "by");
        printf("    packet of %lld bytes by ", (long long)number(doc, kith_json_get(doc, i, "bytes")));
        print_text(doc, kith_json_get(doc, i, "road"));
        printf(": ");
        print_text(doc, kith_json_get(doc, i, "state"));
        if (kith_json_str(doc, by).len) {
            printf(" (");
            print_text(doc, by);
            printf(")");
        }
        printf("\n");
    }
}

static void show_outbox(struct kith_bytes json) {
    struct kith_json doc = {0};
    if (kith_json_parse(&doc, json, SIZE_MAX))
        return;
    for (uint32_t i = kith_json_first(&doc, 0); i != KITH_JSON_NONE; i = doc.nodes[i].next) {
        uint32_t again = kith_json_get(&doc, i, "again_ms");
        print_text(&doc, kith_json_get(&doc, i, "id"));
        printf("  ");
        print_text(&doc, kith_json_get(&doc, i, "state"));
        printf("  %lld of %lld", (long long)number(&doc, kith_json_get(&doc, i, "received")), (long long)number(&doc, kith_json_get(&doc, i, "of")));
        if (again != KITH_JSON_NONE) {
            printf(", again in ");
            print_span(number(&doc, again));
        }
        printf("\n");
        show_packets(&doc, kith_json_get(&doc, i, "packets"));
    }
    kith_json_wipe(&doc);
}

static void show_where(struct kith_bytes json) {
    struct kith_json doc = {0};
    if (kith_json_parse(&doc, json, SIZE_MAX))
        return;
    for (uint32_t i = kith_json_first(&doc, 0); i != KITH_JSON_NONE; i = doc.nodes[i].next) {
        uint32_t road = kith_json_get(&doc, i, "road"), by = kith_json_get(&doc, i, "by");
        print_text(&doc, kith_json_get(&doc, i, "id"));
        printf("  ");
        print_text(&doc, kith_json_get(&doc, i, "state"));
        if (road != KITH_JSON_NONE) {
            printf("  ");
            print_text(&doc, road);
        }
        if (kith_json_str(&doc, by).len) {
            printf(": ");
            print_text(&doc, by);
        }
        printf("\n");
    }
    kith_json_wipe(&doc);
}

static int ask(struct app *a, const char *method, struct kith_bytes args, void (*show)(struct kith_bytes json)) {
    struct kith_buf reply = {0};
    int code = app_call(a, method, args, &reply);
    if (!code && a->json)
        app_print(kith_buf_bytes(&reply));
    else if (!code && show)
        show(kith_buf_bytes(&reply));
    kith_buf_wipe(&reply);
    return code;
}

/* read MESSAGE; receipts [yes|no]. */
static int outbox_read(struct app *a) {
    struct kith_buf args = {0};
    struct kith_msgid id;
    int code = words_message(a, a->argv[1], &id);
    kith_buf_put_str(&args, "[[\"");
    kith_msgid_put(&args, &id);
    kith_buf_put_str(&args, "\"]]");
    code = code ? code : ask(a, "read.say", kith_buf_bytes(&args), NULL);
    kith_buf_wipe(&args);
    return code;
}

static void show_allowed(struct kith_bytes json) {
    puts(kith_bytes_is(json, "true") ? "yes" : "no");
}

static int outbox_receipts(struct app *a) {
    const char *word = a->argc == 2 ? a->argv[1] : "";
    if (*word && strcmp(word, "yes") && strcmp(word, "no"))
        return app_refuse(a, APP_USAGE, "usage", "outbox receipts takes yes or no");
    return ask(a, "read.allow", !*word ? KITH_LIT("[]") : !strcmp(word, "yes") ? KITH_LIT("[true]") : KITH_LIT("[false]"), show_allowed);
}

int cmd_outbox(struct app *a) {
    struct kith_buf args = {0};
    struct kith_pubkey who;
    int code;
    if (!app_words(a, 0, 2))
        return APP_USAGE;
    if (a->argc && !strcmp(a->argv[0], "receipts"))
        return outbox_receipts(a);
    if (a->argc == 2 && !strcmp(a->argv[0], "read"))
        return outbox_read(a);
    if (!a->argc)
        return ask(a, "outbox.list", KITH_LIT("[]"), show_outbox);
    if (a->argc == 2 && (!strcmp(a->argv[0], "again") || !strcmp(a->argv[0], "drop"))) {
        code = words_person(a, a->argv[1], &who);
        kith_buf_put_str(&args, "[\"");
        kith_feed_id_put(&args, &who);
        kith_buf_put_str(&args, "\"]");
        code = code ? code : ask(a, *a->argv[0] == 'a' ? "outbox.again" : "outbox.drop", kith_buf_bytes(&args), NULL);
    } else {
        quote(&args, "[", a->argv[0]);
        kith_buf_put_str(&args, "]");
        code = a->argc == 1 ? ask(a, "outbox.where", kith_buf_bytes(&args), show_where)
                            : app_refuse(a, APP_USAGE, "usage", "outbox takes: %s", a->command->args);
    }
    kith_buf_wipe(&args);
    return code;
}
