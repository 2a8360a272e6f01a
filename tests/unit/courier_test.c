/* SPDX-License-Identifier: MIT */
/* courier_test.c: two nodes with nothing but a road that stores and forwards, on a virtual clock: somebody who is gone for a
 * third of a year, and somebody whose calendar is two days off (docs/protocol/packet.md, "What is said when"). */
#include "check.h"
#include "node/courier_state.h"
#include "node/job.h"
#include "store/slots_mem.h"
#include "wire/muxrpc.h"

#define MINUTE UINT64_C(60000)
#define DAY (24 * 60 * MINUTE)
#define EPOCH UINT64_C(1770000000000)
#define PACKETS_MAX 200

struct side {
    struct kith_node *node;
    struct kith_slots_mem *disk;
    struct kith_keypair keys;
    int64_t skew;      /* of the calendar */
    uint64_t boot;     /* the clock that only goes forward begins here */
    uint64_t drawn;
    bool gone;         /* switched off: time goes by without it */
    struct kith_buf out[PACKETS_MAX]; /* made by it, and not delivered yet */
    uint64_t made[PACKETS_MAX];
    size_t out_count, at;
    size_t refused, taken;
    struct kith_buf log, said;
};

static struct side anna, ben;
static uint64_t now;

/* Bytes that do not come again while a test runs (a multiplier of Knuth's MMIX): ids of packets are drawn. */
static void scramble(void *ctx, uint8_t *out, size_t len) {
    struct side *s = ctx;
    while (len--) {
        s->drawn = s->drawn * UINT64_C(6364136223846793005) + 1;
        *out++ = (uint8_t)(s->drawn >> 56);
    }
}

static struct kith_time time_of(const struct side *s) {
    return (struct kith_time){1 + now - s->boot, (uint64_t)((int64_t)(EPOCH + now) + s->skew)};
}

/* ---- what a node asks for ---- */

static void keep_packet(struct side *s, const struct kith_effect *e) {
    const uint8_t *end = memchr(e->bytes.p, '\n', e->bytes.len);
    CHECK(end && s->out_count < PACKETS_MAX);
    s->made[s->out_count] = now;
    kith_buf_put_bytes(&s->out[s->out_count++], kith_bytes_skip(e->bytes, (size_t)(end - e->bytes.p) + 1));
    kith_node_packet_sent(s->node, e->ticket, KITH_SENT_STORED, "the road", time_of(s));
}

static void pump(struct side *s) {
    struct kith_effect e;
    while (kith_node_next(s->node, &e)) {
        struct kith_buf out = {0};
        struct kith_slot slot;
        if (e.kind == KITH_EFFECT_STORE) {
            int err = kith_slots_mem_perform(s->disk, &e.store, &slot);
            kith_node_store_done(s->node, e.ticket, err, e.store.kind == KITH_STORE_CREATE ? &slot : NULL, time_of(s));
        } else if (e.kind == KITH_EFFECT_JOB) {
            CHECK(!kith_job_run(e.bytes, &out));
            kith_node_job_done(s->node, e.ticket, kith_buf_bytes(&out), time_of(s));
        } else if (e.kind == KITH_EFFECT_PACKET) {
            keep_packet(s, &e);
        } else if (e.kind == KITH_EFFECT_LOG) {
            kith_buf_put_bytes(&s->log, e.bytes);
            kith_buf_put_u8(&s->log, '\n');
        }
        kith_buf_wipe(&out);
    }
}

static void boot(struct side *s) {
    struct kith_node_config config = {.keys = s->keys, .cap = KITH_MAIN_NET, .rng = {scramble, s}};
    struct kith_store_report report;
    s->boot = now;
    config.slots = kith_slots_mem_list(s->disk, &config.slot_count);
    CHECK(!kith_node_open(&s->node, &config, &report, time_of(s)));
    pump(s);
}

static void restart(struct side *s) {
    kith_node_stop(s->node, time_of(s));
    pump(s);
    kith_node_free(s->node);
    boot(s);
}

/* ---- what a user does ---- */

static void act(struct side *s, const char *json) {
    CHECK(!kith_node_action(s->node, kith_bytes_str(json), time_of(s)));
    pump(s);
}

