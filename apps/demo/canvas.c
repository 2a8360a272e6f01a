/* SPDX-License-Identifier: MIT */
#include "canvas.h"

#include <math.h>

struct canvas canvas_new(int width, int height) {
    return (struct canvas){width, height, kith_alloc((size_t)(width * height) * 3)};
}

void canvas_wipe(struct canvas *c) {
    kith_free(c->rgb);
    c->rgb = NULL;
}

static uint8_t mix(uint32_t a, uint32_t b, int shift, double part) {
    double from = (a >> shift) & 255, to = (b >> shift) & 255;
    return (uint8_t)(from + (to - from) * part + 0.5);
}

static void blend(uint8_t *p, uint32_t colour, double part) {
    uint32_t old = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
    p[0] = mix(old, colour, 16, part);
    p[1] = mix(old, colour, 8, part);
    p[2] = mix(old, colour, 0, part);
}

void canvas_fade(struct canvas *c, uint32_t top, uint32_t bottom) {
    for (int y = 0; y < c->height; y++) {
        double part = (double)y / c->height;
        uint32_t colour = (uint32_t)mix(top, bottom, 16, part) << 16 | (uint32_t)mix(top, bottom, 8, part) << 8 | mix(top, bottom, 0, part);
        for (int x = 0; x < c->width; x++)
            blend(c->rgb + (y * c->width + x) * 3, colour, 1);
    }
}

/* ---- shapes: each pixel is asked at nine places whether it is inside ---- */

typedef bool (*inside)(const void *shape, double x, double y);

static int clamp(double v, int max) {
    return v < 0 ? 0 : v > max ? max : (int)v;
}

static void paint(struct canvas *c, inside in, const void *shape, struct spot from, struct spot to, uint32_t colour) {
    int h = c->height;
    int x1 = clamp(to.x * h + 2, c->width), y1 = clamp(to.y * h + 2, h);
    for (int y = clamp(from.y * h - 1, h); y < y1; y++) {
        for (int x = clamp(from.x * h - 1, c->width); x < x1; x++) {
            int hits = 0;
            for (int i = 0; i < 9; i++)
                hits += in(shape, (x + (i % 3 + 0.5) / 3) / h, (y + (i / 3 + 0.5) / 3) / h);
            if (hits)
                blend(c->rgb + (y * c->width + x) * 3, colour, hits / 9.0);
        }
    }
}

struct oval {
    double x, y, rx, ry, hole; /* hole: what part of it is empty */
};

static bool in_oval(const void *shape, double x, double y) {
    const struct oval *o = shape;
    double dx = (x - o->x) / o->rx, dy = (y - o->y) / o->ry, d = dx * dx + dy * dy;
    return d <= 1 && d >= o->hole * o->hole;
}

static void paint_oval(struct canvas *c, const struct oval *o, uint32_t colour) {
    paint(c, in_oval, o, (struct spot){o->x - o->rx, o->y - o->ry}, (struct spot){o->x + o->rx, o->y + o->ry}, colour);
}

void canvas_ellipse(struct canvas *c, double x, double y, double rx, double ry, uint32_t colour) {
    paint_oval(c, &(struct oval){x, y, rx, ry, 0}, colour);
}

void canvas_ring(struct canvas *c, double x, double y, double r, double thick, uint32_t colour) {
    paint_oval(c, &(struct oval){x, y, r, r, 1 - thick / r}, colour);
}

struct corners {
    const struct spot *at;
    int count;
};

