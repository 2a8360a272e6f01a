/* SPDX-License-Identifier: MIT */
/* message_form.h: the form of a classic message, shared by the message*.c files of this folder. */
#ifndef KITH_FEED_MESSAGE_FORM_H
#define KITH_FEED_MESSAGE_FORM_H

#include "feed/message.h"

/* Why a message is refused. The numbers cross from a job to its reader, never to a disk. */
enum kith_fault {
    KITH_FAULT_NONE,
    KITH_FAULT_JSON,
    KITH_FAULT_LONG_JSON,
    KITH_FAULT_OBJECT,
    KITH_FAULT_FIELDS,
    KITH_FAULT_PREVIOUS,
    KITH_FAULT_SEQUENCE,
    KITH_FAULT_FIRST,
    KITH_FAULT_AUTHOR,
    KITH_FAULT_TIMESTAMP,
    KITH_FAULT_HASH,
    KITH_FAULT_CONTENT,
    KITH_FAULT_TYPE,
    KITH_FAULT_SIGNATURE,
    KITH_FAULT_LONG,
    KITH_FAULT_VERIFY,
    KITH_FAULT_COUNT
};

const char *kith_fault_text(enum kith_fault fault); /* a static sentence */
int kith_fault_err(enum kith_fault fault);          /* the error that a verdict carries */

/* Reads the fields of the document's root into *out (all but id) and checks their form, not what
 * the signature or the size say. */
KITH_MUST enum kith_fault kith_message_form(const struct kith_json *doc, struct kith_message *out);

/* True if canonical text is base64, ".box" and perhaps more, as ssb-validate 4.1.4 wants it; its
 * suffix, ".box" included, goes to *suffix. */
bool kith_message_is_box(struct kith_bytes text, struct kith_bytes *suffix);

#endif