static void tell(struct side *s, struct kith_muxrpc *rpc, uint32_t link) {
    uint8_t bytes[4096];
    size_t len, used;
    struct kith_muxrpc_event e;
    for (kith_muxrpc_send(rpc, bytes, sizeof bytes, &len); len; kith_muxrpc_send(rpc, bytes, sizeof bytes, &len))
        CHECK(!kith_node_recv(s->node, link, bytes, len, time_of(s)));
    pump(s);
    while (!kith_node_send(s->node, link, bytes, sizeof bytes, &len, time_of(s)) && len) {
        for (size_t at = 0; at < len; at += used) {
            CHECK(!kith_muxrpc_recv(rpc, bytes + at, len - at, &used));
            while (kith_muxrpc_next(rpc, &e)) {
                if (e.kind == KITH_RPC_DATA)
                    kith_buf_put_bytes(&s->said, e.body);
            }
        }
    }
}

/* The answer, as text that ends in NUL, until the next call. */
static const char *call(struct side *s, const char *name, const char *args) {
    struct kith_muxrpc *rpc = kith_muxrpc_new();
    uint32_t link = kith_node_accept(s->node, KITH_ORIGIN_LOCAL, "app", time_of(s));
    int32_t req;
    kith_buf_clear(&s->said);
    CHECK(link && !kith_muxrpc_call(rpc, KITH_RPC_ASYNC, name, kith_bytes_str(args), &req));
    tell(s, rpc, link);
    kith_node_eof(s->node, link, time_of(s));
    pump(s);
    kith_muxrpc_free(rpc);
    kith_buf_put_u8(&s->said, 0);
    return (const char *)s->said.p;
}

static const char *with_id(const char *before, const struct side *whom, const char *after) {
    static struct kith_buf out;
    kith_buf_clear(&out);
    kith_buf_put_str(&out, before);
    kith_feed_id_put(&out, &whom->keys.pub);
    kith_buf_put_str(&out, after);
    kith_buf_put_u8(&out, 0);
    return (const char *)out.p;
}

static void befriend(struct side *s, const struct side *whom) {
    act(s, with_id("{\"type\":\"contact\",\"contact\":\"", whom, "\",\"following\":true}"));
    CHECK(!strcmp(call(s, "roads.add", with_id("[{\"address\":\"http:there\",\"id\":\"", whom, "\"}]")), "true"));
}

/* A number of `kith outbox`, which has one recipient here; UINT64_MAX: it is not there. */
static uint64_t outbox(struct side *s, const char *name) {
    const char *at = strstr(call(s, "outbox.list", "[]"), name);
    return at ? strtoull(at + strlen(name), NULL, 10) : UINT64_MAX;
}

static bool outbox_says(struct side *s, const char *state) {
    char text[60];
    snprintf(text, sizeof text, "\"state\":\"%s\",\"road\"", state);
    return strstr(call(s, "outbox.list", "[]"), text) != NULL;
}

/* ---- time ---- */

static uint64_t due(const struct side *s) {
    uint64_t d = s->gone ? UINT64_MAX : kith_node_deadline(s->node);
    return d == UINT64_MAX ? d : s->boot + (d ? d - 1 : 0);
}

static void deliver(struct side *from, struct side *to) {
    while (!to->gone && from->at < from->out_count) {
        int err = kith_node_packet(to->node, kith_buf_bytes(&from->out[from->at]), time_of(to));
        pump(to);
        if (err == KITH_ERR_BUSY)
            return;
        to->taken += !err;
        to->refused += err == KITH_ERR_PROTOCOL;
        CHECK(!err || err == KITH_ERR_PROTOCOL);
        from->at++;
    }
}

/* A minute after it was made at the latest a packet is there. */
static void run(uint64_t until) {
    while (now < until) {
        uint64_t next = due(&anna) < due(&ben) ? due(&anna) : due(&ben);
        bool waits = (!ben.gone && anna.at < anna.out_count) || (!anna.gone && ben.at < ben.out_count);
        if (waits && next > now + MINUTE)
            next = now + MINUTE;
        now = next <= now ? now + 1 : next < until ? next : until;
        for (struct side *s = &anna; s; s = s == &anna ? &ben : NULL) {
            if (s->gone)
                continue;
            kith_node_tick(s->node, time_of(s));
            pump(s);
        }
        deliver(&anna, &ben);
        deliver(&ben, &anna);
    }
}

static uint64_t head(struct side *s, const struct side *whose) {
    return courier_head(s->node, &whose->keys.pub);
}

static bool are_equal(void) {
    return head(&anna, &anna) == head(&ben, &anna) && head(&ben, &ben) == head(&anna, &ben);
}

