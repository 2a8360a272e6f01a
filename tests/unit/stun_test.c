/* SPDX-License-Identifier: MIT */
/* stun_test.c: the messages of RFC 5769, and ours. */
#include "wire/stun.h"

#include "check.h"

/* RFC 5769, 2.1: a request of an ICE agent. */
static const uint8_t request[] =
    "\x00\x01\x00\x58\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
    "\x80\x22\x00\x10STUN test client"
    "\x00\x24\x00\x04\x6e\x00\x01\xff"
    "\x80\x29\x00\x08\x93\x2f\xf9\xb1\x51\x26\x3b\x36"
    "\x00\x06\x00\x09\x65\x76\x74\x6a\x3a\x68\x36\x76\x59\x20\x20\x20"
    "\x00\x08\x00\x14\x9a\xea\xa7\x0c\xbf\xd8\xcb\x56\x78\x1e\xf2\xb5\xb2\xd3\xf2\x49\xc1\xb5\x71\xa2"
    "\x80\x28\x00\x04\xe5\x7a\x3b\xcf";
/* 2.2 and 2.3: answers to it, 192.0.2.1 and 2001:db8:1234:5678:11:2233:4455:6677, port 32853. */
static const uint8_t answer4[] =
    "\x01\x01\x00\x3c\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
    "\x80\x22\x00\x0btest vector "
    "\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43"
    "\x00\x08\x00\x14\x2b\x91\xf5\x99\xfd\x9e\x90\xc3\x8c\x74\x89\xf9\x2a\xf9\xba\x53\xf0\x6b\xe7\xd7"
    "\x80\x28\x00\x04\xc0\x7d\x4c\x96";
static const uint8_t answer6[] =
    "\x01\x01\x00\x48\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
    "\x80\x22\x00\x0btest vector "
    "\x00\x20\x00\x14\x00\x02\xa1\x47\x01\x13\xa9\xfa\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9"
    "\x00\x08\x00\x14\xa3\x82\x95\x4e\x4b\xe6\x7b\xf1\x17\x84\xc9\x7c\x82\x92\xc2\x75\xbf\xe3\xed\x41"
    "\x80\x28\x00\x04\xc8\xfb\x0b\x4c";
static const uint8_t ip6[16] = {0x20, 1, 0x0d, 0xb8, 0x12, 0x34, 0x56, 0x78, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77};

static struct kith_stun_id id_of(const uint8_t *message) {
    struct kith_stun_id id;
    memcpy(id.b, message + 8, sizeof id.b);
    return id;
}

static void the_rfcs_messages_are_read(void) {
    struct kith_stun_request r;
    struct kith_stun_address a;
    struct kith_stun_id id = id_of(request);
    CHECK(!kith_stun_parse_request(&r, kith_bytes(request, sizeof request - 1)));
    CHECK(r.fingerprint && !r.unknown_count && !memcmp(&r.id, &id, sizeof id));
    CHECK(!kith_stun_parse_answer(&a, &id, kith_bytes(answer4, sizeof answer4 - 1)));
    CHECK(!a.six && a.port == 32853 && !memcmp(a.ip, (uint8_t[]){192, 0, 2, 1}, 4));
    CHECK(!kith_stun_parse_answer(&a, &id, kith_bytes(answer6, sizeof answer6 - 1)));
    CHECK(a.six && a.port == 32853 && !memcmp(a.ip, ip6, 16));
    id.b[0] ^= 1;
    CHECK(kith_stun_parse_answer(&a, &id, kith_bytes(answer4, sizeof answer4 - 1)) == KITH_ERR_SYNTAX);
    CHECK(kith_stun_parse_request(&r, kith_bytes(answer4, sizeof answer4 - 1)) == KITH_ERR_SYNTAX);
}

/* With a fingerprint no altered or missing byte is let through. */
static void what_is_damaged_is_not_answered(void) {
    struct kith_stun_request r;
    uint8_t copy[sizeof request - 1];
    memcpy(copy, request, sizeof copy);
    for (size_t i = 0; i < sizeof copy; i++) {
        copy[i] ^= 4;
        CHECK(kith_stun_parse_request(&r, kith_bytes(copy, sizeof copy)) || !r.fingerprint);
        copy[i] ^= 4;
        CHECK(kith_stun_parse_request(&r, kith_bytes(copy, i)));
    }
    CHECK(kith_stun_parse_request(&r, kith_bytes(copy, 0)) == KITH_ERR_SYNTAX);
}

static void what_we_write_is_read(void) {
    struct kith_stun_id id = id_of(request);
    struct kith_stun_address from = {.port = 1, .ip = {127, 0, 0, 1}}, got;
    struct kith_stun_request r;
    uint8_t ask[20], out[KITH_STUN_ANSWER_MAX];
    size_t len;
    kith_stun_write_request(ask, &id);
    CHECK(!kith_stun_parse_request(&r, kith_bytes(ask, sizeof ask)) && !r.fingerprint);
    for (int six = 0; six < 2; six++) {
        for (int fingerprint = 0; fingerprint < 2; fingerprint++) {
            from.six = six;
            if (six)
                memcpy(from.ip, ip6, 16);
            r.fingerprint = fingerprint;
            len = kith_stun_write_answer(out, &r, &from);
            CHECK(len == 20u + (six ? 24u : 12u) + (fingerprint ? 8u : 0u));
            CHECK(!kith_stun_parse_answer(&got, &id, kith_bytes(out, len)));
            CHECK(got.six == from.six && got.port == 1 && !memcmp(got.ip, from.ip, six ? 16 : 4));
        }
    }
}

static void what_must_be_understood_is_refused(void) {
    uint8_t ask[28], out[KITH_STUN_ANSWER_MAX];
    struct kith_stun_request r;
    struct kith_stun_address from = {.port = 9};
    struct kith_stun_id id = id_of(request);
    size_t len;
    kith_stun_write_request(ask, &id);
    memcpy(ask + 20, "\x7a\xbc\x00\x01z\0\0\0", 8);
    ask[3] = 8;
    CHECK(!kith_stun_parse_request(&r, kith_bytes(ask, sizeof ask)) && r.unknown_count == 1 && r.unknown[0] == 0x7abc);
    len = kith_stun_write_answer(out, &r, &from);
    CHECK(len == 36 && !memcmp(out, "\x01\x11\x00\x10", 4));
    CHECK(!memcmp(out + 20, "\x00\x09\x00\x04\x00\x00\x04\x14\x00\x0a\x00\x02\x7a\xbc\x00\x00", 16));
    ask[23] = 5; /* longer than the message */
    CHECK(kith_stun_parse_request(&r, kith_bytes(ask, sizeof ask)) == KITH_ERR_SYNTAX);
}

int main(void) {
    the_rfcs_messages_are_read();
    what_is_damaged_is_not_answered();
    what_we_write_is_read();
    what_must_be_understood_is_refused();
    return check_done();
}
