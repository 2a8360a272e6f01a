/* SPDX-License-Identifier: MIT */
/* A broker with all modules on and a store in memory; somebody with an account says what the input says. What holds whatever
 * they say: the vault that is kept verifies, and no version takes the place of a newer one. */
#include <stdlib.h>

#include "base/base64.h"
#include "broker/broker.h"
#include "broker/store.h"
#include "wire/frame.h"
#include "wire/mailbox.h"
#include "wire/vault.h"

#define QUOTA 4096

static struct kith_broker *b;
static struct kith_broker_time t;
static struct kith_broker_session *s;
static struct kith_keypair keys, own;
static struct kith_pubkey broker_key;
static const uint8_t auth[32] = {7};

static void fill(void *ctx, uint8_t *out, size_t len) {
    uint8_t *n = ctx;
    memset(out, ++*n, len);
}

/* ---- one account, one vault, one entry ---- */

static struct kith_broker_account account;
static struct kith_broker_entry entry;
static struct kith_buf vault;
static struct kith_pubkey door;
static bool has_account, has_entry, has_door;

static int get(void *ctx, const char *skeleton, struct kith_broker_account *out) {
    (void)ctx;
    if (!has_account || strcmp(skeleton, account.skeleton) != 0)
        return KITH_ERR_NOT_FOUND;
    *out = account;
    return KITH_OK;
}

static int put(void *ctx, const struct kith_broker_account *a, struct kith_bytes message, const struct kith_head *head) {
    (void)ctx, (void)message, (void)head;
    account = *a;
    has_account = true;
    return KITH_OK;
}

static int drop(void *ctx, const char *skeleton, struct kith_bytes message, const struct kith_head *head) {
    (void)ctx, (void)skeleton, (void)message, (void)head;
    has_account = has_entry = has_door = false;
    kith_buf_clear(&vault);
    return KITH_OK;
}

static uint64_t count(void *ctx) {
    (void)ctx;
    return has_account;
}

static int head(void *ctx, struct kith_head *out) {
    (void)ctx;
    *out = (struct kith_head){0};
    return KITH_OK;
}

static int feed(void *ctx, uint64_t sequence, struct kith_buf *out) {
    (void)ctx, (void)sequence, (void)out;
    return KITH_ERR_NOT_FOUND;
}

static int vault_read(void *ctx, const char *skeleton, size_t at, size_t len, struct kith_buf *out) {
    (void)ctx, (void)skeleton;
    if (!vault.len)
        return KITH_ERR_NOT_FOUND;
    if (at < vault.len)
        kith_buf_put(out, vault.p + at, len < vault.len - at ? len : vault.len - at);
    return KITH_OK;
}

static int vault_put(void *ctx, const char *skeleton, struct kith_bytes file) {
    struct kith_vault was, is;
    (void)ctx;
    if (!has_account || strcmp(skeleton, account.skeleton) != 0 || file.len > QUOTA)
        abort();
    if (file.len && (kith_vault_parse(&is, file) || !kith_pubkey_eq(&is.owner, &keys.pub)))
        abort();
    if (file.len && vault.len && (kith_vault_parse(&was, kith_buf_bytes(&vault)) || kith_vault_follows(&was, &is)))
        abort();
    kith_buf_clear(&vault);
    kith_buf_put_bytes(&vault, file);
    return KITH_OK;
}

static int entry_put(void *ctx, const struct kith_broker_entry *e) {
    (void)ctx;
    if (!has_account || strcmp(e->skeleton, account.skeleton) != 0 || !e->folded[0])
        abort();
    entry = *e;
    has_entry = true;
    return KITH_OK;
}

static int entry_remove(void *ctx, const char *skeleton) {
    (void)ctx, (void)skeleton;
    has_entry = false;
    return KITH_OK;
}

static int entry_find(void *ctx, const char *folded, bool prefix, bool (*each)(void *to, const struct kith_broker_entry *e), void *to) {
    (void)ctx;
    if (has_entry && !(prefix ? strncmp(folded, entry.folded, strlen(folded)) : strcmp(folded, entry.folded)))
        (void)each(to, &entry);
    return KITH_OK;
}

static int door_put(void *ctx, const char *skeleton, const struct kith_pubkey *at) {
    (void)ctx;
    if (!has_account || strcmp(skeleton, account.skeleton) != 0)
        abort();
    has_door = at != NULL;
    if (at)
        door = *at;
    return KITH_OK;
}

static int door_get(void *ctx, const char *skeleton, struct kith_pubkey *out) {
    (void)ctx;
    if (!has_door || strcmp(skeleton, account.skeleton) != 0)
        return KITH_ERR_NOT_FOUND;
    *out = door;
    return KITH_OK;
}

