/* SPDX-License-Identifier: MIT */
/* people.h: who lives at 12 Mill Lane, and what each of them is wont to say. Texts only. */
#ifndef KITH_DEMO_PEOPLE_H
#define KITH_DEMO_PEOPLE_H

#include <stdbool.h>

#include "pictures.h"

enum who { MIRA, TOMAS, AYSE, JANNIK, HANA, EDDA, SAMIR, PIP, PEOPLE, YOU = PEOPLE, NOBODY };

/* What one answers to. In every text {you} is the visitor's name, {@you} a mention, {@mira} and so on too. */
enum occasion {
    AT_GREETING,
    AT_QUESTION,
    AT_PHOTO,
    AT_POST,     /* anything else that somebody wrote */
    AT_THREAD,   /* they have answered to us */
    AT_WALL,     /* they wrote on our wall */
    AT_LETTER,   /* a private message */
    AT_LETTER_QUESTION,
    AT_FRIENDSHIP,
    AT_LEISURE,  /* nothing has happened: a post of one's own */
    OCCASIONS,
};

struct person {
    const char *name, *about;
    enum picture portrait;
    bool is_stranger; /* the visitor does not follow them */
    bool is_german;
    const char *const *lines[OCCASIONS]; /* each ends with a NULL */
};

extern const struct person people[PEOPLE];

#endif
