/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>

#include "check_state.h"
#include "node/state.h"

#define FRIENDS_SPEAK_MS 40000 /* a note there and one back, on the slowest wire */

struct check *check_new(void) {
    return kith_alloc(sizeof(struct check));
}

void check_free(struct check *c) {
    if (!c)
        return;
    for (size_t a = 0; a < WORLD_MACHINES; a++) {
        for (size_t i = 0; i < c->feeds[a].count; i++)
            kith_buf_wipe(&c->feeds[a].at[i].value);
        kith_free(c->feeds[a].at);
    }
    kith_json_wipe(&c->doc);
    kith_buf_wipe(&c->scratch);
    kith_free(c);
}

struct said *check_said(struct world *w, const struct machine *author, uint64_t sequence) {
    struct said_feed *f = &w->check->feeds[author->index];
    if (sequence == 0 || sequence > 100000)
        return NULL;
    while (f->count < sequence) {
        f->at = kith_grow(f->at, &f->cap, f->count + 1, sizeof *f->at);
        f->at[f->count++] = (struct said){0};
    }
    return &f->at[sequence - 1];
}

/* One that was there when the message was signed: what a slow disk acknowledges late was said before. */
static bool is_live_claim(const struct kith_node *n, uint64_t sequence, double signed_ms) {
    const struct kith_publisher *p = &n->publisher;
    for (size_t i = 0; i < p->claim_count; i++) {
        double since_ms = (double)n->t.wall_ms + (double)p->claims[i].until_ms - KITH_PUBLISH_CLAIM_MS - (double)n->t.now_ms;
        if (p->claims[i].sequence >= sequence && n->t.now_ms < p->claims[i].until_ms && since_ms <= signed_ms)
            return true;
    }
    return false;
}

/* Whether the fork guard had to refuse: a friend has said just now that there is more, or the host
 * knows of the copy and no friend has been there, or one that held this message. */
static bool was_warned(const struct machine *author, uint64_t sequence, double signed_ms) {
    if (author->node && is_live_claim(author->node, sequence, signed_ms))
        return true;
    return !author->unnoticed && (!author->heard || author->friends_knew >= sequence || author->told >= sequence);
}

static bool is_believed(const struct machine *m, const struct kith_pubkey *who) {
    return kith_graph_is_following(m->node->social, &m->keys.pub, who) ||
           !kith_graph_count(m->node->social, &m->keys.pub, KITH_LIST_FOLLOWS);
}

/* What it was told, by a liar too, stands from then on: in this life at once, in the next as soon as it
 * was safe. A liar who has never said but that there is nothing more could not be told from a friend. */
static void listen_to_claims(struct machine *m) {
    const struct kith_publisher *p = &m->node->publisher;
    for (size_t i = 0; i < p->claim_count; i++) {
        if (!is_believed(m, &p->claims[i].who))
            continue;
        m->heard = true;
        if (p->claims[i].sequence <= m->told)
            continue;
        m->told = p->claims[i].sequence;
        m->told_records = kith_store_count(m->node->store);
    }
    if (m->told > m->friends_knew && kith_store_durable(m->node->store) >= m->told_records)
        m->friends_knew = m->told;
}

static void listen(struct machine *m) {
    listen_to_claims(m);
    for (const struct kith_peer *p = m->node->peers.first; p; p = p->next) {
        const struct machine *other = p->ebt ? machine_of(m->world, &p->id) : NULL;
        uint64_t head = other && !other->hostile && other->node ? check_head(other, m) : 0;
        if (!head || !is_believed(m, &p->id))
            continue;
        m->heard = true;
        if (m->node->t.now_ms - p->since_ms > FRIENDS_SPEAK_MS && head > m->friends_knew)
            m->friends_knew = head;
    }
}

/* A second message for one sequence: the one thing that must not be. An old backup whose friends were
 * all away, or knew no more than it, could not know. */
static void forked(struct machine *author, uint64_t sequence, double signed_ms, const char *where) {
    struct world *w = author->world;
    if (author->excused)
        return;
    if (author->restored && sequence > author->restored_head && !was_warned(author, sequence, signed_ms)) {
        author->excused = true;
        w->excused++;
        world_note(w, "could not know", author->index, 0, sequence, kith_bytes_str(where));
        return;
    }
    world_fail(w, "machine %u signed two messages with sequence %llu (%s)", author->index, (unsigned long long)sequence, where);
}

