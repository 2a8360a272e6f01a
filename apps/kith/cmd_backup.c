/* SPDX-License-Identifier: MIT */
/* Recovery words and the backup file: making, looking at. Getting it all back is restoring.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "commands.h"
#include "crypto/words.h"
#include "restoring.h"

#define GRID_ROWS 6 /* 24 words in 4 columns, read downwards */
#define PASSPHRASE_MIN 8
#define SUGGESTED 5 /* words: 55 bits, each guess a second of somebody's time */

static void print_grid(struct kith_bytes words) {
    struct kith_bytes list[KITH_WORDS_COUNT];
    for (unsigned i = 0; i < KITH_WORDS_COUNT; i++) {
        const uint8_t *end = memchr(words.p, ' ', words.len);
        list[i] = kith_bytes(words.p, end ? (size_t)(end - words.p) : words.len);
        words = kith_bytes_skip(words, list[i].len + 1);
    }
    for (unsigned row = 0; row < GRID_ROWS; row++) {
        for (unsigned i = row; i < KITH_WORDS_COUNT; i += GRID_ROWS)
            printf("%2u %-*.*s%s", i + 1, KITH_WORDS_WORD_MAX + 2, (int)list[i].len, list[i].p, i + GRID_ROWS < KITH_WORDS_COUNT ? " " : "\n");
    }
}

static int words(struct app *a) {
    struct kith_buf text = {0};
    struct kith_seed seed;
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    if (!a->home.has_identity)
        return app_no_identity(a);
    kith_sign_seed(&seed, &a->home.keys.sec);
    kith_words_put(&text, &seed);
    kith_wipe(&seed, sizeof seed);
    if (a->json)
        printf("{\"words\":\"%.*s\"}\n", (int)text.len, text.p);
    else if (isatty(1))
        print_grid(kith_buf_bytes(&text));
    else
        printf("%.*s\n", (int)text.len, text.p);
    app_note(a, "These words are you: whoever has them can write in your name, and nobody can reset them. Write them on paper.\n"
                "They bring back who you are, not what you wrote: that comes from your friends, or from kith backup create.");
    ask_wipe(&text);
    return APP_OK;
}

/* ---- passphrases ---- */

static void suggest(struct kith_buf *out) {
    uint16_t random[SUGGESTED];
    if (getrandom(random, sizeof random, 0) != sizeof random)
        return;
    for (unsigned i = 0; i < SUGGESTED; i++) {
        kith_buf_put_str(out, i ? " " : "");
        kith_buf_put_bytes(out, kith_words_at(random[i] % KITH_WORDS_LIST_LEN)); /* 2048 divides 65536 */
    }
}

/* A new one: typed twice, or the five words that were suggested. */
static int ask_new(struct app *a, struct kith_buf *out) {
    struct kith_buf again = {0}, idea = {0};
    int code;
    kith_buf_reserve(&idea, 64);
    suggest(&idea);
    code = ask_line(a, "Passphrase for the backup (Enter: five words are suggested): ", true, "--passphrase-file", out);
    if (!code && !out->len && idea.len) {
        kith_buf_put_bytes(out, kith_buf_bytes(&idea));
        fprintf(stderr, "The passphrase is: %.*s\nWrite it down: without it the file is of no use.\n", (int)idea.len, idea.p);
    } else if (!code) {
        code = ask_line(a, "Once more: ", true, "--passphrase-file", &again);
        if (!code && !kith_bytes_eq(kith_buf_bytes(out), kith_buf_bytes(&again)))
            code = app_refuse(a, APP_USAGE, "usage", "these two differ");
    }
    ask_wipe(&again);
    ask_wipe(&idea);
    return code;
}

static int passphrase_of(struct app *a, const char *file, bool fresh, struct kith_buf *out) {
    int code = file ? ask_file(a, file, out) : fresh ? ask_new(a, out) : ask_line(a, "Passphrase: ", true, "--passphrase-file", out);
    if (!code && fresh && out->len < PASSPHRASE_MIN)
        code = app_refuse(a, APP_USAGE, "usage", "a passphrase of fewer than %d letters protects nothing", PASSPHRASE_MIN);
    return code;
}

/* ---- create ---- */

static bool write_chunk(void *ctx, const struct kith_muxrpc_event *e) {
    FILE *f = ctx;
    return fwrite(e->body.p, 1, e->body.len, f) == e->body.len;
}

