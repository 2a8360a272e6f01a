/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "audience.h"
#include "commands.h"
#include "show.h"
#include "words.h"

static struct kith_bytes str(const struct kith_json *doc, uint32_t node, const char *name) {
    return kith_json_str(doc, kith_json_get(doc, node, name));
}

static void print_people(const struct kith_json *doc, uint32_t list, const char *word) {
    for (uint32_t i = kith_json_first(doc, list); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        struct kith_bytes id = str(doc, i, "id"), reads = str(doc, i, "reads");
        printf("    %s%.*s  ", word, (int)id.len, id.p);
        show_text(stdout, str(doc, i, "name"), NULL);
        fputs(kith_json_true(doc, kith_json_get(doc, i, "keeper")) ? "  (keeper)" : "", stdout);
        fputs(kith_bytes_is(reads, "unknown") ? "  (their program may not be able to read it)" : "", stdout);
        putchar('\n');
    }
}

/* Circles can have no name: a friends circle is called by whose it is. */
static void print_circle(const struct kith_json *doc, uint32_t node, bool people) {
    struct kith_bytes name = str(doc, node, "name"), kind = str(doc, node, "kind"), role = str(doc, node, "role"), id = str(doc, node, "id");
    bool mine = kith_json_true(doc, kith_json_get(doc, node, "mine"));
    uint32_t owner = kith_json_get(doc, node, "owner");
    if (name.len) {
        show_text(stdout, name, NULL);
    } else if (mine) {
        fputs("friends", stdout);
    } else {
        fputs("friends of ", stdout);
        show_text(stdout, str(doc, owner, "name").len ? str(doc, owner, "name") : str(doc, owner, "id"), NULL);
    }
    printf("  %.*s, %.*s\n    %.*s\n", (int)kind.len, kind.p, (int)role.len, role.p, (int)id.len, id.p);
    if (!people)
        return;
    print_people(doc, kith_json_get(doc, node, "members"), "");
    print_people(doc, kith_json_get(doc, node, "invited"), "invited: ");
}

static int call(struct app *a, const char *method, struct kith_buf *args, bool people) {
    struct kith_buf reply = {0};
    struct kith_json doc = {0};
    int code = app_call(a, method, kith_buf_bytes(args), &reply);
    if (!code && a->json)
        app_print(kith_buf_bytes(&reply));
    else if (!code && kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX))
        code = app_fail(a, KITH_ERR_CORRUPT, "the node's answer");
    else if (!code && kith_json_is(&doc, 0, KITH_JSON_OBJECT))
        print_circle(&doc, 0, people);
    for (uint32_t i = kith_json_is(&doc, 0, KITH_JSON_ARRAY) ? kith_json_first(&doc, 0) : KITH_JSON_NONE; i != KITH_JSON_NONE; i = doc.nodes[i].next)
        print_circle(&doc, i, people);
    kith_json_wipe(&doc);
    kith_buf_wipe(&reply);
    return code;
}

/* ["ID" */
static int begin(struct app *a, const char *word, struct kith_buf *args) {
    char id[AUDIENCE_CIRCLE_MAX];
    int code = audience_circle(a, word, id);
    kith_buf_put_str(args, "[\"");
    kith_buf_put_str(args, code ? "" : id);
    kith_buf_put_u8(args, '"');
    return code;
}

static int put_who(struct app *a, const char *word, struct kith_buf *args) {
    struct kith_pubkey who;
    int code = words_person(a, word, &who);
    if (code)
        return code;
    kith_buf_put_str(args, args->p[args->len - 1] == '[' ? "\"" : ",\"");
    kith_feed_id_put(args, &who);
    kith_buf_put_u8(args, '"');
    return APP_OK;
}

static int list(struct app *a, struct kith_buf *args) {
    kith_buf_put_str(args, "[{\"left\":false}]");
    return call(a, "circles.list", args, false);
}

static int create(struct app *a, bool group, bool open, struct kith_buf *args) {
    kith_buf_put_str(args, group ? "[{\"kind\":\"group\",\"open\":" : "[{\"kind\":\"circle\",\"open\":");
    kith_buf_put_str(args, open ? "true,\"name\":" : "false,\"name\":");
    kith_json_put_string(args, kith_bytes_str(a->argv[1]));
    kith_buf_put_str(args, "}]");
    return call(a, "circles.create", args, true);
}

