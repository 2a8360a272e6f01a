/* SPDX-License-Identifier: MIT */
#include "show.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "feed/id.h"

/* How many columns a person sees; 0 where nobody does. */
static size_t columns(FILE *to) {
    struct winsize size;
    if (!isatty(fileno(to)) || ioctl(fileno(to), TIOCGWINSZ, &size) || size.ws_col < 20)
        return 0;
    return size.ws_col;
}

/* Breaks lines between words, so that none is longer than the terminal is wide. A character counts as
 * one column. */
static void wrap(struct kith_buf *text, const char *indent, size_t width) {
    struct kith_buf out = {0};
    size_t column = strlen(indent), pos = 0;
    while (pos < text->len) {
        size_t end = pos, count = 0, next;
        while (end < text->len && text->p[end] != ' ' && text->p[end] != '\n') {
            count += (text->p[end] & 0xc0) != 0x80;
            end++;
        }
        next = end < text->len ? end + 1 : end;
        if (column + count > width && column > strlen(indent)) {
            if (out.p[out.len - 1] == ' ')
                out.len--;
            kith_buf_put_u8(&out, '\n');
            kith_buf_put_str(&out, indent);
            column = strlen(indent);
        }
        kith_buf_put(&out, text->p + pos, next - pos);
        column += count + (next > end);
        if (next > end && text->p[end] == '\n') {
            kith_buf_put_str(&out, indent);
            column = strlen(indent);
        }
        pos = next;
    }
    kith_buf_wipe(text);
    *text = out;
}

void show_text(FILE *to, struct kith_bytes canonical, const char *indent) {
    struct kith_buf text = {0}, out = {0};
    size_t pos = 0;
    kith_json_unescape(&text, canonical);
    while (pos < text.len) {
        uint32_t c = kith_text_next(kith_buf_bytes(&text), &pos);
        bool control = c < 32 || (c >= 127 && c < 160) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
        if (c == '\n' && indent) {
            kith_buf_put_u8(&out, '\n');
        } else if (!control) {
            kith_text_put(&out, c);
        } else {
            kith_buf_put_u8(&out, ' ');
        }
    }
    if (indent)
        wrap(&out, indent, columns(to) ? columns(to) : SIZE_MAX);
    fwrite(out.p, 1, out.len, to);
    kith_buf_wipe(&text);
    kith_buf_wipe(&out);
}

static void print_text(struct kith_bytes canonical, const char *indent) {
    show_text(stdout, canonical, indent);
}

static void style(struct app *a, const char *code) {
    if (a->color)
        printf("\033[%sm", code);
}

static struct kith_bytes str(const struct kith_json *doc, uint32_t node, const char *name) {
    return kith_json_str(doc, kith_json_get(doc, node, name));
}

static void print_when(const struct kith_json *doc, uint32_t node) {
    double ms = 0;
    time_t seconds;
    struct tm tm;
    char text[32] = "?";
    if (!kith_json_double(doc, node, &ms) && ms > 0 && ms < 4e15) {
        seconds = (time_t)(ms / 1000);
        if (localtime_r(&seconds, &tm))
            strftime(text, sizeof text, "%Y-%m-%d %H:%M", &tm);
    }
    fputs(text, stdout);
}

/* A name, or the beginning of the id where nobody said one. */
static void print_name(struct app *a, const struct kith_json *doc, uint32_t person) {
    struct kith_bytes name = str(doc, person, "name"), id = str(doc, person, "id");
    style(a, "1");
    if (name.len)
        print_text(name, NULL);
    else
        printf("%.*s…", id.len > 9 ? 9 : (int)id.len, id.p);
    style(a, "0");
}

static void print_key(struct app *a, const struct kith_json *doc) {
    struct kith_bytes key = str(doc, 0, "key");
    style(a, "2");
    printf("%.*s", (int)key.len, key.p);
    style(a, "0");
}

static long count_of(const struct kith_json *doc, uint32_t node, const char *name) {
    int64_t v = 0;
    return kith_json_int(doc, kith_json_get(doc, node, name), &v) ? 0 : (long)v;
}

static void print_counts(const struct kith_json *doc) {
    long replies = count_of(doc, 0, "replies"), up = count_of(doc, kith_json_get(doc, 0, "votes"), "up");
    if (replies)
        printf("  %ld %s", replies, replies == 1 ? "reply" : "replies");
    if (up)
        printf("  %ld %s", up, up == 1 ? "like" : "likes");
}

static void print_body(struct app *a, const struct kith_json *doc, uint32_t content) {
    struct kith_bytes text = str(doc, content, "text"), type = str(doc, content, "type");
    struct kith_bytes edited = str(doc, kith_json_get(doc, 0, "edited"), "text");
    struct kith_bytes warning = str(doc, content, "contentWarning");
    struct kith_bytes shared = str(doc, kith_json_get(doc, content, "share"), "link");
    if (warning.len) {
        fputs("  [", stdout);
        print_text(warning, NULL);
        fputs("]\n", stdout);
    }
    fputs("  ", stdout);
    if (kith_json_true(doc, kith_json_get(doc, 0, "retracted"))) {
        style(a, "2");
        fputs("(taken back by its author)", stdout);
        style(a, "0");
    } else if (edited.len) {
        print_text(edited, "  ");
        fputs(" (edited)", stdout);
    } else if (shared.len) {
        if (text.len) {
            print_text(text, "  ");
            fputs("\n  ", stdout);
        }
        fputs("shares ", stdout);
        print_text(shared, NULL);
    } else if (text.len) {
        print_text(text, "  ");
    } else {
        fputs("(", stdout);
        print_text(type, NULL);
        fputs(")", stdout);
    }
    fputs("\n", stdout);
}

