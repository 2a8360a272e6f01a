/* SPDX-License-Identifier: MIT */
#include "publishing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "feed/blobbox.h"
#include "sync/blobs.h"

static int send_by(struct app *a, const char *method, struct kith_bytes args, bool prints) {
    struct kith_buf reply = {0};
    struct kith_json doc = {0};
    int code = app_call(a, method, args, &reply);
    if (!code && prints) {
        if (a->json) {
            app_print(kith_buf_bytes(&reply));
        } else if (!kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX)) {
            struct kith_bytes key = kith_json_str(&doc, kith_json_get(&doc, 0, "key"));
            printf("%.*s\n", (int)key.len, key.p);
        }
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&reply);
    return code;
}

int publishing_send(struct app *a, struct kith_bytes content, enum publishing how) {
    struct kith_buf args = {0};
    int code = app_connect(a);
    if (code)
        return code;
    if (how == PUBLISHING_PUBLIC)
        app_note(a, "Public: everybody can read this, for ever; copies cannot be called back.");
    kith_buf_put_u8(&args, '[');
    kith_buf_put_bytes(&args, content);
    kith_buf_put_u8(&args, ']');
    code = send_by(a, "publish", kith_buf_bytes(&args), how != PUBLISHING_SILENT);
    kith_buf_wipe(&args);
    return code;
}

int publishing_send_private(struct app *a, struct kith_bytes content, const struct kith_pubkey *people, size_t count) {
    struct kith_buf args = {0};
    int code;
    kith_buf_put_u8(&args, '[');
    kith_buf_put_bytes(&args, content);
    kith_buf_put_str(&args, ",[");
    for (size_t i = 0; i < count; i++) {
        kith_buf_put_str(&args, i ? ",\"" : "\"");
        kith_feed_id_put(&args, &people[i]);
        kith_buf_put_u8(&args, '"');
    }
    kith_buf_put_str(&args, "]]");
    code = send_by(a, "private.publish", kith_buf_bytes(&args), true);
    kith_buf_wipe(&args);
    return code;
}

static void os_random(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    for (size_t at = 0; at < len;) {
        ssize_t n = getrandom(out + at, len - at, 0);
        at += n > 0 ? (size_t)n : 0;
    }
}

static int read_file(struct app *a, const char *path, struct kith_buf *out) {
    FILE *f = fopen(path, "rb");
    char chunk[65536];
    size_t got;
    bool bad;
    if (!f)
        return app_refuse(a, APP_FAILED, "io", "%s: %s", path, strerror(errno));
    while ((got = fread(chunk, 1, sizeof chunk, f)) > 0 && out->len < KITH_BLOBS_MAX_SIZE)
        kith_buf_put(out, chunk, got);
    bad = ferror(f) != 0;
    fclose(f);
    if (bad)
        return app_fail(a, KITH_ERR_IO, path);
    if (out->len + KITH_MAC_LEN < KITH_BLOBS_MAX_SIZE)
        return APP_OK;
    return app_refuse(a, APP_FAILED, "too_long", "%s is too large: a file that travels as one blob is below 5 MiB", path);
}

static const char *type_of(struct kith_bytes b) {
    static const struct {
        const char *magic, *type;
        size_t len;
    } kinds[] = {
        {"\xff\xd8\xff", "image/jpeg", 3}, {"\x89PNG", "image/png", 4},  {"GIF8", "image/gif", 4},
        {"%PDF", "application/pdf", 4},    {"OggS", "audio/ogg", 4},     {"ID3", "audio/mpeg", 3},
        {"\x1a\x45\xdf\xa3", "video/webm", 4},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (b.len >= kinds[i].len && !memcmp(b.p, kinds[i].magic, kinds[i].len))
            return kinds[i].type;
    }
    if (b.len > 12 && !memcmp(b.p, "RIFF", 4) && !memcmp(b.p + 8, "WEBP", 4))
        return "image/webp";
    return b.len > 12 && !memcmp(b.p + 4, "ftyp", 4) ? "video/mp4" : "application/octet-stream";
}

int publishing_blob(struct app *a, struct kith_bytes bytes) {
    struct kith_buf reply = {0};
    int code = app_connect(a), err;
    if (code)
        return code;
    err = client_begin(a->client, KITH_RPC_SINK, "blobs.add");
    for (size_t at = 0; !err && at < bytes.len; at += 65536) {
        size_t len = bytes.len - at < 65536 ? bytes.len - at : 65536;
        err = client_put(a->client, KITH_RPC_BINARY, kith_bytes(bytes.p + at, len));
    }
    if (!err)
        err = client_finish(a->client, KITH_LIT(""), &reply);
    kith_buf_wipe(&reply);
    return err ? app_failed(a, err) : APP_OK;
}

int publishing_attach(struct app *a, const char *path, bool sealed, struct kith_attachment *out) {
    struct kith_buf plain = {0}, box = {0};
    struct kith_rng rng = {os_random, NULL};
    const char *slash = strrchr(path, '/');
    int code = read_file(a, path, &plain);
    *out = (struct kith_attachment){.name = kith_bytes_str(slash ? slash + 1 : path), .size = plain.len};
    if (!code) {
        out->type = kith_bytes_str(type_of(kith_buf_bytes(&plain)));
        if (sealed) {
            kith_blobbox_seal(&box, kith_buf_bytes(&plain), &rng, &out->blob);
        } else {
            out->blob.kind = KITH_REF_BLOB;
            kith_sha256(&out->blob.bytes, kith_buf_bytes(&plain));
        }
        code = publishing_blob(a, sealed ? kith_buf_bytes(&box) : kith_buf_bytes(&plain));
    }
    kith_wipe(plain.p, plain.len);
    kith_buf_wipe(&plain);
    kith_buf_wipe(&box);
    return code;
}
