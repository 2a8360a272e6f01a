/* SPDX-License-Identifier: MIT */
#include "verify.h"

#include <pthread.h>
#include <unistd.h>

#include "feed/message.h"
#include "lines.h"

#define WORKERS_MAX 64
#define BATCHES 4 /* for each worker: read ahead, so that none waits for the disk */

/* A batch goes round: filled by the reader, judged by a worker, checked against its feeds' heads by
 * the reader, in the order in which it was filled. */
struct batch {
    struct kith_buf job, result;
    uint64_t lines[KITH_JOB_MAX_MESSAGES];
    size_t count;
    enum { EMPTY, FILLED, TAKEN, JUDGED } state;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct batch *batches;
    size_t count, next; /* batches; the next one that a worker takes */
    bool ending;
};

static void *work(void *arg) {
    struct pool *p = arg;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        struct batch *b = &p->batches[p->next];
        if (b->state != FILLED) {
            if (p->ending)
                break;
            pthread_cond_wait(&p->changed, &p->lock);
            continue;
        }
        b->state = TAKEN;
        p->next = (p->next + 1) % p->count;
        pthread_mutex_unlock(&p->lock);
        kith_buf_clear(&b->result);
        if (kith_message_job_run(kith_buf_bytes(&b->job), NULL, &b->result))
            kith_buf_clear(&b->result);
        pthread_mutex_lock(&p->lock);
        b->state = JUDGED;
        pthread_cond_broadcast(&p->changed);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* The heads of all feeds: open addressing by the first bytes of the key. */
struct heads {
    struct feed {
        struct kith_pubkey id;
        struct kith_head head;
    } *feeds;
    size_t count, cap;
};

static struct feed *slot_of(struct heads *h, const struct kith_pubkey *id) {
    size_t at = (size_t)kith_get_u64le(id->b) & (h->cap - 1);
    while (h->feeds[at].head.sequence && !kith_pubkey_eq(&h->feeds[at].id, id))
        at = (at + 1) & (h->cap - 1);
    return &h->feeds[at];
}

static struct kith_head *head_of(struct heads *h, const struct kith_pubkey *id) {
    struct feed *f;
    if (h->count * 2 >= h->cap) {
        struct heads bigger = {.cap = h->cap ? h->cap * 2 : 1024, .count = h->count};
        bigger.feeds = kith_alloc(bigger.cap * sizeof *bigger.feeds);
        for (size_t i = 0; i < h->cap; i++) {
            if (h->feeds[i].head.sequence)
                *slot_of(&bigger, &h->feeds[i].id) = h->feeds[i];
        }
        kith_free(h->feeds);
        *h = bigger;
    }
    f = slot_of(h, id);
    if (!f->head.sequence) {
        f->id = *id;
        h->count++; /* counted once more if its message is refused: only makes the table larger */
    }
    return &f->head;
}

static void count(struct batch *b, struct heads *heads, unsigned *complaints, struct verify_counts *out) {
    struct kith_reader r = kith_reader(kith_buf_bytes(&b->result));
    struct kith_verdict v;
    struct kith_bytes compact;
    for (size_t i = 0; i < b->count && kith_message_job_next(&r, &v, &compact); i++) {
        int err = v.err;
        if (!err) {
            struct kith_head *head = head_of(heads, &v.message.author);
            err = kith_message_follows(head, &v.message);
            if (!err)
                *head = (struct kith_head){v.message.sequence, v.message.id};
            v.why = kith_err_text(err);
        }
        out->messages++;
        out->valid += !err;
        out->invalid += err != 0;
        if (err && *complaints) {
            --*complaints;
            fprintf(stderr, "line %llu: %s\n", (unsigned long long)b->lines[i], v.why);
        }
    }
}

static bool fill(struct batch *b, struct lines *lines) {
    struct kith_bytes message;
    kith_buf_clear(&b->job);
    b->count = 0;
    while (b->count < KITH_JOB_MAX_MESSAGES && lines_next(lines, &message)) {
        b->lines[b->count++] = lines->number;
        kith_message_job_put(&b->job, message);
    }
    return b->count > 0;
}

static void run(struct pool *p, FILE *in, unsigned complaints, struct verify_counts *out) {
    struct lines lines = {.file = in};
    struct heads heads = {0};
    bool more = true;
    size_t at = 0, waiting = 0;
    while (more || waiting) {
        struct batch *b = &p->batches[at];
        pthread_mutex_lock(&p->lock);
        while (b->state != EMPTY && b->state != JUDGED)
            pthread_cond_wait(&p->changed, &p->lock);
        pthread_mutex_unlock(&p->lock);
        if (b->state == JUDGED) {
            count(b, &heads, &complaints, out);
            waiting--;
        }
        more = more && fill(b, &lines);
        pthread_mutex_lock(&p->lock);
        b->state = more ? FILLED : EMPTY;
        waiting += more;
        pthread_cond_broadcast(&p->changed);
        pthread_mutex_unlock(&p->lock);
        at = (at + 1) % p->count;
    }
    kith_free(heads.feeds);
    lines_wipe(&lines);
}

int verify_stream(FILE *in, unsigned complaints, struct verify_counts *out) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t workers = cores < 1 ? 1 : cores > WORKERS_MAX ? WORKERS_MAX : (size_t)cores, started = 0;
    pthread_t threads[WORKERS_MAX];
    struct pool p = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .count = workers * BATCHES};
    *out = (struct verify_counts){0};
    p.batches = kith_alloc(p.count * sizeof *p.batches);
    while (started < workers && !pthread_create(&threads[started], NULL, work, &p))
        started++;
    if (started)
        run(&p, in, complaints, out);
    pthread_mutex_lock(&p.lock);
    p.ending = true;
    pthread_cond_broadcast(&p.changed);
    pthread_mutex_unlock(&p.lock);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < p.count; i++) {
        kith_buf_wipe(&p.batches[i].job);
        kith_buf_wipe(&p.batches[i].result);
    }
    kith_free(p.batches);
    return started ? KITH_OK : KITH_ERR_BUSY;
}
