/* SPDX-License-Identifier: MIT */
/* https.c: https://HOST/inbox/NAME, and http: for machines of one's own. A packet is posted; one's own inbox is listed,
 * read and emptied with a proof of its key (wire/inbox_proof.h). The server sees lengths, times and addresses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drivers/carrier_curl.h"
#include "wire/inbox_proof.h"

static const struct kith_carrier_curl_limits limits = {"http,https", "https.ca", 15, 300, (size_t)9 << 20};

/* The status of the answer; 0: there was none, and why says why. */
static long perform(struct kith_carrier_curl *r, const char *method, const char *url, const char *proof, struct kith_bytes body, char why[KITH_CARRIER_WORD]) {
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    char line[KITH_INBOX_PROOF_MAX + 20];
    CURLcode code;
    long status = 0;
    kith_buf_clear(&r->answer);
    if (proof) {
        snprintf(line, sizeof line, "Authorization: %s", proof);
        headers = curl_slist_append(headers, line);
    }
    curl_easy_setopt(r->curl, CURLOPT_URL, url);
    curl_easy_setopt(r->curl, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(r->curl, CURLOPT_CUSTOMREQUEST, NULL);
    if (!strcmp(method, "POST")) {
        headers = curl_slist_append(headers, "Content-Type: application/octet-stream");
        curl_easy_setopt(r->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
        curl_easy_setopt(r->curl, CURLOPT_POSTFIELDS, (const char *)body.p);
    } else if (strcmp(method, "GET")) {
        curl_easy_setopt(r->curl, CURLOPT_CUSTOMREQUEST, method);
    }
    curl_easy_setopt(r->curl, CURLOPT_HTTPHEADER, headers);
    code = curl_easy_perform(r->curl);
    curl_slist_free_all(headers);
    if (code == CURLE_OK)
        curl_easy_getinfo(r->curl, CURLINFO_RESPONSE_CODE, &status);
    else
        snprintf(why, KITH_CARRIER_WORD, "%s", curl_easy_strerror(code));
    return status;
}

static const char *host_of(const char *url, size_t *len) {
    const char *start = strstr(url, "://");
    start = start ? start + 3 : url;
    *len = strcspn(start, "/");
    return start;
}

/* What stands in somebody's profile is asked for by POST: it may be nothing but an inbox, lest it be some service of ours or
 * of our neighbours that takes orders by its path. */
static bool is_inbox(const char *rest) {
    const char *name = strrchr(rest, '/');
    return !strncmp(rest, "//", 2) && name > rest + 2 && strlen(name + 1) == KITH_INBOX_NAME_LEN &&
           strspn(name + 1, "0123456789abcdef") == KITH_INBOX_NAME_LEN && !strpbrk(rest, "?#\\");
}

static enum kith_carried transmit(const struct kith_carrier_way *way, struct kith_bytes packet, char by[KITH_CARRIER_WORD]) {
    struct kith_carrier_curl r;
    const char *host;
    size_t len;
    long status;
    if (!is_inbox(way->rest)) {
        snprintf(by, KITH_CARRIER_WORD, "an inbox is https://HOST/inbox/NAME");
        return KITH_CARRIED_NEVER;
    }
    if (!kith_carrier_curl_begin(&r, way, &limits))
        return KITH_CARRIED_LATER;
    status = perform(&r, "POST", way->address, NULL, packet, by);
    kith_carrier_curl_end(&r);
    host = host_of(way->address, &len);
    if (status == 200 || status == 201 || status == 202 || status == 204) {
        snprintf(by, KITH_CARRIER_WORD, "%.*s", (int)(len < 100 ? len : 100), host);
        return KITH_CARRIED_STORED;
    }
    if (status == 413 || status == 507)
        snprintf(by, KITH_CARRIER_WORD, "the inbox is full");
    else if (status)
        snprintf(by, KITH_CARRIER_WORD, "the server answers %ld", status);
    return status == 400 || status == 404 || status == 405 || status == 410 ? KITH_CARRIED_NEVER : KITH_CARRIED_LATER;
}

/* ---- our own inbox ---- */

static uint64_t wall_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static long signed_request(struct kith_carrier_curl *r, const struct kith_keypair *keys, const char *method, const char *url, char why[KITH_CARRIER_WORD]) {
    char proof[KITH_INBOX_PROOF_MAX];
    const char *path = strstr(url, "://");
    path = path ? strchr(path + 3, '/') : NULL;
    kith_inbox_prove(proof, keys, method, path ? path : "/", wall_ms());
    return perform(r, method, url, proof, (struct kith_bytes){0}, why);
}

/* Each line of the list begins with the name of a file. */
static bool fetch_all(struct kith_carrier_curl *r, const struct kith_keypair *keys, const struct kith_carrier_taker *taker, char why[KITH_CARRIER_WORD]) {
    char *list = kith_strdup(kith_buf_bytes(&r->answer));
    bool ok = true;
    for (char *line = list, *next; ok && line && *line && !r->way->stop(r->way->ctx); line = next) {
        char url[1400];
        long status;
        next = strchr(line, '\n');
        if (next)
            *next++ = 0;
        line[strcspn(line, " \r")] = 0;
        if (strlen(line) > 64 || strspn(line, "0123456789abcdef") != strlen(line))
            continue;
        snprintf(url, sizeof url, "%.1300s/%s", r->way->address, line);
        status = signed_request(r, keys, "GET", url, why);
        if (status == 404)
            continue;
        ok = status == 200 && taker->take(taker->ctx, kith_buf_bytes(&r->answer));
        if (ok)
            ok = signed_request(r, keys, "DELETE", url, why) != 0;
    }
    kith_free(list);
    return ok;
}

static bool receive(const struct kith_carrier_way *way, const struct kith_carrier_taker *taker, char why[KITH_CARRIER_WORD]) {
    const char *slash = strrchr(way->address, '/');
    char base[1024], name[KITH_INBOX_NAME_LEN + 1];
    struct kith_keypair keys;
    struct kith_carrier_curl r;
    bool ok = false;
    long status;
    if (!slash || (size_t)(slash - way->address) >= sizeof base || !kith_carrier_curl_begin(&r, way, &limits))
        return false;
    snprintf(base, sizeof base, "%.*s", (int)(slash - way->address), way->address);
    kith_inbox_keys(&keys, way->keys, base);
    kith_inbox_name(name, &keys.pub);
    if (strcmp(slash + 1, name)) {
        snprintf(why, KITH_CARRIER_WORD, "this inbox is not ours");
    } else {
        status = signed_request(&r, &keys, "GET", way->address, why);
        if (status == 404 && signed_request(&r, &keys, "PUT", way->address, why) / 100 == 2) /* a broker's is there when it is asked for */
            status = signed_request(&r, &keys, "GET", way->address, why);
        if (status == 200)
            ok = fetch_all(&r, &keys, taker, why);
        else if (status == 401 || status == 403)
            snprintf(why, KITH_CARRIER_WORD, "the server refuses our proof: is the clock right?");
        else if (status)
            snprintf(why, KITH_CARRIER_WORD, "the server answers %ld", status);
    }
    kith_wipe(&keys, sizeof keys);
    kith_carrier_curl_end(&r);
    return ok;
}

const struct kith_carrier kith_carrier_https = {"https", 5000, transmit, NULL, receive, NULL, NULL};
const struct kith_carrier kith_carrier_http = {"http", 5000, transmit, NULL, receive, NULL, NULL};