static void begin_as_strangers(void) {
    now = 0;
    for (struct side *s = &anna; s; s = s == &anna ? &ben : NULL) {
        *s = (struct side){.disk = kith_slots_mem_new(), .drawn = s == &anna ? 1 : 100};
        kith_sign_keypair(&s->keys, &(struct kith_seed){{s == &anna ? 1 : 2}});
        boot(s);
    }
}

static void begin(void) {
    begin_as_strangers();
    befriend(&anna, &ben);
    befriend(&ben, &anna);
}

static void end(void) {
    for (struct side *s = &anna; s; s = s == &anna ? &ben : NULL) {
        kith_node_free(s->node);
        kith_slots_mem_free(s->disk);
        for (size_t i = 0; i < s->out_count; i++)
            kith_buf_wipe(&s->out[i]);
        kith_buf_wipe(&s->log);
        kith_buf_wipe(&s->said);
    }
}

/* ---- the tests ---- */

/* Ben's machine is off. What anna's sends lies on the road, where it may rot. */
static void somebody_who_is_gone(void) {
    uint64_t longest = 0, before = 0, tries, made;
    begin();
    ben.gone = true;
    act(&anna, "{\"type\":\"post\",\"text\":\"Where are you?\"}");
    run(59 * DAY);
    CHECK(outbox_says(&anna, "waiting"));
    tries = outbox(&anna, "\"tries\":");
    CHECK(tries > 10 && tries + 1 == anna.out_count);
    for (size_t i = 1; i < anna.out_count; i++) { /* each pause is twice the last one, up to a week */
        uint64_t pause = anna.made[i] - anna.made[i - 1];
        CHECK(pause >= before && (i == 1 || pause <= 2 * before + MINUTE));
        before = pause;
        longest = pause > longest ? pause : longest;
    }
    CHECK(anna.made[1] - anna.made[0] >= 10 * MINUTE && anna.made[1] - anna.made[0] < 11 * MINUTE);
    CHECK(longest >= 7 * DAY && longest < 7 * DAY + MINUTE);
    CHECK(outbox(&anna, "\"again_ms\":") <= 7 * DAY);
    run(61 * DAY);
    CHECK(outbox_says(&anna, "expired"));
    restart(&anna); /* and is, after a restart */
    CHECK(outbox_says(&anna, "expired"));
    made = anna.out_count;
    run(80 * DAY); /* it goes on, seldom */
    CHECK(anna.out_count >= made + 2 && anna.out_count <= made + 3);
    CHECK(outbox(&anna, "\"tries\":") >= tries + 2 && outbox_says(&anna, "expired"));
    act(&anna, "{\"type\":\"post\",\"text\":\"I write again.\"}");
    run(100 * DAY);
    CHECK(outbox(&anna, "\"received\":") == 0 && outbox(&anna, "\"of\":") == 3);

    made = anna.out_count; /* the user's word: at once, and with short pauses as at first */
    CHECK(!strcmp(call(&anna, "outbox.again", with_id("[\"", &ben, "\"]")), "true"));
    run(100 * DAY + MINUTE);
    CHECK(anna.out_count == made + 1 && outbox_says(&anna, "waiting"));
    CHECK(outbox(&anna, "\"tries\":") == 0 && outbox(&anna, "\"again_ms\":") <= 10 * MINUTE);

    ben.gone = false; /* all that was sent before has rotted: the last packet has it all */
    anna.at = made;
    run(101 * DAY);
    CHECK(are_equal() && head(&ben, &anna) == 3 && ben.refused == 0 && anna.refused == 0);
    CHECK(outbox_says(&anna, "received") && outbox(&anna, "\"received\":") == 3);
    end();
}

/* Whether one of the packets from s says that one of the other's was refused, as the other one reads it. */
static bool says_refused(const struct side *s, const struct side *reader) {
    struct kith_buf plain = {0};
    struct kith_part_receipt receipt;
    struct kith_part part;
    struct kith_packet p;
    bool says = false;
    for (size_t i = 0; i < s->out_count; i++) {
        if (kith_packet_open(&p, &plain, kith_buf_bytes(&s->out[i]), &reader->keys, KITH_PACKET_ANY_TIME))
            continue;
        while (kith_parts_next(&p.content, &part)) {
            while (part.type == KITH_PART_RECEIPTS && kith_part_receipt_next(&part.bytes, &receipt))
                says |= receipt.outcome == KITH_OUTCOME_REFUSED;
        }
    }
    kith_buf_wipe(&plain);
    return says;
}

static bool has_logged(struct side *s, const char *what) {
    bool has;
    kith_buf_put_u8(&s->log, 0);
    has = strstr((const char *)s->log.p, what) != NULL;
    s->log.len--;
    return has;
}

