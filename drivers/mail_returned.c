/* SPDX-License-Identifier: MIT */
/* mail_returned.c: reports of mail servers about mails of ours (RFC 3464 in RFC 6522). What is in them may be forged, and
 * is good for a sentence that somebody reads, and for nothing else. */
#include <ctype.h>
#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "drivers/mail_read.h"

#define CHILDREN_MAX 8 /* of a report, which has two or three */
#define STATUS_MAX 65536

static bool is_type(GMimeObject *part, const char *type, const char *subtype) {
    GMimeContentType *of = part ? g_mime_object_get_content_type(part) : NULL;
    return of && g_mime_content_type_is_type(of, type, subtype);
}

static GMimeMultipart *report_of(GMimeMessage *message) {
    GMimeObject *part = message ? g_mime_message_get_mime_part(message) : NULL;
    return is_type(part, "multipart", "report") && GMIME_IS_MULTIPART(part) ? GMIME_MULTIPART(part) : NULL;
}

bool kith_mail_is_report(struct kith_bytes head) {
    GMimeMessage *message = kith_mail_parse(head);
    GMimeObject *part = message ? g_mime_message_get_mime_part(message) : NULL;
    bool is = is_type(part, "multipart", "report"); /* of a head alone there is no multipart yet */
    if (message)
        g_object_unref(message);
    return is;
}

/* The text of a part, which the caller unrefs with the stream. */
static struct kith_bytes text_of(GMimeObject *part, GMimeStream **stream) {
    GMimeDataWrapper *content = GMIME_IS_PART(part) ? g_mime_part_get_content(GMIME_PART(part)) : NULL;
    GByteArray *bytes;
    *stream = g_mime_stream_mem_new();
    if (content)
        (void)g_mime_data_wrapper_write_to_stream(content, *stream);
    bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(*stream));
    return kith_bytes(bytes->data, bytes->len);
}

/* ---- message/delivery-status ---- */

static bool next_line(struct kith_bytes *text, struct kith_bytes *line) {
    const uint8_t *end = text->len ? memchr(text->p, '\n', text->len) : NULL;
    if (!text->len)
        return false;
    *line = end ? kith_bytes(text->p, (size_t)(end - text->p)) : *text;
    *text = kith_bytes_skip(*text, line->len + (end != NULL));
    if (line->len && line->p[line->len - 1] == '\r')
        line->len--;
    return true;
}

/* Printable, one blank for many, as far as there is room. */
static void put_clean(char *out, size_t size, struct kith_bytes text) {
    size_t len = strlen(out);
    for (size_t i = 0; i < text.len && len + 1 < size; i++) {
        bool blank = text.p[i] <= ' ' || text.p[i] == 127;
        if (!blank)
            out[len++] = text.p[i] < 127 ? (char)text.p[i] : '?';
        else if (len && out[len - 1] != ' ')
            out[len++] = ' ';
    }
    out[len] = 0;
}

struct block { /* of fields about one recipient */
    char action[20], address[256], diagnostic[90], status[20];
};

/* "NAME: VALUE", or NULL. `typed`: what stands before a ';' is a type ("rfc822; WHO@HOST"). */
static void read_field(struct kith_bytes line, char **last, struct block *b, size_t *room) {
    static const struct {
        const char *name;
        size_t at, size;
        bool typed;
    } fields[] = {
        {"Action", offsetof(struct block, action), sizeof b->action, false},
        {"Final-Recipient", offsetof(struct block, address), sizeof b->address, true},
        {"Original-Recipient", offsetof(struct block, address), sizeof b->address, true},
        {"Diagnostic-Code", offsetof(struct block, diagnostic), sizeof b->diagnostic, true},
        {"Status", offsetof(struct block, status), sizeof b->status, false},
    };
    const uint8_t *colon = line.len ? memchr(line.p, ':', line.len) : NULL;
    *last = NULL;
    for (size_t i = 0; colon && i < sizeof fields / sizeof fields[0]; i++) {
        size_t len = strlen(fields[i].name);
        struct kith_bytes value = kith_bytes_skip(line, len + 1);
        const uint8_t *semicolon = value.len ? memchr(value.p, ';', value.len) : NULL;
        if ((size_t)(colon - line.p) != len || strncasecmp((const char *)line.p, fields[i].name, len) != 0)
            continue;
        if (fields[i].typed && semicolon)
            value = kith_bytes_skip(value, (size_t)(semicolon - value.p) + 1);
        *last = (char *)b + fields[i].at;
        *room = fields[i].size;
        **last = 0;
        put_clean(*last, *room, value);
        return;
    }
}