void check_seen(struct world *w, const struct kith_message *m, const char *where, bool judged) {
    struct machine *author = machine_of(w, &m->author);
    struct said *s, *before;
    if (!author || author->hostile || author->excused)
        return;
    s = check_said(w, author, m->sequence);
    if (!s)
        return;
    if (s->known && !kith_msgid_eq(&s->id, &m->id)) {
        forked(author, m->sequence, m->timestamp, where);
        return;
    }
    before = m->sequence > 1 ? check_said(w, author, m->sequence - 1) : NULL;
    if (before && before->known && m->has_previous && !kith_msgid_eq(&before->id, &m->previous)) {
        forked(author, m->sequence - 1, m->timestamp, "by what follows it"); /* the other one was never seen */
        return;
    }
    s->known = true;
    s->judged |= judged;
    s->id = m->id;
    s->timestamp = m->timestamp;
    if (before && before->known && before->timestamp > m->timestamp)
        world_fail(w, "machine %u: own timestamps go back at sequence %llu", author->index, (unsigned long long)m->sequence);
}

void check_acknowledged(struct machine *m, const struct kith_json *doc) {
    struct kith_message message = {.author = m->keys.pub};
    uint32_t value = kith_json_get(doc, 0, "value");
    struct kith_buf text = {0};
    struct said *s;
    kith_json_put_compact(&text, doc, value);
    if (kith_message_read(&m->world->check->doc, kith_buf_bytes(&text), &message) ||
        kith_msgid_parse(kith_json_str(doc, kith_json_get(doc, 0, "key")), &message.id) ||
        !kith_pubkey_eq(&message.author, &m->keys.pub)) {
        world_fail(m->world, "machine %u: publish was answered with something else", m->index);
        kith_buf_wipe(&text);
        return;
    }
    world_note(m->world, "acknowledged", m->index, 0, message.sequence, (struct kith_bytes){0});
    check_seen(m->world, &message, "acknowledged", true);
    s = check_said(m->world, m, message.sequence);
    if (s && !m->excused) {
        s->acknowledged = true;
        kith_buf_wipe(&s->value);
        s->value = text;
    } else {
        kith_buf_wipe(&text);
    }
}

void check_job(struct machine *m, struct kith_bytes job, struct kith_bytes result) {
    struct kith_reader r = kith_reader(result);
    struct kith_verdict v;
    struct kith_bytes compact;
    (void)job;
    while (kith_message_job_next(&r, &v, &compact)) {
        if (!v.err)
            check_seen(m->world, &v.message, "on a link", true);
    }
}

/* ---- a store ---- */

/* A stored message of the hostile peer, or one that no link has carried: judged anew. */
static void judge(struct machine *m, struct kith_bytes value, uint64_t sequence) {
    struct kith_verdict v = {.raw = value};
    struct kith_buf compact = {0};
    kith_message_judge(&v, 1, NULL, &compact);
    if (v.err || !kith_bytes_eq(kith_buf_bytes(&compact), value))
        world_fail(m->world, "machine %u stored something invalid at sequence %llu: %s", m->index,
                   (unsigned long long)sequence, v.err ? v.why : "not canonical");
    kith_buf_wipe(&compact);
}

static bool is_judged(struct world *w, const struct kith_message *m) {
    struct machine *author = machine_of(w, &m->author);
    struct said *s = author && !author->hostile && !author->excused ? check_said(w, author, m->sequence) : NULL;
    return s && s->judged && kith_msgid_eq(&s->id, &m->id);
}

static void check_feed(struct machine *m, uint32_t feed, bool thoroughly) {
    struct check *c = m->world->check;
    const struct kith_feeds *feeds = kith_store_feeds(m->node->store);
    struct kith_head head = kith_feeds_head(feeds, feed);
    struct kith_msgid previous = {0};
    for (uint64_t s = 1; s <= head.sequence; s++) {
        struct kith_record record;
        struct kith_message message = {0};
        uint64_t number;
        if (!kith_feeds_record(feeds, feed, s, &number) ||
            kith_store_get(m->node->store, number, &record, &c->scratch) ||
            kith_message_read(&c->doc, record.value, &message)) {
            world_fail(m->world, "machine %u has a hole in a feed at sequence %llu", m->index, (unsigned long long)s);
            return;
        }
        message.id = record.id;
        if (message.sequence != s || message.has_previous != (s > 1) || !kith_msgid_eq(&message.previous, &previous) ||
            !kith_pubkey_eq(&message.author, kith_feeds_id(feeds, feed)))
            world_fail(m->world, "machine %u: the chain of a feed breaks at sequence %llu", m->index, (unsigned long long)s);
        previous = record.id;
        if (number < kith_store_durable(m->node->store))
            check_seen(m->world, &message, "on a disk", false);
        if (thoroughly && !is_judged(m->world, &message))
            judge(m, record.value, s);
    }
    if (head.sequence && !kith_msgid_eq(&previous, &head.id))
        world_fail(m->world, "machine %u: a head is not the last message", m->index);
}

