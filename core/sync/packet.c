/* SPDX-License-Identifier: MIT */
#include "sync/packet.h"

#include "crypto/age.h"
#include "sync/deflate.h"

#define SLOT_LEN 48
#define FRONT_LEN 34 /* version, n, one-time key */
#define HEAD_LEN 75  /* of the text, before the content */
#define SIG_LEN 64
#define CLASS_MIN 1024

_Static_assert(KITH_PACKET_MIN == FRONT_LEN + SLOT_LEN + CLASS_MIN + KITH_MAC_LEN, "header and code agree");

static const struct kith_aead_nonce no_nonce; /* each key is used once */

static unsigned log2_of(size_t v) {
    unsigned n = 0;
    while (v >>= 1)
        n++;
    return n;
}

size_t kith_packet_class(size_t len) {
    unsigned e = log2_of(len);
    size_t step;
    if (len <= CLASS_MIN)
        return CLASS_MIN;
    step = (size_t)1 << (e - log2_of(e) - 1);
    return (len + step - 1) & ~(step - 1);
}

static size_t slots_for(size_t recipients) {
    size_t n = 1;
    while (n < recipients && n < KITH_PACKET_MAX_RECIPIENTS)
        n *= 2;
    return n;
}

static bool may_live(const struct kith_packet *p) {
    return p->expires_ms > p->created_ms && p->expires_ms - p->created_ms <= KITH_PACKET_LIFE_MS;
}

static int slot_key(struct kith_symkey *out, const struct kith_dhsec *sec, const struct kith_dhpub *pub, const uint8_t *once,
                    const struct kith_pubkey *receiver) {
    struct kith_symkey shared;
    uint8_t salt[64];
    int err = kith_dh_shared(&shared, sec, pub);
    if (err)
        return err;
    memcpy(salt, once, 32);
    memcpy(salt + 32, receiver->b, 32);
    kith_hkdf_sha256(out, kith_bytes(shared.b, sizeof shared.b), kith_bytes(salt, sizeof salt), KITH_LIT("kith-packet 1 slot"));
    kith_wipe(&shared, sizeof shared);
    return KITH_OK;
}

static void body_key(struct kith_symkey *out, const struct kith_symkey *secret, const struct kith_hash *header) {
    kith_hkdf_sha256(out, kith_bytes(secret->b, sizeof secret->b), kith_bytes(header->b, sizeof header->b),
                     KITH_LIT("kith-packet 1 body"));
}

/* ---- sealing ---- */

/* Recipients take their slots in an order that is drawn: the first is not always the same person. */
static void draw_places(uint8_t places[KITH_PACKET_MAX_RECIPIENTS], size_t n, const struct kith_rng *rng) {
    for (size_t i = 0; i < KITH_PACKET_MAX_RECIPIENTS; i++)
        places[i] = (uint8_t)i;
    for (size_t i = n; i > 1; i--) {
        uint8_t drawn, kept;
        kith_rng_fill(rng, &drawn, 1);
        kept = places[i - 1];
        places[i - 1] = places[drawn % i];
        places[drawn % i] = kept;
    }
}

static int put_header(struct kith_buf *out, const struct kith_symkey *secret, const struct kith_pubkey *recipients,
                      size_t count, const struct kith_rng *rng) {
    size_t n = slots_for(count), at = out->len;
    uint8_t places[KITH_PACKET_MAX_RECIPIENTS];
    struct kith_dhpub once, theirs;
    struct kith_dhsec once_sec;
    struct kith_symkey key;
    int err = KITH_OK;
    kith_dh_keypair(&once, &once_sec, rng);
    draw_places(places, n, rng);
    kith_buf_put_u8(out, KITH_PACKET_VERSION);
    kith_buf_put_u8(out, (uint8_t)n);
    kith_buf_put(out, once.b, sizeof once.b);
    kith_buf_reserve(out, n * SLOT_LEN);
    kith_rng_fill(rng, out->p + out->len, n * SLOT_LEN);
    out->len += n * SLOT_LEN;
    for (size_t i = 0; i < count && !err; i++) {
        err = kith_dh_from_pubkey(&theirs, &recipients[i]);
        if (!err)
            err = slot_key(&key, &once_sec, &theirs, once.b, &recipients[i]);
        if (!err)
            kith_aead_seal(out->p + at + FRONT_LEN + places[i] * (size_t)SLOT_LEN, kith_bytes(secret->b, sizeof secret->b), &no_nonce, &key);
    }
    kith_wipe(&once_sec, sizeof once_sec);
    kith_wipe(&key, sizeof key);
    return err;
}

