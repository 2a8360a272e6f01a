/* SPDX-License-Identifier: MIT */
#include "neighbourhood_state.h"

#include <stdio.h>
#include <time.h>

#define MINUTE_MS 60000
#define CAME_MINUTES 8600 /* when they all had come: before the past begins */
#define LEISURE_MS 100000 /* from one idle post to the next */

/* splitmix64: the same seed, the same people's whims. */
static uint64_t whim(struct neighbourhood *v) {
    uint64_t z = v->random += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint64_t neighbourhood_below(struct neighbourhood *v, uint64_t n) {
    return whim(v) % n;
}

bool neighbourhood_chance(struct neighbourhood *v, unsigned percent) {
    return neighbourhood_below(v, 100) < percent;
}

const char *neighbourhood_line(struct neighbourhood *v, enum who who, enum occasion at) {
    const char *const *lines = people[who].lines[at];
    unsigned *used = &v->residents[who].used[at], count = 0, pick;
    while (lines && count < 32 && lines[count])
        count++;
    if (!count || *used == (1u << count) - 1)
        return NULL;
    for (pick = (unsigned)neighbourhood_below(v, count); *used >> pick & 1;)
        pick = (pick + 1) % count;
    *used |= 1u << pick;
    return lines[pick];
}

/* ---- time ---- */

static uint64_t now_ms(void) {
    return uv_hrtime() / 1000000;
}

static void set_timer(struct neighbourhood *v);

void neighbourhood_plan(struct neighbourhood *v, uint64_t after_ms, struct beat beat, size_t to) {
    v->plans = kith_grow(v->plans, &v->plan_cap, v->plan_count + 1, sizeof *v->plans);
    v->plans[v->plan_count++] = (struct plan){.at_ms = now_ms() + (uint64_t)((double)after_ms * v->pace), .beat = beat, .to = to};
    set_timer(v);
}

static size_t next_plan(const struct neighbourhood *v) {
    size_t best = NO_ITEM;
    for (size_t i = 0; i < v->plan_count; i++) { /* of two at one time the one that was made first */
        if (best == NO_ITEM || v->plans[i].at_ms < v->plans[best].at_ms)
            best = i;
    }
    return best;
}

static bool is_typed(const struct beat *b) {
    return b->text && b->deed != REACT && b->deed != EDIT && b->deed != SHARE && b->deed != POST;
}

/* A person who writes is seen to do so, as long as the text needs; the node passes it on every 2 s. */
static bool goes_on_typing(struct neighbourhood *v, struct plan *p) {
    uint64_t now = now_ms(), needs = 45 * strlen(p->beat.text ? p->beat.text : "");
    if (!is_typed(&p->beat) || v->residents[p->beat.who].away)
        return false;
    needs = needs < 2000 ? 2000 : needs > 9000 ? 9000 : needs;
    if (!p->typing)
        p->typed_ms = now + (uint64_t)((double)needs * v->pace);
    else if (now >= p->typed_ms)
        return false;
    p->typing = true;
    deeds_type(v, &p->beat, p->to);
    p->at_ms = p->typed_ms < now + 2000 ? p->typed_ms : now + 2000;
    return true;
}

static void leisure(struct neighbourhood *v);

static void on_timer(uv_timer_t *t) {
    struct neighbourhood *v = t->data;
    for (size_t i = next_plan(v); i != NO_ITEM && v->plans[i].at_ms <= now_ms(); i = next_plan(v)) {
        struct plan p;
        if (goes_on_typing(v, &v->plans[i]))
            continue;
        p = v->plans[i];
        memmove(v->plans + i, v->plans + i + 1, (--v->plan_count - i) * sizeof *v->plans);
        if (p.beat.who == NOBODY)
            leisure(v);
        else
            deeds_do(v, &p.beat, p.to);
    }
    set_timer(v);
}

static void set_timer(struct neighbourhood *v) {
    size_t next = next_plan(v);
    uint64_t now = now_ms(), at;
    if (next == NO_ITEM)
        return;
    at = v->plans[next].at_ms;
    uv_update_time(v->loop);
    uv_timer_start(&v->timer, on_timer, at > now ? at - now : 0, 0);
}

/* ---- the present ---- */

static void plan_leisure(struct neighbourhood *v) {
    neighbourhood_plan(v, LEISURE_MS / 2 + neighbourhood_below(v, LEISURE_MS), (struct beat){.who = NOBODY}, NO_ITEM);
}

/* Somebody has time and says something; others like it. When all is said, they only come and go. */
static void leisure(struct neighbourhood *v) {
    static const char *const likes[] = {"❤️", "👍", "😂", "😊"};
    enum who who = (enum who)neighbourhood_below(v, PEOPLE);
    const char *text = v->residents[who].away ? NULL : neighbourhood_line(v, who, AT_LEISURE);
    size_t made = v->item_count;
    plan_leisure(v);
    if (text)
        deeds_do(v, &(struct beat){.who = who, .deed = POST, .text = text}, NO_ITEM);
    if (v->item_count > made) {
        for (uint64_t n = neighbourhood_below(v, 4); n; n--) {
            enum who other = (enum who)((who + 1 + 2 * n) % PEOPLE);
            neighbourhood_plan(v, 4000 + neighbourhood_below(v, 40000), (struct beat){.who = other, .deed = REACT, .text = likes[neighbourhood_below(v, 4)]}, made);
        }
    } else if (!text && !v->residents[who].away) {
        neighbourhood_plan(v, 1000, (struct beat){.who = who, .deed = LEAVE}, NO_ITEM);
        neighbourhood_plan(v, 60000 + neighbourhood_below(v, 120000), (struct beat){.who = who, .deed = RETURN}, NO_ITEM);
    }
}

void neighbourhood_begin(struct neighbourhood *v, const char *address) {
    (void)snprintf(v->address, sizeof v->address, "%s", address);
    for (enum who who = 0; who < PEOPLE; who++) {
        neighbour_listen(v->residents[who].node);
        deeds_do(v, &(struct beat){.who = who, .deed = RETURN}, NO_ITEM);
    }
    for (int i = 0; i < stories_present_count; i++)
        neighbourhood_plan(v, (uint64_t)stories_present[i].at * 1000, stories_present[i], NO_ITEM);
    plan_leisure(v);
}

/* ---- the past ---- */

static void set_calendars(struct neighbourhood *v, uint64_t wall_ms) {
    for (enum who who = 0; who < PEOPLE; who++)
        neighbour_set_calendar(v->residents[who].node, wall_ms);
}

static void live_past(struct neighbourhood *v) {
    uint64_t now = (uint64_t)time(NULL) * 1000;
    for (enum who who = 0; who < PEOPLE; who++) {
        set_calendars(v, now - (uint64_t)(CAME_MINUTES - (int)who) * MINUTE_MS);
        deeds_introduce(v, who);
    }
    for (int i = 0; i < stories_past_count; i++) {
        set_calendars(v, now - (uint64_t)stories_past[i].at * MINUTE_MS);
        deeds_do(v, &stories_past[i], NO_ITEM);
    }
    set_calendars(v, 0);
}

struct neighbourhood *neighbourhood_new(uv_loop_t *loop, const struct neighbourhood_options *options) {
    struct neighbourhood *v = kith_alloc(sizeof *v);
    v->loop = loop;
    v->visitor = options->visitor;
    v->random = options->seed;
    v->pace = options->pace;
    (void)snprintf(v->name, sizeof v->name, "%s", options->visitor_name);
    uv_timer_init(loop, &v->timer);
    v->timer.data = v;
    for (enum who who = 0; who < PEOPLE; who++) {
        struct resident *r = &v->residents[who];
        r->street = v;
        r->who = who;
        r->befriended = !people[who].is_stranger;
        r->node = neighbour_new(loop, answers_hear, r);
    }
    live_past(v);
    return v;
}

const struct kith_pubkey *neighbourhood_id(const struct neighbourhood *v, enum who who) {
    return deeds_id(v, who);
}

void neighbourhood_stop(struct neighbourhood *v) {
    if (!v || uv_is_closing((uv_handle_t *)&v->timer))
        return;
    uv_close((uv_handle_t *)&v->timer, NULL);
    for (enum who who = 0; who < PEOPLE; who++)
        neighbour_stop(v->residents[who].node);
}

void neighbourhood_free(struct neighbourhood *v) {
    if (!v)
        return;
    for (enum who who = 0; who < PEOPLE; who++)
        neighbour_free(v->residents[who].node);
    kith_free(v->items);
    kith_free(v->plans);
    kith_free(v);
}
