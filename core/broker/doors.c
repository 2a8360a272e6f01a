/* SPDX-License-Identifier: MIT */
#include "broker/doors.h"

#include "broker/state.h"

static const struct kith_broker_store *store_of(const struct kith_broker *b) {
    return b->config.letters ? b->config.store : NULL;
}

/* Whose door it is need not be proved: an address is where its owner listens, and to name one that is somebody else's brings
 * them nothing that anybody who knows it could not send there. */
void door_set(const struct call *c) {
    const struct kith_broker_store *store = store_of(c->b);
    uint32_t node = kith_json_get(c->doc, c->arg, "door");
    bool shut = kith_json_is(c->doc, node, KITH_JSON_NULL);
    struct kith_broker_account a;
    struct kith_pubkey door;
    int err;
    if (!store) {
        call_fail(c, "off: no letters are kept here");
        return;
    }
    if (!shut && !call_bytes(c, "door", &door, sizeof door)) {
        call_fail(c, "arg: door in base64, or null");
        return;
    }
    if (!account_enter(c, &a, &err))
        return;
    if (!err)
        err = store->door_put(store->ctx, a.skeleton, shut ? NULL : &door);
    account_answer(c, err, KITH_LIT("true"));
}

void door_put(const struct kith_broker *b, const char *skeleton, struct kith_buf *object) {
    const struct kith_broker_store *store = store_of(b);
    struct kith_pubkey door;
    if (!store || store->door_get(store->ctx, skeleton, &door))
        return;
    object->len--; /* the closing brace */
    kith_buf_put_str(object, ",\"door\":");
    put_base64(object, door.b, sizeof door.b);
    kith_buf_put_u8(object, '}');
}

int door_shut(const struct kith_broker *b, const char *skeleton) {
    const struct kith_broker_store *store = store_of(b);
    return store ? store->door_put(store->ctx, skeleton, NULL) : KITH_OK;
}
