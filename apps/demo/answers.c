/* SPDX-License-Identifier: MIT */
/* What the visitor does, and what people make of it. Everybody hears it from their own node; whoever
 * hears it first decides for all who will answer, so that three people and not eight do. */
#include <string.h>

#include "neighbourhood_state.h"

#define THREAD_ANSWERS 10 /* then a talk has found its end, unless the visitor asks something */
#define READING_MS 2500

/* What was heard, as far as people care. */
struct heard {
    struct kith_buf text; /* plain, in lower case as far as ASCII goes, with a blank at both ends */
    bool is_question, is_greeting, is_german, has_picture;
    size_t item, root, branch;
    const struct kith_json *doc;
    uint32_t content;
};

static enum who who_is(const struct neighbourhood *v, struct kith_bytes id) {
    struct kith_pubkey key;
    if (kith_feed_id_parse(id, &key))
        return NOBODY;
    for (enum who who = 0; who <= YOU; who++) {
        if (kith_pubkey_eq(&key, deeds_id(v, who)))
            return who;
    }
    return NOBODY;
}

static struct kith_bytes field(const struct heard *h, const char *name) {
    return kith_json_str(h->doc, kith_json_get(h->doc, h->content, name));
}

/* ---- understanding ---- */

static bool has(const struct heard *h, const char *const *words) {
    for (; *words; words++) {
        if (strstr((const char *)h->text.p, *words))
            return true;
    }
    return false;
}

static void read_text(struct heard *h) {
    static const char *const greetings[] = {" hello", " hi ", " hey", " good morning", " good evening", " hallo", " moin", " servus", " guten ", " merhaba", NULL};
    static const char *const german[] = {" ich ", " und ", " ist ", " nicht ", " der ", " das ", " wie ", " danke", " hallo", " moin", " guten ", "ß", "ü", "ö", "ä", NULL};
    kith_buf_put_u8(&h->text, ' ');
    kith_json_unescape(&h->text, field(h, "text"));
    kith_buf_put(&h->text, " ", 2); /* and the NUL */
    for (size_t i = 0; i < h->text.len; i++) {
        uint8_t *c = &h->text.p[i];
        if (*c >= 'A' && *c <= 'Z')
            *c = (uint8_t)(*c + 32);
        else if (*c && (*c < 32 || strchr("!,.;:", *c)))
            *c = ' ';
    }
    h->is_question = strchr((const char *)h->text.p, '?') || strstr((const char *)h->text.p, "？");
    h->is_greeting = h->text.len < 120 && has(h, greetings);
    h->is_german = has(h, german);
}

static size_t item_of(const struct neighbourhood *v, struct kith_bytes id) {
    struct kith_msgid m;
    return kith_msgid_parse(id, &m) ? NO_ITEM : deeds_find(v, &m);
}

/* A mention or a reader is an id, or an object with one. */
static struct kith_bytes link_of(const struct kith_json *doc, uint32_t node) {
    return kith_json_is(doc, node, KITH_JSON_STRING) ? kith_json_str(doc, node) : kith_json_str(doc, kith_json_get(doc, node, "link"));
}

static uint32_t first_of(const struct heard *h, const char *name) {
    uint32_t list = kith_json_get(h->doc, h->content, name);
    return kith_json_is(h->doc, list, KITH_JSON_ARRAY) ? kith_json_first(h->doc, list) : KITH_JSON_NONE;
}

static unsigned people_in(const struct neighbourhood *v, struct heard *h, const char *name) {
    unsigned set = 0;
    for (uint32_t n = first_of(h, name); n != KITH_JSON_NONE; n = h->doc->nodes[n].next) {
        struct kith_bytes link = link_of(h->doc, n);
        enum who who = who_is(v, link);
        if (who != NOBODY)
            set |= 1u << who;
        h->has_picture |= link.len && *link.p == '&';
    }
    return set;
}

/* ---- answering ---- */

static bool is_around(const struct neighbourhood *v, enum who who) {
    const struct resident *r = v->residents + (who < PEOPLE ? who : 0);
    return who < PEOPLE && !r->away && !r->shunned && r->befriended;
}

static enum who anybody(struct neighbourhood *v, unsigned but) {
    enum who first = (enum who)neighbourhood_below(v, PEOPLE);
    for (int i = 0; i < PEOPLE; i++) {
        enum who who = (enum who)((first + (enum who)i) % PEOPLE);
        if (is_around(v, who) && !(but >> who & 1))
            return who;
    }
    return NOBODY;
}

static bool say(struct neighbourhood *v, enum who who, enum occasion at, enum deed deed, size_t to) {
    const char *line = is_around(v, who) ? neighbourhood_line(v, who, at) : NULL;
    if (!line && at == AT_QUESTION)
        line = neighbourhood_line(v, who, AT_THREAD);
    if (!line)
        return false;
    neighbourhood_plan(v, READING_MS + neighbourhood_below(v, 6000), (struct beat){.who = who, .deed = deed, .whom = YOU, .text = line}, to);
    return true;
}

static void like(struct neighbourhood *v, size_t item, bool is_picture, unsigned count) {
    static const char *const faces[] = {"❤️", "👍", "😊", "🙌"}, *const eyes[] = {"😍", "❤️", "📷", "👏"};
    for (unsigned said = 0; count; count--) {
        enum who who = anybody(v, said);
        if (who == NOBODY)
            return;
        said |= 1u << who;
        neighbourhood_plan(v, 2000 + neighbourhood_below(v, 12000),
                           (struct beat){.who = who, .deed = REACT, .text = (is_picture ? eyes : faces)[neighbourhood_below(v, 4)]}, item);
    }
}

