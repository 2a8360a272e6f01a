/* SPDX-License-Identifier: MIT */
#include "node/publish.h"

#include "node/state.h"

struct kith_publish_waiting {
    uint64_t number; /* of the record */
    kith_publish_done done;
    void *ctx;
};

static struct kith_head own_head(struct kith_node *n) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t feed = kith_feeds_find(feeds, &n->keys.pub);
    return feed == KITH_FEED_NONE ? (struct kith_head){0} : kith_feeds_head(feeds, feed);
}

struct kith_head kith_publish_head(struct kith_node *n) {
    return own_head(n);
}

/* Whether somebody has shown more than we hold, and the claim has not lapsed. */
static bool is_ahead(struct kith_node *n) {
    const struct kith_publisher *p = &n->publisher;
    uint64_t head = own_head(n).sequence;
    for (size_t i = 0; i < p->claim_count; i++) {
        if (p->claims[i].sequence > head && n->t.now_ms < p->claims[i].until_ms)
            return true;
    }
    return false;
}

/* The word of one friend makes a restored copy whole, unless another knows more. */
static void look_at_quarantine(struct kith_node *n) {
    struct kith_publisher *p = &n->publisher;
    if (!p->quarantined || !p->claim_count)
        return;
    if (own_head(n).sequence < p->expected)
        p->confirmed_ms = 0;
    else if (!p->confirmed_ms)
        p->confirmed_ms = n->t.now_ms;
    else if (n->t.now_ms - p->confirmed_ms >= KITH_PUBLISH_SETTLE_MS)
        p->quarantined = false;
}

const char *kith_publish_refusal(struct kith_node *n) {
    struct kith_publisher *p = &n->publisher;
    if (p->frozen)
        return "two different messages with your signature exist for one place in your feed: another "
               "device or a restored copy writes with your key; kith will not write any more";
    look_at_quarantine(n);
    if (p->quarantined)
        return "this store is a restored copy: kith waits until a friend has shown how far your feed "
               "had got (or insist: kith status --insist)";
    if (is_ahead(n))
        return "a friend holds newer messages of yours than this store: wait until they have arrived";
    return NULL;
}

bool kith_publish_heard(struct kith_node *n, size_t *heard, uint64_t *known) {
    const struct kith_publisher *p = &n->publisher;
    look_at_quarantine(n);
    *heard = p->claim_count;
    *known = p->expected;
    for (size_t i = 0; i < p->claim_count; i++)
        *known = p->claims[i].sequence > *known ? p->claims[i].sequence : *known;
    return p->quarantined;
}

bool kith_publish_has_signed(struct kith_node *n) {
    size_t heard;
    uint64_t known;
    (void)kith_publish_heard(n, &heard, &known);
    return own_head(n).sequence || known || n->publisher.waiting_count;
}

/* The type "restored" of local records: key is the identity, sequence what its backup or a friend knew of. */
int kith_publish_expect(struct kith_node *n, const struct kith_pubkey *who, uint64_t sequence) {
    struct kith_buf key = {0}, rest = {0};
    int err;
    kith_feed_id_put(&key, who);
    kith_buf_put_str(&rest, ",\"sequence\":");
    kith_buf_put_dec(&rest, sequence);
    if (kith_pubkey_eq(who, &n->keys.pub)) {
        if (n->publisher.quarantined && sequence > n->publisher.expected)
            n->publisher.expected = sequence;
        n->publisher.kept = true;
    }
    err = kith_local_put(n, "restored", kith_buf_bytes(&key), kith_buf_bytes(&rest));
    kith_buf_wipe(&key);
    kith_buf_wipe(&rest);
    return err;
}

static void count_frozen(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    (void)doc;
    (void)ctx;
    n->publisher.frozen = true;
}

void kith_publish_init(struct kith_node *n, bool quarantined) {
    struct kith_publisher *p = &n->publisher;
    struct kith_buf key = {0};
    int64_t sequence;
    p->quarantined = quarantined;
    kith_local_each(n, "frozen", count_frozen, NULL);
    kith_feed_id_put(&key, &n->keys.pub);
    if (kith_local_get(n, "restored", kith_buf_bytes(&key), &n->doc, &n->scratch) &&
        !kith_json_int(&n->doc, kith_json_get(&n->doc, 0, "sequence"), &sequence) && sequence > 0)
        p->expected = (uint64_t)sequence;
    p->kept = p->expected != 0;
    kith_buf_wipe(&key);
}

void kith_publish_insist(struct kith_node *n) {
    struct kith_buf key = {0};
    n->publisher.quarantined = false;
    n->publisher.claim_count = 0;
    n->publisher.expected = 0;
    if (!n->publisher.kept)
        return;
    n->publisher.kept = false;
    kith_feed_id_put(&key, &n->keys.pub);
    kith_local_drop(n, "restored", kith_buf_bytes(&key));
    kith_buf_wipe(&key);
}

static bool is_believed(struct kith_node *n, const struct kith_pubkey *who) {
    return kith_graph_is_following(n->social, &n->keys.pub, who) ||
           !kith_graph_count(n->social, &n->keys.pub, KITH_LIST_FOLLOWS);
}

static struct kith_publish_claim *claim_of(struct kith_publisher *p, const struct kith_pubkey *who) {
    for (size_t i = 0; i < p->claim_count; i++) {
        if (kith_pubkey_eq(&p->claims[i].who, who))
            return &p->claims[i];
    }
    if (p->claim_count == KITH_PUBLISH_CLAIMS_MAX)
        return NULL;
    p->claims = kith_grow(p->claims, &p->claim_cap, p->claim_count + 1, sizeof *p->claims);
    p->claims[p->claim_count] = (struct kith_publish_claim){.who = *who};
    return &p->claims[p->claim_count++];
}

