/* SPDX-License-Identifier: MIT */
#include "wire/stun.h"

#define COOKIE 0x2112a442u
#define HEADER_LEN 20
#define FINGERPRINT_LEN 8
#define FINGERPRINT_XOR 0x5354554eu /* RFC 8489, 14.7 */

enum { BINDING_REQUEST = 0x0001, BINDING_SUCCESS = 0x0101, BINDING_ERROR = 0x0111 };
enum {
    USERNAME = 0x0006,
    MESSAGE_INTEGRITY = 0x0008,
    ERROR_CODE = 0x0009,
    UNKNOWN_ATTRIBUTES = 0x000a,
    MESSAGE_INTEGRITY_SHA256 = 0x001c,
    XOR_MAPPED_ADDRESS = 0x0020,
    PRIORITY = 0x0024,
    USE_CANDIDATE = 0x0025,
    OPTIONAL = 0x8000, /* from here on a receiver may ignore what it does not know */
    FINGERPRINT = 0x8028,
};

/* CRC-32 of ISO 3309, as RFC 8489 (14.7) has it. Bit by bit: a datagram is short. */
static uint32_t crc32(const uint8_t *p, size_t len) {
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < len; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

/* ---- reading ---- */

struct attribute {
    uint16_t type;
    struct kith_bytes value;
    size_t at; /* of its header */
};

/* False: not a message of that type, or of another length than it says. */
static bool is_message(struct kith_bytes in, uint16_t type) {
    return in.len >= HEADER_LEN && kith_get_u16be(in.p) == type && kith_get_u32be(in.p + 4) == COOKIE &&
           (size_t)kith_get_u16be(in.p + 2) + HEADER_LEN == in.len && in.len % 4 == 0;
}

/* The attribute at *at, which moves past it and its padding. KITH_ERR_NOT_FOUND: there is none. */
static int next_attribute(struct kith_bytes in, size_t *at, struct attribute *a) {
    size_t len;
    if (*at == in.len)
        return KITH_ERR_NOT_FOUND;
    a->at = *at; /* lengths are multiples of 4, so a header is whole */
    a->type = kith_get_u16be(in.p + *at);
    len = kith_get_u16be(in.p + *at + 2);
    *at += 4;
    if (len > in.len - *at)
        return KITH_ERR_SYNTAX;
    a->value = kith_bytes(in.p + *at, len);
    *at += (len + 3) / 4 * 4;
    return KITH_OK;
}

static bool is_fingerprint(struct kith_bytes in, const struct attribute *a) {
    return a->value.len == 4 && a->at + FINGERPRINT_LEN == in.len &&
           kith_get_u32be(a->value.p) == (crc32(in.p, a->at) ^ FINGERPRINT_XOR);
}

/* What a check of ICE carries is not ours to use, but known. */
static bool is_known(uint16_t type) {
    return type >= OPTIONAL || type == USERNAME || type == MESSAGE_INTEGRITY || type == MESSAGE_INTEGRITY_SHA256 ||
           type == PRIORITY || type == USE_CANDIDATE;
}

int kith_stun_parse_request(struct kith_stun_request *out, struct kith_bytes in) {
    struct attribute a;
    size_t at = HEADER_LEN;
    int err;
    *out = (struct kith_stun_request){0};
    if (in.len > KITH_STUN_MAX)
        return KITH_ERR_SIZE;
    if (!is_message(in, BINDING_REQUEST))
        return KITH_ERR_SYNTAX;
    memcpy(out->id.b, in.p + 8, sizeof out->id.b);
    while (!(err = next_attribute(in, &at, &a))) {
        if (a.type == FINGERPRINT) {
            if (!is_fingerprint(in, &a))
                return KITH_ERR_SYNTAX;
            out->fingerprint = true;
        } else if (!is_known(a.type) && out->unknown_count < KITH_STUN_UNKNOWN_MAX) {
            out->unknown[out->unknown_count++] = a.type;
        }
    }
    return err == KITH_ERR_NOT_FOUND ? KITH_OK : err;
}

int kith_stun_parse_answer(struct kith_stun_address *out, const struct kith_stun_id *id, struct kith_bytes in) {
    struct attribute a;
    size_t at = HEADER_LEN;
    int err, found = KITH_ERR_SYNTAX;
    *out = (struct kith_stun_address){0};
    if (in.len > KITH_STUN_MAX || !is_message(in, BINDING_SUCCESS) || memcmp(in.p + 8, id->b, sizeof id->b))
        return KITH_ERR_SYNTAX;
    while (!(err = next_attribute(in, &at, &a))) {
        if (a.type == FINGERPRINT && !is_fingerprint(in, &a))
            return KITH_ERR_SYNTAX;
        if (a.type != XOR_MAPPED_ADDRESS || !found)
            continue;
        out->six = a.value.len == 20;
        if ((a.value.len != 8 && !out->six) || a.value.p[1] != (out->six ? 2 : 1))
            return KITH_ERR_SYNTAX;
        out->port = (uint16_t)(kith_get_u16be(a.value.p + 2) ^ COOKIE >> 16);
        for (size_t i = 0; i < a.value.len - 4; i++)
            out->ip[i] = a.value.p[4 + i] ^ in.p[4 + i]; /* the cookie, then the id */
        found = KITH_OK;
    }
    return err == KITH_ERR_NOT_FOUND ? found : err;
}

/* ---- writing ---- */

static size_t put_header(uint8_t *out, uint16_t type, const struct kith_stun_id *id) {
    kith_put_u16be(out, type);
    kith_put_u16be(out + 2, 0);
    kith_put_u16be(out + 4, COOKIE >> 16);
    kith_put_u16be(out + 6, COOKIE & 0xffff);
    memcpy(out + 8, id->b, sizeof id->b);
    return HEADER_LEN;
}

static size_t put_attribute(uint8_t *out, size_t at, uint16_t type, size_t len) {
    kith_put_u16be(out + at, type);
    kith_put_u16be(out + at + 2, (uint16_t)len);
    memset(out + at + 4, 0, (len + 3) / 4 * 4);
    return at + 4;
}

static size_t put_where(uint8_t *out, size_t at, const struct kith_stun_address *from) {
    size_t ip_len = from->six ? 16 : 4;
    at = put_attribute(out, at, XOR_MAPPED_ADDRESS, 4 + ip_len);
    out[at + 1] = from->six ? 2 : 1;
    kith_put_u16be(out + at + 2, (uint16_t)(from->port ^ COOKIE >> 16));
    for (size_t i = 0; i < ip_len; i++)
        out[at + 4 + i] = from->ip[i] ^ out[4 + i];
    return at + 4 + ip_len;
}

/* RFC 8489, 6.3.1: 420, and which ones. */
static size_t put_unknown(uint8_t *out, size_t at, const struct kith_stun_request *request) {
    size_t len = 2 * request->unknown_count;
    at = put_attribute(out, at, ERROR_CODE, 4);
    out[at + 2] = 4;
    out[at + 3] = 20;
    at = put_attribute(out, at + 4, UNKNOWN_ATTRIBUTES, len);
    for (size_t i = 0; i < request->unknown_count; i++)
        kith_put_u16be(out + at + 2 * i, request->unknown[i]);
    return at + (len + 3) / 4 * 4;
}

static void set_len(uint8_t *out, size_t len) {
    kith_put_u16be(out + 2, (uint16_t)(len - HEADER_LEN));
}

size_t kith_stun_write_answer(uint8_t out[KITH_STUN_ANSWER_MAX], const struct kith_stun_request *request,
                              const struct kith_stun_address *from) {
    bool refused = request->unknown_count > 0;
    size_t len = put_header(out, refused ? BINDING_ERROR : BINDING_SUCCESS, &request->id);
    uint32_t crc;
    len = refused ? put_unknown(out, len, request) : put_where(out, len, from);
    if (request->fingerprint) {
        set_len(out, len + FINGERPRINT_LEN); /* which the sum covers */
        crc = crc32(out, len) ^ FINGERPRINT_XOR;
        len = put_attribute(out, len, FINGERPRINT, 4);
        kith_put_u16be(out + len, (uint16_t)(crc >> 16));
        kith_put_u16be(out + len + 2, (uint16_t)crc);
        len += 4;
    }
    set_len(out, len);
    return len;
}

void kith_stun_write_request(uint8_t out[20], const struct kith_stun_id *id) {
    (void)put_header(out, BINDING_REQUEST, id);
}
