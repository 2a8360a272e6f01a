/* SPDX-License-Identifier: MIT */
#include "backup_file.h"

#include <stdio.h>

#include "base/base64.h"
#include "feed/message.h"
#include "feed/secret.h"
#include "node/backup.h"

#define LINE_MAX ((size_t)16 << 20) /* a photo below 5 MiB in base64, with room */

struct reading {
    struct backup_file *b;
    const struct backup_use *use;
    struct kith_buf text; /* lines that are not complete yet */
    struct kith_buf scratch;
    struct kith_json doc;
    uint64_t line;
};

static uint64_t number(const struct kith_json *doc, const char *name) {
    int64_t v;
    return kith_json_int(doc, kith_json_get(doc, 0, name), &v) || v < 0 ? 0 : (uint64_t)v;
}

static int read_first(struct reading *r, struct kith_bytes text) {
    struct backup_file *b = r->b;
    uint32_t secret;
    int err;
    if (b->first_text.len)
        return KITH_OK; /* the second reading */
    kith_buf_put_bytes(&b->first_text, text);
    err = kith_json_parse(&b->first, kith_buf_bytes(&b->first_text), 100000);
    secret = err ? KITH_JSON_NONE : kith_json_get(&b->first, 0, "secret");
    if (secret == KITH_JSON_NONE || !kith_bytes_is(kith_json_str(&b->first, kith_json_get(&b->first, 0, "kith")), "backup") ||
        number(&b->first, "version") != KITH_BACKUP_VERSION)
        return KITH_ERR_PROTOCOL;
    kith_buf_clear(&r->scratch);
    kith_json_put_compact(&r->scratch, &b->first, secret);
    err = kith_secret_parse(kith_buf_bytes(&r->scratch), &b->keys);
    kith_wipe(r->scratch.p, r->scratch.len);
    b->sequence = number(&b->first, "sequence");
    b->made_ms = number(&b->first, "made");
    return err ? KITH_ERR_PROTOCOL : KITH_OK;
}

static int read_message(struct reading *r, uint32_t value) {
    struct backup_file *b = r->b;
    struct kith_verdict v = {0};
    kith_buf_clear(&r->scratch);
    kith_json_put_compact(&r->scratch, &r->doc, value);
    if (r->use)
        return r->use->message(r->use->ctx, kith_buf_bytes(&r->scratch));
    struct kith_buf compact = {0};
    v.raw = kith_buf_bytes(&r->scratch);
    kith_message_judge(&v, 1, NULL, &compact);
    kith_buf_wipe(&compact);
    if (v.err || !kith_pubkey_eq(&v.message.author, &b->keys.pub) || v.message.sequence <= b->head)
        return KITH_ERR_INVALID;
    b->head = v.message.sequence;
    b->messages++;
    return KITH_OK;
}

static int read_photo(struct reading *r, uint32_t id) {
    struct kith_bytes data = kith_json_str(&r->doc, kith_json_get(&r->doc, 0, "data"));
    struct kith_blobid said;
    struct kith_hash hash;
    size_t len = 0;
    kith_buf_clear(&r->scratch);
    kith_buf_reserve(&r->scratch, data.len);
    if (kith_blobid_parse(kith_json_str(&r->doc, id), &said) ||
        kith_base64_parse(data, r->scratch.p, r->scratch.cap, &len))
        return KITH_ERR_INVALID;
    kith_sha256(&hash, kith_bytes(r->scratch.p, len));
    if (!kith_hash_eq(&hash, &said.hash))
        return KITH_ERR_INVALID;
    if (r->use)
        return r->use->photo(r->use->ctx, kith_bytes(r->scratch.p, len));
    r->b->photos++;
    return KITH_OK;
}

/* A line that later versions may add is passed over. */
static int read_line(struct reading *r, struct kith_bytes text) {
    uint32_t value, blob;
    if (r->line++ == 0)
        return read_first(r, text);
    if (kith_json_parse(&r->doc, text, 100000))
        return KITH_ERR_INVALID;
    value = kith_json_get(&r->doc, 0, "value");
    blob = kith_json_get(&r->doc, 0, "blob");
    if (value != KITH_JSON_NONE)
        return read_message(r, value);
    return blob != KITH_JSON_NONE ? read_photo(r, blob) : KITH_OK;
}

static int read_lines(struct reading *r) {
    size_t at = 0;
    int err = KITH_OK;
    const uint8_t *end;
    while (!err && at < r->text.len && (end = memchr(r->text.p + at, '\n', r->text.len - at))) {
        size_t len = (size_t)(end - r->text.p) - at;
        err = read_line(r, kith_bytes(r->text.p + at, len));
        at += len + 1;
    }
    kith_buf_drop(&r->text, at);
    return !err && r->text.len > LINE_MAX ? KITH_ERR_INVALID : err;
}

static int unlock(struct backup_file *b, struct kith_age_open *o, struct kith_bytes passphrase, struct kith_buf *out) {
    int err = KITH_OK;
    if (!b->has_key)
        err = kith_age_stretch(&b->key, passphrase, kith_age_open_lock(o));
    if (!err)
        err = kith_age_open_key(o, &b->key, out);
    b->has_key = !err;
    return err;
}

static int read_all(FILE *f, struct reading *r, struct kith_bytes passphrase) {
    struct kith_age_open o = {0};
    static uint8_t chunk[65536];
    bool open = false;
    size_t got;
    int err = KITH_OK;
    while (!err && (got = fread(chunk, 1, sizeof chunk, f)) > 0) {
        err = kith_age_open_put(&o, kith_bytes(chunk, got), &r->text);
        if (!err && !open && kith_age_open_lock(&o)) {
            open = true;
            err = unlock(r->b, &o, passphrase, &r->text);
        }
        if (!err)
            err = read_lines(r);
    }
    if (!err && ferror(f))
        err = KITH_ERR_IO;
    if (!err)
        err = kith_age_open_end(&o, &r->text);
    if (!err)
        err = read_lines(r);
    if (!err && (!r->line || r->text.len))
        err = KITH_ERR_PROTOCOL;
    kith_age_open_wipe(&o);
    return err;
}

int backup_file_read(struct backup_file *b, struct kith_bytes passphrase, const struct backup_use *use, uint64_t *line) {
    struct reading r = {.b = b, .use = use};
    FILE *f = fopen(b->path, "re");
    int err = f ? KITH_OK : KITH_ERR_NOT_FOUND;
    b->head = b->messages = b->photos = 0;
    if (f)
        err = read_all(f, &r, passphrase);
    if (f)
        fclose(f);
    *line = err == KITH_ERR_INVALID ? r.line : 0;
    if (r.text.p)
        kith_wipe(r.text.p, r.text.cap);
    kith_buf_wipe(&r.text);
    kith_buf_wipe(&r.scratch);
    kith_json_wipe(&r.doc);
    return err;
}

void backup_file_wipe(struct backup_file *b) {
    if (b->first.text)
        kith_wipe(b->first.text, b->first.text_len);
    kith_json_wipe(&b->first);
    if (b->first_text.p)
        kith_wipe(b->first_text.p, b->first_text.cap);
    kith_buf_wipe(&b->first_text);
    kith_wipe(b, sizeof *b);
}