/* What messages are made of, the likeliest last: small packets have little of their own to refer to. Part of the
 * format; another text needs another number. */
enum { PLAIN, DEFLATED, DEFLATED_AFTER_WORDS };
static const char words[] =
    "\",\"name\":\"\",\"channel\":\"\",\"image\":\"&\",\"description\":\"\",\"following\":true,\"blocking\":false,\"contact\":\"@{\"ty"
    "pe\":\"image/jpeg\",\"size\":,\"width\":,\"height\":,\"expression\":\"\",\"type\":\"contact\",\"type\":\"about\",\"about\":\"@.e"
    "d25519\",\"wall\":\"@\",\"mentions\":[{\"link\":\"&.sha256\",\"name\":\"\",\"recps\":[\"@\",\"root\":\"%.sha256\",\"branch\":\"%.s"
    "ha256\",\"vote\":{\"link\":\"%.sha256\",\"value\":1,\"expression\":\"Like\"}},\"type\":\"vote\",\"type\":\"post\",\"text\":\" an"
    "d the you that is for with not this have are was on in it to of a I \"}},\"signature\":\"==.sig.ed25519\"}{\"p"
    "revious\":\"%.sha256\",\"sequence\":1,\"author\":\"@.ed25519\",\"timestamp\":17,\"hash\":\"sha256\",\"content\":\"=.box2\","
    "\"content\":{\"type\":\"post\",\"text\":\"";

static struct kith_bytes words_of(uint8_t compression) {
    return kith_bytes((const uint8_t *)words, compression == DEFLATED_AFTER_WORDS ? sizeof words - 1 : 0);
}

static void put_text(struct kith_buf *text, const struct kith_packet *p, const struct kith_hash *header,
                     const struct kith_seckey *sec) {
    struct kith_buf said = {0}, small = {0};
    uint8_t compression = kith_deflate(&small, p->content, words_of(DEFLATED_AFTER_WORDS)) ? DEFLATED_AFTER_WORDS : PLAIN;
    struct kith_bytes content = compression ? kith_buf_bytes(&small) : p->content;
    struct kith_sig sig;
    size_t len;
    kith_buf_put_u8(text, p->encoding);
    kith_buf_put_u8(text, compression);
    kith_buf_put_u8(text, p->flags);
    kith_buf_put_u64le(text, p->created_ms);
    kith_buf_put_u64le(text, p->expires_ms);
    kith_buf_put(text, p->id.b, sizeof p->id.b);
    kith_buf_put(text, p->from.b, sizeof p->from.b);
    kith_buf_put_u32le(text, (uint32_t)content.len);
    kith_buf_put_u32le(text, (uint32_t)p->content.len);
    kith_buf_put_bytes(text, content);
    kith_buf_put_str(&said, "kith-packet 1\n");
    kith_buf_put(&said, header->b, sizeof header->b);
    kith_buf_put_bytes(&said, kith_buf_bytes(text));
    kith_sign(&sig, kith_buf_bytes(&said), sec);
    kith_buf_put(text, sig.b, sizeof sig.b);
    len = kith_packet_class(text->len);
    kith_buf_reserve(text, len - text->len);
    memset(text->p + text->len, 0, len - text->len);
    text->len = len;
    kith_wipe(said.p, said.len);
    kith_buf_wipe(&said);
    kith_buf_wipe(&small);
}

static void put_body(struct kith_buf *out, struct kith_bytes text, const struct kith_symkey *secret, const struct kith_hash *header) {
    struct kith_age_stream stream = {0};
    body_key(&stream.key, secret, header);
    while (text.len > KITH_AGE_CHUNK) {
        kith_age_chunk_seal(&stream, kith_bytes(text.p, KITH_AGE_CHUNK), false, out);
        text = kith_bytes_skip(text, KITH_AGE_CHUNK);
    }
    kith_age_chunk_seal(&stream, text, true, out);
    kith_age_stream_wipe(&stream);
}

