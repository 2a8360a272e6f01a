/* SPDX-License-Identifier: MIT */
/* mail_read.h: packets in a mail, whoever wrote that and however often it was encoded anew on its way. By GMime. */
#ifndef KITH_DRIVERS_MAIL_READ_H
#define KITH_DRIVERS_MAIL_READ_H

#include "base/bytes.h"

#define KITH_MAIL_PARTS_MAX 100
#define KITH_MAIL_SUBJECT "A kith packet"
#define KITH_MAIL_HEADER "X-Kith-Packet"

void kith_mail_start(void); /* once, before the first of the others */

/* Calls each for every part that says to be a packet, by its type or its name; how many there were. */
size_t kith_mail_packets(struct kith_bytes mail, void (*each)(void *ctx, struct kith_bytes packet), void *ctx);

/* Whether the head of a mail says that there is a packet in it: by header or subject, since a relay may drop what it does
 * not know, and put something before what it does. */
bool kith_mail_is_kith(struct kith_bytes head);

#endif
