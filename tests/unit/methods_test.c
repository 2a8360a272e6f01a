/* SPDX-License-Identifier: MIT */
/* Every method with arguments that nobody means: each call is answered, and the next one too. */
#include "node_lab.h"
#include "node/methods.h"

static const char *const arguments[] = {
    "[]", "[null]", "[null,null]", "[{}]", "[{},{}]", "[[]]", "[\"\"]", "[\"\",\"\"]", "[0]", "[-1,-1]", "[true,false]", "[1e400]",
    "[\"@AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.ed25519\"]",
    "[{\"type\":\"post\"},[]]", "[{\"type\":\"post\"},\"x\"]", "[{\"type\":\"post\",\"recps\":-0}]", "[{\"type\":\"post\",\"recps\":{\"a\":1}}]",
    "[null,[\"@AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.ed25519\"]]",
    "[\"%AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.sha256\",true]",
    "[\"&AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.sha256?unbox=\"]",
    ("[{\"id\":[],\"key\":{},\"text\":[],\"by\":1,\"limit\":\"x\",\"before\":{},\"after\":-1,\"people\":[[]],\"at\":{},\"to\":[1],"
    "\"passphrase\":[],\"words\":{},\"source\":1,\"dest\":1,\"list\":{},\"person\":1,\"owners\":[{}],\"root\":1,\"wall\":1}]"),
    "[{\"words\":\"\"}]", "[{\"words\":\"\\u0000 \\u3000\"}]", "[{\"secret\":{}}]", "[{\"secret\":\"\"}]", "[{\"secret\":null,\"sequence\":1}]",
    "[{\"passphrase\":\"x\",\"live\":true,\"old\":false,\"reverse\":true,\"limit\":0,\"text\":\"\\\"\"}]",
};

static const char *const items[] = {"{}", "null", "[]", "\"\"", "1", "{\"key\":1,\"value\":{}}"};

/* One call, for streams that take something with all items, and its end. False: the node has hung up. */
static bool is_survived(struct lab *l, struct lab_app *a, const struct kith_method *m, const char *args) {
    int32_t req, next;
    bool takes = m->type == KITH_RPC_SINK || m->type == KITH_RPC_DUPLEX;
    if (kith_muxrpc_call(a->rpc, m->type, m->name, kith_bytes_str(args), &req))
        return false;
    for (size_t i = 0; takes && i < sizeof items / sizeof items[0]; i++)
        kith_muxrpc_write(a->rpc, req, KITH_RPC_JSON, kith_bytes_str(items[i]));
    if (takes)
        kith_muxrpc_write(a->rpc, req, KITH_RPC_BINARY, KITH_LIT("bytes"));
    if (!lab_app_say(l, a))
        return false;
    lab_carry_out(l);
    if (m->type == KITH_RPC_ASYNC && strcmp(m->name, "blobs.want"))
        CHECK_ROW(lab_app_hear(l, a, req) == 1, m->name);
    else if (m->type != KITH_RPC_ASYNC)
        kith_muxrpc_end(a->rpc, req, NULL);
    if (kith_muxrpc_call(a->rpc, KITH_RPC_ASYNC, "whoami", KITH_LIT("[]"), &next) || !lab_app_say(l, a))
        return false;
    lab_carry_out(l);
    return lab_app_hear(l, a, next) == 1;
}

int main(void) {
    struct lab lab = {0};
    const struct kith_method *m;
    lab_open(&lab);
    for (unsigned t = 0; (m = kith_methods_table(t, NULL)); t++) {
        for (; m->name; m++) {
            struct lab_app a = lab_app_new(&lab);
            for (size_t i = 0; i < sizeof arguments / sizeof arguments[0] && strcmp(m->name, "control.stop"); i++)
                CHECK_ROW(is_survived(&lab, &a, m, arguments[i]), m->name);
            lab_app_free(&lab, &a);
        }
    }
    lab_carry_out(&lab);
    lab_close(&lab);
    return check_done();
}
