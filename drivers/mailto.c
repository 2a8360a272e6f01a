/* SPDX-License-Identifier: MIT */
/* mailto.c: mailto:WHO@HOST. A packet is the attachment of a mail that says to a person what it is; ours are found in the
 * mailbox beside all other mail, read, and moved to a folder. Nothing is deleted, and no other mail is touched.
 *
 * Settings (HOME/roads.conf): mailto.smtp and mailto.imap (URLs), mailto.user, mailto.password, mailto.from,
 * mailto.folder (kith), mailto.ca (a file, for a server of one's own). libcurl speaks SMTP and IMAP. */
#include "drivers/mailto.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "drivers/mail_read.h"

#define SUBJECT "A kith packet"
#define SEEN "KithSeen" /* a keyword on mails of ours that hold nothing that could be read */
#define MAIL_MAX (14u << 20) /* base64 of the largest packet, and some */
#define CONNECT_S 20L
#define WHOLE_S 600L
#define AT_ONCE 200

static const char words[] =
    "The attachment is a sealed packet of kith, a social network without a server in the middle.\r\n"
    "Somebody who knows this address has a friend here, and kith on your machine will fetch it.\r\n"
    "If you do not use kith, you can delete this mail; nobody can read the attachment but its recipient.\r\n";

struct session {
    const struct kith_carrier_way *way;
    CURL *curl;
    struct kith_buf answer;
    char url[512];
};

static size_t on_answer(char *p, size_t size, size_t count, void *ctx) {
    struct session *s = ctx;
    size_t len = size * count;
    if (len > MAIL_MAX - s->answer.len)
        return 0;
    kith_buf_put(&s->answer, p, len);
    return len;
}

static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    struct session *s = ctx;
    (void)a, (void)b, (void)c, (void)d;
    return s->way->stop(s->way->ctx);
}

