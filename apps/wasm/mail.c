/* SPDX-License-Identifier: MIT */
/* Packets and inboxes, as a Worker needs them (docs/protocol/packet.md, inbox.md). What goes into a packet and when is the node's;
 * carrying is in apps/web/src/tab/postman.ts. */
#include "tab.h"
#include "tab_state.h"
#include "wire/inbox_proof.h"

static struct kith_time at(double now, double wall) {
    return (struct kith_time){.now_ms = (uint64_t)now, .wall_ms = (uint64_t)wall};
}

int32_t kith_tab_packet(size_t len, double now, double wall) {
    return kith_node_packet(tab_node(), tab_room(len), at(now, wall));
}

int32_t kith_tab_packet_kept(size_t len, double now, double wall) {
    return kith_node_packet_kept(tab_node(), tab_room(len), at(now, wall));
}

void kith_tab_packet_sent(int32_t how, size_t len, double now, double wall) {
    struct kith_reader r = kith_reader(tab_room(len));
    uint8_t ticket[8];
    char *by;
    kith_read_copy(&r, ticket, sizeof ticket);
    by = kith_strdup(kith_read_bytes(&r, kith_read_left(&r)));
    kith_node_packet_sent(tab_node(), kith_get_u64le(ticket), (enum kith_sent)how, by, at(now, wall));
    kith_free(by);
}

/* Up to the next line end. */
static struct kith_bytes line(struct kith_bytes *text) {
    const uint8_t *end = text->len ? memchr(text->p, '\n', text->len) : NULL;
    struct kith_bytes out = kith_bytes(text->p, end ? (size_t)(end - text->p) : text->len);
    *text = kith_bytes_skip(*text, out.len + (end ? 1 : 0));
    return out;
}

void kith_tab_inlet(int32_t how, size_t len) {
    struct kith_bytes text = tab_room(len), address = line(&text);
    char *place = kith_strdup(address), *why = kith_strdup(text);
    kith_node_inlet(tab_node(), place, (enum kith_inlet_state)how, why);
    kith_free(place);
    kith_free(why);
}

static void keys_of(struct kith_keypair *out, struct kith_bytes base) {
    char *text = kith_strdup(base);
    kith_inbox_keys(out, tab_keys(), text);
    kith_free(text);
}

int32_t kith_tab_inbox(size_t len) {
    struct kith_keypair keys;
    char name[KITH_INBOX_NAME_LEN + 1];
    struct kith_buf *out = tab_out();
    keys_of(&keys, tab_room(len));
    kith_inbox_name(name, &keys.pub);
    kith_wipe(&keys, sizeof keys);
    kith_buf_put_str(out, name);
    return (int32_t)out->len;
}

int32_t kith_tab_inbox_prove(size_t len, double wall) {
    struct kith_bytes text = tab_room(len), base = line(&text), word = line(&text);
    char *method = kith_strdup(word), *path = kith_strdup(text), proof[KITH_INBOX_PROOF_MAX];
    struct kith_keypair keys;
    struct kith_buf *out = tab_out();
    keys_of(&keys, base);
    kith_inbox_prove(proof, &keys, method, path, (uint64_t)wall);
    kith_wipe(&keys, sizeof keys);
    kith_buf_put_str(out, proof);
    kith_free(method);
    kith_free(path);
    return (int32_t)out->len;
}