/* Ben's calendar is off by so much for five days, then right. */
static void a_wrong_calendar(int64_t skew) {
    struct side *refuses = skew < 0 ? &ben : &anna, *from = skew < 0 ? &anna : &ben;
    begin();
    ben.skew = skew;
    act(&anna, "{\"type\":\"post\",\"text\":\"What day is it?\"}");
    act(&ben, "{\"type\":\"post\",\"text\":\"I do not know.\"}");
    run(5 * DAY);
    CHECK(refuses->refused > 0 && from->refused == 0); /* what comes from a later day */
    CHECK(has_logged(refuses, "packet.refused from=@") && has_logged(refuses, "error=protocol why=\"its time is over, or not yet\""));
    CHECK(says_refused(refuses, from));
    CHECK(head(refuses, from) == 0 && head(from, refuses) == head(refuses, refuses)); /* the other direction goes on */
    CHECK(outbox_says(from, "trouble") && strstr(call(from, "outbox.list", "[]"), "they refused it"));
    CHECK(from->out_count < 60); /* and not as often as there are receipts */
    ben.skew = 0;
    run(30 * DAY);
    CHECK(are_equal() && head(&ben, &anna) == 2 && head(&anna, &ben) == 2);
    CHECK(outbox_says(&anna, "received") && outbox_says(&ben, "received"));
    end();
}

/* The text of a member of the last answer. */
static const char *member(const struct side *s, const char *name, char out[1000]) {
    const char *at = strstr((const char *)s->said.p, name);
    size_t len = at ? strcspn(at + strlen(name), "\"") : 0;
    CHECK(len && len < 1000);
    memcpy(out, at ? at + strlen(name) : "", len);
    out[len] = 0;
    return out;
}

/* An invite that is good until then; or one that is taken back before Ben uses it. */
static void an_invite(uint64_t until, bool revoked, bool is_good) {
    char code[1000], token[1000], args[1200], wanted[1200];
    begin_as_strangers();
    CHECK(!strcmp(call(&anna, "roads.add", "[{\"address\":\"http:anna\"}]"), "true"));
    CHECK(!strcmp(call(&ben, "roads.add", "[{\"address\":\"http:ben\"}]"), "true"));
    snprintf(args, sizeof args, "[{\"until\":%llu}]", (unsigned long long)until);
    (void)call(&anna, "friends.invite", args);
    (void)member(&anna, "\"code\":\"", code), (void)member(&anna, "\"token\":\"", token);
    snprintf(args, sizeof args, "[\"%s\"]", token);
    snprintf(wanted, sizeof wanted, "[{\"token\":\"%s\",\"at\":", token);
    CHECK(!strncmp(call(&anna, "friends.invites", "[]"), wanted, strlen(wanted)) && !strstr(call(&anna, "friends.invites", "[]"), "used"));
    if (revoked) {
        CHECK(!strcmp(call(&anna, "friends.uninvite", args), "true") && !strcmp(call(&anna, "friends.uninvite", args), "false"));
        CHECK(!strcmp(call(&anna, "friends.invites", "[]"), "[]"));
    }
    act(&anna, "{\"type\":\"post\",\"text\":\"Good morning.\"}");
    snprintf(args, sizeof args, "[\"%s\",{\"text\":\"Ben, from the choir\"}]", code);
    CHECK(strstr(call(&ben, "friends.join", args), "\"roads\":[\"http:anna\"]"));
    run(2 * 60 * MINUTE);
    restart(&anna);
    CHECK((head(&ben, &anna) > 0 && are_equal()) == is_good);
    CHECK(!strcmp(call(&anna, "friends.list", "[{\"list\":\"requests\"}]"), "[]") == is_good);
    CHECK(is_good || strstr(call(&anna, "friends.list", "[{\"list\":\"requests\"}]"), "Ben, from the choir"));
    CHECK((strstr(call(&anna, "friends.invites", "[]"), with_id("\"used\":\"", &ben, "\",\"text\":\"Ben, from the choir\"")) != NULL) == is_good);
    end();
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    an_invite(0, false, true);
    an_invite(EPOCH + DAY, false, true);
    an_invite(EPOCH - 1, false, false); /* its day was over before */
    an_invite(0, true, false);
    somebody_who_is_gone();
    a_wrong_calendar(-2 * (int64_t)DAY - 2 * 3600000);
    a_wrong_calendar(2 * (int64_t)DAY + 2 * 3600000);
    return check_done();
}
