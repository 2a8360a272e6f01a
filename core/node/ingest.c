/* SPDX-License-Identifier: MIT */
#include "node/ingest.h"

#include "node/import.h"
#include "node/job.h"
#include "node/state.h"

/* While messages stream in, a sync at most this often: they can be fetched again, the disk cannot be
 * hurried. What the user wrote is synced at once (publish.c). */
#define SYNC_EVERY_MS 1000

struct kith_job {
    uint64_t ticket;
    struct kith_buf bytes;  /* kept until the answer: a lost job is given out again */
    struct kith_buf result;
    bool sent, done;
    uint64_t sent_ms;
    size_t count;
    struct kith_ingest_source sources[KITH_JOB_MAX_MESSAGES];
    struct kith_job *next;
};

static void job_free(struct kith_job *j) {
    kith_buf_wipe(&j->bytes);
    kith_buf_wipe(&j->result);
    kith_free(j);
}

bool kith_ingest_full(const struct kith_node *n, const struct kith_peer *p) {
    if (n->ingest.count < KITH_INGEST_FULL || !p)
        return n->ingest.count >= KITH_INGEST_FULL;
    return p->judging || (n->ingest.count >= KITH_INGEST_CROWDED && p->role != KITH_ROLE_MASTER);
}

/* Whose messages are in flight: a link that has none there is read however much others send. */
static void count_judging(struct kith_node *n, const struct kith_job *j) {
    struct kith_peer *p = NULL;
    for (size_t i = 0; i < j->count; i++) {
        if (!i || j->sources[i].link != j->sources[i - 1].link)
            p = kith_peers_link(n, j->sources[i].link);
        if (p)
            p->judging--;
    }
}

size_t kith_ingest_waiting(const struct kith_node *n, uint32_t link) {
    size_t count = 0;
    for (const struct kith_job *j = n->ingest.first; j; j = j->next) {
        for (size_t i = 0; i < j->count; i++)
            count += j->sources[i].waits && (!link || j->sources[i].link == link);
    }
    return count;
}

bool kith_ingest_idle(const struct kith_node *n) {
    return !n->ingest.first;
}

int kith_ingest_put(struct kith_node *n, struct kith_bytes raw, struct kith_ingest_source source) {
    struct kith_ingest *in = &n->ingest;
    struct kith_job *j = in->last;
    struct kith_peer *p = kith_peers_link(n, source.link);
    if (!j || j->sent) {
        if (in->count >= KITH_INGEST_JOBS)
            return KITH_ERR_BUSY;
        j = kith_alloc(sizeof *j);
        if (in->last)
            in->last->next = j;
        else
            in->first = j;
        in->last = j;
        in->count++;
        kith_buf_put_u8(&j->bytes, KITH_JOB_MESSAGES);
    }
    kith_message_job_put(&j->bytes, raw);
    j->sources[j->count++] = source;
    if (p)
        p->judging++;
    if (j->count == KITH_JOB_MAX_MESSAGES)
        kith_ingest_flush(n);
    return KITH_OK;
}

static void issue(struct kith_node *n, struct kith_job *j) {
    struct kith_effect e = {.kind = KITH_EFFECT_JOB, .bytes = kith_buf_bytes(&j->bytes)};
    if (!j->ticket)
        j->ticket = kith_effects_ticket(&n->effects);
    e.ticket = j->ticket;
    j->sent = true;
    j->sent_ms = n->t.now_ms;
    kith_effects_put(&n->effects, &e);
}

void kith_ingest_flush(struct kith_node *n) {
    struct kith_job *j = n->ingest.last;
    if (j && !j->sent)
        issue(n, j);
}

/* A message that will not be stored: who gave it pays, an import is told. */
static void refused(struct kith_node *n, const struct kith_ingest_source *source,
                    const struct kith_pubkey *author, int err, const char *why) {
    struct kith_peer *p = source->link ? kith_peers_link(n, source->link) : NULL;
    if (source->req) {
        kith_import_outcome(n, source->link, source->req, err);
        return;
    }
    if (!p)
        return;
    if (err != KITH_ERR_EXISTS && author && p->ebt)
        kith_ebt_bad(n->replicator.ebt, &p->id, author);
    if (err == KITH_ERR_EXISTS) {
        if (kith_budget_spend(&p->budget, KITH_BUDGET_MESSAGES, 1, n->t.now_ms))
            kith_peer_drop(p, KITH_ERR_BUDGET, "sends what we have already");
    } else if (kith_budget_spend(&p->budget, KITH_BUDGET_REJECTS, 1, n->t.now_ms)) {
        kith_peer_drop(p, err, why);
    }
}

