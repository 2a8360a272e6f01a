/* SPDX-License-Identifier: MIT */
#include "files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "crypto/crypto.h"

#define FILES_MAX 4096
#define BYTES_MAX (256u << 20)
#define DEPTH_MAX 16
#define FOLDER_PATH_MAX 4096

static const char *type_of(const char *path) {
    static const struct {
        const char *ending, *type;
    } all[] = {{".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
               {".mjs", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"},
               {".json", "application/json"}, {".webmanifest", "application/json"}, {".svg", "image/svg+xml"},
               {".png", "image/png"}, {".webp", "image/webp"}, {".ico", "image/x-icon"}, {".woff2", "font/woff2"},
               {".wasm", "application/wasm"}, {".txt", "text/plain; charset=utf-8"}};
    struct kith_bytes name = kith_bytes_str(path);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (kith_bytes_ends(name, all[i].ending))
            return all[i].type;
    }
    return "application/octet-stream";
}

static int slurp(struct kith_buf *out, const char *path, size_t size) {
    FILE *f = fopen(path, "rbe");
    size_t got;
    if (!f)
        return KITH_ERR_IO;
    kith_buf_reserve(out, size + 1);
    got = fread(out->p, 1, size, f);
    fclose(f);
    out->len = got;
    return got == size ? KITH_OK : KITH_ERR_IO;
}

static char *tag_of(struct kith_bytes bytes) {
    struct kith_hash hash;
    char text[19] = "\"";
    kith_sha256(&hash, bytes);
    for (size_t i = 0; i < 8; i++)
        snprintf(text + 1 + 2 * i, 3, "%02x", hash.b[i]);
    text[17] = '"';
    return kith_strdup(kith_bytes(text, 18));
}

static int add(struct files *f, const char *path, const char *name, size_t size, size_t *total) {
    struct kith_buf bytes = {0};
    struct kith_web_file *file;
    int err;
    *total += size;
    if (f->count >= FILES_MAX || *total > BYTES_MAX)
        return KITH_ERR_SIZE;
    err = slurp(&bytes, path, size);
    if (err) {
        kith_buf_wipe(&bytes);
        return err;
    }
    f->all = kith_grow(f->all, &f->cap, f->count + 1, sizeof *f->all);
    file = &f->all[f->count++];
    *file = (struct kith_web_file){
        .path = kith_strdup(kith_bytes_str(name)),
        .type = type_of(name),
        .etag = tag_of(kith_buf_bytes(&bytes)),
        /* Vite puts a hash of the contents into the names below assets/. */
        .cache = kith_bytes_starts(kith_bytes_str(name), "/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
        .plain = kith_buf_bytes(&bytes),
    };
    return KITH_OK;
}

static int walk(struct files *f, const char *folder, size_t root_len, unsigned depth, size_t *total) {
    DIR *d = opendir(folder);
    char path[FOLDER_PATH_MAX];
    struct stat st;
    int err = d ? KITH_OK : KITH_ERR_IO;
    for (struct dirent *e; !err && (e = readdir(d));) {
        if (e->d_name[0] == '.')
            continue; /* what is hidden is not for everybody */
        if (snprintf(path, sizeof path, "%s/%s", folder, e->d_name) >= (int)sizeof path || stat(path, &st))
            err = KITH_ERR_IO;
        else if (S_ISDIR(st.st_mode))
            err = depth < DEPTH_MAX ? walk(f, path, root_len, depth + 1, total) : KITH_ERR_SIZE;
        else if (S_ISREG(st.st_mode))
            err = add(f, path, path + root_len, (size_t)st.st_size, total);
    }
    if (d)
        closedir(d);
    return err;
}

static struct kith_web_file *find(const struct files *f, const char *path) {
    for (size_t i = 0; i < f->count; i++) {
        if (!strcmp(f->all[i].path, path))
            return &f->all[i];
    }
    return NULL;
}

/* app.js.gz is how app.js is sent to who takes gzip. */
static void pair_up(struct files *f) {
    char name[FOLDER_PATH_MAX];
    for (size_t i = 0; i < f->count; i++) {
        const struct kith_web_file *packed;
        snprintf(name, sizeof name, "%s.gz", f->all[i].path);
        packed = find(f, name);
        if (packed)
            f->all[i].gzip = packed->plain;
    }
}

int files_read(struct files *f, const char *folder) {
    size_t total = 0;
    int err = walk(f, folder, strlen(folder), 0, &total);
    if (!err && !find(f, "/index.html"))
        err = KITH_ERR_NOT_FOUND;
    if (!err)
        pair_up(f);
    return err;
}

void files_wipe(struct files *f) {
    for (size_t i = 0; i < f->count; i++) {
        kith_free((void *)(uintptr_t)f->all[i].path);
        kith_free((void *)(uintptr_t)f->all[i].etag);
        kith_free((void *)(uintptr_t)f->all[i].plain.p);
    }
    kith_free(f->all);
    *f = (struct files){0};
}
