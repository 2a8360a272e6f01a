/* SPDX-License-Identifier: MIT */
/* Numbers only: no address, no source, nobody's name. */
#include "serve.h"

static void metric(struct kith_buf *out, const char *name, const char *type, const char *help, uint64_t value) {
    const char *parts[] = {"# HELP ", name, " ", help, "\n# TYPE ", name, " ", type, "\n", name, " "};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        kith_buf_put_str(out, parts[i]);
    kith_buf_put_dec(out, value);
    kith_buf_put_str(out, "\n");
}

void metrics_put(struct kith_buf *out, const struct serve *s) {
    struct kith_broker_counts c = kith_broker_counts(s->broker);
    struct kith_web_counts w = kith_web_counts(s->web);
    kith_buf_put_str(out, "# HELP kith_broker_info Which kith-broker this is.\n# TYPE kith_broker_info gauge\n"
                          "kith_broker_info{version=\"" KITH_VERSION "\"} 1\n");
    metric(out, "kith_broker_sessions", "gauge", "Connections that are open.", c.sessions_open);
    metric(out, "kith_broker_addresses", "gauge", "Addresses at which somebody listens.", c.addresses_open);
    metric(out, "kith_broker_relayed_total", "counter", "Signals that were handed over.", c.relayed);
    metric(out, "kith_broker_absent_total", "counter", "Signals for an address where nobody listens.", c.absent);
    metric(out, "kith_broker_refused_budget_total", "counter", "Signals over the rate.", c.refused_budget);
    metric(out, "kith_broker_refused_size_total", "counter", "Signals that are none by their length.", c.refused_size);
    metric(out, "kith_broker_refused_slow_total", "counter", "Signals to who reads too slowly.", c.refused_slow);
    metric(out, "kith_broker_proofs_bad_total", "counter", "Addresses that were not proved.", c.proofs_bad);
    metric(out, "kith_broker_calls_total", "counter", "Calls.", c.calls);
    metric(out, "kith_broker_calls_refused_total", "counter", "Calls answered with an error.", c.calls_refused);
    metric(out, "kith_broker_sessions_refused_total", "counter", "Connections over the limit of a source.", c.sessions_refused);
    metric(out, "kith_broker_sessions_dropped_total", "counter", "Connections closed by us.", c.sessions_dropped);
    metric(out, "kith_broker_letters", "gauge", "Sealed letters that wait.", c.letters);
    metric(out, "kith_broker_accounts", "gauge", "Accounts.", c.accounts);
    metric(out, "kith_broker_logins_total", "counter", "Logins that were right.", c.logins);
    metric(out, "kith_broker_logins_bad_total", "counter", "Logins that were not.", c.logins_bad);
    metric(out, "kith_broker_vaults_read_total", "counter", "Vaults that were begun to be read.", c.vaults_read);
    metric(out, "kith_broker_vaults_put_total", "counter", "New versions of vaults.", c.vaults_put);
    metric(out, "kith_broker_vaults_refused_total", "counter", "Vaults, or pieces of them, that were refused.", c.vaults_refused);
    metric(out, "kith_broker_searches_total", "counter", "Searches in the directory.", c.searches);
    metric(out, "kith_broker_searches_refused_total", "counter", "Searches over the limit of a source.", c.searches_refused);
    metric(out, "kith_broker_inboxes", "gauge", "Inboxes.", c.inboxes);
    metric(out, "kith_broker_packets", "gauge", "Packets that wait, a minute ago.", c.packets);
    metric(out, "kith_broker_packet_bytes", "gauge", "Their bytes.", c.packet_bytes);
    metric(out, "kith_broker_packets_taken_total", "counter", "Packets that were brought.", c.packets_taken);
    metric(out, "kith_broker_packets_refused_total", "counter", "Requests about inboxes that were refused.", c.packets_refused);
    metric(out, "kith_web_connections_total", "counter", "Connections to the port.", w.connections);
    metric(out, "kith_web_requests_total", "counter", "HTTP requests.", w.requests);
    metric(out, "kith_web_refused_total", "counter", "HTTP requests that were refused.", w.refused);
    metric(out, "kith_web_sockets", "gauge", "WebSockets that are open.", w.sockets_open);
    if (s->stun) {
        struct kith_stun_counts u = kith_stun_counts(s->stun);
        metric(out, "kith_stun_answered_total", "counter", "STUN requests that were answered.", u.answered);
        metric(out, "kith_stun_malformed_total", "counter", "Datagrams that were none.", u.malformed);
        metric(out, "kith_stun_limited_total", "counter", "STUN requests over the rate.", u.limited);
    }
}
