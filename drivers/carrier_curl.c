/* SPDX-License-Identifier: MIT */
#include "drivers/carrier_curl.h"

static size_t on_answer(char *p, size_t size, size_t count, void *ctx) {
    struct kith_carrier_curl *c = ctx;
    size_t len = size * count;
    if (len > c->limits->answer_max - c->answer.len)
        return 0;
    kith_buf_put(&c->answer, p, len);
    return len;
}

static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    const struct kith_carrier_curl *self = ctx;
    (void)a, (void)b, (void)c, (void)d;
    return self->way->stop(self->way->ctx);
}

bool kith_carrier_curl_begin(struct kith_carrier_curl *c, const struct kith_carrier_way *way, const struct kith_carrier_curl_limits *limits) {
    char file[1024];
    *c = (struct kith_carrier_curl){.way = way, .limits = limits, .curl = curl_easy_init()};
    if (!c->curl)
        return false;
    curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, limits->protocols);
    curl_easy_setopt(c->curl, CURLOPT_CONNECTTIMEOUT, limits->connect_s);
    curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, limits->whole_s);
    curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(c->curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(c->curl, CURLOPT_XFERINFODATA, c);
    curl_easy_setopt(c->curl, CURLOPT_NOPROGRESS, 0L);
    if (kith_carrier_setting(way, limits->ca, file, sizeof file))
        curl_easy_setopt(c->curl, CURLOPT_CAINFO, file);
    return true;
}

void kith_carrier_curl_end(struct kith_carrier_curl *c) {
    if (c->curl)
        curl_easy_cleanup(c->curl);
    kith_buf_wipe(&c->answer);
}
