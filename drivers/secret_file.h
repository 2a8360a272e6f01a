/* SPDX-License-Identifier: MIT */
/* secret_file.h: the file of a secret key, in the form of feed/secret.h. It is there whole or not at all, whenever the machine
 * is switched off: half a key is worse than none. */
#ifndef KITH_DRIVERS_SECRET_FILE_H
#define KITH_DRIVERS_SECRET_FILE_H

#include "base/err.h"
#include "crypto/keys.h"

/* Makes `path`, mode 0400, and has it on the disk; PATH.new is used for that, and what an earlier attempt has left there goes.
 * KITH_ERR_EXISTS: there is such a file, and it is untouched. KITH_ERR_IO: none was made. */
KITH_MUST int kith_secret_file_make(const char *path, const struct kith_keypair *keys);

#endif
