/* SPDX-License-Identifier: MIT */
#include "pictures.h"

#include <math.h>

#include "canvas.h"

static void loaf_at(struct canvas *c, double x, double y, double r) {
    canvas_ellipse(c, x, y + r * 0.12, r * 1.02, r * 0.64, 0x7a4a22);
    canvas_ellipse(c, x, y, r, r * 0.6, 0xc98a45);
    canvas_ellipse(c, x - r * 0.1, y - r * 0.12, r * 0.8, r * 0.4, 0xdca763);
    for (int i = -1; i <= 1; i++)
        canvas_line(c, x + r * (0.36 * i - 0.16), y - r * 0.34, x + r * (0.36 * i + 0.12), y + r * 0.14, r * 0.09, 0xf3dfb9);
}

static void loaf(struct canvas *c) {
    canvas_fade(c, 0xf7d9b0, 0xe8a87c);
    loaf_at(c, 0.5, 0.54, 0.36);
}

static void tram(struct canvas *c) {
    canvas_fade(c, 0x9ad0ec, 0x4f8fc0);
    canvas_line(c, 0, 0.16, 1, 0.12, 0.02, 0x2d4a63);
    canvas_line(c, 0.5, 0.28, 0.58, 0.15, 0.025, 0x2d4a63);
    canvas_box(c, 0.17, 0.28, 0.66, 0.5, 0xf2c230);
    canvas_box(c, 0.17, 0.58, 0.66, 0.06, 0xfff4d6);
    for (int i = 0; i < 3; i++)
        canvas_box(c, 0.22 + 0.2 * i, 0.34, 0.16, 0.18, 0x274156);
    canvas_ellipse(c, 0.32, 0.8, 0.07, 0.07, 0x22303c);
    canvas_ellipse(c, 0.68, 0.8, 0.07, 0.07, 0x22303c);
    canvas_box(c, 0, 0.87, 1, 0.04, 0x35546d);
}

static void leaf(struct canvas *c) {
    canvas_fade(c, 0xe6f2c9, 0xa9cf86);
    canvas_shape(c, (struct spot[]){{0.2, 0.82}, {0.19, 0.5}, {0.32, 0.28}, {0.55, 0.18}, {0.84, 0.16}, {0.82, 0.42}, {0.7, 0.64}, {0.48, 0.8}}, 8, 0x3f8f4f);
    canvas_shape(c, (struct spot[]){{0.2, 0.82}, {0.84, 0.16}, {0.82, 0.42}, {0.7, 0.64}, {0.48, 0.8}}, 5, 0x347a43);
    canvas_line(c, 0.12, 0.9, 0.78, 0.22, 0.022, 0xd8ecb8);
    for (int i = 0; i < 3; i++)
        canvas_line(c, 0.34 + 0.13 * i, 0.68 - 0.135 * i, 0.32 + 0.13 * i, 0.48 - 0.12 * i, 0.014, 0xd8ecb8);
}

static void wheel_at(struct canvas *c, double x, double y, double r, uint32_t colour) {
    canvas_ring(c, x, y, r, r * 0.16, colour);
    for (int i = 0; i < 6; i++) {
        double a = i * 0.5236 + 0.2;
        canvas_line(c, x - cos(a) * r * 0.88, y - sin(a) * r * 0.88, x + cos(a) * r * 0.88, y + sin(a) * r * 0.88, r * 0.03, colour);
    }
    canvas_ellipse(c, x, y, r * 0.12, r * 0.12, colour);
}

static void wheel(struct canvas *c) {
    canvas_fade(c, 0xffb38a, 0xe2604f);
    wheel_at(c, 0.5, 0.5, 0.36, 0x3a1f2b);
}

static void cat_at(struct canvas *c, double x, double y, double r, uint32_t fur) {
    for (int side = -1; side <= 1; side += 2) {
        canvas_shape(c, (struct spot[]){{x + side * r * 0.95, y - r * 1.15}, {x + side * r * 0.98, y - r * 0.1}, {x + side * r * 0.15, y - r * 0.75}}, 3, fur);
        canvas_line(c, x + side * r * 0.25, y + r * 0.3, x + side * r * 1.2, y + r * 0.15, r * 0.04, 0xfff2dd);
        canvas_line(c, x + side * r * 0.25, y + r * 0.38, x + side * r * 1.2, y + r * 0.48, r * 0.04, 0xfff2dd);
    }
    canvas_ellipse(c, x, y, r, r * 0.88, fur);
    for (int side = -1; side <= 1; side += 2) {
        canvas_ellipse(c, x + side * r * 0.4, y - r * 0.12, r * 0.2, r * 0.17, 0xf5d76e);
        canvas_ellipse(c, x + side * r * 0.4, y - r * 0.12, r * 0.06, r * 0.16, 0x1d1a22);
    }
    canvas_shape(c, (struct spot[]){{x - r * 0.12, y + r * 0.22}, {x + r * 0.12, y + r * 0.22}, {x, y + r * 0.36}}, 3, 0xe58fa0);
}