static int fetch(struct app *a, struct kith_bytes passphrase, FILE *f, const char *path) {
    struct kith_buf args = {0};
    int err;
    kith_buf_reserve(&args, passphrase.len * 6 + 64);
    kith_buf_put_str(&args, "[{\"passphrase\":");
    kith_json_put_string(&args, passphrase);
    kith_buf_put_str(&args, "}]");
    err = client_source(a->client, "identity.backup", kith_buf_bytes(&args), write_chunk, f);
    ask_wipe(&args);
    if (err)
        return app_failed(a, err);
    return fflush(f) || ferror(f) || fsync(fileno(f)) ? app_refuse(a, APP_FAILED, "io", "%s: %s", path, strerror(errno)) : APP_OK;
}

/* Never over a file that is there: it may be the only good backup. */
static int create(struct app *a) {
    const char *file = app_option(a, "--passphrase-file"), *path;
    struct kith_buf passphrase = {0};
    FILE *f = NULL;
    int code, fd;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    path = a->argv[0];
    code = app_connect(a);
    if (code)
        return code;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return app_refuse(a, APP_FAILED, errno == EEXIST ? "exists" : "io", "%s: %s", path, strerror(errno));
    f = fdopen(fd, "w");
    code = f ? passphrase_of(a, file, true, &passphrase) : app_fail(a, KITH_ERR_IO, path);
    if (!code)
        code = fetch(a, kith_buf_bytes(&passphrase), f, path);
    if (f && fclose(f) && !code)
        code = app_fail(a, KITH_ERR_IO, path);
    ask_wipe(&passphrase);
    if (code)
        (void)unlink(path); /* half a backup is worse than none */
    else
        app_note(a, "Try it: kith backup verify %s. It also opens with: age -d %s", path, path);
    return code;
}

/* ---- verify, restore ---- */

static void print_summary(const struct app *a, const struct backup_file *b) {
    char id[KITH_FEED_ID_LEN], made[32] = "";
    time_t seconds = (time_t)(b->made_ms / 1000);
    struct tm tm;
    kith_feed_id_write(id, &b->keys.pub);
    if (gmtime_r(&seconds, &tm))
        strftime(made, sizeof made, "%Y-%m-%d %H:%M UTC", &tm);
    if (a->json)
        printf("{\"id\":\"%.*s\",\"made\":%llu,\"sequence\":%llu,\"messages\":%llu,\"photos\":%llu}\n", (int)sizeof id, id,
               (unsigned long long)b->made_ms, (unsigned long long)b->sequence, (unsigned long long)b->messages,
               (unsigned long long)b->photos);
    else
        printf("%.*s, made %s: %llu of %llu messages, %llu photos and files\n", (int)sizeof id, id, made,
               (unsigned long long)b->messages, (unsigned long long)b->sequence, (unsigned long long)b->photos);
}

static int failed(struct app *a, const struct backup_file *b, int err, uint64_t line) {
    if (err == KITH_ERR_CRYPTO)
        return app_refuse(a, APP_PASSPHRASE, "passphrase", "%s: %s", b->path, kith_age_text(err));
    if (err == KITH_ERR_NOT_FOUND || err == KITH_ERR_IO)
        return app_refuse(a, APP_FAILED, "io", "%s: %s", b->path, strerror(errno));
    if (err == KITH_ERR_PROTOCOL)
        return app_refuse(a, APP_FAILED, "invalid", "%s opens, but is no backup that this kith knows", b->path);
    if (line)
        return app_refuse(a, APP_FAILED, "invalid", "%s opens, but its line %llu is not what it should be", b->path, (unsigned long long)line);
    return app_refuse(a, APP_FAILED, kith_err_name(err), "%s: %s", b->path, kith_age_text(err));
}

static int with_file(struct app *a, bool restore) {
    const char *file = app_option(a, "--passphrase-file");
    struct backup_file b = {0};
    struct kith_buf passphrase = {0};
    uint64_t line;
    int code, err;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    b.path = a->argv[0];
    if (access(b.path, R_OK))
        return app_refuse(a, APP_FAILED, "io", "%s: %s", b.path, strerror(errno));
    code = passphrase_of(a, file, false, &passphrase);
    if (!code) {
        err = backup_file_read(&b, kith_buf_bytes(&passphrase), NULL, &line);
        code = err ? failed(a, &b, err, line) : APP_OK;
    }
    if (!code && restore)
        code = restoring_file(a, &b);
    if (!code)
        print_summary(a, &b);
    ask_wipe(&passphrase);
    backup_file_wipe(&b);
    return code;
}

int cmd_backup(struct app *a) {
    const char *verb = a->argc ? a->argv[0] : "";
    if (*verb) {
        a->argc--;
        a->argv++;
    }
    if (!strcmp(verb, "words"))
        return words(a);
    if (!strcmp(verb, "create"))
        return create(a);
    if (!strcmp(verb, "verify"))
        return with_file(a, false);
    if (!strcmp(verb, "restore"))
        return with_file(a, true);
    return app_refuse(a, APP_USAGE, "usage", "backup takes: %s", a->command->args);
}
