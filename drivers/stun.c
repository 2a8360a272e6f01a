/* SPDX-License-Identifier: MIT */
#include "drivers/stun.h"

#include <netinet/in.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/crypto.h"
#include "wire/stun.h"

#define COUNTERS 4096 /* sources share one by chance; then they share its limit for a second */

struct kith_stun {
    uv_udp_t udp;
    uv_loop_t *loop;
    struct kith_sipkey key;
    struct kith_stun_counts counts;
    uint64_t second;
    uint8_t asked[COUNTERS];
    char in[KITH_STUN_MAX + 1]; /* one more than is read, to tell what is too long */
};

static void on_buffer(uv_handle_t *h, size_t suggested, uv_buf_t *buf) {
    struct kith_stun *s = h->data;
    (void)suggested;
    *buf = uv_buf_init(s->in, sizeof s->in);
}

static bool read_address(struct kith_stun_address *out, const struct sockaddr *a) {
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    *out = (struct kith_stun_address){0};
    if (a->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)a;
        memcpy(out->ip, &in->sin_addr, 4);
        out->port = ntohs(in->sin_port);
        return true;
    }
    if (a->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)a;
        memcpy(out->ip, &in->sin6_addr, 16);
        out->port = ntohs(in->sin6_port);
        out->six = memcmp(out->ip, mapped, sizeof mapped) != 0;
        if (!out->six)
            memmove(out->ip, out->ip + 12, 4); /* IPv4 that came to a socket for both */
        return true;
    }
    return false;
}

static bool is_limited(struct kith_stun *s, const struct kith_stun_address *from) {
    uint64_t second = uv_now(s->loop) / 1000;
    uint8_t *asked = &s->asked[kith_siphash(kith_bytes(from->ip, from->six ? 6 : 3), &s->key) % COUNTERS];
    if (second != s->second) {
        s->second = second;
        memset(s->asked, 0, sizeof s->asked);
    }
    if (*asked >= KITH_STUN_A_SECOND)
        return true;
    ++*asked;
    return false;
}

static void on_datagram(uv_udp_t *udp, ssize_t got, const uv_buf_t *buf, const struct sockaddr *a, unsigned flags) {
    struct kith_stun *s = udp->data;
    struct kith_stun_request request;
    struct kith_stun_address from;
    uint8_t out[KITH_STUN_ANSWER_MAX];
    uv_buf_t answer;
    if (got <= 0 || !a || !read_address(&from, a))
        return;
    if (is_limited(s, &from)) {
        s->counts.limited++;
        return;
    }
    if (flags & UV_UDP_PARTIAL || kith_stun_parse_request(&request, kith_bytes(buf->base, (size_t)got))) {
        s->counts.malformed++;
        return;
    }
    answer = uv_buf_init((char *)out, (unsigned)kith_stun_write_answer(out, &request, &from));
    /* What cannot leave at once is lost, as UDP may do: who asked asks again. */
    if (uv_udp_try_send(udp, &answer, 1, a) >= 0)
        s->counts.answered++;
}

static void on_closed(uv_handle_t *h) {
    kith_free(h->data);
}

int kith_stun_start(struct kith_stun **out, uv_loop_t *loop, const char *host, uint16_t *port, const uint8_t key[16]) {
    struct kith_stun *s = kith_alloc(sizeof *s);
    struct sockaddr_storage a = {0};
    int len = sizeof a;
    *out = NULL;
    s->loop = loop;
    memcpy(s->key.b, key, sizeof s->key.b);
    if ((uv_ip4_addr(host, *port, (struct sockaddr_in *)&a) && uv_ip6_addr(host, *port, (struct sockaddr_in6 *)&a)) ||
        uv_udp_init(loop, &s->udp)) {
        kith_free(s);
        return KITH_ERR_ARG;
    }
    s->udp.data = s;
    if (uv_udp_bind(&s->udp, (const struct sockaddr *)&a, 0) ||
        uv_udp_getsockname(&s->udp, (struct sockaddr *)&a, &len) || uv_udp_recv_start(&s->udp, on_buffer, on_datagram)) {
        uv_close((uv_handle_t *)&s->udp, on_closed);
        return KITH_ERR_NET;
    }
    *port = ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port : ((struct sockaddr_in *)&a)->sin_port);
    *out = s;
    return KITH_OK;
}

void kith_stun_close(struct kith_stun *s) {
    if (s)
        uv_close((uv_handle_t *)&s->udp, on_closed);
}

struct kith_stun_counts kith_stun_counts(const struct kith_stun *s) {
    return s->counts;
}