/* Server, name and password; false: why says which is missing. */
static bool begin(struct session *s, const struct kith_carrier_way *way, const char *server, char why[KITH_CARRIER_WORD]) {
    char text[512];
    *s = (struct session){.way = way};
    if (!kith_carrier_setting(way, server, s->url, sizeof s->url)) {
        snprintf(why, KITH_CARRIER_WORD, "%s is not in roads.conf", server);
        return false;
    }
    s->curl = curl_easy_init();
    if (!s->curl)
        return false;
    curl_easy_setopt(s->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(s->curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps,imap,imaps");
    curl_easy_setopt(s->curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
    curl_easy_setopt(s->curl, CURLOPT_TIMEOUT, WHOLE_S);
    curl_easy_setopt(s->curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL); /* a password never goes in the clear */
    curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, s);
    curl_easy_setopt(s->curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(s->curl, CURLOPT_XFERINFODATA, s);
    curl_easy_setopt(s->curl, CURLOPT_NOPROGRESS, 0L);
    if (kith_carrier_setting(way, "mailto.ca", text, sizeof text))
        curl_easy_setopt(s->curl, CURLOPT_CAINFO, text);
    if (kith_carrier_setting(way, "mailto.user", text, sizeof text))
        curl_easy_setopt(s->curl, CURLOPT_USERNAME, text);
    if (kith_carrier_setting(way, "mailto.password", text, sizeof text))
        curl_easy_setopt(s->curl, CURLOPT_PASSWORD, text);
    kith_wipe(text, sizeof text);
    return true;
}

static void end(struct session *s) {
    if (s->curl)
        curl_easy_cleanup(s->curl);
    kith_buf_wipe(&s->answer);
}

/* ---- sending ---- */

/* An address goes into a line of SMTP and of the mail: nothing in it may end that. */
static bool is_mailbox(const char *text) {
    const char *at = strchr(text, '@');
    if (!at || at == text || !at[1] || strlen(text) > 254)
        return false;
    for (; *text; text++) {
        if (*text <= ' ' || *text == 127 || strchr("<>,;:\"()\\", *text))
            return false;
    }
    return true;
}

static struct curl_slist *header(struct curl_slist *list, const char *name, const char *value) {
    char line[600];
    snprintf(line, sizeof line, "%s: %s", name, value);
    return curl_slist_append(list, line);
}

static struct curl_slist *headers(const char *from, const char *to) {
    struct curl_slist *list = NULL;
    char text[400] = "", date[64] = "";
    uint8_t id[16] = {0};
    time_t now = time(NULL);
    struct tm tm;
    if (gmtime_r(&now, &tm))
        strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    (void)!getrandom(id, sizeof id, 0);
    list = header(list, "Date", date);
    list = header(list, "From", from);
    list = header(list, "To", to);
    list = header(list, "Subject", SUBJECT);
    for (size_t i = 0; i < sizeof id; i++)
        snprintf(text + 1 + 2 * i, 3, "%02x", id[i]);
    text[0] = '<';
    snprintf(text + 33, sizeof text - 33, "%s>", strchr(from, '@'));
    list = header(list, "X-Kith-Packet", "1");
    return header(list, "Message-ID", text);
}

static curl_mime *body(CURL *curl, struct kith_bytes packet) {
    curl_mime *mime = curl_mime_init(curl);
    curl_mimepart *part = curl_mime_addpart(mime);
    curl_mime_data(part, words, sizeof words - 1);
    curl_mime_type(part, "text/plain; charset=utf-8");
    part = curl_mime_addpart(mime);
    curl_mime_data(part, (const char *)packet.p, packet.len);
    curl_mime_type(part, "application/x-kith-packet");
    curl_mime_filename(part, "packet.kith");
    curl_mime_encoder(part, "base64");
    return mime;
}

static enum kith_carried outcome(CURL *curl, CURLcode code, const char *server, char by[KITH_CARRIER_WORD]) {
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK) {
        const char *host = strstr(server, "://");
        snprintf(by, KITH_CARRIER_WORD, "the mail server %.80s", host ? host + 3 : server);
        return KITH_CARRIED_STORED;
    }
    if (code == CURLE_LOGIN_DENIED)
        snprintf(by, KITH_CARRIER_WORD, "the mail server refuses name or password");
    else if (status == 452 || status == 552)
        snprintf(by, KITH_CARRIER_WORD, "the mailbox is full, or the mail too large (%ld)", status);
    else if (status >= 400 && status < 500)
        snprintf(by, KITH_CARRIER_WORD, "the mail server says: later (%ld)", status);
    else if (status == 550 || status == 551 || status == 553)
        snprintf(by, KITH_CARRIER_WORD, "there is no such mailbox (%ld)", status);
    else
        snprintf(by, KITH_CARRIER_WORD, "%s", curl_easy_strerror(code));
    return status == 550 || status == 551 || status == 553 ? KITH_CARRIED_NEVER : KITH_CARRIED_LATER;
}

static enum kith_carried transmit(const struct kith_carrier_way *way, struct kith_bytes packet, char by[KITH_CARRIER_WORD]) {
    struct session s;
    struct curl_slist *to = NULL, *head;
    enum kith_carried how;
    char from[256];
    curl_mime *mime;
    if (!is_mailbox(way->rest)) {
        snprintf(by, KITH_CARRIER_WORD, "that is no mail address");
        return KITH_CARRIED_NEVER;
    }
    if (!kith_carrier_setting(way, "mailto.from", from, sizeof from) || !is_mailbox(from)) {
        snprintf(by, KITH_CARRIER_WORD, "mailto.from is not in roads.conf");
        return KITH_CARRIED_LATER;
    }
    if (!begin(&s, way, "mailto.smtp", by))
        return KITH_CARRIED_LATER;
    head = headers(from, way->rest);
    mime = body(s.curl, packet);
    to = curl_slist_append(NULL, way->rest);
    curl_easy_setopt(s.curl, CURLOPT_URL, s.url);
    curl_easy_setopt(s.curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(s.curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(s.curl, CURLOPT_HTTPHEADER, head);
    curl_easy_setopt(s.curl, CURLOPT_MIMEPOST, mime);
    how = outcome(s.curl, curl_easy_perform(s.curl), s.url, by);
    curl_mime_free(mime);
    curl_slist_free_all(head);
    curl_slist_free_all(to);
    end(&s);
    return how;
}

/* ---- receiving ---- */

/* One IMAP command in the inbox, or (NULL) the fetch of `part` of the URL. */
static bool imap(struct session *s, const char *part, const char *command) {
    char url[1000];
    kith_buf_clear(&s->answer);
    snprintf(url, sizeof url, "%s/%s", s->url, part);
    curl_easy_setopt(s->curl, CURLOPT_URL, url);
    curl_easy_setopt(s->curl, CURLOPT_CUSTOMREQUEST, command);
    return curl_easy_perform(s->curl) == CURLE_OK;
}

struct found {
    const struct kith_carrier_taker *taker;
    size_t ours, failed;
};

static void on_packet(void *ctx, struct kith_bytes packet) {
    struct found *f = ctx;
    bool alone;
    if (!f->taker->is_ours(f->taker->ctx, packet, &alone))
        return;
    f->ours++;
    f->failed += !f->taker->take(f->taker->ctx, packet);
}

/* RFC822.SIZE of the answer to a fetch; 0: it is not there. */
static unsigned long size_in(struct kith_buf *answer) {
    const char *at;
    kith_buf_put_u8(answer, 0);
    at = strstr((const char *)answer->p, "RFC822.SIZE ");
    return at ? strtoul(at + 12, NULL, 10) : 0;
}

static void mark(struct session *s, unsigned long uid) {
    char command[100];
    snprintf(command, sizeof command, "UID STORE %lu +FLAGS.SILENT (" SEEN ")", uid);
    (void)imap(s, "INBOX", command);
}

/* False: stop looking, there is no room. */
static bool read_mail(struct session *s, unsigned long uid, const char *folder, const struct kith_carrier_taker *taker) {
    struct found f = {taker, 0, 0};
    char text[400];
    unsigned long size;
    snprintf(text, sizeof text, "UID FETCH %lu (RFC822.SIZE)", uid);
    if (!imap(s, "INBOX", text))
        return true;
    size = size_in(&s->answer);
    if (!size || size > MAIL_MAX) {
        mark(s, uid);
        return true;
    }
    snprintf(text, sizeof text, "INBOX;UID=%lu", uid);
    if (!imap(s, text, NULL))
        return true;
    (void)kith_mail_packets(kith_buf_bytes(&s->answer), on_packet, &f);
    if (f.failed)
        return false;
    if (!f.ours) {
        mark(s, uid);
        return true;
    }
    snprintf(text, sizeof text, "UID MOVE %lu \"%s\"", uid, folder);
    if (!imap(s, "INBOX", text))
        mark(s, uid);
    return true;
}

static bool receive(const struct kith_carrier_way *way, const struct kith_carrier_taker *taker, char why[KITH_CARRIER_WORD]) {
    struct session s;
    char folder[100], command[140], *list;
    unsigned count = 0;
    bool ok;
    if (!begin(&s, way, "mailto.imap", why))
        return false;
    if (!kith_carrier_setting(way, "mailto.folder", folder, sizeof folder) || strpbrk(folder, "\"\\"))
        snprintf(folder, sizeof folder, "kith");
    /* Both, since a relay may drop what it does not know. */
    ok = imap(&s, "INBOX", "UID SEARCH UNDELETED UNKEYWORD " SEEN " OR HEADER X-Kith-Packet \"1\" SUBJECT \"" SUBJECT "\"");
    if (!ok) {
        CURLcode code = curl_easy_perform(s.curl); /* the same again, for the word */
        snprintf(why, KITH_CARRIER_WORD, "%s", code == CURLE_LOGIN_DENIED ? "the mail server refuses name or password" : curl_easy_strerror(code));
        end(&s);
        return false;
    }
    kith_buf_put_u8(&s.answer, 0);
    list = kith_strdup(kith_bytes_str((const char *)s.answer.p));
    if (strstr(list, "SEARCH") && strpbrk(list, "0123456789")) {
        snprintf(command, sizeof command, "CREATE \"%s\"", folder);
        (void)imap(&s, "", command); /* it may be there */
    }
    for (char *at = strpbrk(list, "0123456789"); at && count < AT_ONCE && !way->stop(way->ctx); at = strpbrk(at, "0123456789")) {
        unsigned long uid = strtoul(at, &at, 10);
        count++;
        if (!read_mail(&s, uid, folder, taker))
            break;
    }
    kith_free(list);
    end(&s);
    return true;
}

const struct kith_carrier kith_carrier_mailto = {"mailto", 15000, transmit, NULL, receive};