/* What a copy has been shown stands until it is here: neither a restart nor a smaller number takes it
 * back. A disk that does not take it costs only what a restart forgets. */
static void expect_shown(struct kith_node *n, uint64_t sequence) {
    struct kith_publisher *p = &n->publisher;
    if (!p->quarantined || sequence <= p->expected)
        return;
    p->expected = sequence;
    if (sequence <= own_head(n).sequence || p->expect_count++ >= KITH_PUBLISH_EXPECT_MAX)
        return;
    if (!kith_publish_expect(n, &n->keys.pub, sequence))
        kith_store_sync(n->store);
}

void kith_publish_claim(struct kith_node *n, const struct kith_pubkey *who, uint64_t sequence) {
    uint64_t head = own_head(n).sequence;
    struct kith_publish_claim *c;
    /* A friend who knows less than we hold, or nothing, says nothing about what we may have lost. */
    if (!sequence || sequence < head || !is_believed(n, who))
        return;
    expect_shown(n, sequence);
    if (!(c = claim_of(&n->publisher, who)))
        return;
    if (sequence > head && (c->sequence <= c->held || c->held < head)) {
        c->held = head;
        c->until_ms = n->t.now_ms + KITH_PUBLISH_CLAIM_MS;
    }
    c->sequence = sequence;
    look_at_quarantine(n);
}

void kith_publish_conflict(struct kith_node *n, uint64_t sequence) {
    struct kith_line l;
    if (n->publisher.frozen)
        return;
    n->publisher.frozen = true;
    l = kith_line(n, 3, "feed.forked");
    kith_line_int(&l, "sequence", (int64_t)sequence);
    kith_line_done(&l);
    if (kith_local_put(n, "frozen", KITH_LIT("feed"), KITH_LIT("")))
        return; /* it stays frozen in memory; the disk has its own trouble */
    kith_store_sync(n->store);
}

/* Own timestamps never go back, also not behind what another machine with this key has written. */
void kith_publish_returned(struct kith_node *n, double timestamp) {
    if (timestamp > n->publisher.last_timestamp)
        n->publisher.last_timestamp = timestamp;
}

int kith_publish(struct kith_node *n, struct kith_bytes content, kith_publish_done done, void *ctx) {
    struct kith_publisher *p = &n->publisher;
    struct kith_head head = own_head(n);
    struct kith_buf compact = {0};
    struct kith_message m;
    struct kith_record record;
    double timestamp = (double)n->t.wall_ms;
    uint64_t number;
    int err;
    if (n->stopping || n->identity.ticket || p->waiting_count >= KITH_PUBLISH_WAITING_MAX)
        return KITH_ERR_BUSY;
    if (kith_publish_refusal(n))
        return KITH_ERR_FORK_GUARD;
    if (timestamp <= p->last_timestamp) /* a clock that was set back does not reorder a wall */
        timestamp = p->last_timestamp + 1;
    err = kith_message_create(content, &n->keys, &head, timestamp, NULL, &compact, &m);
    if (err)
        goto done;
    record = (struct kith_record){
        .format = KITH_FORMAT_CLASSIC,
        .kind = KITH_RECORD_CHAINED,
        .received_ms = n->t.wall_ms,
        .id = m.id,
        .value = kith_buf_bytes(&compact),
    };
    err = kith_store_append(n->store, &record, 1, &number);
    if (err)
        goto done;
    p->last_timestamp = timestamp;
    p->waiting = kith_grow(p->waiting, &p->waiting_cap, p->waiting_count + 1, sizeof *p->waiting);
    p->waiting[p->waiting_count++] = (struct kith_publish_waiting){number, done, ctx};
    kith_store_sync(n->store);
    kith_node_pump_store(n);
done:
    kith_buf_wipe(&compact);
    return err;
}

/* Only what is durable may be shown to anyone: after a crash its sequence would be given again. */
static void answer(struct kith_node *n, struct kith_publish_waiting w, int err) {
    struct kith_record record;
    struct kith_message m = {0};
    struct kith_json doc = {0};
    struct kith_buf text = {0};
    if (!err)
        err = kith_store_get(n->store, w.number, &record, &text);
    if (!err)
        err = kith_message_read(&doc, record.value, &m);
    if (!err)
        m.id = record.id;
    if (w.done)
        w.done(n, w.ctx, err, &m, err ? KITH_LIT("") : record.value);
    kith_json_wipe(&doc);
    kith_buf_wipe(&text);
}

void kith_publish_durable(struct kith_node *n, int err) {
    struct kith_publisher *p = &n->publisher;
    uint64_t durable = kith_store_durable(n->store);
    size_t count = 0;
    kith_replicate_durable(n);
    look_at_quarantine(n); /* what came may have made it whole: the time to settle begins */
    while (count < p->waiting_count && (err || p->waiting[count].number < durable))
        count++;
    if (!count)
        return;
    for (size_t i = 0; i < count; i++)
        answer(n, p->waiting[i], err);
    memmove(p->waiting, p->waiting + count, (p->waiting_count - count) * sizeof *p->waiting);
    p->waiting_count -= count;
    kith_replicate_wants(n);
    kith_peers_wake_all(n);
}

void kith_publish_wipe(struct kith_node *n) { /* who still waits is told that it may be lost */
    for (size_t i = 0; i < n->publisher.waiting_count; i++)
        answer(n, n->publisher.waiting[i], KITH_ERR_IO);
    kith_free(n->publisher.waiting);
    kith_free(n->publisher.claims);
    n->publisher = (struct kith_publisher){0};
}
