/* SPDX-License-Identifier: MIT */
/* signals_test.c: a node between friends carries sealed signals for them, and for nobody else. */
#include "base/base64.h"
#include "feed/message.h"
#include "node_lab.h"
#include "wire/link.h"
#include "wire/signal.h"

/* All but Eve are followed by the node in the middle, all but Gina are here. Anna follows Ben, who blocks Finn. */
enum { ANNA, BEN, DORA, EVE, FINN, GINA, PEOPLE };

struct person {
    struct kith_keypair keys;
    char id[KITH_FEED_ID_LEN + 1];
    struct kith_link *link;
    uint32_t number;
    bool refuses;
    unsigned heard;
    struct kith_buf last;   /* arguments of the last signal */
    struct kith_buf answer; /* to our last call: its body or its error */
};

static struct lab lab = {.online = true};
static struct lab_app app;
static struct person people[PEOPLE];

static void on_rpc(struct person *p, const struct kith_muxrpc_event *e) {
    struct kith_muxrpc *rpc = kith_link_rpc(p->link);
    if (e->kind == KITH_RPC_CALL && kith_bytes_is(e->name, "kith.signal")) {
        p->heard++;
        kith_buf_clear(&p->last);
        kith_json_put_compact(&p->last, e->doc, e->args);
        if (p->refuses)
            kith_muxrpc_end(rpc, e->req, "no");
        else
            kith_muxrpc_reply(rpc, e->req, KITH_LIT("true"));
    } else if (e->kind == KITH_RPC_CALL) {
        kith_muxrpc_refuse(rpc, e->req, e->name);
    } else if (e->type == KITH_RPC_ASYNC) {
        kith_buf_clear(&p->answer);
        kith_buf_put_bytes(&p->answer, e->kind == KITH_RPC_END ? e->error : e->body);
    }
}

static bool hears(struct person *p) {
    static uint8_t in[65536];
    struct kith_link_event e;
    size_t len;
    if (kith_node_send(lab.node, p->number, in, sizeof in, &len, lab_time) || !len)
        return false;
    for (size_t at = 0, used; at < len; at += used) {
        CHECK(!kith_link_recv(p->link, in + at, len - at, &used, lab_time.now_ms));
        while (kith_link_next(p->link, &e)) {
            if (e.kind == KITH_LINK_RPC && e.rpc.kind != KITH_RPC_GOODBYE)
                on_rpc(p, &e.rpc);
        }
    }
    return true;
}

static bool says(struct person *p) {
    static uint8_t out[65536];
    size_t len;
    if (kith_link_send(p->link, out, sizeof out, &len, lab_time.now_ms) || !len)
        return false;
    kith_node_recv(lab.node, p->number, out, len, lab_time);
    lab_carry_out(&lab);
    return true;
}

/* Until nobody has anything to say. */
static void settle(void) {
    for (bool any = true; any;) {
        any = false;
        for (unsigned i = 0; i < PEOPLE; i++) {
            while (people[i].link && (says(&people[i]) || hears(&people[i])))
                any = true;
        }
    }
}

static void arrives(struct person *p) {
    struct kith_link_config config = {.dialler = true, .cap = KITH_MAIN_NET, .keys = p->keys, .peer = *kith_node_id(lab.node)};
    config.rng = (struct kith_rng){lab_count_up, &lab.seed};
    p->link = kith_link_new(&config, lab_time.now_ms);
    p->number = kith_node_accept(lab.node, KITH_ORIGIN_NETWORK, p->id, lab_time);
    CHECK(p->number != 0);
    settle();
    CHECK(kith_link_rpc(p->link) != NULL);
}

/* ---- the app of the node in the middle ---- */

static int32_t app_calls(enum kith_muxrpc_type type, const char *name, struct kith_bytes args) {
    int32_t req;
    CHECK(!kith_muxrpc_call(app.rpc, type, name, args, &req));
    CHECK(lab_app_say(&lab, &app));
    lab_carry_out(&lab);
    return req;
}

