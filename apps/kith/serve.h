/* SPDX-License-Identifier: MIT */
/* serve.h: running a node until it is stopped: what `kith serve` and `kith ui` share. */
#ifndef KITH_APP_SERVE_H
#define KITH_APP_SERVE_H

#include "app.h"
#include "web_serve.h"

/* Takes the options of `kith serve` out of the words, checks that none is left, and serves. up is
 * called once the page is there, and is NULL for `kith serve`, which prints its address instead. */
int serve(struct app *a, void (*up)(struct app *a, const struct web_serve *w));

#endif
