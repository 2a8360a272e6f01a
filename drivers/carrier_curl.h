/* SPDX-License-Identifier: MIT */
/* carrier_curl.h: what every carrier that goes by libcurl sets alike: which protocols, how long, how much is taken from a
 * server, and that all of it ends soon when the daemon does. */
#ifndef KITH_DRIVERS_CARRIER_CURL_H
#define KITH_DRIVERS_CARRIER_CURL_H

#include <curl/curl.h>

#include "drivers/carrier.h"

struct kith_carrier_curl_limits {
    const char *protocols; /* as libcurl names them, with commas */
    const char *ca;        /* the setting that names a file of certificates, for a server of one's own */
    long connect_s, whole_s;
    size_t answer_max;
};

struct kith_carrier_curl {
    const struct kith_carrier_way *way;
    const struct kith_carrier_curl_limits *limits;
    CURL *curl;
    struct kith_buf answer; /* what the server says is put behind what is there */
};

/* way and limits are borrowed until the end. False: out of memory, and there is nothing to end. */
bool kith_carrier_curl_begin(struct kith_carrier_curl *c, const struct kith_carrier_way *way, const struct kith_carrier_curl_limits *limits);
void kith_carrier_curl_end(struct kith_carrier_curl *c);

#endif