int kith_packet_seal(struct kith_buf *out, struct kith_packet *p, const struct kith_keypair *sender,
                     const struct kith_pubkey *recipients, size_t count, const struct kith_rng *rng) {
    struct kith_buf text = {0};
    struct kith_symkey secret;
    struct kith_hash header;
    size_t at = out->len;
    int err;
    if (p->content.len > KITH_PACKET_MAX_CONTENT)
        return KITH_ERR_TOO_LONG;
    if (!count || count > KITH_PACKET_MAX_RECIPIENTS || !may_live(p))
        return KITH_ERR_ARG;
    kith_rng_fill(rng, secret.b, sizeof secret.b);
    kith_rng_fill(rng, p->id.b, sizeof p->id.b);
    p->from = sender->pub;
    err = put_header(out, &secret, recipients, count, rng);
    if (!err) {
        kith_sha256(&header, kith_bytes(out->p + at, out->len - at));
        put_text(&text, p, &header, &sender->sec);
        put_body(out, kith_buf_bytes(&text), &secret, &header);
        kith_wipe(text.p, text.len);
        kith_buf_wipe(&text);
        if (out->len - at > KITH_PACKET_MAX)
            err = KITH_ERR_TOO_LONG;
    }
    kith_wipe(&secret, sizeof secret);
    if (err)
        out->len = at;
    return err;
}

/* ---- opening ---- */

/* KITH_ERR_NOT_FOUND: no slot is for us. */
static int find_secret(struct kith_symkey *secret, struct kith_bytes packet, size_t n, const struct kith_keypair *receiver) {
    struct kith_dhsec mine;
    struct kith_dhpub once;
    struct kith_symkey key;
    int err = kith_dh_from_seckey(&mine, &receiver->sec);
    memcpy(once.b, packet.p + 2, sizeof once.b);
    if (!err)
        err = slot_key(&key, &mine, &once, once.b, &receiver->pub);
    kith_wipe(&mine, sizeof mine);
    if (err)
        return KITH_ERR_SYNTAX;
    err = KITH_ERR_NOT_FOUND;
    for (size_t i = 0; i < n && err; i++) {
        if (!kith_aead_open(secret->b, kith_bytes(packet.p + FRONT_LEN + i * SLOT_LEN, SLOT_LEN), &no_nonce, &key))
            err = KITH_OK;
    }
    kith_wipe(&key, sizeof key);
    return err;
}

static int open_body(struct kith_buf *plain, struct kith_bytes body, const struct kith_symkey *secret, const struct kith_hash *header) {
    struct kith_age_stream stream = {0};
    size_t whole = KITH_AGE_CHUNK + KITH_MAC_LEN;
    int err = KITH_OK;
    body_key(&stream.key, secret, header);
    kith_buf_reserve(plain, body.len);
    while (!err && body.len > whole) {
        err = kith_age_chunk_open(&stream, kith_bytes(body.p, whole), false, plain);
        body = kith_bytes_skip(body, whole);
    }
    if (!err)
        err = kith_age_chunk_open(&stream, body, true, plain);
    kith_age_stream_wipe(&stream);
    return err ? KITH_ERR_CRYPTO : KITH_OK;
}

struct inside {
    uint8_t compression;
    size_t expanded;
    struct kith_bytes said; /* what the signature covers of it */
    struct kith_sig sig;
};

static int read_text(struct kith_packet *p, struct inside *in, struct kith_bytes text) {
    struct kith_reader r = kith_reader(text);
    size_t len;
    p->encoding = kith_read_u8(&r);
    in->compression = kith_read_u8(&r);
    p->flags = kith_read_u8(&r);
    p->created_ms = kith_read_u64le(&r);
    p->expires_ms = kith_read_u64le(&r);
    kith_read_copy(&r, p->id.b, sizeof p->id.b);
    kith_read_copy(&r, p->from.b, sizeof p->from.b);
    len = kith_read_u32le(&r);
    in->expanded = kith_read_u32le(&r);
    p->content = kith_read_bytes(&r, len);
    in->said = kith_bytes(text.p, HEAD_LEN + len);
    kith_read_copy(&r, in->sig.b, sizeof in->sig.b);
    if (r.err || text.len != kith_packet_class(r.pos) || in->compression > DEFLATED_AFTER_WORDS ||
        in->expanded > KITH_PACKET_MAX_CONTENT || (!in->compression && in->expanded != len))
        return KITH_ERR_SYNTAX;
    for (size_t i = r.pos; i < text.len; i++) {
        if (text.p[i])
            return KITH_ERR_SYNTAX;
    }
    return KITH_OK;
}

