/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "commands.h"
#include "feed/blobbox.h"
#include "publishing.h"
#include "words.h"

static int add(struct app *a) {
    bool sealed = app_flag(a, "--sealed");
    struct kith_attachment file;
    struct kith_buf link = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = publishing_attach(a, a->argv[0], sealed, &file);
    if (code)
        return code;
    kith_ref_put(&link, &file.blob);
    if (a->json)
        printf("{\"id\":\"%.*s\",\"size\":%llu,\"type\":\"%.*s\"}\n", (int)link.len, link.p,
               (unsigned long long)file.size, (int)file.type.len, file.type.p);
    else
        printf("%.*s\n", (int)link.len, link.p);
    kith_buf_wipe(&link);
    return APP_OK;
}

static bool collect(void *ctx, const struct kith_muxrpc_event *e) {
    kith_buf_put_bytes(ctx, e->body);
    return true;
}

static void quoted_id(struct kith_buf *args, const struct kith_ref *ref) {
    kith_buf_put_str(args, "[\"");
    kith_blobid_put(args, &(struct kith_blobid){ref->bytes});
    kith_buf_put_str(args, "\"]");
}

/* What arrives is checked by the node; a key in the link opens it here, so that the node never needs
 * to know what is inside. */
static int write_out(struct app *a, const struct kith_ref *ref, struct kith_bytes bytes, const char *path) {
    struct kith_buf plain = {0};
    FILE *f = path ? fopen(path, "wb") : stdout;
    int err = KITH_OK;
    if (!f)
        return app_fail(a, KITH_ERR_IO, path);
    if (ref->has_unbox) {
        err = kith_blobbox_open(&plain, bytes, ref);
        bytes = kith_buf_bytes(&plain);
    }
    if (!err && bytes.len && fwrite(bytes.p, 1, bytes.len, f) != bytes.len)
        err = KITH_ERR_IO;
    if (path && fclose(f))
        err = KITH_ERR_IO;
    kith_buf_wipe(&plain);
    return err ? app_fail(a, err, path ? path : "the blob") : APP_OK;
}

static int get(struct app *a) {
    const char *path = app_option(a, "--output");
    bool wait = app_flag(a, "--wait");
    struct kith_ref ref;
    struct kith_buf args = {0}, bytes = {0}, reply = {0};
    int code, err = KITH_OK;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = words_blob(a, a->argv[0], &ref);
    if (!code)
        code = app_connect(a);
    if (code)
        return code;
    quoted_id(&args, &ref);
    if (wait)
        err = client_call(a->client, "blobs.want", kith_buf_bytes(&args), &reply);
    if (!err)
        err = client_source(a->client, "blobs.get", kith_buf_bytes(&args), collect, &bytes);
    code = err ? app_failed(a, err) : write_out(a, &ref, kith_buf_bytes(&bytes), path);
    kith_buf_wipe(&args);
    kith_buf_wipe(&bytes);
    kith_buf_wipe(&reply);
    return code;
}

/* has, want: a call with the id, whose answer is printed. */
static int ask(struct app *a, const char *method) {
    struct kith_ref ref;
    struct kith_buf args = {0}, reply = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = words_blob(a, a->argv[0], &ref);
    quoted_id(&args, &ref);
    if (!code)
        code = app_call(a, method, kith_buf_bytes(&args), &reply);
    if (!code)
        app_print(kith_buf_bytes(&reply));
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return code;
}

int cmd_blob(struct app *a) {
    const char *verb = a->argc ? a->argv[0] : "";
    if (*verb) {
        a->argc--;
        a->argv++;
    }
    if (!strcmp(verb, "add"))
        return add(a);
    if (!strcmp(verb, "get"))
        return get(a);
    if (!strcmp(verb, "has"))
        return ask(a, "blobs.has");
    if (!strcmp(verb, "want"))
        return ask(a, "blobs.want");
    return app_refuse(a, APP_USAGE, "usage", "blob takes: %s", a->command->args);
}