static void cat(struct canvas *c) {
    canvas_fade(c, 0xe8d8f5, 0xb79ad9);
    cat_at(c, 0.5, 0.58, 0.32, 0x4a4458);
}

static void lighthouse_at(struct canvas *c, double x, double foot, double h) {
    canvas_shape(c, (struct spot[]){{x - h * 0.14, foot}, {x - h * 0.09, foot - h * 0.75}, {x + h * 0.09, foot - h * 0.75}, {x + h * 0.14, foot}}, 4, 0xf6f1e7);
    canvas_shape(c, (struct spot[]){{x - h * 0.128, foot - h * 0.18}, {x - h * 0.116, foot - h * 0.36}, {x + h * 0.116, foot - h * 0.36}, {x + h * 0.128, foot - h * 0.18}}, 4, 0xc8453b);
    canvas_shape(c, (struct spot[]){{x - h * 0.104, foot - h * 0.54}, {x - h * 0.092, foot - h * 0.72}, {x + h * 0.092, foot - h * 0.72}, {x + h * 0.104, foot - h * 0.54}}, 4, 0xc8453b);
    canvas_box(c, x - h * 0.07, foot - h * 0.88, h * 0.14, h * 0.13, 0xffe08a);
    canvas_shape(c, (struct spot[]){{x - h * 0.1, foot - h * 0.87}, {x, foot - h}, {x + h * 0.1, foot - h * 0.87}}, 3, 0x2c3a4a);
}

static void lighthouse(struct canvas *c) {
    canvas_fade(c, 0x24324f, 0x5d7fa3);
    canvas_shape(c, (struct spot[]){{0.5, 0.22}, {1, 0.06}, {1, 0.4}}, 3, 0x7f93a8);
    lighthouse_at(c, 0.5, 0.86, 0.76);
    canvas_hill(c, 0.87, 0.02, 14, 1, 0x16223a);
}

static void bowl(struct canvas *c) {
    canvas_fade(c, 0x2f5d62, 0x5e8b7e);
    for (int i = 0; i < 3; i++)
        canvas_line(c, 0.36 + 0.14 * i, 0.4, 0.4 + 0.14 * i, 0.2, 0.025, 0xcfe3d8);
    canvas_shape(c, (struct spot[]){{0.14, 0.5}, {0.86, 0.5}, {0.82, 0.64}, {0.72, 0.76}, {0.6, 0.82}, {0.4, 0.82}, {0.28, 0.76}, {0.18, 0.64}}, 8, 0xf2e3c6);
    canvas_ellipse(c, 0.5, 0.5, 0.36, 0.08, 0xd9603b);
    canvas_ellipse(c, 0.42, 0.49, 0.08, 0.025, 0xf4c95d);
    canvas_ellipse(c, 0.6, 0.51, 0.06, 0.02, 0x8fbf5f);
}

static void keys(struct canvas *c) {
    canvas_fade(c, 0x3b2a4f, 0x7d4f7c);
    for (int i = 0; i < 5; i++)
        canvas_box(c, 0.1 + 0.162 * i, 0.26, 0.15, 0.52, 0xfbf7ee);
    for (int i = 0; i < 4; i++) {
        if (i != 2)
            canvas_box(c, 0.2 + 0.162 * i, 0.26, 0.1, 0.31, 0x1b1622);
    }
}

static void dawn(struct canvas *c) {
    canvas_fade(c, 0x2b3a67, 0xffb877);
    canvas_ellipse(c, 0.95, 0.6, 0.13, 0.13, 0xffe3a8);
    canvas_hill(c, 0.64, 0.06, 4.2, 0.5, 0x6a5a7f);
    canvas_hill(c, 0.72, 0.05, 6.1, 2.0, 0x463c5c);
    for (int i = 0; i < 9; i++)
        canvas_box(c, 0.04 + 0.17 * i, 0.6 + 0.03 * (i % 3), 0.12, 0.3, 0x2e2740);
    canvas_hill(c, 0.84, 0.01, 9, 1, 0x1d1a2b);
    canvas_line(c, 0.45, 1, 0.74, 0.83, 0.014, 0xffcf96);
    canvas_line(c, 0.95, 1, 0.79, 0.83, 0.014, 0xffcf96);
}

static void tomatoes(struct canvas *c) {
    canvas_fade(c, 0xcfe7b4, 0x6fa35a);
    canvas_line(c, 0.3, 0, 0.34, 1, 0.02, 0x8a6b3d);
    canvas_line(c, 1.05, 0, 1.0, 1, 0.02, 0x8a6b3d);
    for (int i = 0; i < 11; i++) {
        double x = 0.12 + 0.13 * i, y = 0.3 + 0.13 * ((i * 7) % 5);
        canvas_ellipse(c, x + 0.05, y - 0.09, 0.11, 0.045, 0x4d8a3f);
        canvas_ellipse(c, x, y, 0.075, 0.07, i % 4 == 1 ? 0xe9a13b : 0xd6402f);
        canvas_ellipse(c, x - 0.025, y - 0.025, 0.018, 0.015, 0xffd9c9);
    }
}