static void trim(char *text) {
    size_t len = strlen(text);
    while (len && text[len - 1] == ' ')
        text[--len] = 0;
    if (*text == '<' && len > 1 && text[len - 1] == '>') {
        memmove(text, text + 1, len - 2);
        text[len - 2] = 0;
    }
}

static void read_status(struct kith_bytes text, struct kith_mail_returned *out) {
    struct kith_bytes line;
    struct block b = {.action = ""};
    char *last = NULL;
    size_t room = 0;
    bool more = true;
    text.len = text.len < STATUS_MAX ? text.len : STATUS_MAX;
    while (more && !out->failed) {
        more = next_line(&text, &line);
        if (more && line.len && (line.p[0] == ' ' || line.p[0] == '\t')) {
            if (last)
                put_clean(last, room, line);
            continue;
        }
        if (more && line.len) {
            read_field(line, &last, &b, &room);
            continue;
        }
        trim(b.action), trim(b.address), trim(b.diagnostic), trim(b.status);
        out->failed = !strcasecmp(b.action, "failed");
        if (out->failed) {
            memcpy(out->address, b.address, sizeof out->address);
            memcpy(out->why, b.diagnostic, sizeof out->why);
            if (!out->why[0])
                memcpy(out->why, b.status, sizeof b.status);
        }
        b = (struct block){.action = ""};
        last = NULL;
    }
}

/* ---- the mail itself, or its head ---- */

/* 32 hexadecimal digits, of which the first 16 are the ticket. */
static uint64_t ticket_in(const char *id) {
    uint64_t ticket = 0;
    size_t i = 0;
    while (id && *id == ' ')
        id++;
    for (id += id && *id == '<'; id && i < 32 && isxdigit((unsigned char)id[i]); i++) {
        unsigned digit = (unsigned)(isdigit((unsigned char)id[i]) ? id[i] - '0' : tolower((unsigned char)id[i]) - 'a' + 10);
        ticket = i < 16 ? ticket << 4 | digit : ticket;
    }
    return id && i == 32 && id[32] == '@' ? ticket : 0;
}

static bool read_head(GMimeMessage *sent, struct kith_mail_returned *out) {
    bool ours = sent && kith_mail_has_our_head(sent);
    if (ours)
        out->ticket = ticket_in(g_mime_object_get_header(GMIME_OBJECT(sent), "Message-ID"));
    return ours;
}

bool kith_mail_returned(struct kith_bytes mail, struct kith_mail_returned *out) {
    GMimeMessage *message = kith_mail_parse(mail);
    GMimeMultipart *report = report_of(message);
    bool has_status = false, ours = false;
    *out = (struct kith_mail_returned){.failed = false};
    for (int i = 0; report && i < g_mime_multipart_get_count(report) && i < CHILDREN_MAX; i++) {
        GMimeObject *part = g_mime_multipart_get_part(report, i);
        GMimeStream *stream = NULL;
        if (GMIME_IS_MESSAGE_PART(part)) {
            ours |= read_head(g_mime_message_part_get_message(GMIME_MESSAGE_PART(part)), out);
        } else if (is_type(part, "message", "delivery-status")) {
            read_status(text_of(part, &stream), out);
            has_status = true;
        } else if (is_type(part, "text", "rfc822-headers")) {
            GMimeMessage *head = kith_mail_parse(text_of(part, &stream));
            ours |= read_head(head, out);
            if (head)
                g_object_unref(head);
        }
        if (stream)
            g_object_unref(stream);
    }
    if (message)
        g_object_unref(message);
    return has_status && ours;
}