static int letter_put(void *ctx, const struct kith_broker_letter *l) {
    (void)ctx, (void)l;
    return KITH_OK;
}

static int letter_drop(void *ctx, const struct kith_pubkey *to, const struct kith_hash *hash) {
    (void)ctx, (void)to, (void)hash;
    return KITH_OK;
}

static int letter_each(void *ctx, void (*each)(void *to, const struct kith_broker_letter *l), void *to) {
    (void)ctx, (void)each, (void)to;
    return KITH_OK;
}

/* Inboxes have no part in this: their requests are not said in a session (broker_fuzz.c). */
static const struct kith_broker_store store = {.get = get,
                                               .put = put,
                                               .remove = drop,
                                               .count = count,
                                               .head = head,
                                               .feed = feed,
                                               .vault_read = vault_read,
                                               .vault_put = vault_put,
                                               .entry_put = entry_put,
                                               .entry_remove = entry_remove,
                                               .entry_find = entry_find,
                                               .door_put = door_put,
                                               .door_get = door_get,
                                               .letter_put = letter_put,
                                               .letter_drop = letter_drop,
                                               .letter_each = letter_each};

/* ---- what is said ---- */

static bool say(const char *name, const char *type, struct kith_bytes arg) {
    static int32_t req;
    struct kith_buf body = {0}, frame = {0};
    struct kith_frame f = {.flags = *type ? 10 : 2, .req = ++req};
    uint8_t start[KITH_FRAME_HEADER_LEN], out[65536];
    const char *dot = strchr(name, '.');
    bool good;
    kith_buf_put_str(&body, "{\"name\":[\"");
    kith_buf_put(&body, name, dot ? (size_t)(dot - name) : strlen(name));
    if (dot) {
        kith_buf_put_str(&body, "\",\"");
        kith_buf_put_str(&body, dot + 1);
    }
    kith_buf_put_str(&body, "\"],\"type\":\"");
    kith_buf_put_str(&body, *type ? type : "async");
    kith_buf_put_str(&body, "\",\"args\":[");
    kith_buf_put_bytes(&body, arg);
    kith_buf_put_str(&body, "]}");
    f.len = (uint32_t)body.len;
    kith_frame_write(start, &f);
    kith_buf_put(&frame, start, sizeof start);
    kith_buf_put_bytes(&frame, kith_buf_bytes(&body));
    good = !kith_broker_recv(s, frame.p, frame.len, t);
    t.now_ms += 100; /* the grid, and the rate of calls */
    kith_broker_late(b, t);
    while (kith_broker_pull(s, out, sizeof out, t))
        ;
    while (kith_broker_writable(b))
        ;
    kith_buf_wipe(&body);
    kith_buf_wipe(&frame);
    return good;
}

static void put_text(struct kith_buf *out, const char *name, const void *p, size_t len, bool plain) {
    kith_buf_put_str(out, out->len ? ",\"" : "{\"");
    kith_buf_put_str(out, name);
    kith_buf_put_str(out, "\":\"");
    if (plain)
        kith_buf_put(out, p, len);
    else
        kith_base64_put(out, kith_bytes(p, len));
    kith_buf_put_u8(out, '"');
}

static bool say_account(const char *name, struct kith_bytes more_name, struct kith_bytes more) {
    struct kith_buf arg = {0};
    bool good;
    put_text(&arg, "handle", "anna", 4, true);
    put_text(&arg, "auth", auth, sizeof auth, false);
    if (more_name.len)
        put_text(&arg, (const char *)more_name.p, more.p, more.len, true);
    kith_buf_put_u8(&arg, '}');
    good = say(name, "", kith_buf_bytes(&arg));
    kith_buf_wipe(&arg);
    return good;
}

static bool enter(void) {
    struct kith_challenge challenge;
    struct kith_buf arg = {0}, text = {0};
    struct kith_sig sig;
    bool good = say("hello", "", KITH_LIT(""));
    memset(challenge.b, 3, sizeof challenge.b); /* what the fourth fill gives; see below */
    kith_mailbox_prove(&sig, &own, &broker_key, &challenge);
    put_text(&arg, "address", own.pub.b, 32, false);
    put_text(&arg, "sig", sig.b, 64, false);
    kith_buf_put_u8(&arg, '}');
    good = good && say("subscribe", "", kith_buf_bytes(&arg));
    kith_buf_clear(&arg);
    kith_buf_put_str(&text, "kith-account 1 hold\n");
    kith_buf_put(&text, broker_key.b, 32);
    kith_buf_put(&text, challenge.b, 32);
    kith_buf_put(&text, auth, sizeof auth);
    kith_buf_put_str(&text, "anna");
    kith_sign(&sig, kith_buf_bytes(&text), &keys.sec);
    put_text(&arg, "handle", "anna", 4, true);
    put_text(&arg, "auth", auth, sizeof auth, false);
    put_text(&arg, "key", keys.pub.b, 32, false);
    put_text(&arg, "sig", sig.b, 64, false);
    kith_buf_put_u8(&arg, '}');
    good = good && say("account.create", "", kith_buf_bytes(&arg)) && has_account;
    kith_buf_wipe(&arg);
    kith_buf_wipe(&text);
    return good;
}

