/* SPDX-License-Identifier: MIT */
/* home.h: where a person's things lie on this machine:
 *
 *     HOME/secret            the key, as ssb-keys writes it, mode 0400
 *     HOME/secret.unused-…   a key that published nothing before another one took its place
 *     HOME/store/            slots of the log and its snapshots
 *     HOME/blobs/            photos and files, by their hash
 *     HOME/socket            the running node
 *     HOME/web               where it serves the page, while it does
 *     HOME/web-token         what a browser has to know, mode 0600
 *     HOME/open.html         leads a browser there, mode 0600
 *
 * HOME is --home DIR, else $KITH_HOME, else $XDG_DATA_HOME/kith, else ~/.local/share/kith. */
#ifndef KITH_APP_HOME_H
#define KITH_APP_HOME_H

#include "crypto/keys.h"

#define HOME_PATH_MAX 4000

struct home {
    char dir[HOME_PATH_MAX];
    bool has_identity;
    struct kith_keypair keys;
};

/* Finds the folder; makes nothing. KITH_ERR_ARG: no place to be found. KITH_ERR_CORRUPT: a secret is
 * there and cannot be read. */
KITH_MUST int home_open(struct home *h, const char *dir);

/* Makes the folder and a new key. KITH_ERR_EXISTS: there is one already. KITH_ERR_IO. */
KITH_MUST int home_init(struct home *h);

/* The same with the key that recovery words or a backup gave. Without a guard: the node asks friends how
 * far that feed had got before it writes (guard.h). */
KITH_MUST int home_init_as(struct home *h, const struct kith_seed *seed);

/* The home gets another identity: the guard goes, the present secret is kept as secret.unused-DATE, and h
 * has the new keys. KITH_ERR_IO: the secret is as it was. */
KITH_MUST int home_adopt(struct home *h, const struct kith_seed *seed);

/* Puts DIR/name into out, which has room for HOME_PATH_MAX + 64. */
void home_path(const struct home *h, const char *name, char *out, size_t len);

#endif