/* The files of a post, each as the link that kith blob get takes. */
static void print_files(const struct kith_json *doc, uint32_t content) {
    for (uint32_t i = kith_json_first(doc, kith_json_get(doc, content, "mentions")); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        struct kith_bytes link = str(doc, i, "link"), name = str(doc, i, "name");
        struct kith_bytes key = str(doc, kith_json_get(doc, i, "query"), "unbox");
        if (!link.len || link.p[0] != '&')
            continue;
        fputs("  file ", stdout);
        print_text(name, NULL);
        fputs("  ", stdout);
        print_text(link, NULL);
        if (key.len) {
            fputs("?unbox=", stdout);
            print_text(key, NULL);
        }
        fputs("\n", stdout);
    }
}

/* For whom it was written, unless for everybody. */
static void print_audience(const struct kith_json *doc, uint32_t audience) {
    struct kith_bytes kind = str(doc, audience, "kind"), name = str(doc, audience, "name");
    if (kith_bytes_is(kind, "public"))
        return;
    fputs("  (", stdout);
    if (kith_bytes_is(kind, "people"))
        fputs("private", stdout);
    else if (name.len)
        print_text(name, NULL);
    else
        fputs("friends", stdout);
    fputs(")", stdout);
}

void show_post(struct app *a, const struct kith_json *doc, struct kith_bytes json) {
    uint32_t value = kith_json_get(doc, 0, "value"), wall = kith_json_get(doc, 0, "wall");
    uint32_t content = kith_json_get(doc, value, "content"), owner = kith_json_get(doc, wall, "owner");
    if (a->json) {
        app_print(json);
        return;
    }
    print_name(a, doc, kith_json_get(doc, 0, "author"));
    if (owner != KITH_JSON_NONE && !kith_bytes_eq(str(doc, owner, "id"), str(doc, value, "author"))) {
        fputs(" on the wall of ", stdout);
        print_name(a, doc, owner);
    }
    fputs("  ", stdout);
    print_when(doc, kith_json_get(doc, value, "timestamp"));
    print_audience(doc, kith_json_get(doc, 0, "audience"));
    if (kith_json_true(doc, kith_json_get(doc, 0, "replayed")))
        fputs("  (somebody else has sent these words, too: the author may be another)", stdout);
    print_counts(doc);
    fputs("\n", stdout);
    print_body(a, doc, content);
    if (!kith_json_true(doc, kith_json_get(doc, 0, "retracted")))
        print_files(doc, content);
    fputs("  ", stdout);
    print_key(a, doc);
    fputs("\n\n", stdout);
}

static void print_relation(struct app *a, const struct kith_json *doc, uint32_t p) {
    struct kith_pubkey id;
    bool following = kith_json_true(doc, kith_json_get(doc, p, "following"));
    bool back = kith_json_true(doc, kith_json_get(doc, p, "followsMe"));
    if (!kith_feed_id_parse(str(doc, p, "id"), &id) && kith_pubkey_eq(&id, &a->home.keys.pub))
        fputs("you", stdout);
    else if (kith_json_true(doc, kith_json_get(doc, p, "blocking")))
        fputs("blocked", stdout);
    else if (following && back)
        fputs("friend", stdout);
    else if (following)
        fputs("you follow", stdout);
    else if (back)
        fputs("follows you", stdout);
    else
        fputs("-", stdout);
    if (kith_json_true(doc, kith_json_get(doc, p, "muted")))
        fputs(", muted", stdout);
}

/* What came with a request by a packet. */
static void print_request(struct app *a, const struct kith_json *doc, uint32_t request) {
    struct kith_bytes text = str(doc, request, "text");
    uint32_t referrer = kith_json_get(doc, request, "referrer");
    if (text.len) {
        fputs("    ", stdout);
        print_text(text, "    ");
        fputs("\n", stdout);
    }
    if (referrer != KITH_JSON_NONE) {
        fputs("    told of you by ", stdout);
        print_name(a, doc, referrer);
        printf(" %.*s\n", (int)str(doc, referrer, "id").len, str(doc, referrer, "id").p);
    }
}

static void person_line(struct app *a, const struct kith_json *doc, uint32_t p) {
    struct kith_bytes id = str(doc, p, "id");
    printf("%.*s  ", (int)id.len, id.p);
    print_relation(a, doc, p);
    fputs("  ", stdout);
    print_name(a, doc, p);
    fputs("\n", stdout);
    if (kith_json_get(doc, p, "request") != KITH_JSON_NONE)
        print_request(a, doc, kith_json_get(doc, p, "request"));
}