/* The heads that a job's messages run through; at most one for each message. */
struct heads {
    size_t count;
    struct {
        struct kith_pubkey author;
        struct kith_head head;
    } at[KITH_JOB_MAX_MESSAGES];
};

static struct kith_head *head_of(struct kith_node *n, struct heads *h, const struct kith_pubkey *author) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t feed;
    for (size_t i = 0; i < h->count; i++) {
        if (kith_pubkey_eq(&h->at[i].author, author))
            return &h->at[i].head;
    }
    feed = kith_feeds_find(feeds, author);
    h->at[h->count].author = *author;
    h->at[h->count].head = feed == KITH_FEED_NONE ? (struct kith_head){0} : kith_feeds_head(feeds, feed);
    return &h->at[h->count++].head;
}

struct accepted {
    size_t count;
    struct kith_record records[KITH_JOB_MAX_MESSAGES];
    const struct kith_ingest_source *sources[KITH_JOB_MAX_MESSAGES];
    struct kith_pubkey authors[KITH_JOB_MAX_MESSAGES];
    uint64_t sequences[KITH_JOB_MAX_MESSAGES];
};

/* Whether it is in the store, or in the batch that goes there now. */
static bool is_held(struct kith_node *n, const struct accepted *a, const struct kith_msgid *id) {
    uint64_t number;
    for (size_t i = 0; i < a->count; i++) {
        if (kith_msgid_eq(&a->records[i].id, id))
            return true;
    }
    return kith_store_find(n->store, id, &number);
}

/* A valid message of our own that is not the one we hold: somebody signs with our key. */
static bool is_own_conflict(struct kith_node *n, const struct accepted *a, const struct kith_message *m, int err) {
    if (!kith_pubkey_eq(&m->author, &n->keys.pub))
        return false;
    if (err == KITH_ERR_EXISTS)
        return !is_held(n, a, &m->id);
    return err == KITH_ERR_FORK;
}

/* A gap and a different previous are both KITH_ERR_CHAIN; the second is a fork. */
static int follows(const struct kith_head *head, const struct kith_message *m) {
    int err = kith_message_follows(head, m);
    if (err == KITH_ERR_CHAIN && m->sequence == head->sequence + 1)
        return KITH_ERR_FORK;
    return err;
}

/* Whether a valid message may be stored, and what its head is then. */
static int may_store(struct kith_node *n, struct heads *heads, const struct accepted *a, const struct kith_ingest_source *source,
                     const struct kith_message *m, struct kith_head **head) {
    int err;
    *head = NULL;
    if (source->is_guest && !kith_msgid_eq(&source->guest, &m->id))
        return KITH_ERR_PROTOCOL;
    if (source->loose)
        return is_held(n, a, &m->id) ? KITH_ERR_EXISTS : KITH_OK;
    *head = head_of(n, heads, &m->author);
    err = follows(*head, m);
    if (is_own_conflict(n, a, m, err))
        kith_publish_conflict(n, m->sequence);
    return err;
}

static void accept(struct kith_node *n, struct accepted *a, const struct kith_ingest_source *source,
                   const struct kith_message *m, struct kith_bytes compact) {
    a->records[a->count] = (struct kith_record){
        .format = KITH_FORMAT_CLASSIC,
        .kind = source->loose ? KITH_RECORD_LOOSE : KITH_RECORD_CHAINED,
        .received_ms = n->t.wall_ms,
        .id = m->id,
        .value = compact,
    };
    a->sources[a->count] = source;
    a->authors[a->count] = m->author;
    a->sequences[a->count++] = m->sequence;
}

static void choose(struct kith_node *n, struct kith_job *j, struct accepted *a) {
    struct kith_reader r = kith_reader(kith_buf_bytes(&j->result));
    struct heads *heads = kith_alloc(sizeof *heads);
    struct kith_verdict v;
    struct kith_bytes compact;
    for (size_t i = 0; i < j->count && kith_message_job_next(&r, &v, &compact); i++) {
        const struct kith_ingest_source *source = &j->sources[i];
        struct kith_head *head = NULL;
        int err = v.err ? v.err : may_store(n, heads, a, source, &v.message, &head);
        n->ingest.judged++;
        n->ingest.refused += v.err != 0;
        if (err == KITH_ERR_FORK && source->by_packet)
            kith_courier_forked(n, &source->by, &v.message.author, v.message.sequence - 1);
        if (err) {
            refused(n, source, v.err ? NULL : &v.message.author, err, v.err ? v.why : kith_err_text(err));
            continue;
        }
        if (head)
            *head = (struct kith_head){v.message.sequence, v.message.id};
        if (kith_pubkey_eq(&v.message.author, &n->keys.pub))
            kith_publish_returned(n, v.message.timestamp);
        accept(n, a, source, &v.message, compact);
    }
    kith_free(heads);
}

