/* SPDX-License-Identifier: MIT */
#include "drivers/carrier.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

static const struct kith_carrier *carriers[8] = {
    &kith_carrier_dir,
    &kith_carrier_https,
    &kith_carrier_http,
    &kith_carrier_exec,
};

void kith_carrier_start(void) {
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

void kith_carrier_use(const struct kith_carrier *carrier) {
    size_t i = 0;
    while (i < sizeof carriers / sizeof carriers[0] && carriers[i] && carriers[i] != carrier)
        i++;
    if (i < sizeof carriers / sizeof carriers[0])
        carriers[i] = carrier;
}

const struct kith_carrier *kith_carrier_of(const char *address) {
    for (size_t i = 0; i < sizeof carriers / sizeof carriers[0] && carriers[i]; i++) {
        size_t len = strlen(carriers[i]->scheme);
        if (!strncmp(address, carriers[i]->scheme, len) && address[len] == ':')
            return carriers[i];
    }
    return NULL;
}

bool kith_carrier_setting(const struct kith_carrier_way *way, const char *name, char *out, size_t len) {
    size_t name_len = strlen(name);
    for (const char *at = way->settings; at && *at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL) {
        const char *p = at + strspn(at, " \t"), *end = p + strcspn(p, "\r\n");
        if (strncmp(p, name, name_len))
            continue;
        p += name_len;
        p += strspn(p, " \t");
        if (*p++ != '=')
            continue;
        p += strspn(p, " \t");
        while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
            end--;
        if (end < p || (size_t)(end - p) >= len)
            return false;
        snprintf(out, len, "%.*s", (int)(end - p), p);
        return true;
    }
    return false;
}
