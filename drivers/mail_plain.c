/* SPDX-License-Identifier: MIT */
/* mail_plain.c: a mail from one person to another, without a packet: it is for their eyes. */
#include "drivers/mail_plain.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "drivers/mail_session.h"

/* It goes into a line of SMTP and of the mail: nothing in it may end that. */
static bool is_mailbox(const char *text) {
    const char *at = strchr(text, '@');
    return at && at != text && at[1] && strlen(text) <= 254 && !strpbrk(text, "<>,;:\"()\\ \t\r\n");
}

static struct curl_slist *headers(const char *from, const char *to, const char *subject) {
    struct curl_slist *list = NULL;
    char line[600], date[64] = "";
    uint64_t id = 0;
    time_t now = time(NULL);
    struct tm tm;
    if (gmtime_r(&now, &tm))
        strftime(date, sizeof date, "Date: %a, %d %b %Y %H:%M:%S +0000", &tm);
    (void)!getrandom(&id, sizeof id, 0);
    list = curl_slist_append(list, date);
    snprintf(line, sizeof line, "From: %s", from);
    list = curl_slist_append(list, line);
    snprintf(line, sizeof line, "To: %s", to);
    list = curl_slist_append(list, line);
    snprintf(line, sizeof line, "Subject: %s", subject);
    list = curl_slist_append(list, line);
    snprintf(line, sizeof line, "Message-ID: <%016llx%s>", (unsigned long long)id, strchr(from, '@'));
    return curl_slist_append(list, line);
}

static bool never(void *ctx) {
    (void)ctx;
    return false;
}

bool kith_mail_plain(const char *settings, const char *to, const char *subject, const char *text, char why[KITH_CARRIER_WORD]) {
    struct kith_carrier_way way = {.address = to, .rest = to, .settings = settings, .stop = never};
    struct mail_session s;
    struct curl_slist *whom, *head;
    char from[256];
    curl_mime *mime;
    curl_mimepart *part;
    CURLcode code;
    if (!is_mailbox(to) || !kith_carrier_setting(&way, "mailto.from", from, sizeof from) || !is_mailbox(from)) {
        snprintf(why, KITH_CARRIER_WORD, is_mailbox(to) ? "mailto.from is not in roads.conf" : "that is no mail address");
        return false;
    }
    if (!mail_begin(&s, &way, "mailto.smtp", why))
        return false;
    head = headers(from, to, subject);
    whom = curl_slist_append(NULL, to);
    mime = curl_mime_init(s.curl.curl);
    part = curl_mime_addpart(mime);
    curl_mime_data(part, text, CURL_ZERO_TERMINATED);
    curl_mime_type(part, "text/plain; charset=utf-8");
    curl_mime_encoder(part, "quoted-printable");
    curl_easy_setopt(s.curl.curl, CURLOPT_URL, s.url);
    curl_easy_setopt(s.curl.curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(s.curl.curl, CURLOPT_MAIL_RCPT, whom);
    curl_easy_setopt(s.curl.curl, CURLOPT_HTTPHEADER, head);
    curl_easy_setopt(s.curl.curl, CURLOPT_MIMEPOST, mime);
    code = curl_easy_perform(s.curl.curl);
    if (code)
        mail_word(code, why);
    curl_mime_free(mime);
    curl_slist_free_all(head);
    curl_slist_free_all(whom);
    mail_end(&s);
    return code == CURLE_OK;
}