static void check_own(struct machine *m) {
    struct check *c = m->world->check;
    struct said_feed *f = &c->feeds[m->index];
    for (size_t i = 0; i < f->count && !m->excused; i++) {
        struct said *s = &f->at[i];
        struct kith_record record;
        uint64_t number;
        if (!s->acknowledged || (m->restored && i + 1 > m->restored_head))
            continue;
        if (!kith_store_find(m->node->store, &s->id, &number) ||
            kith_store_get(m->node->store, number, &record, &c->scratch) || record.kind != KITH_RECORD_CHAINED)
            world_fail(m->world, "machine %u lost its acknowledged message %zu", m->index, i + 1);
        else if (!kith_bytes_eq(record.value, kith_buf_bytes(&s->value)))
            world_fail(m->world, "machine %u: its acknowledged message %zu was changed", m->index, i + 1);
    }
}

static void check_all(struct machine *m, bool thoroughly) {
    const struct kith_feeds *feeds = kith_store_feeds(m->node->store);
    for (uint32_t i = 0; i < kith_feeds_count(feeds) && !m->world->failed; i++)
        check_feed(m, i, thoroughly);
    check_own(m);
}

/* What a node signs by itself, as the keys of a circle, no app acknowledges: of a fork in that, only its
 * own disk knows. */
void check_frozen(struct world *w) {
    for (size_t i = 0; i < w->honest_count; i++) {
        struct machine *m = w->machines[i];
        if (m->node && m->node->publisher.frozen && !m->excused)
            check_feed(m, kith_feeds_find(kith_store_feeds(m->node->store), &m->keys.pub), false);
    }
}

void check_store(struct machine *m) {
    if (m->restored && m->restored_head == UINT64_MAX)
        m->restored_head = check_head(m, m);
    check_all(m, false);
}

void check_limits(struct machine *m) {
    const struct kith_node *n = m->node;
    if (n->publisher.quarantined)
        listen(m);
    if (n->ingest.count > 2 * KITH_INGEST_JOBS)
        world_fail(m->world, "machine %u: %zu jobs wait", m->index, n->ingest.count);
    if (n->effects.count > 4096)
        world_fail(m->world, "machine %u: %zu effects wait", m->index, n->effects.count);
    for (const struct kith_peer *p = n->peers.first; p; p = p->next) {
        const struct kith_muxrpc *rpc = p->conn ? kith_link_rpc(p->conn) : NULL;
        if (rpc && kith_muxrpc_queued(rpc) > KITH_MUXRPC_MAX_QUEUED + KITH_MUXRPC_MAX_BODY)
            world_fail(m->world, "machine %u: %zu bytes wait for a peer", m->index, kith_muxrpc_queued(rpc));
    }
}

/* Whether a friend has said enough to end a quarantine. A liar among the friends can prevent it; then
 * the owner has to insist. */
static bool has_word(const struct machine *m) {
    return m->node->publisher.claim_count && m->world->machine_count == m->world->honest_count;
}

bool check_may_speak(struct world *w) {
    bool any = false;
    for (size_t i = 0; i < w->honest_count; i++) {
        struct machine *m = w->machines[i];
        if (m->may_speak || !m->node || m->excused || (m->node->publisher.quarantined && !has_word(m)))
            continue;
        m->may_speak = true;
        any |= check_is_silent(m);
    }
    return any;
}

bool check_is_silent(const struct machine *m) {
    return m->app.acknowledged == m->acknowledged_in_faults;
}

void check_spoke(struct world *w) {
    for (size_t i = 0; i < w->honest_count; i++) {
        const struct machine *m = w->machines[i];
        if (m->may_speak && m->node && !m->excused && check_is_silent(m))
            world_fail(w, "machine %u could not publish although all is quiet", m->index);
    }
}

void check_end(struct world *w) {
    for (size_t i = 0; i < w->honest_count && !w->failed; i++) {
        struct machine *m = w->machines[i];
        if (!m->node)
            continue;
        check_all(m, true);
        if (m->node->publisher.frozen && !m->excused)
            world_fail(w, "machine %u says that it forked, and did not", m->index);
    }
    check_blocks(w);
}
