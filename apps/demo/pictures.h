/* SPDX-License-Identifier: MIT */
/* pictures.h: the neighbourhood's portraits and photographs, painted here. */
#ifndef KITH_DEMO_PICTURES_H
#define KITH_DEMO_PICTURES_H

#include "base/bytes.h"

enum picture {
    PICTURE_NONE,
    PICTURE_LOAF, /* portraits: what somebody chose to be seen as */
    PICTURE_TRAM,
    PICTURE_LEAF,
    PICTURE_WHEEL,
    PICTURE_CAT,
    PICTURE_LIGHTHOUSE,
    PICTURE_BOWL,
    PICTURE_KEYS,
    PICTURE_DAWN, /* photographs */
    PICTURE_TOMATOES,
    PICTURE_PIANO,
    PICTURE_BREAD,
    PICTURE_SEA,
    PICTURE_LANTERNS,
    PICTURE_COUNT,
};

/* Appends a PNG file. */
void pictures_put(struct kith_buf *out, enum picture what);

#endif