static void piano(struct canvas *c) {
    canvas_fade(c, 0xd9b08c, 0xc08b68);
    for (int row = 0; row < 7; row++) {
        for (int i = 0; i < 8; i++)
            canvas_line(c, 0.2 * i - 0.1 * (row % 2), 0.1 * row + 0.02, 0.2 * i - 0.1 * (row % 2) + 0.18, 0.1 * row + 0.02, 0.006, 0xad7a5a);
    }
    canvas_box(c, 0, 0.78, 1.5, 0.22, 0x8d8f86);
    canvas_box(c, 0.36, 0.26, 0.8, 0.56, 0x3d2418);
    canvas_box(c, 0.4, 0.3, 0.72, 0.2, 0x50301f);
    canvas_box(c, 0.32, 0.54, 0.88, 0.05, 0x2b180f);
    for (int i = 0; i < 22; i++)
        canvas_box(c, 0.36 + 0.036 * i, 0.515, 0.033, 0.03, i == 8 ? 0x50301f : 0xf8f2e4);
    canvas_box(c, 0.38, 0.6, 0.06, 0.28, 0x2b180f);
    canvas_box(c, 1.08, 0.6, 0.06, 0.28, 0x2b180f);
    canvas_ellipse(c, 0.98, 0.23, 0.13, 0.045, 0x4a4458);
    cat_at(c, 0.88, 0.19, 0.075, 0x4a4458);
}

static void bread(struct canvas *c) {
    canvas_fade(c, 0x5b3a29, 0x8a5a3c);
    canvas_ellipse(c, 0.75, 0.72, 0.68, 0.2, 0xb98555);
    loaf_at(c, 0.42, 0.58, 0.25);
    loaf_at(c, 1.05, 0.6, 0.27);
    loaf_at(c, 0.74, 0.72, 0.24);
}

static void sea(struct canvas *c) {
    canvas_fade(c, 0xb9d7ea, 0xf7e7d0);
    canvas_ellipse(c, 0.4, 0.24, 0.2, 0.04, 0xffffff);
    canvas_ellipse(c, 0.5, 0.21, 0.12, 0.05, 0xffffff);
    canvas_hill(c, 0.6, 0.004, 20, 0, 0x4b86a8);
    canvas_hill(c, 0.72, 0.008, 15, 1, 0x3a6f92);
    lighthouse_at(c, 1.2, 0.83, 0.5);
    canvas_hill(c, 0.86, 0.09, 2.4, 4.0, 0x3c4f3a);
    canvas_hill(c, 0.92, 0.012, 11, 2, 0x2b587a);
}

static void lanterns(struct canvas *c) {
    canvas_fade(c, 0x141a33, 0x3a2d4f);
    canvas_box(c, 0.02, 0.1, 0.3, 0.9, 0x1f1b30);
    canvas_box(c, 1.18, 0.16, 0.3, 0.84, 0x1f1b30);
    for (int i = 0; i < 11; i++) {
        double x = 0.25 + 0.1 * i, y = 0.3 + 0.09 * sin(i * 0.314) + 0.02 * (i % 2);
        canvas_line(c, x, y - 0.05, x + 0.1, 0.25 + 0.09 * sin((i + 1) * 0.314), 0.004, 0x6b5b7a);
        canvas_ellipse(c, x, y, 0.035, 0.042, i % 3 ? 0xffc66b : 0xff8f6b);
        canvas_ellipse(c, x, y, 0.016, 0.022, 0xfff3cf);
    }
    canvas_box(c, 0, 0.86, 1.5, 0.14, 0x120f1f);
    for (int i = 0; i < 8; i++) {
        double x = 0.3 + 0.13 * i, y = 0.72 + 0.025 * ((i * 5) % 3);
        canvas_ellipse(c, x, y, 0.035, 0.04, 0x0d0b17);
        canvas_ellipse(c, x, y + 0.14, 0.055, 0.11, 0x0d0b17);
    }
}

void pictures_put(struct kith_buf *out, enum picture what) {
    static void (*const motifs[PICTURE_COUNT])(struct canvas *) = {
        NULL,  loaf, tram, leaf,     wheel, cat,   lighthouse, bowl,
        keys,  dawn, tomatoes, piano, bread, sea, lanterns,
    };
    struct canvas c = what < PICTURE_DAWN ? canvas_new(192, 192) : canvas_new(960, 640);
    if (motifs[what])
        motifs[what](&c);
    canvas_put_png(out, &c);
    canvas_wipe(&c);
}
