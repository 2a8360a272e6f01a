/* SPDX-License-Identifier: MIT */
/* mailto.c: mailto:WHO@HOST. A packet is the attachment of a mail that says to a person what it is; ours are found in the
 * mailbox beside all other mail, read, and moved to a folder (by IMAP; POP3 can only delete). No other mail is touched.
 *
 * Settings (HOME/roads.conf): mailto.smtp and mailto.imap or mailto.pop3 (URLs), mailto.user, mailto.password, mailto.from,
 * mailto.folder (kith), mailto.ca (a file, for a server of one's own). libcurl speaks SMTP, IMAP
 * and POP3. */
#include "drivers/mailto.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "drivers/mail_read.h"
#include "drivers/mail_session.h"

static const char words[] =
    "The attachment is a sealed packet of kith, a social network without a server in the middle.\r\n"
    "Somebody who knows this address has a friend here, and kith on your machine will fetch it.\r\n"
    "If you do not use kith, you can delete this mail; nobody can read the attachment but its recipient.\r\n";

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

/* The ticket stands in the Message-ID, so that a report of the mail server can be told to its packet. */
static struct curl_slist *headers(const char *from, const char *to, uint64_t ticket) {
    struct curl_slist *list = NULL;
    char text[400] = "", date[64] = "";
    uint64_t id = 0;
    time_t now = time(NULL);
    struct tm tm;
    if (gmtime_r(&now, &tm))
        strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    (void)!getrandom(&id, sizeof id, 0);
    list = header(list, "Date", date);
    list = header(list, "From", from);
    list = header(list, "To", to);
    list = header(list, "Subject", KITH_MAIL_SUBJECT);
    snprintf(text, sizeof text, "<%016llx%016llx%s>", (unsigned long long)ticket, (unsigned long long)id, strchr(from, '@'));
    list = header(list, KITH_MAIL_HEADER, "1");
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
        mail_word(code, by);
    else if (status == 452 || status == 552)
        snprintf(by, KITH_CARRIER_WORD, "the mailbox is full, or the mail too large (%ld)", status);
    else if (status >= 400 && status < 500)
        snprintf(by, KITH_CARRIER_WORD, "the mail server says: later (%ld)", status);
    else if (status == 550 || status == 551 || status == 553)
        snprintf(by, KITH_CARRIER_WORD, "there is no such mailbox (%ld)", status);
    else
        mail_word(code, by);
    return status == 550 || status == 551 || status == 553 ? KITH_CARRIED_NEVER : KITH_CARRIED_LATER;
}

static enum kith_carried transmit(const struct kith_carrier_way *way, struct kith_bytes packet, char by[KITH_CARRIER_WORD]) {
    struct mail_session s;
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
    if (!mail_begin(&s, way, "mailto.smtp", by))
        return KITH_CARRIED_LATER;
    head = headers(from, way->rest, way->ticket);
    mime = body(s.curl.curl, packet);
    to = curl_slist_append(NULL, way->rest);
    curl_easy_setopt(s.curl.curl, CURLOPT_URL, s.url);
    curl_easy_setopt(s.curl.curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(s.curl.curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(s.curl.curl, CURLOPT_HTTPHEADER, head);
    curl_easy_setopt(s.curl.curl, CURLOPT_MIMEPOST, mime);
    how = outcome(s.curl.curl, curl_easy_perform(s.curl.curl), s.url, by);
    curl_mime_free(mime);
    curl_slist_free_all(head);
    curl_slist_free_all(to);
    mail_end(&s);
    return how;
}

/* ---- receiving ---- */

static bool receive(const struct kith_carrier_way *way, const struct kith_carrier_taker *taker, char why[KITH_CARRIER_WORD]) {
    char url[512];
    if (!kith_carrier_setting(way, "mailto.imap", url, sizeof url) && kith_carrier_setting(way, "mailto.pop3", url, sizeof url))
        return mail_pop3_receive(way, taker, why);
    return mail_imap_receive(way, taker, why);
}

const struct kith_carrier kith_carrier_mailto = {"mailto", 15000, transmit, NULL, receive, mail_idle, NULL};
