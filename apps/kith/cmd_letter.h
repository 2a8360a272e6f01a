/* SPDX-License-Identifier: MIT */
/* cmd_letter.h: kith invite mail, and using what it sends. */
#ifndef KITH_APP_CMD_LETTER_H
#define KITH_APP_CMD_LETTER_H

#include "app.h"

int letter_mail(struct app *a);
int letter_use(struct app *a);

#endif
