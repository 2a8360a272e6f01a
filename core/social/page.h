/* SPDX-License-Identifier: MIT */
/* page.h: how every list is asked for: newest first, so many at a time, from where the last page
 * ended, and without what the user does not want to see. */
#ifndef KITH_SOCIAL_PAGE_H
#define KITH_SOCIAL_PAGE_H

#include "base/bytes.h"

/* One line of an answer: the record to print (social/render.h) and the time that orders it. */
struct kith_found {
    uint32_t rec;
    uint64_t time; /* ms */
};

enum kith_show { /* by default a list leaves these out */
    KITH_SHOW_BLOCKED = 1, /* by people whom I block or mute, or who are not in the circle they said it to */
    KITH_SHOW_PRIVATE = 2, /* was encrypted and readable by me; always shown by the inbox */
    KITH_SHOW_WAITING = 4, /* wall: by strangers, not accepted yet by its owner */
    KITH_SHOW_REMOVED = 8, /* wall: taken down by its owner */
    KITH_SHOW_ALL = 15,
    KITH_SHOW_NO_CIRCLES = 16, /* takes away: what was said to a circle or group, shown by default */
};

/* {0} asks for the newest. A call moves the cursor, so that the next call with the same page goes on
 * where this one ended. To start at a time, set before_time: items strictly older come. */
struct kith_page {
    uint64_t before_time; /* cursor: items before (time, rec); 0, 0: from the newest */
    uint32_t before_rec;
    uint32_t since_rec;   /* only record numbers from here on; 0: all */
    unsigned show;        /* enum kith_show */
    bool more;            /* out: there may be more; false is certain */
};

/* At most this many records are looked at in one call, so that a filter that lets nothing through
 * still answers in bounded time; the cursor is then where the search stopped, and more is true. */
#define KITH_PAGE_MAX_SCAN 65536

#endif
