/* SPDX-License-Identifier: MIT */
/* stories.h: what happened in the house before the visitor came, and what goes on to happen. Texts only. */
#ifndef KITH_DEMO_STORIES_H
#define KITH_DEMO_STORIES_H

#include "people.h"

enum deed {
    POST,   /* on one's own wall */
    REPLY,  /* to `to` */
    REACT,  /* to `to`, with the expression `text` */
    SHARE,  /* `to`, with `text` */
    EDIT,   /* one's own `to` */
    WALL,   /* on the wall of `whom` */
    LETTER, /* a private message to `whom` */
    FOLLOW, /* `whom` */
    LEAVE,  /* off the network */
    RETURN, /* and back */
};

struct beat {
    long at; /* the past: minutes before the start; the present: seconds after it. In order. */
    enum who who;
    enum deed deed;
    const char *name; /* how later beats call what is written here; may be NULL */
    const char *to;
    enum who whom;
    const char *text; /* Markdown; "{picture}" is where the picture stands */
    const char *warning;
    enum picture picture;
    const char *alt;
};

extern const struct beat stories_past[];
extern const int stories_past_count;
extern const struct beat stories_present[];
extern const int stories_present_count;

#endif
