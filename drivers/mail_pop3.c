/* SPDX-License-Identifier: MIT */
/* mail_pop3.c: packets in a mailbox, by POP3 (RFC 1939). There are no folders to move a mail to and no keywords to mark it
 * with: a mail is deleted once all that is in it was for us alone and was taken, and every other is left as it is. Which
 * ones those are is known by UIDL while the daemon runs, so that only the heads of new mails are read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/mail_read.h"
#include "drivers/mail_session.h"

struct mail {
    unsigned long number, size;
    uint64_t name; /* a hash of what UIDL calls it */
};

struct pop3 {
    struct mail_session s;
    struct mail *all;
    size_t count, cap;
    struct kith_buf left; /* names of mails that are nothing for us */
    bool begun, broken;
};

static CURLcode perform(struct mail_session *s, const char *text, bool has_answer) {
    kith_buf_clear(&s->curl.answer);
    curl_easy_setopt(s->curl.curl, CURLOPT_URL, s->url);
    curl_easy_setopt(s->curl.curl, CURLOPT_CUSTOMREQUEST, text);
    curl_easy_setopt(s->curl.curl, CURLOPT_NOBODY, has_answer ? 0L : 1L);
    return curl_easy_perform(s->curl.curl);
}

/* Numbers hold for one session (RFC 1939 section 4), and libcurl opens another one by itself where the connection broke between
 * two commands: then nothing that was said in it may stand, or somebody else's mail would be deleted. */
static CURLcode command(struct pop3 *p, const char *text, bool has_answer) {
    long opened = 0;
    CURLcode code = perform(&p->s, text, has_answer);
    curl_easy_getinfo(p->s.curl.curl, CURLINFO_NUM_CONNECTS, &opened);
    if (code == CURLE_OK && p->begun && opened) {
        (void)perform(&p->s, "RSET", false);
        p->broken = true;
        code = CURLE_RECV_ERROR;
    }
    p->begun = true;
    return code;
}

static CURLcode command_on(struct pop3 *p, const char *verb, unsigned long number, const char *more, bool has_answer) {
    char text[60];
    snprintf(text, sizeof text, "%s %lu%s", verb, number, more);
    return command(p, text, has_answer);
}

/* FNV-1a: a server that makes two names equal hides its own mail. */
static uint64_t hash(const char *p, size_t len) {
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)p[i]) * UINT64_C(1099511628211);
    return h;
}

/* "NUMBER WORD" at *at, and behind the line; false: the list is over. */
static bool next(char **at, unsigned long *number, char **word, size_t *word_len) {
    char *end;
    while (**at == '\r' || **at == '\n')
        ++*at;
    *number = strtoul(*at, &end, 10);
    if (end == *at)
        return false;
    *word = end + strspn(end, " ");
    *word_len = strcspn(*word, " \r\n");
    *at = *word + strcspn(*word, "\n");
    return true;
}

static CURLcode list(struct pop3 *p) {
    unsigned long number;
    size_t len, i = 0;
    char *at, *word;
    CURLcode code = command(p, "UIDL", true);
    if (code != CURLE_OK)
        return code;
    kith_buf_put_u8(&p->s.curl.answer, 0);
    for (at = (char *)p->s.curl.answer.p; next(&at, &number, &word, &len);) {
        p->all = kith_grow(p->all, &p->cap, p->count + 1, sizeof *p->all);
        p->all[p->count++] = (struct mail){.number = number, .name = hash(word, len)};
    }
    code = command(p, "LIST", true);
    kith_buf_put_u8(&p->s.curl.answer, 0);
    for (at = (char *)p->s.curl.answer.p; code == CURLE_OK && next(&at, &number, &word, &len);) {
        while (i < p->count && p->all[i].number < number)
            i++;
        if (i < p->count && p->all[i].number == number)
            p->all[i].size = strtoul(word, NULL, 10);
    }
    return code;
}

static int compare(const void *a, const void *b) {
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

static bool is_left(const struct kith_buf *names, uint64_t name) {
    return names && names->len && bsearch(&name, names->p, names->len / sizeof name, sizeof name, compare);
}

/* CURLE_ABORTED_BY_CALLBACK: there is no room. */
static CURLcode read_mail(struct pop3 *p, const struct mail *m, const struct kith_carrier_taker *taker) {
    struct mail_found f = {.taker = taker};
    CURLcode code = command_on(p, "TOP", m->number, " 0", true);
    struct kith_bytes head = kith_buf_bytes(&p->s.curl.answer);
    bool may_be = code == CURLE_OK && (kith_mail_is_kith(head) || kith_mail_is_report(head));
    if (code == CURLE_OK && may_be && m->size && m->size <= MAIL_MAX) {
        code = command_on(p, "RETR", m->number, "", true);
        if (code == CURLE_OK)
            mail_find(&f, kith_buf_bytes(&p->s.curl.answer));
    }
    if (f.failed)
        return CURLE_ABORTED_BY_CALLBACK;
    if (code == CURLE_OK && f.ours && !f.others)
        return command_on(p, "DELE", m->number, "", false);
    if (code == CURLE_OK)
        kith_buf_put(&p->left, &m->name, sizeof m->name);
    return code;
}

bool mail_pop3_receive(const struct kith_carrier_way *way, const struct kith_carrier_taker *taker, char why[KITH_CARRIER_WORD]) {
    struct pop3 p = {0};
    unsigned failed = 0;
    CURLcode code;
    if (!mail_begin(&p.s, way, "mailto.pop3", why))
        return false;
    code = list(&p);
    for (size_t i = code == CURLE_OK ? p.count : 0; i-- > 0;) { /* the newest first */
        const struct mail *m = &p.all[i];
        CURLcode one;
        if (is_left(way->notes, m->name)) {
            kith_buf_put(&p.left, &m->name, sizeof m->name);
            continue;
        }
        if (p.broken || failed == MAIL_FAILURES_MAX || code == CURLE_ABORTED_BY_CALLBACK)
            continue;
        one = way->stop(way->ctx) ? CURLE_ABORTED_BY_CALLBACK : read_mail(&p, m, taker);
        failed += one != CURLE_OK;
        code = one == CURLE_OK ? code : one;
    }
    if (way->notes && p.count) {
        kith_buf_wipe(way->notes);
        *way->notes = p.left;
        p.left = (struct kith_buf){0};
        if (way->notes->len)
            qsort(way->notes->p, way->notes->len / sizeof(uint64_t), sizeof(uint64_t), compare);
    }
    mail_word(code, why);
    kith_free(p.all);
    kith_buf_wipe(&p.left);
    mail_end(&p.s); /* says QUIT, and only then does the server delete */
    return code == CURLE_OK;
}
