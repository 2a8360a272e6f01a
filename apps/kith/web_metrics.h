/* SPDX-License-Identifier: MIT */
/* web_metrics.h: numbers for Prometheus. No name and no id is among them. */
#ifndef KITH_APP_WEB_METRICS_H
#define KITH_APP_WEB_METRICS_H

#include "drivers/web.h"
#include "node/node.h"

void web_metrics_put(struct kith_buf *out, struct kith_node *node, const struct kith_web *web);

#endif
