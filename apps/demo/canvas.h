/* SPDX-License-Identifier: MIT */
/* canvas.h: pictures of flat colours, painted by shapes, written as PNG. Places and sizes are parts of the
 * picture's height, so that a motif can be painted at any size: y runs from 0 to 1, x from 0 to width/height. */
#ifndef KITH_DEMO_CANVAS_H
#define KITH_DEMO_CANVAS_H

#include "base/bytes.h"

struct canvas {
    int width, height;
    uint8_t *rgb;
};

struct spot {
    double x, y;
};

struct canvas canvas_new(int width, int height);
void canvas_wipe(struct canvas *c);

/* Colours are 0xRRGGBB. */
void canvas_fade(struct canvas *c, uint32_t top, uint32_t bottom);
void canvas_ellipse(struct canvas *c, double x, double y, double rx, double ry, uint32_t colour);
void canvas_ring(struct canvas *c, double x, double y, double r, double thick, uint32_t colour);
void canvas_shape(struct canvas *c, const struct spot *corners, int count, uint32_t colour);
void canvas_box(struct canvas *c, double x, double y, double w, double h, uint32_t colour);
void canvas_line(struct canvas *c, double x0, double y0, double x1, double y1, double thick, uint32_t colour);
/* All that is below a wavy line. */
void canvas_hill(struct canvas *c, double y, double height, double waves, double shift, uint32_t colour);

/* Appends a PNG file. */
void canvas_put_png(struct kith_buf *out, const struct canvas *c);

#endif