void show_person(struct app *a, struct kith_bytes json) {
    struct kith_json doc = {0};
    struct kith_bytes description;
    if (a->json) {
        app_print(json);
        return;
    }
    if (!kith_json_parse(&doc, json, SIZE_MAX)) {
        print_name(a, &doc, 0);
        printf("\n  %.*s\n  ", (int)str(&doc, 0, "id").len, str(&doc, 0, "id").p);
        print_relation(a, &doc, 0);
        printf("; follows %ld, followed by %ld, %ld friends\n", count_of(&doc, 0, "follows"),
               count_of(&doc, 0, "followers"), count_of(&doc, 0, "friends"));
        description = str(&doc, 0, "description");
        if (description.len) {
            fputs("  ", stdout);
            print_text(description, "  ");
            fputs("\n", stdout);
        }
    }
    kith_json_wipe(&doc);
}

void show_people(struct app *a, struct kith_bytes json) {
    struct kith_json doc = {0};
    struct kith_buf line = {0};
    if (!kith_json_parse(&doc, json, SIZE_MAX)) {
        for (uint32_t i = kith_json_first(&doc, 0); i != KITH_JSON_NONE; i = doc.nodes[i].next) {
            if (a->json) {
                kith_buf_clear(&line);
                kith_json_put_compact(&line, &doc, i);
                app_print(kith_buf_bytes(&line));
            } else {
                person_line(a, &doc, i);
            }
        }
        if (!doc.nodes[0].count)
            app_note(a, "Nobody yet.");
    }
    kith_buf_wipe(&line);
    kith_json_wipe(&doc);
}

void show_peers(struct app *a, struct kith_bytes json) {
    struct kith_json doc = {0};
    struct kith_buf line = {0};
    if (!kith_json_parse(&doc, json, SIZE_MAX)) {
        for (uint32_t i = kith_json_first(&doc, 0); i != KITH_JSON_NONE; i = doc.nodes[i].next) {
            struct kith_bytes state = str(&doc, i, "state"), address = str(&doc, i, "address"), why = str(&doc, i, "why"), id = str(&doc, i, "id");
            if (a->json) {
                kith_buf_clear(&line);
                kith_json_put_compact(&line, &doc, i);
                app_print(kith_buf_bytes(&line));
                continue;
            }
            printf("%-10.*s %.*s  ", (int)state.len, state.p, (int)id.len, id.p);
            print_text(address, NULL);
            if (why.len) {
                fputs("  (", stdout);
                print_text(why, NULL);
                fputs(")", stdout);
            }
            fputs("\n", stdout);
        }
        if (!doc.nodes[0].count)
            app_note(a, "No connections. Give a friend's address with: kith connect net:HOST:PORT~shs:KEY");
    }
    kith_buf_wipe(&line);
    kith_json_wipe(&doc);
}

void show_status(struct app *a, struct kith_bytes json) {
    struct kith_json doc = {0};
    struct kith_bytes address;
    long others;
    if (a->json) {
        app_print(json);
        return;
    }
    if (!kith_json_parse(&doc, json, SIZE_MAX)) {
        printf("%s\n", client_is_daemon(a->client) ? "running" : "not running (kith serve, or systemctl --user start kith)");
        printf("you        %.*s\n", (int)str(&doc, 0, "id").len, str(&doc, 0, "id").p);
        printf("messages   %ld, of %ld %s, %.1f MB\n", count_of(&doc, 0, "messages"), count_of(&doc, 0, "feeds"),
               count_of(&doc, 0, "feeds") == 1 ? "person" : "people", (double)count_of(&doc, 0, "bytes") / 1e6);
        printf("your own   %ld\n", count_of(&doc, 0, "sequence"));
        printf("files      %ld, %.1f MB\n", count_of(&doc, 0, "blobs"), (double)count_of(&doc, 0, "blobBytes") / 1e6);
        if (count_of(&doc, 0, "quota"))
            printf("room       %.0f MB for messages\n", (double)count_of(&doc, 0, "quota") / 1e6);
        address = str(&doc, 0, "address");
        others = count_of(&doc, 0, "replicating") - 1; /* without ourselves */
        printf("peers      %ld connected; %ld %s kept up with\n", count_of(&doc, 0, "peers"), others > 0 ? others : 0,
               others == 1 ? "person" : "people");
        if (address.len)
            printf("address    %.*s\n", (int)address.len, address.p);
        for (uint32_t i = kith_json_first(&doc, kith_json_get(&doc, 0, "roads")); i != KITH_JSON_NONE; i = doc.nodes[i].next) {
            fputs("road       ", stdout);
            print_text(str(&doc, i, "road"), NULL);
            printf("  %.*s", (int)str(&doc, i, "state").len, str(&doc, i, "state").p);
            if (str(&doc, i, "why").len) {
                fputs(": ", stdout);
                print_text(str(&doc, i, "why"), NULL);
            }
            fputs("\n", stdout);
        }
        fputs("publishing ", stdout);
        print_text(str(&doc, 0, "publish"), NULL);
        fputs("\n", stdout);
    }
    kith_json_wipe(&doc);
}