static bool is_timely(const struct kith_packet *p, uint64_t wall_ms) {
    uint64_t last = p->expires_ms > UINT64_MAX - KITH_PACKET_LEEWAY_MS ? UINT64_MAX : p->expires_ms + KITH_PACKET_LEEWAY_MS;
    return may_live(p) && p->created_ms <= wall_ms + KITH_PACKET_LEEWAY_MS && last > wall_ms;
}

static int check_signature(const struct kith_packet *p, const struct inside *in, const struct kith_hash *header) {
    struct kith_buf said = {0};
    int err;
    kith_buf_reserve(&said, 14 + sizeof header->b + in->said.len);
    kith_buf_put_str(&said, "kith-packet 1\n");
    kith_buf_put(&said, header->b, sizeof header->b);
    kith_buf_put_bytes(&said, in->said);
    err = kith_verify(&p->from, &in->sig, kith_buf_bytes(&said));
    kith_wipe(said.p, said.len);
    kith_buf_wipe(&said);
    return err;
}

/* The inflated content goes behind the text in `plain`. */
static int expand(struct kith_packet *p, const struct inside *in, struct kith_buf *plain) {
    size_t from = (size_t)(p->content.p - plain->p), at = plain->len;
    kith_buf_reserve(plain, in->expanded ? in->expanded : 1);
    p->content.p = plain->p + from;
    if (!in->compression)
        return KITH_OK;
    if (kith_inflate(plain, p->content, in->expanded, words_of(in->compression)))
        return KITH_ERR_INVALID;
    p->content = kith_bytes(plain->p + at, in->expanded);
    return KITH_OK;
}

/* n of the header; 0: it is none. */
static size_t slots_of(struct kith_bytes packet) {
    size_t n = packet.p[1];
    return n && n <= KITH_PACKET_MAX_RECIPIENTS && !(n & (n - 1)) && packet.len >= FRONT_LEN + n * SLOT_LEN + KITH_MAC_LEN ? n : 0;
}

bool kith_packet_is_for(struct kith_bytes packet, const struct kith_keypair *receiver, bool *alone) {
    struct kith_symkey secret;
    size_t n = packet.len >= KITH_PACKET_MIN && packet.p[0] == KITH_PACKET_VERSION ? slots_of(packet) : 0;
    bool is = n && !find_secret(&secret, packet, n, receiver);
    kith_wipe(&secret, sizeof secret);
    *alone = n == 1;
    return is;
}

int kith_packet_open(struct kith_packet *p, struct kith_buf *plain, struct kith_bytes packet,
                     const struct kith_keypair *receiver, uint64_t wall_ms) {
    struct kith_symkey secret;
    struct kith_hash header;
    struct inside in;
    size_t n, front;
    int err;
    p->opened = false;
    if (packet.len < KITH_PACKET_MIN || packet.len > KITH_PACKET_MAX)
        return KITH_ERR_SIZE;
    if (packet.p[0] != KITH_PACKET_VERSION)
        return packet.p[0] ? KITH_ERR_UNKNOWN_METHOD : KITH_ERR_SYNTAX;
    n = slots_of(packet);
    front = FRONT_LEN + n * SLOT_LEN;
    if (!n)
        return KITH_ERR_SYNTAX;
    err = find_secret(&secret, packet, n, receiver);
    if (err)
        return err;
    kith_sha256(&header, kith_bytes(packet.p, front));
    kith_buf_clear(plain);
    err = open_body(plain, kith_bytes_skip(packet, front), &secret, &header);
    kith_wipe(&secret, sizeof secret);
    p->opened = !err;
    if (!err)
        err = read_text(p, &in, kith_buf_bytes(plain));
    if (!err)
        err = check_signature(p, &in, &header);
    if (!err && wall_ms != KITH_PACKET_ANY_TIME && !is_timely(p, wall_ms))
        return KITH_ERR_PROTOCOL;
    if (!err && p->encoding == KITH_PACKET_ENCODING)
        err = expand(p, &in, plain);
    return err;
}