/* What could not be stored has to be asked for again, or its feed would stand still. */
static void ask_again(struct kith_node *n, const struct accepted *a) {
    for (size_t i = 0; i < a->count; i++) {
        struct kith_peer *p = kith_peers_link(n, a->sources[i]->link);
        if (p && p->ebt)
            kith_ebt_bad(n->replicator.ebt, &p->id, &a->authors[i]);
    }
}

/* An author who sent it in person is told that it is here. */
static void confirm(struct kith_node *n, const struct kith_ingest_source *source, const struct kith_pubkey *author, int err) {
    struct kith_peer *p = !err && source->link && !source->req ? kith_peers_link(n, source->link) : NULL;
    if (p && p->ebt && kith_pubkey_eq(&p->id, author))
        kith_ebt_confirm(n->replicator.ebt, &p->id, author);
}

static void store(struct kith_node *n, struct kith_job *j) {
    struct accepted *a = kith_alloc(sizeof *a);
    uint64_t first;
    int err = KITH_OK;
    choose(n, j, a);
    if (a->count)
        err = kith_store_append(n->store, a->records, a->count, &first);
    if (err) {
        struct kith_line l = kith_line(n, 3, "store.refused");
        kith_line_str(&l, "error", kith_err_name(err));
        kith_line_int(&l, "messages", (int64_t)a->count);
        kith_line_done(&l);
        ask_again(n, a);
    } else if (a->count && !n->ingest.unsynced) {
        n->ingest.unsynced = true;
        n->ingest.unsynced_since_ms = n->t.now_ms;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (a->sources[i]->req)
            kith_import_outcome(n, a->sources[i]->link, a->sources[i]->req, err);
        if (!err && a->records[i].kind == KITH_RECORD_CHAINED)
            kith_replicate_stored(n, &a->authors[i], a->sequences[i]);
        confirm(n, a->sources[i], &a->authors[i], err);
        /* Only what has a blob's sigil somewhere is worth being looked at again. */
        if (!err && memchr(a->records[i].value.p, '&', a->records[i].value.len))
            kith_blob_share_stored(n, first + i);
    }
    if (a->count && !err) {
        kith_replicate_wants(n);
        kith_blob_share_pump(n); /* whoever told us of a photo before its post came is asked now */
        kith_peers_wake_all(n);
    }
    kith_free(a);
}

/* While the disk refuses, what peers sent waits as long as there is room; an import is told at once. */
static bool waits_for_disk(const struct kith_node *n, const struct kith_job *j) {
    return n->recover_at_ms != UINT64_MAX && !kith_ingest_full(n, NULL) && !j->sources[0].req;
}

static void store_finished(struct kith_node *n) {
    struct kith_ingest *in = &n->ingest;
    while (in->first && in->first->done && !waits_for_disk(n, in->first)) {
        struct kith_job *j = in->first;
        store(n, j);
        in->first = j->next;
        if (!in->first)
            in->last = NULL;
        in->count--;
        count_judging(n, j);
        job_free(j);
    }
    if (in->unsynced && (!in->first || n->t.now_ms - in->unsynced_since_ms >= SYNC_EVERY_MS)) {
        in->unsynced = false;
        kith_store_sync(n->store);
    }
}

void kith_ingest_resume(struct kith_node *n) {
    store_finished(n);
}

void kith_ingest_done(struct kith_node *n, uint64_t ticket, struct kith_bytes result) {
    struct kith_job *j = n->ingest.first;
    bool was_full = kith_ingest_full(n, NULL);
    while (j && j->ticket != ticket)
        j = j->next;
    if (!j || j->done)
        return; /* given out twice, answered twice */
    kith_buf_put_bytes(&j->result, result);
    j->done = true;
    store_finished(n);
    if (was_full && !kith_ingest_full(n, NULL))
        kith_peers_wake_all(n);
}

uint64_t kith_ingest_deadline(const struct kith_node *n) {
    const struct kith_job *j = n->ingest.first;
    return j && j->sent && !j->done ? j->sent_ms + KITH_INGEST_REISSUE_MS : UINT64_MAX;
}

void kith_ingest_tick(struct kith_node *n) {
    for (struct kith_job *j = n->ingest.first; j; j = j->next) {
        if (j->sent && !j->done && n->t.now_ms - j->sent_ms >= KITH_INGEST_REISSUE_MS)
            issue(n, j);
    }
}

void kith_ingest_wipe(struct kith_node *n) {
    while (n->ingest.first) {
        struct kith_job *j = n->ingest.first;
        n->ingest.first = j->next;
        job_free(j);
    }
    n->ingest.last = NULL;
    n->ingest.count = 0;
}
