/* SPDX-License-Identifier: MIT */
#include "web_metrics.h"

#include "node/metrics.h"

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
    struct kith_metrics m;
    kith_node_metrics(node, &m);
    kith_buf_put_str(out, "# HELP kith_build_info Which kith this is.\n# TYPE kith_build_info gauge\n"
                          "kith_build_info{version=\"" KITH_VERSION "\"} 1\n");
    metric(out, "kith_peers_connected", "gauge", "People whose nodes are connected.", m.peers);
    metric(out, "kith_links", "gauge", "All links, with those of this person's own apps.", m.links);
    metric(out, "kith_messages_received_total", "counter", "Messages that came and were judged.", m.received);
    metric(out, "kith_verify_failures_total", "counter", "Messages that were found bad.", m.refused);
    metric(out, "kith_verify_queue_batches", "gauge", "Batches of messages that wait to be judged.", m.judging);
    metric(out, "kith_messages", "gauge", "Messages held.", m.messages);
    metric(out, "kith_feeds", "gauge", "Feeds of which messages are held.", m.feeds);
    metric(out, "kith_feeds_wanted", "gauge", "Feeds that are kept up with.", m.wanted);
    metric(out, "kith_store_bytes", "gauge", "Size of the log.", m.store_bytes);
    metric(out, "kith_store_unsynced_messages", "gauge", "Messages not known to be on the disk.", m.unsynced);
    metric(out, "kith_blobs", "gauge", "Photos and files held.", m.blobs);
    metric(out, "kith_blob_bytes", "gauge", "Size of the photos and files.", m.blob_bytes);
    metric(out, "kith_web_connections_total", "counter", "Connections to the page's port.", w.connections);
    metric(out, "kith_web_requests_total", "counter", "HTTP requests.", w.requests);
    metric(out, "kith_web_refused_total", "counter", "HTTP requests that were refused.", w.refused);
    metric(out, "kith_web_sockets", "gauge", "WebSockets that are open.", w.sockets_open);
}