static bool say_piece(uint64_t at, uint64_t size, struct kith_bytes data) {
    struct kith_buf arg = {0};
    bool good;
    kith_buf_put_str(&arg, "{\"at\":");
    kith_buf_put_dec(&arg, at);
    kith_buf_put_str(&arg, ",\"size\":");
    kith_buf_put_dec(&arg, size);
    put_text(&arg, "data", data.p, data.len, false);
    kith_buf_put_u8(&arg, '}');
    good = say("vault.write", "", kith_buf_bytes(&arg));
    kith_buf_wipe(&arg);
    return good;
}

static bool say_vault(struct kith_reader *r) {
    struct kith_vault v = {.version = kith_read_u8(r), .sequence = kith_read_u8(r), .stretching = {.memory_kib = 8, .passes = 1}};
    struct kith_buf file = {0};
    size_t cut = kith_read_u8(r);
    bool good;
    kith_vault_put(&file, &v, &keys);
    cut = cut && cut < file.len ? cut : file.len;
    good = say_piece(0, file.len, kith_bytes(file.p, cut)) &&
           (cut == file.len || say_piece(cut, file.len, kith_bytes(file.p + cut, file.len - cut)));
    kith_buf_wipe(&file);
    return good;
}

static bool step(struct kith_reader *r) {
    static const char *const names[] = {"vault.open", "vault.read", "vault.write", "vault.forget", "directory.put", "directory.remove",
                                        "directory.find", "letter", "got", "account.find", "account.login", "account.delete", "account.door"};
    uint8_t what = kith_read_u8(r);
    size_t len = kith_read_u8(r), left = kith_read_left(r);
    struct kith_bytes bytes = kith_read_bytes(r, len < left ? len : left);
    struct kith_reader inner = kith_reader(bytes);
    switch (what % 9) {
    case 0:
        return say_account("vault.open", KITH_LIT(""), KITH_LIT(""));
    case 1:
        return say_vault(&inner);
    case 2:
        return say_piece(kith_read_u16le(&inner), kith_read_u16le(&inner), kith_read_bytes(&inner, kith_read_left(&inner)));
    case 3:
        return say_account("directory.put", KITH_LIT("name\0"), bytes);
    case 4:
        return say("vault.watch", "source", KITH_LIT("{}"));
    case 5:
        t.now_ms += 1000u * len;
        t.wall_ms += 1000u * len;
        kith_broker_tick(b, t);
        return true;
    case 6:
        return say_account("account.delete", KITH_LIT(""), KITH_LIT(""));
    case 7: /* a good one has 44 bytes of base64 */
        return say_account("account.door", KITH_LIT("door\0"), bytes);
    default:
        return say(names[what / 9 % (sizeof names / sizeof names[0])], "", bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static bool ready;
    uint8_t n = 0;
    struct kith_broker_config config = {.rng = {fill, &n}, .signals_a_second = 50, .signals_burst = 200, .sessions_a_source = 2,
                                        .store = &store, .letters = true, .directory = true, .vault_quota = QUOTA, .name = "x"};
    struct kith_reader r = kith_reader(kith_bytes(data, size));
    struct kith_broker_source source = {{1}};
    if (!ready && kith_crypto_init())
        abort();
    ready = true;
    kith_sign_keypair(&config.keys, &(struct kith_seed){{1}});
    kith_sign_keypair(&keys, &(struct kith_seed){{2}});
    kith_sign_keypair(&own, &(struct kith_seed){{3}});
    broker_key = config.keys.pub;
    has_account = has_entry = has_door = false;
    kith_buf_clear(&vault);
    t = (struct kith_broker_time){1000, 1770000000000};
    b = kith_broker_new(&config);
    n = 2; /* the challenge is all threes */
    s = kith_broker_open(b, &source, &source, t);
    if (!s || !enter())
        abort();
    while (!r.err && kith_read_left(&r) && step(&r) && !kith_broker_doomed(b))
        ;
    kith_broker_drain(b, t);
    kith_broker_free(b);
    kith_buf_wipe(&vault);
    return 0;
}