static enum occasion occasion_of(const struct heard *h, enum occasion otherwise) {
    return h->has_picture ? AT_PHOTO : h->is_question ? AT_QUESTION : h->is_greeting ? AT_GREETING : otherwise;
}

static void answer_letter(struct neighbourhood *v, struct heard *h, unsigned readers) {
    unsigned answers = 0;
    v->items[h->item].letter_to = readers | 1u << YOU;
    for (enum who who = 0; who < PEOPLE && answers < 2; who++) {
        bool was_known = v->residents[who].befriended;
        if (!(readers >> who & 1))
            continue;
        v->residents[who].befriended = true; /* who is written to may answer */
        if (say(v, who, h->is_question ? AT_LETTER_QUESTION : AT_LETTER, LETTER, h->item) ||
            say(v, who, h->is_greeting ? AT_GREETING : AT_POST, LETTER, h->item) || say(v, who, AT_THREAD, LETTER, h->item))
            answers++;
        v->residents[who].befriended = was_known;
    }
}

static void answer_reply(struct neighbourhood *v, struct heard *h, unsigned mentioned) {
    struct item *root = h->root == NO_ITEM ? NULL : &v->items[h->root];
    enum who who = h->branch == NO_ITEM ? YOU : v->items[h->branch].author;
    unsigned *answers = root ? &root->answers : &v->items[h->item].answers;
    if (who >= PEOPLE && root)
        who = root->author;
    for (enum who m = 0; m < PEOPLE; m++)
        who = mentioned >> m & 1 && is_around(v, m) ? m : who;
    if (!is_around(v, who))
        who = anybody(v, 0);
    if (who == NOBODY)
        return;
    neighbourhood_plan(v, 1500 + neighbourhood_below(v, 5000), (struct beat){.who = who, .deed = REACT, .text = h->is_question ? "🤔" : "❤️"}, h->item);
    if (*answers >= THREAD_ANSWERS && !h->is_question)
        return;
    ++*answers;
    (void)say(v, who, occasion_of(h, AT_THREAD), REPLY, h->item);
}

static void answer_post(struct neighbourhood *v, struct heard *h, unsigned mentioned) {
    enum occasion at = occasion_of(h, AT_POST);
    unsigned said = 0, wanted = h->is_question ? 2 : 1 + neighbourhood_chance(v, 50);
    like(v, h->item, h->has_picture, 1 + h->has_picture + (unsigned)neighbourhood_below(v, 3));
    for (enum who who = 0; who < PEOPLE; who++) {
        if (mentioned >> who & 1 && say(v, who, at, REPLY, h->item))
            said |= 1u << who;
    }
    if (!said && h->is_german && is_around(v, JANNIK) && say(v, JANNIK, at, REPLY, h->item)) {
        said |= 1u << JANNIK;
        wanted--;
    }
    for (unsigned tries = PEOPLE, asked = said; wanted && tries; tries--) {
        enum who who = anybody(v, asked);
        if (who == NOBODY)
            break;
        asked |= 1u << who;
        wanted -= say(v, who, at, REPLY, h->item);
    }
}

static void hear_post(struct neighbourhood *v, struct heard *h) {
    unsigned readers = people_in(v, h, "recps"), mentioned;
    enum who wall = who_is(v, field(h, "wall"));
    h->has_picture = false;
    mentioned = people_in(v, h, "mentions");
    read_text(h);
    if (readers)
        answer_letter(v, h, readers);
    else if (field(h, "root").len)
        answer_reply(v, h, mentioned);
    else if (wall < PEOPLE && is_around(v, wall)) {
        neighbourhood_plan(v, 2000, (struct beat){.who = wall, .deed = REACT, .text = "❤️"}, h->item);
        (void)(say(v, wall, AT_WALL, REPLY, h->item) || say(v, wall, AT_THREAD, REPLY, h->item));
    } else {
        answer_post(v, h, mentioned);
    }
    kith_buf_wipe(&h->text);
}

static void hear_contact(struct neighbourhood *v, struct heard *h) {
    enum who who = who_is(v, field(h, "contact"));
    struct resident *r;
    if (who >= PEOPLE)
        return;
    r = &v->residents[who];
    r->shunned = kith_json_true(h->doc, kith_json_get(h->doc, h->content, "blocking"));
    if (r->befriended || !kith_json_true(h->doc, kith_json_get(h->doc, h->content, "following")))
        return;
    r->befriended = true;
    (void)say(v, who, AT_FRIENDSHIP, WALL, NO_ITEM);
}

void answers_hear(void *resident, const struct kith_json *message) {
    struct neighbourhood *v = ((struct resident *)resident)->street;
    struct heard h = {.doc = message, .root = NO_ITEM, .branch = NO_ITEM};
    struct item item = {.author = YOU};
    uint32_t value = kith_json_get(message, 0, "value"), branch;
    struct kith_bytes type;
    h.content = kith_json_get(message, value, "content");
    type = field(&h, "type");
    if (!type.len || who_is(v, kith_json_str(message, kith_json_get(message, value, "author"))) != YOU)
        return; /* another's, or a letter that this one cannot read */
    if (kith_msgid_parse(kith_json_str(message, kith_json_get(message, 0, "key")), &item.id) || deeds_find(v, &item.id) != NO_ITEM)
        return;
    h.root = item_of(v, field(&h, "root"));
    branch = kith_json_get(message, h.content, "branch");
    h.branch = item_of(v, kith_json_is(message, branch, KITH_JSON_ARRAY) ? link_of(message, kith_json_first(message, branch)) : link_of(message, branch));
    if (kith_msgid_parse(field(&h, "root"), &item.root))
        item.root = item.id;
    h.item = deeds_add(v, item);
    if (kith_bytes_is(type, "post"))
        hear_post(v, &h);
    else if (kith_bytes_is(type, "contact"))
        hear_contact(v, &h);
}
