/* SPDX-License-Identifier: MIT */
#include "drivers/lan.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/base64.h"

struct kith_lan {
    uv_udp_t plain, sealed;
    uv_timer_t timer;
    bool plain_open, sealed_open;
    int handles; /* not closed yet */
    struct kith_lan_config config;
    char bound[64];
    char key[45]; /* ours, as it stands in addresses */
    char in[2048];
};

static void on_buffer(uv_handle_t *h, size_t suggested, uv_buf_t *buf) {
    struct kith_lan *l = h->data;
    (void)suggested;
    *buf = uv_buf_init(l->in, sizeof l->in);
}

static void on_datagram(uv_udp_t *u, ssize_t got, const uv_buf_t *buf, const struct sockaddr *from, unsigned flags) {
    struct kith_lan *l = u->data;
    struct kith_bytes datagram;
    if (got <= 0 || !from || (flags & UV_UDP_PARTIAL))
        return;
    datagram = kith_bytes(buf->base, (size_t)got);
    if (u == &l->plain && memmem(buf->base, (size_t)got, l->key, strlen(l->key)))
        return; /* our own voice; the sealed one is recognised by the node */
    l->config.heard(l->config.ctx, datagram, u == &l->sealed);
}

static bool listen_on(struct kith_lan *l, uv_loop_t *loop, uv_udp_t *u, uint16_t port) {
    struct sockaddr_in any;
    if (uv_udp_init(loop, u))
        return false;
    u->data = l;
    l->handles++;
    uv_ip4_addr("0.0.0.0", port, &any);
    return !uv_udp_bind(u, (const struct sockaddr *)&any, UV_UDP_REUSEADDR) && !uv_udp_set_broadcast(u, 1) &&
           !uv_udp_recv_start(u, on_buffer, on_datagram);
}

static void send_to(uv_udp_t *u, uint32_t ip, uint16_t port, const struct kith_buf *packet) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = ip};
    uv_buf_t buf = uv_buf_init((char *)packet->p, (unsigned)packet->len);
    (void)uv_udp_try_send(u, &buf, 1, (const struct sockaddr *)&to); /* what is lost is said again */
}

/* To the interface's own broadcast address and to the network's: ssb-lan may hear only one of them. */
static void announce(struct kith_lan *l, const char *ip, uint32_t broadcast) {
    struct kith_buf address = {0}, plain = {0}, sealed = {0};
    char text[160];
    snprintf(text, sizeof text, "net:%s:%u~shs:%s", ip, l->config.port, l->key);
    kith_buf_put_str(&address, text);
    if (l->plain_open && !kith_lan_put(&plain, kith_buf_bytes(&address))) {
        send_to(&l->plain, broadcast, KITH_LAN_PORT, &plain);
        send_to(&l->plain, INADDR_BROADCAST, KITH_LAN_PORT, &plain);
    }
    if (l->sealed_open && !kith_lan_put_sealed(&sealed, kith_buf_bytes(&address), &l->config.cap, &l->config.keys)) {
        send_to(&l->sealed, broadcast, KITH_LAN_PORT_SEALED, &sealed);
        send_to(&l->sealed, INADDR_BROADCAST, KITH_LAN_PORT_SEALED, &sealed);
    }
    kith_buf_wipe(&address);
    kith_buf_wipe(&plain);
    kith_buf_wipe(&sealed);
}

/* Interfaces come and go, so they are looked at each time. */
static void on_timer(uv_timer_t *t) {
    struct kith_lan *l = t->data;
    uv_interface_address_t *all;
    char ip[INET_ADDRSTRLEN];
    int count;
    if (uv_interface_addresses(&all, &count))
        return;
    for (int i = 0; i < count; i++) {
        struct sockaddr_in *a = &all[i].address.address4, *mask = &all[i].netmask.netmask4;
        if (a->sin_family != AF_INET || all[i].is_internal || uv_ip4_name(a, ip, sizeof ip))
            continue;
        if (!strcmp(l->bound, "0.0.0.0") || !strcmp(l->bound, ip))
            announce(l, ip, a->sin_addr.s_addr | ~mask->sin_addr.s_addr);
    }
    uv_free_interface_addresses(all, count);
}

int kith_lan_start(struct kith_lan **out, uv_loop_t *loop, const struct kith_lan_config *config) {
    struct kith_lan *l = kith_alloc(sizeof *l);
    *out = NULL;
    l->config = *config;
    snprintf(l->bound, sizeof l->bound, "%s", config->bound);
    kith_base64_write(l->key, config->keys.pub.b, sizeof config->keys.pub.b);
    uv_timer_init(loop, &l->timer);
    l->timer.data = l;
    l->handles = 1;
    l->plain_open = listen_on(l, loop, &l->plain, KITH_LAN_PORT);
    l->sealed_open = listen_on(l, loop, &l->sealed, KITH_LAN_PORT_SEALED);
    if (!l->plain_open && !l->sealed_open) {
        kith_lan_stop(l);
        return KITH_ERR_NET;
    }
    uv_timer_start(&l->timer, on_timer, 100, KITH_LAN_EVERY_MS);
    *out = l;
    return KITH_OK;
}

static void on_closed(uv_handle_t *h) {
    struct kith_lan *l = h->data;
    if (--l->handles)
        return;
    kith_wipe(l, sizeof *l);
    kith_free(l);
}

void kith_lan_stop(struct kith_lan *l) {
    if (!l)
        return;
    uv_close((uv_handle_t *)&l->timer, on_closed);
    if (l->plain.data)
        uv_close((uv_handle_t *)&l->plain, on_closed);
    if (l->sealed.data)
        uv_close((uv_handle_t *)&l->sealed, on_closed);
}
