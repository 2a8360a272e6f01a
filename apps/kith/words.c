/* SPDX-License-Identifier: MIT */
#include "words.h"

#include <stdio.h>

#include "show.h"

static void print_candidates(const struct kith_json *doc) {
    for (uint32_t i = kith_json_first(doc, 0); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        struct kith_bytes id = kith_json_str(doc, kith_json_get(doc, i, "id"));
        struct kith_bytes name = kith_json_str(doc, kith_json_get(doc, i, "name"));
        fprintf(stderr, "  %.*s  ", (int)id.len, id.p);
        show_text(stderr, name, NULL);
        fputc('\n', stderr);
    }
}

/* A name means a person only if it means one: two Annas are asked about, never guessed. */
static int by_name(struct app *a, const char *text, struct kith_pubkey *out) {
    struct kith_buf args = {0}, reply = {0};
    struct kith_json doc = {0};
    int code;
    kith_buf_put_u8(&args, '[');
    kith_json_put_string(&args, kith_bytes_str(text));
    kith_buf_put_str(&args, ",{\"exact\":true}]");
    code = app_call(a, "people.find", kith_buf_bytes(&args), &reply);
    if (!code && kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX))
        code = app_fail(a, KITH_ERR_CORRUPT, "the node's answer");
    if (!code && !doc.nodes[0].count) {
        code = app_refuse(a, APP_FAILED, "not_found", "nobody here is called “%s”; give an id (@….ed25519), or see: kith friends", text);
    } else if (!code && doc.nodes[0].count > 1) {
        code = app_refuse(a, APP_FAILED, "ambiguous", "“%s” may be any of these; give the id:", text);
        print_candidates(&doc);
    } else if (!code && kith_feed_id_parse(kith_json_str(&doc, kith_json_get(&doc, kith_json_first(&doc, 0), "id")), out)) {
        code = app_fail(a, KITH_ERR_CORRUPT, "the node's answer");
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return code;
}

int words_person(struct app *a, const char *text, struct kith_pubkey *out) {
    struct kith_ref ref;
    if (!strcmp(text, "me")) {
        *out = a->home.keys.pub;
        return APP_OK;
    }
    if (!kith_ref_parse(kith_bytes_str(text), &ref)) {
        if (ref.kind != KITH_REF_FEED)
            return app_refuse(a, APP_USAGE, "usage", "%s is not a person: their ids begin with @", text);
        memcpy(out->b, ref.bytes.b, sizeof out->b);
        return APP_OK;
    }
    return by_name(a, *text == '@' ? text + 1 : text, out);
}

int words_message(struct app *a, const char *text, struct kith_msgid *out) {
    struct kith_ref ref;
    if (kith_ref_parse(kith_bytes_str(text), &ref) || ref.kind != KITH_REF_MESSAGE)
        return app_refuse(a, APP_USAGE, "usage", "%s is not a message: their ids look like %%….sha256 (kith feed --json shows them as key)", text);
    out->hash = ref.bytes;
    return APP_OK;
}

int words_blob(struct app *a, const char *text, struct kith_ref *out) {
    if (kith_ref_parse(kith_bytes_str(text), out) || out->kind != KITH_REF_BLOB)
        return app_refuse(a, APP_USAGE, "usage", "%s is not a blob: their ids look like &….sha256", text);
    return APP_OK;
}
