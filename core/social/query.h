/* SPDX-License-Identifier: MIT */
/* query.h: query {field: value, …}: records whose content has these values. The first use of a field
 * reads the whole log once and builds an index, which from then on is kept up to date and goes into
 * snapshots. At most KITH_QUERY_MAX_INDEXES; the one unused for longest makes room. */
#ifndef KITH_SOCIAL_QUERY_H
#define KITH_SOCIAL_QUERY_H

#include "social/social.h"

#define KITH_QUERY_MAX_INDEXES 16
#define KITH_QUERY_MAX_FIELDS 8
#define KITH_QUERY_MAX_READS 8192 /* records that a query of several fields reads in one call, about 20 ms */
#define KITH_QUERY_MAX_PATH 96 /* bytes of a dotted path */

/* query: an object in doc; a name is a path into content ("vote.link"; arrays are looked into), a
 * value is a string, number or boolean. All must hold. *found gets the number of lines in out.
 * KITH_ERR_ARG: no object, no or too many fields, another kind of value, a path too long. Else the
 * errors of reading the log. */
KITH_MUST int kith_query_run(struct kith_social *s, const struct kith_json *doc, uint32_t query, struct kith_page *page,
                             struct kith_found *out, size_t cap, size_t *found);

/* The indexed paths, for status: false if there is no such slot in use. Borrowed. */
bool kith_query_index(struct kith_social *s, unsigned slot, struct kith_bytes *path);

#endif
