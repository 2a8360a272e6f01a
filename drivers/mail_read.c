/* SPDX-License-Identifier: MIT */
#include "drivers/mail_read.h"

#include <gmime/gmime.h>
#include <string.h>

#define PACKET_MAX ((size_t)8 << 20)

void kith_mail_start(void) {
    g_mime_init();
}

struct walk {
    void (*each)(void *ctx, struct kith_bytes packet);
    void *ctx;
    size_t seen, found;
};

static bool is_packet(GMimePart *part) {
    const char *name = g_mime_part_get_filename(part);
    GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
    return (type && g_mime_content_type_is_type(type, "application", "x-kith-packet")) || (name && g_str_has_suffix(name, ".kith"));
}

static void on_part(GMimeObject *parent, GMimeObject *part, gpointer ctx) {
    struct walk *w = ctx;
    GMimeDataWrapper *content;
    GMimeStream *stream;
    GByteArray *bytes;
    (void)parent;
    if (++w->seen > KITH_MAIL_PARTS_MAX || !GMIME_IS_PART(part) || !is_packet(GMIME_PART(part)))
        return;
    content = g_mime_part_get_content(GMIME_PART(part));
    if (!content)
        return;
    stream = g_mime_stream_mem_new();
    (void)g_mime_data_wrapper_write_to_stream(content, stream);
    bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    if (bytes->len && bytes->len <= PACKET_MAX) {
        w->found++;
        w->each(w->ctx, kith_bytes(bytes->data, bytes->len));
    }
    g_object_unref(stream);
}

GMimeMessage *kith_mail_parse(struct kith_bytes mail) {
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *)mail.p, mail.len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(stream);
    return message;
}

size_t kith_mail_packets(struct kith_bytes mail, void (*each)(void *ctx, struct kith_bytes packet), void *ctx) {
    struct walk w = {each, ctx, 0, 0};
    GMimeMessage *message = kith_mail_parse(mail);
    if (message) {
        g_mime_message_foreach(message, on_part, &w);
        g_object_unref(message);
    }
    return w.found;
}

bool kith_mail_has_our_head(GMimeMessage *message) {
    const char *subject = g_mime_message_get_subject(message);
    return g_mime_object_get_header(GMIME_OBJECT(message), KITH_MAIL_HEADER) || (subject && strstr(subject, KITH_MAIL_SUBJECT));
}

bool kith_mail_is_kith(struct kith_bytes head) {
    GMimeMessage *message = kith_mail_parse(head);
    bool is = message && kith_mail_has_our_head(message);
    if (message)
        g_object_unref(message);
    return is;
}
