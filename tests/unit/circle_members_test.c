/* SPDX-License-Identifier: MIT */
/* Membership and epochs: a table of single cases, and random histories of honest and hostile people who
 * see each other's words late and in different orders. */
#include "social/circle_members.h"

#include "base/bytes.h"
#include "check.h"

#define PEOPLE 9
#define LINES 400
#define REFS 64

static struct kith_pubkey ids[PEOPLE];

static const struct kith_pubkey *id_of(void *ctx, uint32_t person) {
    const uint32_t *names = ctx; /* a node's own number of a person -> who it is */
    return &ids[names ? names[person] : person];
}

/* ---- a history ---- */

struct said {
    struct kith_circle_line line;
    uint32_t refs[REFS];
};

static struct said said[LINES];
static size_t said_count;
static uint64_t feed_len[PEOPLE];
static bool is_open, needs_accept;
static size_t held[PEOPLE][PEOPLE]; /* how many of whose statements somebody has */

static uint64_t state = 1;
static uint32_t roll(uint32_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

static void forget_all(void) {
    said_count = 0;
    memset(feed_len, 0, sizeof feed_len);
    memset(held, 0, sizeof held);
}

/* The statement of that number, counted from 1: its id. */
static struct said *say(enum kith_circle_said what, uint32_t author, uint32_t who, uint64_t upto) {
    struct said *s = &said[said_count++];
    feed_len[author] += 1 + roll(3); /* other messages come in between */
    *s = (struct said){.line = {.said = what, .id = (uint32_t)said_count, .author = author, .who = who,
                                .sequence = feed_len[author], .upto = upto}};
    s->line.refs = s->refs;
    held[author][author]++;
    return s;
}

static void name(struct said *s, uint32_t id) {
    if (s->line.ref_count < REFS)
        s->refs[s->line.ref_count++] = id;
}

static struct said *epoch(uint32_t author, uint32_t parent, uint64_t generation) {
    struct said *s = say(KITH_CIRCLE_EPOCH, author, 0, 0);
    s->line.parent = parent;
    s->line.generation = generation;
    return s;
}

static void settle(struct kith_circle_members *m, const struct kith_circle_line *lines, size_t count) {
    struct kith_circle_rules rules = {.founder = 0, .open = is_open, .needs_accept = needs_accept, .id_of = id_of};
    kith_circle_settle(m, &rules, lines, count);
}

static void settle_all(struct kith_circle_members *m) {
    static struct kith_circle_line lines[LINES];
    for (size_t i = 0; i < said_count; i++)
        lines[i] = said[i].line;
    settle(m, lines, said_count);
}

/* ---- single cases ---- */

static enum kith_circle_standing standing(uint32_t who) {
    struct kith_circle_members m;
    enum kith_circle_standing s;
    settle_all(&m);
    s = kith_circle_standing(&m, who);
    kith_circle_members_wipe(&m);
    return s;
}

static uint32_t current(bool *fit) {
    struct kith_circle_members m;
    uint32_t e;
    settle_all(&m);
    e = m.epoch;
    *fit = m.is_fit;
    kith_circle_members_wipe(&m);
    return e;
}

static void begin(bool open, bool accept) {
    forget_all();
    is_open = open;
    needs_accept = accept;
}

static void test_members(void) {
    struct said *out, *back, *left;
    begin(false, true);
    CHECK(standing(0) == KITH_CIRCLE_IN && standing(1) == KITH_CIRCLE_OUT);
    say(KITH_CIRCLE_ADD, 0, 1, 0);
    CHECK(standing(1) == KITH_CIRCLE_INVITED);
    say(KITH_CIRCLE_ACCEPT, 1, 0, 0);
    CHECK(standing(1) == KITH_CIRCLE_IN);
    say(KITH_CIRCLE_ADD, 1, 2, 0); /* not open */
    CHECK(standing(2) == KITH_CIRCLE_OUT);
    out = say(KITH_CIRCLE_EXCLUDE, 0, 1, feed_len[1]);
    CHECK(standing(1) == KITH_CIRCLE_OUT);
    say(KITH_CIRCLE_ADD, 0, 1, feed_len[1]); /* names nothing: does not take it back */
    CHECK(standing(1) == KITH_CIRCLE_OUT);
    name(say(KITH_CIRCLE_ADD, 1, 1, feed_len[1]), out->line.id);
    CHECK(standing(1) == KITH_CIRCLE_OUT);
    back = say(KITH_CIRCLE_ADD, 0, 1, feed_len[1]);
    name(back, out->line.id);
    CHECK(standing(1) == KITH_CIRCLE_IN); /* said yes once, and never no */
    left = say(KITH_CIRCLE_LEAVE, 1, 0, 0);
    CHECK(standing(1) == KITH_CIRCLE_OUT);
    name(say(KITH_CIRCLE_ADD, 0, 1, feed_len[1]), back->line.id);
    CHECK(standing(1) == KITH_CIRCLE_OUT); /* it named another statement */
    name(say(KITH_CIRCLE_ADD, 0, 1, feed_len[1]), left->line.id);
    CHECK(standing(1) == KITH_CIRCLE_INVITED);
    say(KITH_CIRCLE_ACCEPT, 1, 0, 0);
    CHECK(standing(1) == KITH_CIRCLE_IN);
}

/* One statement may exclude several: an epoch honours it once. */
static void test_excluded_together(void) {
    struct said *out, *two;
    bool fit;
    begin(false, false);
    say(KITH_CIRCLE_ADD, 0, 1, 0);
    say(KITH_CIRCLE_ADD, 0, 2, 0);
    epoch(0, 0, 1);
    out = say(KITH_CIRCLE_EXCLUDE, 0, 1, feed_len[1]);
    say(KITH_CIRCLE_EXCLUDE, 0, 2, feed_len[2])->line.id = out->line.id;
    CHECK(standing(1) == KITH_CIRCLE_OUT && standing(2) == KITH_CIRCLE_OUT);
    CHECK(current(&fit) && !fit);
    two = epoch(0, 3, 2);
    name(two, out->line.id);
    CHECK(current(&fit) == two->line.id && fit);
}

static void test_open(void) {
    begin(true, false);
    say(KITH_CIRCLE_ADD, 0, 1, 0);
    say(KITH_CIRCLE_ADD, 1, 2, 0);
    say(KITH_CIRCLE_ADD, 2, 3, 0);
    CHECK(standing(3) == KITH_CIRCLE_IN);
    say(KITH_CIRCLE_ADD, 5, 4, 0);
    say(KITH_CIRCLE_ADD, 4, 5, 0); /* two strangers ask each other in */
    CHECK(standing(4) == KITH_CIRCLE_OUT && standing(5) == KITH_CIRCLE_OUT);
    say(KITH_CIRCLE_EXCLUDE, 0, 2, feed_len[2]);
    CHECK(standing(2) == KITH_CIRCLE_OUT && standing(3) == KITH_CIRCLE_IN);
    say(KITH_CIRCLE_ADD, 2, 6, 0); /* after it */
    CHECK(standing(6) == KITH_CIRCLE_OUT);
    name(say(KITH_CIRCLE_ADD, 1, 2, feed_len[2]), 6); /* a member does not take back the founder's word */
    CHECK(standing(2) == KITH_CIRCLE_OUT);
    say(KITH_CIRCLE_EXCLUDE, 1, 3, feed_len[3]);
    CHECK(standing(3) == KITH_CIRCLE_IN);
}

static void test_keepers(void) {
    struct said *out;
    begin(false, false);
    for (uint32_t i = 1; i < 6; i++)
        say(KITH_CIRCLE_ADD, 0, i, 0);
    say(KITH_CIRCLE_KEEPER, 0, 1, feed_len[1])->line.on = true;
    say(KITH_CIRCLE_KEEPER, 0, 2, feed_len[2])->line.on = true;
    say(KITH_CIRCLE_EXCLUDE, 1, 2, feed_len[2]);
    say(KITH_CIRCLE_EXCLUDE, 2, 1, feed_len[1]);
    CHECK(standing(1) == KITH_CIRCLE_IN && standing(2) == KITH_CIRCLE_IN);
    out = say(KITH_CIRCLE_EXCLUDE, 1, 3, feed_len[3]);
    CHECK(standing(3) == KITH_CIRCLE_OUT);
    name(say(KITH_CIRCLE_ADD, 2, 3, feed_len[3]), out->line.id);
    CHECK(standing(3) == KITH_CIRCLE_IN);
    say(KITH_CIRCLE_EXCLUDE, 1, 0, feed_len[0]);
    CHECK(standing(0) == KITH_CIRCLE_IN);
    say(KITH_CIRCLE_KEEPER, 0, 1, feed_len[1]); /* on is false */
    say(KITH_CIRCLE_EXCLUDE, 1, 4, feed_len[4]);
    CHECK(standing(4) == KITH_CIRCLE_IN);
    CHECK(standing(1) == KITH_CIRCLE_OUT); /* what the other keeper said of them holds now */
    say(KITH_CIRCLE_KEEPER, 3, 3, 0)->line.on = true;
    say(KITH_CIRCLE_EXCLUDE, 3, 5, feed_len[5]);
    CHECK(standing(5) == KITH_CIRCLE_IN);
}

static void test_epochs(void) {
    struct said *first, *out, *next, *left;
    bool fit;
    begin(false, false);
    CHECK(current(&fit) == 0);
    say(KITH_CIRCLE_ADD, 0, 1, 0);
    say(KITH_CIRCLE_ADD, 0, 2, 0);
    epoch(1, 0, 1);
    CHECK(current(&fit) == 0); /* the first is the founder's */
    first = epoch(0, 0, 1);
    CHECK(current(&fit) == first->line.id && fit);
    epoch(1, first->line.id, 1000);
    epoch(1, 77, 2);
    epoch(7, first->line.id, 2);
    CHECK(current(&fit) == first->line.id);
    out = say(KITH_CIRCLE_EXCLUDE, 0, 2, feed_len[2]);
    CHECK(current(&fit) == first->line.id && !fit);
    name(epoch(2, first->line.id, 2), out->line.id); /* they come too late for it */
    CHECK(current(&fit) == first->line.id && !fit);
    next = epoch(0, first->line.id, 2);
    name(next, out->line.id);
    CHECK(current(&fit) == next->line.id && fit);
    CHECK((epoch(1, first->line.id, 2), current(&fit)) == next->line.id); /* honours nothing */
    name(epoch(1, first->line.id, 2), out->line.id);
    CHECK(current(&fit) == next->line.id); /* the founder's of two that are as good */
    left = say(KITH_CIRCLE_LEAVE, 1, 0, 0);
    CHECK(current(&fit) == next->line.id && !fit);
    name(epoch(0, next->line.id, 3), left->line.id);
    CHECK(current(&fit) == said_count && fit);
    say(KITH_CIRCLE_LEAVE, 1, 0, 0); /* once more, and a stranger: no reason for a new key */
    say(KITH_CIRCLE_LEAVE, 6, 0, 0);
    CHECK((current(&fit), fit));
}

/* ---- histories ---- */

#define HOSTILE 6 /* people from here on say whatever they like; 8 is never asked in */

static size_t view_of(uint32_t node, struct kith_circle_line *lines) {
    size_t seen[PEOPLE] = {0}, n = 0;
    for (size_t i = 0; i < said_count; i++) {
        uint32_t author = said[i].line.author;
        if (seen[author]++ < held[node][author])
            lines[n++] = said[i].line;
    }
    return n;
}

/* The last sequence of somebody that a node holds, as far as it matters here. */
static uint64_t last_held(uint32_t node, uint32_t who) {
    size_t seen = 0;
    uint64_t last = 0;
    for (size_t i = 0; i < said_count; i++) {
        if (said[i].line.author == who && seen++ < held[node][who])
            last = said[i].line.sequence;
    }
    return last;
}

static void hear(uint32_t node) {
    for (uint32_t author = 0; author < PEOPLE; author++) {
        size_t all = held[author][author];
        if (held[node][author] < all && roll(2))
            held[node][author] += 1 + roll((uint32_t)(all - held[node][author]));
    }
}

static void make_epoch(uint32_t node, const struct kith_circle_members *m) {
    struct said *s = epoch(node, m->epoch, m->generation + 1);
    for (size_t i = 0; i < m->unhonoured_count; i++)
        name(s, m->unhonoured[i]);
}

static void ask_in(uint32_t node, uint32_t who, const struct kith_circle_members *m) {
    struct said *s = say(KITH_CIRCLE_ADD, node, who, last_held(node, who));
    for (size_t i = 0; i < m->cut_count; i++) {
        if (m->cuts[i].who == who)
            name(s, m->cuts[i].id);
    }
}

/* What somebody who keeps to the rules does with what they know. */
static void act(uint32_t node) {
    static struct kith_circle_line lines[LINES];
    struct kith_circle_members m;
    uint32_t who = 1 + roll(PEOPLE - 2);
    settle(&m, lines, view_of(node, lines));
    switch (roll(9)) {
    case 0:
    case 1:
        if (kith_circle_may_add(&m, node) && kith_circle_standing(&m, who) == KITH_CIRCLE_OUT)
            ask_in(node, who, &m);
        break;
    case 2:
        if (kith_circle_is_keeper(&m, node) && who != node && kith_circle_standing(&m, who) != KITH_CIRCLE_OUT)
            say(KITH_CIRCLE_EXCLUDE, node, who, last_held(node, who));
        break;
    case 3:
        if (node && !roll(4) && kith_circle_standing(&m, node) != KITH_CIRCLE_OUT)
            say(KITH_CIRCLE_LEAVE, node, 0, 0);
        break;
    case 4:
    case 5:
        if (kith_circle_standing(&m, node) == KITH_CIRCLE_INVITED)
            say(KITH_CIRCLE_ACCEPT, node, 0, 0);
        break;
    case 6:
        if (!node)
            say(KITH_CIRCLE_KEEPER, node, who, last_held(node, who))->line.on = roll(3);
        break;
    default:
        if (m.epoch && !m.is_fit && kith_circle_standing(&m, node) == KITH_CIRCLE_IN)
            make_epoch(node, &m);
        break;
    }
    kith_circle_members_wipe(&m);
}

/* Anything at all, with true and invented references. */
static void misbehave(uint32_t node) {
    static const enum kith_circle_said all[] = {KITH_CIRCLE_ADD,    KITH_CIRCLE_EXCLUDE, KITH_CIRCLE_LEAVE,
                                                KITH_CIRCLE_ACCEPT, KITH_CIRCLE_KEEPER,  KITH_CIRCLE_EPOCH};
    /* Each drawn in a statement of its own: the order of arguments is the compiler's choice. */
    enum kith_circle_said kind = all[roll(6)];
    uint32_t who = roll(PEOPLE);
    struct said *s = say(kind, node, who, roll(3) ? roll(30) : UINT64_MAX);
    s->line.on = roll(2);
    s->line.parent = roll((uint32_t)said_count + 1);
    s->line.generation = roll(4) ? (s->line.parent ? said[s->line.parent - 1].line.generation + 1 : 1) : UINT64_MAX;
    for (uint32_t n = roll(20); n; n--)
        name(s, 1 + roll((uint32_t)said_count + 3));
}

/* All that a node can say of the circle, in names that are the same everywhere. */
static void digest(const struct kith_circle_members *m, const uint32_t *names, const uint32_t *ids_of, struct kith_buf *out) {
    for (uint32_t person = 0; person < PEOPLE; person++) {
        for (uint32_t own = 0; own < PEOPLE; own++) {
            if ((names ? names[own] : own) == person) {
                kith_buf_put_dec(out, (uint64_t)kith_circle_standing(m, own));
                kith_buf_put_dec(out, kith_circle_is_keeper(m, own));
                for (uint64_t q = 1; q < feed_len[person] + 2; q++)
                    kith_buf_put_dec(out, kith_circle_counts(m, own, q));
            }
        }
        kith_buf_put_u8(out, ' ');
    }
    kith_buf_put_dec(out, m->epoch && ids_of ? ids_of[m->epoch] : m->epoch);
    kith_buf_put_u8(out, ' ');
    kith_buf_put_dec(out, m->generation);
    kith_buf_put_dec(out, m->is_fit);
}

/* The same set in another order, with other numbers for people and statements. */
static void shuffled(struct kith_buf *out) {
    static struct kith_circle_line lines[LINES];
    static uint32_t refs[LINES][REFS], own_of[LINES + 24], said_of[LINES + 24];
    uint32_t names[PEOPLE], number[PEOPLE];
    struct kith_circle_rules rules = {.open = is_open, .needs_accept = needs_accept, .id_of = id_of, .ctx = names};
    struct kith_circle_members m;
    for (uint32_t i = 0; i < PEOPLE; i++)
        names[i] = i;
    for (uint32_t i = PEOPLE - 1; i; i--) {
        uint32_t k = roll(i + 1), t = names[i];
        names[i] = names[k];
        names[k] = t;
    }
    for (uint32_t i = 0; i < PEOPLE; i++)
        number[names[i]] = i;
    for (uint32_t i = 0; i < LINES + 24; i++)
        own_of[i] = i;
    for (uint32_t i = LINES + 23; i > 1; i--) {
        uint32_t k = 1 + roll(i), t = own_of[i];
        own_of[i] = own_of[k];
        own_of[k] = t;
    }
    for (uint32_t i = 0; i < LINES + 24; i++)
        said_of[own_of[i]] = i;
    for (size_t i = 0; i < said_count; i++) {
        lines[i] = said[i].line;
        lines[i].author = number[lines[i].author];
        lines[i].who = number[lines[i].who];
        lines[i].id = own_of[lines[i].id];
        lines[i].parent = own_of[lines[i].parent];
        for (size_t k = 0; k < lines[i].ref_count; k++)
            refs[i][k] = own_of[said[i].refs[k]];
        lines[i].refs = refs[i];
    }
    for (size_t i = said_count; i-- > 1;) {
        size_t k = roll((uint32_t)i + 1);
        struct kith_circle_line t = lines[i];
        lines[i] = lines[k];
        lines[k] = t;
    }
    rules.founder = number[0];
    kith_circle_settle(&m, &rules, lines, said_count);
    digest(&m, names, said_of, out);
    kith_circle_members_wipe(&m);
}

/* Nobody is in who is not reached from the founder by adds of people who could be entitled to them. */
static bool has_ghost(const struct kith_circle_members *m) {
    bool reached[PEOPLE] = {true}, keeper[PEOPLE] = {true};
    for (size_t i = 0; i < said_count; i++) {
        if (said[i].line.said == KITH_CIRCLE_KEEPER && said[i].line.author == 0 && said[i].line.on)
            keeper[said[i].line.who] = true;
    }
    for (unsigned round = 0; round < PEOPLE; round++) {
        for (size_t i = 0; i < said_count; i++) {
            const struct kith_circle_line *l = &said[i].line;
            if (l->said == KITH_CIRCLE_ADD && (keeper[l->author] || (is_open && reached[l->author])))
                reached[l->who] = true;
        }
    }
    for (uint32_t p = 0; p < PEOPLE; p++) {
        if (kith_circle_standing(m, p) == KITH_CIRCLE_IN && !reached[p])
            return true;
    }
    return false;
}

/* Whoever the founder has put out for good, and whoever was never asked in by one who may, changes
 * nothing by what they said since: as if they had been silent. */
static bool silence_differs(const struct kith_buf *expected) {
    static struct kith_circle_line lines[LINES];
    uint64_t last[PEOPLE];
    struct kith_circle_members m;
    struct kith_buf got = {0};
    size_t n = 0;
    bool differs;
    settle_all(&m);
    for (uint32_t p = 0; p < PEOPLE; p++) {
        const struct kith_circle_person *who = kith_circle_person(&m, p);
        last[p] = who && (who->was_added || who->keepers_count || !p) ? UINT64_MAX : 0;
        for (size_t i = 0; i < m.cut_count; i++) {
            if (m.cuts[i].who == p && m.cuts[i].rank == 2 && m.cuts[i].until == UINT64_MAX && m.cuts[i].upto < last[p])
                last[p] = m.cuts[i].upto;
        }
    }
    kith_circle_members_wipe(&m);
    for (size_t i = 0; i < said_count; i++) {
        if (said[i].line.sequence <= last[said[i].line.author])
            lines[n++] = said[i].line;
    }
    settle(&m, lines, n);
    digest(&m, NULL, NULL, &got);
    differs = !kith_bytes_eq(kith_buf_bytes(&got), kith_buf_bytes(expected));
    kith_circle_members_wipe(&m);
    kith_buf_wipe(&got);
    return differs;
}

static void history(uint64_t seed) {
    char row[32];
    struct kith_circle_members m;
    struct kith_buf one = {0}, other = {0};
    uint32_t steps, first;
    state = seed * 2654435761u + 1;
    steps = 20 + roll(180);
    first = roll(2);
    begin(first, roll(2));
    snprintf(row, sizeof row, "%llu", (unsigned long long)seed);
    epoch(0, 0, 1);
    while (steps-- && said_count < LINES - 2) {
        uint32_t node = roll(PEOPLE);
        hear(node);
        if (node < HOSTILE || (roll(3) && node != PEOPLE - 1))
            act(node);
        else
            misbehave(node);
    }
    /* Quiet: everyone hears all, and somebody who may makes what is missing. */
    settle_all(&m);
    if (!m.is_fit && kith_circle_standing(&m, 0) == KITH_CIRCLE_IN) {
        make_epoch(0, &m);
        kith_circle_members_wipe(&m);
        settle_all(&m);
        CHECK_ROW(m.is_fit && m.epoch == said_count, row);
    }
    digest(&m, NULL, NULL, &one);
    CHECK_ROW(!has_ghost(&m), row);
    CHECK_ROW(!silence_differs(&one), row);
    for (unsigned i = 0; i < 4; i++) {
        other.len = 0;
        shuffled(&other);
        CHECK_ROW(kith_bytes_eq(kith_buf_bytes(&one), kith_buf_bytes(&other)), row);
    }
    kith_circle_members_wipe(&m);
    kith_buf_wipe(&one);
    kith_buf_wipe(&other);
}

/* A member who leaves five thousand times and is asked back by another in as many statements; a group that grew to
 * ten thousand as each member invited the next, of which the last words come first: settled in a moment, where a
 * minute would be a member's power over all others' nodes. */
static void test_much(void) {
    enum { MUCH = 10000 };
    struct kith_circle_rules rules = {.founder = 1, .open = true, .needs_accept = true, .id_of = id_of};
    struct kith_circle_line *lines = kith_alloc((2 * MUCH + 4) * sizeof *lines);
    struct kith_circle_members m;
    uint32_t refs[60], id = 1;
    size_t n = 0;
    for (size_t i = 0; i < 60; i++)
        refs[i] = 1000000;
    lines[n++] = (struct kith_circle_line){.said = KITH_CIRCLE_EPOCH, .id = id++, .author = 1, .sequence = 1, .generation = 1};
    lines[n++] = (struct kith_circle_line){.said = KITH_CIRCLE_ADD, .id = id++, .author = 1, .who = 3, .sequence = 2};
    lines[n++] = (struct kith_circle_line){.said = KITH_CIRCLE_ACCEPT, .id = id++, .author = 3, .sequence = 1};
    for (uint64_t i = 0; i < MUCH / 2; i++) {
        lines[n++] = (struct kith_circle_line){.said = KITH_CIRCLE_LEAVE, .id = id++, .author = 2, .sequence = i + 1};
        lines[n++] = (struct kith_circle_line){.said = KITH_CIRCLE_ADD, .id = id++, .author = 3, .who = 2, .sequence = i + 2, .refs = refs, .ref_count = 60};
    }
    kith_circle_settle(&m, &rules, lines, n);
    CHECK(kith_circle_standing(&m, 2) == KITH_CIRCLE_OUT && kith_circle_standing(&m, 3) == KITH_CIRCLE_IN && m.owed_count == 1);
    kith_circle_members_wipe(&m);
    n = 0;
    for (uint32_t i = MUCH; i-- > 0;) {
        lines[n++] = (struct kith_circle_line){.said = KITH_CIRCLE_ADD, .id = id++, .author = i + 1, .who = i + 2, .sequence = 5};
        lines[n++] = (struct kith_circle_line){.said = KITH_CIRCLE_ACCEPT, .id = id++, .author = i + 2, .sequence = 1};
    }
    kith_circle_settle(&m, &rules, lines, n);
    CHECK(kith_circle_standing(&m, MUCH + 1) == KITH_CIRCLE_IN);
    kith_circle_members_wipe(&m);
    kith_free(lines);
}

int main(int argc, char **argv) {
    unsigned seeds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 2000;
    for (size_t i = 0; i < PEOPLE; i++)
        memset(ids[i].b, (int)(37 * i + 11), sizeof ids[i].b);
    test_members();
    test_excluded_together();
    test_much();
    test_open();
    test_keepers();
    test_epochs();
    for (unsigned i = 1; i <= seeds; i++)
        history(i);
    return check_done();
}