/* The next event about that call; false: there is none. */
static bool app_hears(int32_t req, struct kith_buf *out) {
    static uint8_t in[65536];
    struct kith_muxrpc_event e;
    size_t len;
    bool any = false;
    kith_buf_clear(out);
    while (!kith_node_send(lab.node, app.link, in, sizeof in, &len, lab_time) && len) {
        for (size_t at = 0, used; at < len; at += used) {
            CHECK(!kith_muxrpc_recv(app.rpc, in + at, len - at, &used));
            while (kith_muxrpc_next(app.rpc, &e)) {
                if (e.req != req || any)
                    continue;
                any = true;
                kith_buf_put_bytes(out, e.kind == KITH_RPC_END ? e.error : e.body);
            }
        }
    }
    return any;
}

static void put_contact(struct kith_buf *out, const struct person *to, const char *what) {
    kith_buf_clear(out);
    kith_buf_put_str(out, "{\"type\":\"contact\",\"contact\":\"");
    kith_buf_put_str(out, to->id);
    kith_buf_put_str(out, "\",\"");
    kith_buf_put_str(out, what);
    kith_buf_put_str(out, "\":true}");
}

static void node_follows(const struct person *to) {
    struct kith_buf content = {0}, args = {0}, answer = {0};
    put_contact(&content, to, "following");
    kith_buf_put_u8(&args, '[');
    kith_buf_put_bytes(&args, kith_buf_bytes(&content));
    kith_buf_put_u8(&args, ']');
    CHECK(app_hears(app_calls(KITH_RPC_ASYNC, "publish", kith_buf_bytes(&args)), &answer));
    CHECK(answer.len && answer.p[0] == '{');
    kith_buf_wipe(&content);
    kith_buf_wipe(&args);
    kith_buf_wipe(&answer);
}

/* The first message of somebody's feed comes to the node. */
static void person_says(const struct person *who, const struct person *to, const char *what) {
    static const struct kith_head none;
    struct kith_buf content = {0}, text = {0};
    struct kith_message made;
    int32_t req;
    put_contact(&content, to, what);
    CHECK(!kith_message_create(kith_buf_bytes(&content), &who->keys, &none, 1.0, NULL, &text, &made));
    CHECK(!kith_muxrpc_call(app.rpc, KITH_RPC_DUPLEX, "import", KITH_LIT("[]"), &req));
    kith_muxrpc_write(app.rpc, req, KITH_RPC_JSON, kith_buf_bytes(&text));
    kith_muxrpc_write(app.rpc, req, KITH_RPC_JSON, KITH_LIT("null"));
    CHECK(lab_app_say(&lab, &app));
    lab_carry_out(&lab);
    CHECK(app_hears(req, &content) && strstr((const char *)content.p, "\"stored\":1"));
    kith_buf_wipe(&content);
    kith_buf_wipe(&text);
}

/* ---- signals: what is inside is nothing to the carrier ---- */

static void put_signal(struct kith_buf *args, const char *to, size_t len, uint8_t version, uint32_t number, const char *more) {
    static uint8_t sealed[KITH_SIGNAL_MAX + 1];
    sealed[0] = version;
    memcpy(sealed + 1, &number, sizeof number);
    kith_buf_clear(args);
    kith_buf_put_str(args, "[{\"to\":\"");
    kith_buf_put_str(args, to);
    kith_buf_put_str(args, "\",\"signal\":\"");
    kith_base64_put(args, kith_bytes(sealed, len));
    kith_buf_put_str(args, "\"");
    kith_buf_put_str(args, more);
    kith_buf_put_str(args, "}]");
}

static uint32_t last_number;

