/* SPDX-License-Identifier: MIT */
#include "web_metrics.h"

static void metric(struct kith_buf *out, const char *name, const char *type, const char *help, uint64_t value) {
    kith_buf_put_str(out, "# HELP ");
    kith_buf_put_str(out, name);
    kith_buf_put_str(out, " ");
    kith_buf_put_str(out, help);
    kith_buf_put_str(out, "\n# TYPE ");
    kith_buf_put_str(out, name);
    kith_buf_put_str(out, " ");
    kith_buf_put_str(out, type);
    kith_buf_put_str(out, "\n");
    kith_buf_put_str(out, name);
    kith_buf_put_str(out, " ");
    kith_buf_put_dec(out, value);
    kith_buf_put_str(out, "\n");
}

void web_metrics_put(struct kith_buf *out, struct kith_node *node, const struct kith_web *web) {
    struct kith_web_counts w = kith_web_counts(web);
    (void)node;
    metric(out, "kith_web_connections_total", "counter", "Connections to the page's port.", w.connections);
    metric(out, "kith_web_requests_total", "counter", "HTTP requests.", w.requests);
    metric(out, "kith_web_refused_total", "counter", "HTTP requests that were refused.", w.refused);
    metric(out, "kith_web_sockets", "gauge", "WebSockets that are open.", w.sockets_open);
}
