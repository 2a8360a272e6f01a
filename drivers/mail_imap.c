/* SPDX-License-Identifier: MIT */
/* mail_imap.c: packets in a mailbox that a person uses as well, by IMAP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/mail_read.h"
#include "drivers/mail_session.h"

#define SEEN "KithSeen" /* a keyword on mails of ours that hold nothing that could be read */

/* Header or subject, since a relay may drop what it does not know; and what a mail server says of those that we sent, in which the head of
 * ours stands (BODY would leave out heads of mails within the mail). */
#define SEARCH \
    "UID SEARCH UNDELETED UNKEYWORD " SEEN " OR OR HEADER " KITH_MAIL_HEADER " \"1\" SUBJECT \"" KITH_MAIL_SUBJECT "\"" \
    " (HEADER Content-Type \"delivery-status\" TEXT \"" KITH_MAIL_HEADER "\")"

/* One IMAP command in the inbox, or (NULL) the fetch of `part` of the URL. */
static CURLcode imap(struct mail_session *s, const char *part, const char *command) {
    char url[1000];
    kith_buf_clear(&s->curl.answer);
    snprintf(url, sizeof url, "%s/%s", s->url, part);
    curl_easy_setopt(s->curl.curl, CURLOPT_URL, url);
    curl_easy_setopt(s->curl.curl, CURLOPT_CUSTOMREQUEST, command);
    return curl_easy_perform(s->curl.curl);
}

/* RFC822.SIZE of the answer to a fetch; 0: it is not there. */
static unsigned long size_in(struct kith_buf *answer) {
    const char *at;
    kith_buf_put_u8(answer, 0);
    at = strstr((const char *)answer->p, "RFC822.SIZE ");
    return at ? strtoul(at + 12, NULL, 10) : 0;
}

static void mark(struct mail_session *s, unsigned long uid) {
    char command[100];
    snprintf(command, sizeof command, "UID STORE %lu +FLAGS.SILENT (" SEEN ")", uid);
    (void)imap(s, "INBOX", command);
}

/* The server would not do this, but goes on listening. */
static bool is_refusal(CURLcode code) {
    return code == CURLE_QUOTE_ERROR || code == CURLE_REMOTE_FILE_NOT_FOUND;
}

/* CURLE_ABORTED_BY_CALLBACK: stop looking, there is no room. */
static CURLcode read_mail(struct mail_session *s, unsigned long uid, const char *folder, const struct kith_carrier_taker *taker) {
    struct mail_found f = {.taker = taker};
    char text[400];
    unsigned long size;
    CURLcode code;
    snprintf(text, sizeof text, "UID FETCH %lu (RFC822.SIZE)", uid);
    code = imap(s, "INBOX", text);
    if (code != CURLE_OK)
        return is_refusal(code) ? CURLE_OK : code;
    size = size_in(&s->curl.answer);
    if (!size || size > MAIL_MAX) {
        mark(s, uid);
        return CURLE_OK;
    }
    snprintf(text, sizeof text, "INBOX;UID=%lu", uid);
    code = imap(s, text, NULL);
    if (code != CURLE_OK)
        return is_refusal(code) ? CURLE_OK : code;
    mail_find(&f, kith_buf_bytes(&s->curl.answer));
    if (f.failed)
        return CURLE_ABORTED_BY_CALLBACK;
    snprintf(text, sizeof text, "UID MOVE %lu \"%s\"", uid, folder);
    if (!f.ours || imap(s, "INBOX", text) != CURLE_OK)
        mark(s, uid);
    return CURLE_OK;
}

bool mail_imap_receive(const struct kith_carrier_way *way, const struct kith_carrier_taker *taker, char why[KITH_CARRIER_WORD]) {
    struct mail_session s;
    char folder[100], command[140], *list;
    unsigned failed = 0;
    CURLcode code;
    if (!mail_begin(&s, way, "mailto.imap", why))
        return false;
    if (!kith_carrier_setting(way, "mailto.folder", folder, sizeof folder) || strpbrk(folder, "\"\\"))
        snprintf(folder, sizeof folder, "kith");
    code = imap(&s, "INBOX", SEARCH);
    kith_buf_put_u8(&s.curl.answer, 0);
    list = kith_strdup(code == CURLE_OK ? kith_bytes_str((const char *)s.curl.answer.p) : (struct kith_bytes){0});
    if (strpbrk(list, "0123456789")) {
        snprintf(command, sizeof command, "CREATE \"%s\"", folder);
        (void)imap(&s, "", command); /* it may be there */
    }
    for (char *at = list; failed < MAIL_FAILURES_MAX && code != CURLE_ABORTED_BY_CALLBACK && (at = strpbrk(at, "0123456789"));) {
        CURLcode one = way->stop(way->ctx) ? CURLE_ABORTED_BY_CALLBACK : read_mail(&s, strtoul(at, &at, 10), folder, taker);
        failed += one != CURLE_OK;
        code = one == CURLE_OK ? code : one;
    }
    mail_word(code, why);
    kith_free(list);
    mail_end(&s);
    return code == CURLE_OK;
}