/* Even-odd rule: how often a ray to the right crosses the outline. */
static bool in_corners(const void *shape, double x, double y) {
    const struct corners *p = shape;
    bool in = false;
    for (int i = 0, j = p->count - 1; i < p->count; j = i++) {
        struct spot a = p->at[i], b = p->at[j];
        if ((a.y > y) != (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x)
            in = !in;
    }
    return in;
}

void canvas_shape(struct canvas *c, const struct spot *corners, int count, uint32_t colour) {
    struct corners p = {corners, count};
    struct spot from = corners[0], to = corners[0];
    for (int i = 1; i < count; i++) {
        from = (struct spot){fmin(from.x, corners[i].x), fmin(from.y, corners[i].y)};
        to = (struct spot){fmax(to.x, corners[i].x), fmax(to.y, corners[i].y)};
    }
    paint(c, in_corners, &p, from, to, colour);
}

void canvas_box(struct canvas *c, double x, double y, double w, double h, uint32_t colour) {
    canvas_shape(c, (struct spot[]){{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}, 4, colour);
}

void canvas_line(struct canvas *c, double x0, double y0, double x1, double y1, double thick, uint32_t colour) {
    double dx = x1 - x0, dy = y1 - y0, len = hypot(dx, dy), sx = -dy / len * thick / 2, sy = dx / len * thick / 2;
    canvas_shape(c, (struct spot[]){{x0 + sx, y0 + sy}, {x1 + sx, y1 + sy}, {x1 - sx, y1 - sy}, {x0 - sx, y0 - sy}}, 4, colour);
}

struct hill {
    double y, height, waves, shift;
};

static bool in_hill(const void *shape, double x, double y) {
    const struct hill *h = shape;
    return y > h->y - h->height * (sin(x * h->waves + h->shift) + 0.4 * sin(x * h->waves * 2.7 + h->shift * 3));
}

void canvas_hill(struct canvas *c, double y, double height, double waves, double shift, uint32_t colour) {
    struct hill h = {y, height, waves, shift};
    paint(c, in_hill, &h, (struct spot){0, y - 1.4 * height}, (struct spot){(double)c->width / c->height, 1}, colour);
}

/* ---- PNG: deflate (RFC 1951) with its fixed codes, and only two distances to copy from: the pixel to the
 * left and the one above. That is where flat colours repeat. ---- */

struct bits {
    struct kith_buf *out;
    uint32_t held;
    int count;
};

static void put_bits(struct bits *b, uint32_t value, int count) {
    b->held |= value << b->count;
    for (b->count += count; b->count >= 8; b->count -= 8, b->held >>= 8)
        kith_buf_put_u8(b->out, (uint8_t)b->held);
}

static void put_code(struct bits *b, uint32_t code, int len) { /* Huffman codes begin with their highest bit */
    while (len--)
        put_bits(b, code >> len & 1, 1);
}

static void put_symbol(struct bits *b, uint32_t s) { /* RFC 1951, 3.2.6 */
    if (s < 144)
        put_code(b, 0x30 + s, 8);
    else if (s < 256)
        put_code(b, 0x190 + s - 144, 9);
    else if (s < 280)
        put_code(b, s - 256, 7);
    else
        put_code(b, 0xc0 + s - 280, 8);
}

/* A length or a distance: groups of codes, each group with one more extra bit than the one before
 * (RFC 1951, 3.2.5). first values have a code each; then `per` codes share a number of extra bits. */
static uint32_t class_of(uint32_t value, uint32_t per, uint32_t *extra, int *extra_len) {
    uint32_t code = 2 * per, base = 2 * per;
    *extra_len = 0;
    if (value < base) {
        *extra = 0;
        return value;
    }
    for (int len = 1;; len++) {
        for (uint32_t i = 0; i < per; i++, code++, base += 1u << len) {
            if (value < base + (1u << len)) {
                *extra = value - base;
                *extra_len = len;
                return code;
            }
        }
    }
}

static void put_copy(struct bits *b, uint32_t len, uint32_t distance) {
    uint32_t extra, code;
    int extra_len;
    if (len == 258) {
        put_symbol(b, 285);
    } else {
        code = class_of(len - 3, 4, &extra, &extra_len);
        put_symbol(b, 257 + code);
        put_bits(b, extra, extra_len);
    }
    code = class_of(distance - 1, 2, &extra, &extra_len);
    put_code(b, code, 5);
    put_bits(b, extra, extra_len);
}

static uint32_t same(const uint8_t *p, size_t at, size_t end, size_t distance) {
    uint32_t n = 0;
    if (at < distance)
        return 0;
    while (n < 258 && at + n < end && p[at + n] == p[at + n - distance])
        n++;
    return n;
}

static void deflate(struct kith_buf *out, struct kith_bytes in, size_t row) {
    struct bits b = {out, 0, 0};
    put_bits(&b, 3, 3); /* the last block, fixed codes */
    for (size_t at = 0; at < in.len;) {
        uint32_t left = same(in.p, at, in.len, 3), above = same(in.p, at, in.len, row), best = left > above ? left : above;
        if (best < 3) {
            put_symbol(&b, in.p[at++]);
            continue;
        }
        put_copy(&b, best, (uint32_t)(left >= above ? 3 : row));
        at += best;
    }
    put_symbol(&b, 256);
    put_bits(&b, 0, 7);
}

static void put_u32be(struct kith_buf *out, uint32_t v) {
    for (int shift = 24; shift >= 0; shift -= 8)
        kith_buf_put_u8(out, (uint8_t)(v >> shift));
}

static uint32_t crc(struct kith_bytes in) {
    uint32_t c = UINT32_MAX;
    for (size_t i = 0; i < in.len; i++) {
        c ^= in.p[i];
        for (int bit = 0; bit < 8; bit++)
            c = c >> 1 ^ (c & 1 ? 0xedb88320u : 0);
    }
    return ~c;
}

static uint32_t adler(struct kith_bytes in) {
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < in.len; i++) {
        a = (a + in.p[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

static void put_chunk(struct kith_buf *out, const char *name, struct kith_bytes body) {
    size_t from;
    put_u32be(out, (uint32_t)body.len);
    from = out->len;
    kith_buf_put_str(out, name);
    kith_buf_put_bytes(out, body);
    put_u32be(out, crc(kith_bytes(out->p + from, out->len - from)));
}

void canvas_put_png(struct kith_buf *out, const struct canvas *c) {
    struct kith_buf head = {0}, rows = {0}, packed = {0};
    size_t row = (size_t)c->width * 3;
    put_u32be(&head, (uint32_t)c->width);
    put_u32be(&head, (uint32_t)c->height);
    kith_buf_put(&head, "\x08\x02\0\0", 5); /* 8 bits, RGB, and a NUL of the literal: no interlace */
    for (int y = 0; y < c->height; y++) {
        kith_buf_put_u8(&rows, 0);
        kith_buf_put(&rows, c->rgb + (size_t)y * row, row);
    }
    kith_buf_put(&packed, "\x78\x01", 2); /* zlib, RFC 1950 */
    deflate(&packed, kith_buf_bytes(&rows), row + 1);
    put_u32be(&packed, adler(kith_buf_bytes(&rows)));
    kith_buf_put(out, "\x89PNG\r\n\x1a\n", 8);
    put_chunk(out, "IHDR", kith_buf_bytes(&head));
    put_chunk(out, "IDAT", kith_buf_bytes(&packed));
    put_chunk(out, "IEND", KITH_LIT(""));
    kith_buf_wipe(&head);
    kith_buf_wipe(&rows);
    kith_buf_wipe(&packed);
}