static const char *sends(struct person *from, const char *to, size_t len, uint8_t version, uint32_t number) {
    struct kith_buf args = {0};
    int32_t req;
    put_signal(&args, to, len, version, number, "");
    kith_buf_clear(&from->answer);
    CHECK(!kith_muxrpc_call(kith_link_rpc(from->link), KITH_RPC_ASYNC, "kith.signal", kith_buf_bytes(&args), &req));
    settle();
    kith_buf_put_u8(&from->answer, 0);
    kith_buf_wipe(&args);
    return (const char *)from->answer.p;
}

static const char *sends_new(struct person *from, const struct person *to) {
    return sends(from, to->id, 512, KITH_SIGNAL_VERSION, ++last_number);
}

static const char nobody[] = "not_found: nobody could be given it";

static void friends_are_served(void) {
    static const size_t lengths[] = {512, 2048, 8192};
    struct kith_buf args = {0};
    for (size_t i = 0; i < 3; i++) {
        CHECK(!strcmp(sends(&people[ANNA], people[BEN].id, lengths[i], KITH_SIGNAL_VERSION, ++last_number), "true"));
        CHECK(people[BEN].heard == i + 1);
        put_signal(&args, people[BEN].id, lengths[i], KITH_SIGNAL_VERSION, last_number, "");
        CHECK(kith_bytes_eq(kith_buf_bytes(&args), kith_buf_bytes(&people[BEN].last)));
    }
    /* The same once more: it is not carried again, whoever brings it. */
    CHECK(!strcmp(sends(&people[ANNA], people[BEN].id, 512, KITH_SIGNAL_VERSION, last_number), nobody));
    CHECK(!strcmp(sends(&people[DORA], people[BEN].id, 512, KITH_SIGNAL_VERSION, last_number), nobody));
    CHECK(people[BEN].heard == 3);
    kith_buf_wipe(&args);
}

/* One answer for whatever the reason is. */
static void others_are_not(void) {
    CHECK(!strcmp(sends_new(&people[ANNA], &people[GINA]), nobody)); /* is away */
    CHECK(!strcmp(sends_new(&people[ANNA], &people[EVE]), nobody));  /* is a stranger to us */
    CHECK(!strcmp(sends_new(&people[EVE], &people[BEN]), nobody));
    CHECK(!strcmp(sends_new(&people[FINN], &people[BEN]), nobody)); /* who blocks him */
    CHECK(!strcmp(sends_new(&people[ANNA], &people[ANNA]), nobody));
    people[BEN].refuses = true;
    CHECK(!strcmp(sends_new(&people[ANNA], &people[BEN]), nobody));
    people[BEN].refuses = false;
    CHECK(!people[EVE].heard && !people[ANNA].heard);
}

static void what_is_no_signal_is_refused(void) {
    static const struct {
        size_t len;
        uint8_t version;
    } rows[] = {{0, 1}, {511, 1}, {513, 1}, {8193, 1}, {512, 0}, {512, 2}};
    unsigned heard = people[BEN].heard;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK(!strncmp(sends(&people[ANNA], people[BEN].id, rows[i].len, rows[i].version, ++last_number), "arg", 3));
    CHECK(!strncmp(sends(&people[ANNA], "@nobody.ed25519", 512, 1, ++last_number), "arg", 3));
    CHECK(people[BEN].heard == heard);
}

/* Those for the node itself go to its app, if one listens, from friends alone. */
static void our_own_go_to_the_app(void) {
    struct person me = {0};
    struct kith_buf item = {0};
    int32_t req;
    kith_feed_id_write(me.id, kith_node_id(lab.node));
    CHECK(!strcmp(sends_new(&people[ANNA], &me), nobody));
    req = app_calls(KITH_RPC_SOURCE, "signals", KITH_LIT("[{}]"));
    CHECK(!app_hears(req, &item));
    CHECK(!strcmp(sends_new(&people[EVE], &me), nobody));
    CHECK(!app_hears(req, &item));
    CHECK(!strcmp(sends_new(&people[ANNA], &me), "true"));
    CHECK(app_hears(req, &item));
    kith_buf_put_u8(&item, 0);
    CHECK(strstr((const char *)item.p, "\"via\":\"") && strstr((const char *)item.p, people[ANNA].id));
    /* An app that does not read is given no more than this. */
    for (unsigned i = 0; i < 64; i++)
        CHECK(!strcmp(sends_new(&people[DORA], &me), "true"));
    CHECK(!strcmp(sends_new(&people[DORA], &me), nobody));
    kith_muxrpc_end(app.rpc, req, NULL);
    CHECK(lab_app_say(&lab, &app));
    (void)app_hears(req, &item);
    kith_buf_wipe(&item);
}

