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

/* mail_returned.c: what a mail server says of a mail that it did not deliver (RFC 3464). Anybody can write such a thing. */
struct kith_mail_returned {
    bool failed;      /* for good; false: it is late, or something else that changes nothing */
    uint64_t ticket;  /* of the packet, by the Message-ID; 0: that is none of ours */
    char address[256]; /* who did not get it; "": not said */
    char why[90];     /* the server's words, printable ASCII */
};

/* Whether the head is that of such a report, about whatever mail. */
bool kith_mail_is_report(struct kith_bytes head);
/* Whether the mail is one about a mail of ours. */
bool kith_mail_returned(struct kith_bytes mail, struct kith_mail_returned *out);

/* For mail_*.c alone: NULL, or to be freed by g_object_unref. */
struct _GMimeMessage *kith_mail_parse(struct kith_bytes mail);
bool kith_mail_has_our_head(struct _GMimeMessage *message);

#endif
