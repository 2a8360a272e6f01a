/* SPDX-License-Identifier: MIT */
#include "social/circle_members.h"

#include <stdlib.h>

#include "base/bytes.h"

struct kith_circle_person *kith_circle_person(const struct kith_circle_members *m, uint32_t number) {
    size_t low = 0, high = m->people_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (m->people[mid].number == number)
            return &m->people[mid];
        if (m->people[mid].number < number)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

/* ---- who is named ---- */

static int by_number(const void *a, const void *b) {
    const struct kith_circle_person *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static void name_people(struct kith_circle_members *m, const struct kith_circle_line *lines, size_t count) {
    size_t n = 0;
    m->people = kith_alloc((2 * count + 1) * sizeof *m->people);
    m->people[m->people_count++].number = m->rules.founder;
    for (size_t i = 0; i < count; i++) {
        m->people[m->people_count++].number = lines[i].author;
        if (lines[i].said == KITH_CIRCLE_ADD || lines[i].said == KITH_CIRCLE_EXCLUDE || lines[i].said == KITH_CIRCLE_KEEPER)
            m->people[m->people_count++].number = lines[i].who;
    }
    qsort(m->people, m->people_count, sizeof *m->people, by_number);
    for (size_t i = 0; i < m->people_count; i++) {
        if (!n || m->people[n - 1].number != m->people[i].number)
            m->people[n++] = m->people[i];
    }
    m->people_count = n;
}

/* ---- what counts ---- */

static bool is_blocked(const struct kith_circle_members *m, const struct kith_circle_person *p, uint64_t sequence) {
    for (size_t i = 0; i < p->cuts_count; i++) {
        const struct kith_circle_cut *c = &m->cuts[p->cuts_at + i];
        if (!c->is_void && sequence > c->upto && sequence <= c->until)
            return true;
    }
    return false;
}

/* The same for a keeper's power, which hangs on the founder and on themselves alone: if keepers could take
 * it from each other or give it back, two of them could bear each other up. */
static bool is_stripped(const struct kith_circle_members *m, const struct kith_circle_person *p, uint64_t sequence) {
    for (size_t i = 0; i < p->cuts_count; i++) {
        const struct kith_circle_cut *c = &m->cuts[p->cuts_at + i];
        if (c->rank != KITH_CIRCLE_RANK_KEEPER && !c->is_void_early && sequence > c->upto && sequence <= c->until_founder)
            return true;
    }
    return false;
}

/* The founder's words on who is a keeper, in their order, open and close windows in the feed of that person. */
static bool in_window(const struct kith_circle_members *m, const struct kith_circle_person *p, uint64_t sequence) {
    bool on = false;
    for (size_t i = 0; i < p->keepers_count; i++) {
        const struct kith_circle_line *l = &m->keeper_lines[p->keepers_at + i];
        if (sequence > l->upto)
            on = l->on;
    }
    return on;
}

static unsigned rank_at(const struct kith_circle_members *m, const struct kith_circle_person *p, uint64_t sequence) {
    if (p->number == m->rules.founder)
        return sequence <= m->founder_left ? KITH_CIRCLE_RANK_FOUNDER : KITH_CIRCLE_RANK_SELF;
    return in_window(m, p, sequence) && !is_stripped(m, p, sequence) ? KITH_CIRCLE_RANK_KEEPER : KITH_CIRCLE_RANK_SELF;
}

static bool counts(const struct kith_circle_members *m, const struct kith_circle_person *p, uint64_t sequence) {
    if (rank_at(m, p, sequence) > KITH_CIRCLE_RANK_SELF)
        return true;
    return p->number != m->rules.founder && p->was_added && !is_blocked(m, p, sequence) &&
           (!m->rules.needs_accept || (p->accepted && p->accepted < sequence));
}

/* Adds by people of at least that rank, each of which counts by its rank alone. */
static void lift_by(struct kith_circle_members *m, const struct kith_circle_line *lines, size_t count, unsigned rank) {
    for (size_t i = 0; i < count; i++) {
        const struct kith_circle_line *l = &lines[i];
        unsigned has;
        if (l->said != KITH_CIRCLE_ADD)
            continue;
        has = rank_at(m, kith_circle_person(m, l->author), l->sequence);
        if (has >= rank)
            (void)kith_circle_lift(m, l, has);
    }
}

static int by_keeper(const void *a, const void *b) {
    const struct kith_circle_line *x = a, *y = b;
    if (x->who != y->who)
        return x->who < y->who ? -1 : 1;
    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

static void appoint(struct kith_circle_members *m, const struct kith_circle_line *lines, size_t count) {
    m->keeper_lines = kith_alloc((count + 1) * sizeof *m->keeper_lines);
    for (size_t i = 0; i < count; i++) {
        const struct kith_circle_line *l = &lines[i];
        if (l->said == KITH_CIRCLE_KEEPER && l->author == m->rules.founder && l->who != l->author && l->sequence <= m->founder_left)
            m->keeper_lines[m->keeper_count++] = *l;
    }
    qsort(m->keeper_lines, m->keeper_count, sizeof *m->keeper_lines, by_keeper);
    for (size_t i = 0; i < m->keeper_count; i++) {
        struct kith_circle_person *p = kith_circle_person(m, m->keeper_lines[i].who);
        if (!p->keepers_count++)
            p->keepers_at = i;
        if (m->keeper_lines[i].on && !p->seniority)
            p->seniority = m->keeper_lines[i].sequence;
        p->is_keeper = m->keeper_lines[i].on;
    }
}

/* The founder's layer: whom they excluded, whom they took back, who are keepers. People's own leaving is
 * looked at here, too, since it ends a keeper's power; of those who leave again and again while they are
 * out only the first word counts, so that nobody can ask for endless new keys. */
static void settle_founder(struct kith_circle_members *m, const struct kith_circle_line *lines, size_t count) {
    m->founder_left = KITH_CIRCLE_NEVER;
    for (size_t i = 0; i < count; i++) {
        if (lines[i].said == KITH_CIRCLE_LEAVE && lines[i].author == m->rules.founder && lines[i].sequence < m->founder_left)
            m->founder_left = lines[i].sequence;
    }
    appoint(m, lines, count);
    for (size_t i = 0; i < count; i++) {
        const struct kith_circle_line *l = &lines[i];
        if (l->said == KITH_CIRCLE_EXCLUDE && l->author == m->rules.founder && l->who != l->author && l->sequence <= m->founder_left)
            kith_circle_cut_add(m, l, KITH_CIRCLE_RANK_FOUNDER);
        else if (l->said == KITH_CIRCLE_LEAVE)
            kith_circle_cut_add(m, l, KITH_CIRCLE_RANK_SELF);
    }
    kith_circle_cuts_arrange(m);
    lift_by(m, lines, count, KITH_CIRCLE_RANK_FOUNDER);
    kith_circle_void_leaves(m, KITH_CIRCLE_RANK_FOUNDER);
}

/* The keepers' layer: they exclude members, not each other. */
static void settle_keepers(struct kith_circle_members *m, const struct kith_circle_line *lines, size_t count) {
    size_t before = m->cut_count;
    for (size_t i = 0; i < count; i++) {
        const struct kith_circle_line *l = &lines[i];
        if (l->said == KITH_CIRCLE_EXCLUDE && l->who != m->rules.founder && !kith_circle_person(m, l->who)->is_keeper &&
            rank_at(m, kith_circle_person(m, l->author), l->sequence) == KITH_CIRCLE_RANK_KEEPER)
            kith_circle_cut_add(m, l, KITH_CIRCLE_RANK_KEEPER);
    }
    if (m->cut_count > before)
        kith_circle_cuts_arrange(m);
    lift_by(m, lines, count, KITH_CIRCLE_RANK_KEEPER);
    kith_circle_void_leaves(m, KITH_CIRCLE_RANK_KEEPER);
}

/* ---- members ---- */

/* The first yes after the last no. */
static void find_accepts(struct kith_circle_members *m, const struct kith_circle_line *lines, size_t count) {
    for (size_t i = 0; i < m->people_count; i++)
        m->people[i].accepted = 0;
    for (size_t i = 0; i < count; i++) {
        struct kith_circle_person *p;
        bool counts_now = lines[i].said == KITH_CIRCLE_ACCEPT;
        if (!counts_now)
            continue;
        p = kith_circle_person(m, lines[i].author);
        for (size_t k = 0; k < p->cuts_count && counts_now; k++) {
            const struct kith_circle_cut *c = &m->cuts[p->cuts_at + k];
            counts_now = c->rank == KITH_CIRCLE_RANK_SELF ? c->is_void || lines[i].sequence > c->upto
                                              : !(lines[i].sequence > c->upto && lines[i].sequence <= c->until);
        }
        if (counts_now && (!p->accepted || lines[i].sequence < p->accepted))
            p->accepted = lines[i].sequence;
    }
}

static int by_author(const void *a, const void *b) {
    const struct kith_circle_line *x = *(const struct kith_circle_line *const *)a, *y = *(const struct kith_circle_line *const *)b;
    if (x->author != y->author)
        return x->author < y->author ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

struct spreading {
    struct kith_circle_members *m;
    const struct kith_circle_line **adds; /* by author */
    size_t add_count;
    bool *done;                           /* by add */
    size_t *first;                        /* add of each person */
    size_t *queue, waiting;               /* people whose adds may count now */
    bool *queued;
};

static void enqueue(struct spreading *sp, size_t person) {
    if (sp->queued[person])
        return;
    sp->queued[person] = true;
    sp->queue[sp->waiting++] = person;
}

static void spread_from(struct spreading *sp, size_t person) {
    struct kith_circle_members *m = sp->m;
    const struct kith_circle_person *by = &m->people[person];
    for (size_t i = sp->first[person]; i < sp->add_count && sp->adds[i]->author == by->number; i++) {
        const struct kith_circle_line *l = sp->adds[i];
        struct kith_circle_person *who;
        unsigned rank;
        if (sp->done[i] || !counts(m, by, l->sequence))
            continue;
        rank = rank_at(m, by, l->sequence);
        if (rank == KITH_CIRCLE_RANK_SELF && !m->rules.open)
            continue;
        sp->done[i] = true;
        who = kith_circle_person(m, l->who);
        if (kith_circle_lift(m, l, rank) || !who->was_added)
            enqueue(sp, (size_t)(who - m->people));
        who->was_added = true;
    }
}

/* From the founder outwards: each add that counts may make the adds of whom it names count. Only more can
 * come to count, so the end does not depend on the order. */
static void spread(struct kith_circle_members *m, const struct kith_circle_line *lines, size_t count) {
    struct spreading sp = {.m = m};
    size_t at = 0;
    sp.adds = kith_alloc((count + 1) * sizeof *sp.adds);
    sp.done = kith_alloc(count + 1);
    sp.first = kith_alloc(m->people_count * sizeof *sp.first);
    sp.queue = kith_alloc(m->people_count * sizeof *sp.queue);
    sp.queued = kith_alloc(m->people_count);
    for (size_t i = 0; i < count; i++) {
        if (lines[i].said == KITH_CIRCLE_ADD && lines[i].who != m->rules.founder)
            sp.adds[sp.add_count++] = &lines[i];
    }
    qsort(sp.adds, sp.add_count, sizeof *sp.adds, by_author);
    for (size_t i = 0; i < m->people_count; i++) {
        while (at < sp.add_count && sp.adds[at]->author < m->people[i].number)
            at++;
        sp.first[i] = at;
        enqueue(&sp, i);
    }
    while (sp.waiting) {
        size_t person = sp.queue[--sp.waiting];
        sp.queued[person] = false;
        spread_from(&sp, person);
    }
    kith_free(sp.adds);
    kith_free(sp.done);
    kith_free(sp.first);
    kith_free(sp.queue);
    kith_free(sp.queued);
}

static void conclude(struct kith_circle_members *m) {
    m->owed = kith_alloc((m->cut_count + 1) * sizeof *m->owed);
    for (size_t i = 0; i < m->people_count; i++) {
        struct kith_circle_person *p = &m->people[i];
        bool cut = false, left = false;
        for (size_t k = 0; k < p->cuts_count; k++) {
            struct kith_circle_cut *c = &m->cuts[p->cuts_at + k];
            bool again = c->rank == KITH_CIRCLE_RANK_SELF && left;
            c->was_added = p->was_added;
            if (c->until != KITH_CIRCLE_NEVER || again || c->is_void)
                continue;
            cut = true;
            left |= c->rank == KITH_CIRCLE_RANK_SELF;
            if (p->was_added || p->number == m->rules.founder)
                m->owed[m->owed_count++] = c->id;
        }
        if (p->number == m->rules.founder)
            p->standing = m->founder_left == KITH_CIRCLE_NEVER ? KITH_CIRCLE_IN : KITH_CIRCLE_OUT;
        else if (p->was_added && !cut)
            p->standing = !m->rules.needs_accept || p->accepted ? KITH_CIRCLE_IN : KITH_CIRCLE_INVITED;
    }
}

void kith_circle_settle(struct kith_circle_members *out, const struct kith_circle_rules *rules,
                        const struct kith_circle_line *lines, size_t count) {
    *out = (struct kith_circle_members){.rules = *rules};
    name_people(out, lines, count);
    out->cuts = kith_alloc((2 * count + 1) * sizeof *out->cuts);
    out->cuts_by_id = kith_alloc((2 * count + 1) * sizeof *out->cuts_by_id);
    settle_founder(out, lines, count);
    settle_keepers(out, lines, count);
    find_accepts(out, lines, count);
    spread(out, lines, count);
    conclude(out);
    kith_circle_settle_epoch(out, lines, count);
}

void kith_circle_members_wipe(struct kith_circle_members *m) {
    kith_free(m->people);
    kith_free(m->cuts);
    kith_free(m->owed);
    kith_free(m->unhonoured);
    kith_free(m->keeper_lines);
    kith_free(m->cuts_by_id);
    *m = (struct kith_circle_members){0};
}

enum kith_circle_standing kith_circle_standing(const struct kith_circle_members *m, uint32_t person) {
    const struct kith_circle_person *p = kith_circle_person(m, person);
    return p ? p->standing : KITH_CIRCLE_OUT;
}

bool kith_circle_is_keeper(const struct kith_circle_members *m, uint32_t person) {
    const struct kith_circle_person *p = kith_circle_person(m, person);
    return p && rank_at(m, p, KITH_CIRCLE_NEVER - 1) > KITH_CIRCLE_RANK_SELF;
}

bool kith_circle_counts(const struct kith_circle_members *m, uint32_t person, uint64_t sequence) {
    const struct kith_circle_person *p = kith_circle_person(m, person);
    return p && counts(m, p, sequence);
}

bool kith_circle_may_add(const struct kith_circle_members *m, uint32_t person) {
    const struct kith_circle_person *p = kith_circle_person(m, person);
    return p && (rank_at(m, p, KITH_CIRCLE_NEVER - 1) > KITH_CIRCLE_RANK_SELF || (m->rules.open && p->standing == KITH_CIRCLE_IN));
}