/* Our app's go by a friend who follows whom they are for, and by no other. */
static void the_app_sends(void) {
    struct kith_buf args = {0}, answer = {0};
    int32_t req;
    unsigned heard = people[ANNA].heard, dora = people[DORA].heard;
    put_signal(&args, people[BEN].id, 512, 1, ++last_number, "");
    req = app_calls(KITH_RPC_ASYNC, "signal", kith_buf_bytes(&args));
    settle();
    CHECK(app_hears(req, &answer));
    kith_buf_put_u8(&answer, 0);
    CHECK(strstr((const char *)answer.p, "\"via\":\"") && strstr((const char *)answer.p, people[ANNA].id));
    CHECK(people[ANNA].heard == heard + 1 && people[DORA].heard == dora);
    people[ANNA].refuses = true;
    req = app_calls(KITH_RPC_ASYNC, "signal", kith_buf_bytes(&args));
    settle();
    people[ANNA].refuses = false;
    CHECK(app_hears(req, &answer));
    kith_buf_put_u8(&answer, 0);
    CHECK(!strcmp((const char *)answer.p, nobody));
    kith_buf_wipe(&args);
    kith_buf_wipe(&answer);
}

/* Time stands still here: what was allowed at once is all that there is. */
static void a_flood_ends(void) {
    unsigned heard = people[BEN].heard, carried = 0;
    const char *answer = "true";
    for (; carried < 1000 && !strcmp(answer, "true"); carried++)
        answer = sends_new(&people[DORA], &people[BEN]);
    CHECK(carried > 50 && carried < 200);
    CHECK(!strncmp(answer, "budget", 6));
    CHECK(people[BEN].heard == heard + carried - 1);
    /* The others have a budget of their own, and whom they write to has one too. */
    CHECK(!strcmp(sends_new(&people[ANNA], &people[BEN]), "true"));
    answer = "true";
    for (; carried < 1000 && !strcmp(answer, "true"); carried++)
        answer = sends_new(&people[ANNA], &people[BEN]);
    CHECK(carried < 300);
}

int main(void) {
    lab_open(&lab);
    app = lab_app_new(&lab);
    for (unsigned i = 0; i < PEOPLE; i++) {
        struct kith_seed seed;
        memset(seed.b, (int)i + 100, sizeof seed.b);
        kith_sign_keypair(&people[i].keys, &seed);
        kith_feed_id_write(people[i].id, &people[i].keys.pub);
    }
    for (unsigned i = 0; i < PEOPLE; i++) {
        if (i != EVE)
            node_follows(&people[i]);
    }
    person_says(&people[ANNA], &people[BEN], "following");
    person_says(&people[BEN], &people[FINN], "blocking");
    for (unsigned i = 0; i < GINA; i++)
        arrives(&people[i]);
    friends_are_served();
    others_are_not();
    what_is_no_signal_is_refused();
    our_own_go_to_the_app();
    the_app_sends();
    a_flood_ends();
    for (unsigned i = 0; i < PEOPLE; i++) {
        if (people[i].link)
            kith_link_free(people[i].link);
        kith_buf_wipe(&people[i].last);
        kith_buf_wipe(&people[i].answer);
    }
    lab_app_free(&lab, &app);
    lab_close(&lab);
    return check_done();
}