static int show(struct app *a, struct kith_buf *args) {
    struct kith_buf reply = {0}, all = {0};
    struct kith_json doc = {0};
    char id[AUDIENCE_CIRCLE_MAX];
    int code = audience_circle(a, a->argv[1], id);
    kith_buf_put_str(args, "[{\"left\":true}]");
    if (!code)
        code = app_call(a, "circles.list", kith_buf_bytes(args), &reply);
    if (!code && kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX))
        code = app_fail(a, KITH_ERR_CORRUPT, "the node's answer");
    for (uint32_t i = code ? KITH_JSON_NONE : kith_json_first(&doc, 0); i != KITH_JSON_NONE; i = doc.nodes[i].next) {
        bool wanted = kith_bytes_is(str(&doc, i, "id"), id) ||
                      (!strcmp(id, "friends") && kith_bytes_is(str(&doc, i, "kind"), "friends") && kith_json_true(&doc, kith_json_get(&doc, i, "mine")));
        if (!wanted)
            continue;
        if (a->json) {
            kith_json_put_compact(&all, &doc, i);
            app_print(kith_buf_bytes(&all));
        } else {
            print_circle(&doc, i, true);
        }
        goto done;
    }
    if (!code)
        code = app_refuse(a, APP_FAILED, "not_found", "there is no such circle here");
done:
    kith_json_wipe(&doc);
    kith_buf_wipe(&reply);
    kith_buf_wipe(&all);
    return code;
}

static int people(struct app *a, const char *method, struct kith_buf *args) {
    int code = begin(a, a->argv[1], args);
    kith_buf_put_str(args, ",[");
    for (int i = 2; i < a->argc && !code; i++)
        code = put_who(a, a->argv[i], args);
    kith_buf_put_str(args, "]]");
    return code ? code : call(a, method, args, true);
}

static int about(struct app *a, const char *name, const char *description, struct kith_buf *args) {
    int code = begin(a, a->argv[1], args);
    kith_buf_put_str(args, ",{");
    if (name) {
        kith_buf_put_str(args, "\"name\":");
        kith_json_put_string(args, kith_bytes_str(name));
    }
    if (description) {
        kith_buf_put_str(args, name ? ",\"description\":" : "\"description\":");
        kith_json_put_string(args, kith_bytes_str(description));
    }
    kith_buf_put_str(args, "}]");
    return code ? code : call(a, "circles.about", args, true);
}

static int simple(struct app *a, const char *method, const char *rest, struct kith_buf *args) {
    int code = begin(a, a->argv[1], args);
    kith_buf_put_str(args, rest);
    return code ? code : call(a, method, args, true);
}

static int keeper(struct app *a, bool undo, struct kith_buf *args) {
    int code = begin(a, a->argv[1], args);
    if (!code)
        code = put_who(a, a->argv[2], args);
    kith_buf_put_str(args, undo ? ",false]" : ",true]");
    return code ? code : call(a, "circles.keeper", args, true);
}

static int history(struct app *a, struct kith_buf *args) {
    if (strcmp(a->argv[2], "all") != 0 && strcmp(a->argv[2], "now") != 0)
        return app_refuse(a, APP_USAGE, "usage", "all, or now");
    return simple(a, "circles.history", !strcmp(a->argv[2], "now") ? ",\"now\"]" : ",\"all\"]", args);
}

static const struct {
    const char *word;
    int min, max;
} acts[] = {
    {"list", 1, 1},   {"create", 2, 2}, {"show", 2, 2},  {"add", 3, -1},    {"exclude", 3, -1}, {"leave", 2, 2},
    {"accept", 2, 2}, {"refuse", 2, 2}, {"about", 2, 2}, {"keeper", 3, 3}, {"history", 3, 3},
};

int cmd_circle(struct app *a) {
    bool group = app_flag(a, "--group"), open = app_flag(a, "--open"), undo = app_flag(a, "--undo");
    const char *name = app_option(a, "--name"), *description = app_option(a, "--description"), *word;
    struct kith_buf args = {0};
    size_t which = 0;
    int code = APP_USAGE;
    if (!app_words(a, 1, -1))
        return APP_USAGE;
    word = a->argv[0];
    while (which < sizeof acts / sizeof acts[0] && strcmp(word, acts[which].word) != 0)
        which++;
    if (which == sizeof acts / sizeof acts[0])
        return app_refuse(a, APP_USAGE, "usage", "kith circle list, create, show, add, exclude, leave, accept, refuse, about, keeper or history");
    if (!app_words(a, acts[which].min, acts[which].max))
        return APP_USAGE;
    code = app_connect(a);
    if (code)
        return code;
    if (!strcmp(word, "list"))
        code = list(a, &args);
    else if (!strcmp(word, "create"))
        code = create(a, group || open, open, &args);
    else if (!strcmp(word, "show"))
        code = show(a, &args);
    else if (!strcmp(word, "add"))
        code = people(a, "circles.add", &args);
    else if (!strcmp(word, "exclude"))
        code = people(a, "circles.exclude", &args);
    else if (!strcmp(word, "leave"))
        code = simple(a, "circles.leave", "]", &args);
    else if (!strcmp(word, "accept"))
        code = simple(a, "circles.accept", "]", &args);
    else if (!strcmp(word, "refuse"))
        code = simple(a, "circles.refuse", "]", &args);
    else if (!strcmp(word, "about"))
        code = about(a, name, description, &args);
    else if (!strcmp(word, "keeper"))
        code = keeper(a, undo, &args);
    else
        code = history(a, &args);
    kith_buf_wipe(&args);
    return code;
}
