/* SPDX-License-Identifier: MIT */
/* Credentials for a TURN server beside the broker, as coturn's use-auth-secret checks them: the user name
 * says until when, the password proves that we said so. */
#include "base/base64.h"
#include "broker/state.h"

#define TTL_S 3600
#define HOUR_MS 3600000
#define A_CONNECTION 10 /* an hour */
#define A_SOURCE 60

void turn_call(const struct call *c) {
    const struct kith_broker_config *config = &c->b->config;
    struct kith_buf user = {0}, out = {0};
    uint8_t random[12];
    char credential[29] = "";
    if (!config->turn_urls || !config->turn_credential) {
        call_fail(c, "off: there is no TURN server here");
        return;
    }
    if (c->s->turn_hour != c->t.now_ms / HOUR_MS) {
        c->s->turn_hour = c->t.now_ms / HOUR_MS;
        c->s->turns = 0;
    }
    if (!c->s->address_count || c->s->turns >= A_CONNECTION ||
        !source_spend(c->s->source, COST_TURN, 1, A_SOURCE, c->t.now_ms)) {
        call_fail(c, c->s->address_count ? "budget: later" : "denied: subscribe first");
        return;
    }
    c->s->turns++;
    kith_rng_fill(&config->rng, random, sizeof random);
    kith_buf_put_dec(&user, c->t.wall_ms / 1000 + TTL_S);
    kith_buf_put_u8(&user, ':');
    kith_base64_put(&user, kith_bytes(random, sizeof random));
    config->turn_credential(config->ctx, kith_buf_bytes(&user), credential);
    kith_buf_put_str(&out, "{\"urls\":");
    kith_buf_put_str(&out, config->turn_urls);
    kith_buf_put_str(&out, ",\"username\":\"");
    kith_buf_put_bytes(&out, kith_buf_bytes(&user));
    kith_buf_put_str(&out, "\",\"credential\":\"");
    kith_buf_put_str(&out, credential);
    kith_buf_put_str(&out, "\",\"ttl\":3600}");
    call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&user);
    kith_buf_wipe(&out);
}
