/* SPDX-License-Identifier: MIT */
/* libkith from outside: what its header promises about errors, answers and handles. Built against the
 * installed files by tests/stages/57-library.sh. */
#include <kith/kith.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

#define CHECK(cond)                                                                                \
    do {                                                                                           \
        if (cond) {                                                                                \
            passed++;                                                                              \
        } else {                                                                                   \
            failed++;                                                                              \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #cond);                   \
        }                                                                                          \
    } while (0)

static int count_two(void *ctx, const char *json, size_t len) {
    unsigned *count = ctx;
    CHECK(strlen(json) == len && json[0] == '{' && json[len - 1] == '}');
    return ++*count < 2;
}

static int count_all(void *ctx, const char *json, size_t len) {
    (void)json;
    (void)len;
    ++*(unsigned *)ctx;
    return 1;
}

static void publishing(struct kith *k) {
    static char long_text[10000];
    char id[KITH_ID_SIZE] = "";
    memset(long_text, 'x', sizeof long_text - 1);
    CHECK(kith_post(k, "one", id) == 0 && id[0] == '%' && strlen(id) == 52);
    CHECK(kith_post(k, "two", NULL) == 0);
    CHECK(kith_post(k, "", NULL) == 0);
    CHECK(kith_post(k, long_text, id) == KITH_E_TOO_LONG && *kith_why(k));
    CHECK(kith_publish_json(k, "{\"type\":\"gardening\",\"n\":1}", id) == 0);
    CHECK(kith_publish_json(k, "{\"type\":", id) == KITH_E_ARG && *kith_why(k));
    CHECK(kith_publish_json(k, "7", id) < 0 && *kith_why(k));
    CHECK(kith_publish_json(k, "{\"type\":\"post\"},1", id) == KITH_E_ARG);
    CHECK(kith_follow(k, "nobody") == KITH_E_ARG);
    CHECK(kith_follow(k, "@/RWXWCnsr0w88e0drZPnqHQ+5NWbZsSLMGbdImsJ7Sg=.ed25519") == 0);
}

static void asking(struct kith *k) {
    char *answer, text[128];
    CHECK(kith_ask(k, "whoami", NULL, &answer) == 0);
    snprintf(text, sizeof text, "{\"id\":\"%s\"}", kith_id(k));
    CHECK(answer && !strcmp(answer, text) && !*kith_why(k));
    kith_answer_free(answer);
    CHECK(kith_ask(k, "no.such", "[]", &answer) < 0 && !answer && strstr(kith_why(k), "method:no,such"));
    CHECK(kith_ask(k, "get", "[\"%9fQ+cdKYqdvJDdMVCSd3WPVjnHmWwmVSxK+8j1Jrlpg=.sha256\"]", &answer) == KITH_E_NOT_FOUND);
    CHECK(kith_ask(k, "get", "[\"words\"]", &answer) == KITH_E_ARG);
    CHECK(kith_ask(k, "get", "[", &answer) == KITH_E_ARG && !answer);
    CHECK(kith_ask(k, "get", "{}", &answer) == KITH_E_ARG);
    CHECK(kith_ask(k, "a\",\"b", "[]", &answer) == KITH_E_ARG);
    CHECK(kith_ask(k, "", "[]", &answer) == KITH_E_ARG);
    CHECK(kith_ask(k, "whoami", "[]", &answer) == 0); /* and none of it broke the handle */
    kith_answer_free(answer);
}

static void reading(struct kith *k) {
    unsigned count = 0;
    CHECK(kith_wall(k, NULL, 0, count_two, &count) == 0 && count == 2);
    count = 0;
    CHECK(kith_wall(k, kith_id(k), 0, count_all, &count) == 0 && count == 3);
    count = 0;
    CHECK(kith_feed(k, 1, count_all, &count) == 0 && count == 1);
    count = 0;
    CHECK(kith_inbox(k, 0, count_all, &count) == 0 && count == 0);
    CHECK(kith_wall(k, "nobody", 0, count_all, &count) == KITH_E_ARG && count == 0);
    CHECK(kith_each(k, "query", "[{\"type\":\"gardening\"}]", count_all, &count) == 0 && count == 1);
    CHECK(kith_each(k, "whoami", NULL, count_all, &count) < 0);
    CHECK(kith_each(k, "wall", "[}", count_all, &count) == KITH_E_ARG);
}

int main(int argc, char **argv) {
    struct kith *k = NULL, *second = (struct kith *)argv;
    char path[4096];
    if (argc != 2)
        return 2;
    snprintf(path, sizeof path, "%s/home", argv[1]);
    CHECK(kith_version() == KITH_VERSION_MAJOR * 10000 + KITH_VERSION_MINOR * 100 + KITH_VERSION_PATCH);
    CHECK(*kith_strerror(0) && *kith_strerror(KITH_E_LOCKED) && *kith_strerror(12345));
    CHECK(kith_open(&k, path, 0) == KITH_E_NOT_FOUND && !k);
    CHECK(kith_open(&k, path, KITH_OPEN_CREATE) == 0 && k && kith_id(k)[0] == '@' && strlen(kith_id(k)) == 53);
    if (!k)
        return 1;
    CHECK(kith_open(&second, path, 0) == KITH_E_LOCKED && !second);
    publishing(k);
    asking(k);
    reading(k);
    kith_close(k);
    kith_close(NULL);
    CHECK(kith_open(&k, path, 0) == 0);
    reading(k);
    kith_close(k);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
