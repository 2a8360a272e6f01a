/* SPDX-License-Identifier: MIT */
/* id_fuzz.c: texts that people paste and write: ids, refs, URIs, and what a Markdown text holds of
 * them. Whatever is read is written to a text that reads the same. */
#include "feed/content.h"
#include "feed/id.h"
#include "feed/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(const struct kith_ref *ref) {
    struct kith_ref again;
    struct kith_buf text = {0};
    kith_ref_put(&text, ref);
    KITH_ASSERT(kith_ref_parse(kith_buf_bytes(&text), &again) == KITH_OK);
    KITH_ASSERT(memcmp(&again, ref, sizeof again) == 0);
    kith_buf_clear(&text);
    kith_ref_put_uri(&text, ref);
    KITH_ASSERT(kith_ref_parse(kith_buf_bytes(&text), &again) == KITH_OK);
    KITH_ASSERT(memcmp(&again, ref, sizeof again) == 0);
    kith_buf_wipe(&text);
}

static void take_id(struct kith_bytes in) {
    struct kith_pubkey feed;
    struct kith_msgid message;
    struct kith_blobid blob;
    struct kith_ref ref;
    char text[KITH_FEED_ID_LEN];
    size_t len = 0;
    if (kith_feed_id_parse(in, &feed) == KITH_OK) {
        kith_feed_id_write(text, &feed);
        len = KITH_FEED_ID_LEN;
    } else if (kith_msgid_parse(in, &message) == KITH_OK) {
        kith_msgid_write(text, &message);
        len = KITH_HASH_ID_LEN;
    } else if (kith_blobid_parse(in, &blob) == KITH_OK) {
        kith_blobid_write(text, &blob);
        len = KITH_HASH_ID_LEN;
    }
    if (len)
        KITH_ASSERT(kith_bytes_eq(kith_bytes(text, len), in));
    if (kith_ref_parse(in, &ref) == KITH_OK)
        same_again(&ref);
    else
        KITH_ASSERT(ref.kind == KITH_REF_NONE && !len);
}

static void take_text(struct kith_bytes in) {
    struct kith_markdown walk = {.text = in};
    struct kith_markdown_link link;
    struct kith_buf name = {0}, content = {0};
    struct kith_post post = {.text = in};
    while (kith_markdown_next(&walk, &link)) {
        if (link.ref.kind == KITH_REF_NONE)
            KITH_ASSERT(link.tag.len > 1 && link.tag.p[0] == '#');
        else
            same_again(&link.ref);
        kith_buf_clear(&name);
        kith_markdown_put_name(&name, link.label);
        KITH_ASSERT(name.len <= link.label.len);
    }
    kith_content_post(&content, &post);
    kith_buf_wipe(&name);
    kith_buf_wipe(&content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    take_id(kith_bytes(data, size));
    take_text(kith_bytes(data, size));
    return 0;
}
