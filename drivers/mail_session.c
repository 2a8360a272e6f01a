/* SPDX-License-Identifier: MIT */
#include "drivers/mail_session.h"

#include <stdio.h>

#include "crypto/crypto.h"
#include "drivers/mail_read.h"

static const struct kith_carrier_curl_limits limits = {"smtp,smtps,imap,imaps,pop3,pop3s", "mailto.ca", 20, 600, MAIL_MAX};

bool mail_begin(struct mail_session *s, const struct kith_carrier_way *way, const char *server, char why[KITH_CARRIER_WORD]) {
    char text[512];
    if (!kith_carrier_setting(way, server, s->url, sizeof s->url)) {
        snprintf(why, KITH_CARRIER_WORD, "%s is not in roads.conf", server);
        return false;
    }
    if (!kith_carrier_curl_begin(&s->curl, way, &limits))
        return false;
    curl_easy_setopt(s->curl.curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL); /* a password never goes in the clear */
    if (kith_carrier_setting(way, "mailto.user", text, sizeof text))
        curl_easy_setopt(s->curl.curl, CURLOPT_USERNAME, text);
    if (kith_carrier_setting(way, "mailto.password", text, sizeof text))
        curl_easy_setopt(s->curl.curl, CURLOPT_PASSWORD, text);
    kith_wipe(text, sizeof text);
    return true;
}

void mail_end(struct mail_session *s) {
    kith_carrier_curl_end(&s->curl);
}

void mail_word(CURLcode code, char why[KITH_CARRIER_WORD]) {
    const char *word = code == CURLE_LOGIN_DENIED ? "the mail server refuses name or password"
                       : code == CURLE_ABORTED_BY_CALLBACK ? "there is no room in inpackets"
                                                           : curl_easy_strerror(code);
    snprintf(why, KITH_CARRIER_WORD, "%s", word);
}

static void on_packet(void *ctx, struct kith_bytes packet) {
    struct mail_found *f = ctx;
    bool alone = false, is_ours = f->taker->is_ours(f->taker->ctx, packet, &alone);
    f->others += !is_ours || !alone;
    if (!is_ours)
        return;
    f->ours++;
    f->failed += !f->taker->take(f->taker->ctx, packet);
}

void mail_find(struct mail_found *f, struct kith_bytes mail) {
    const struct kith_carrier_taker *taker = f->taker;
    struct kith_mail_returned back;
    if (!taker->returned || !kith_mail_returned(mail, &back)) {
        (void)kith_mail_packets(mail, on_packet, f);
        return;
    }
    f->ours++;
    if (back.failed)
        f->failed += !taker->returned(taker->ctx, back.ticket, back.address, back.why[0] ? back.why : "no reason is given");
}
