/* SPDX-License-Identifier: MIT */
/* courier_state.h: what courier*.c share and nobody else includes. */
#ifndef KITH_NODE_COURIER_STATE_H
#define KITH_NODE_COURIER_STATE_H

#include "node/courier.h"
#include "node/state.h"

struct courier_feed {
    struct kith_pubkey id;
    uint64_t has;  /* by their newest notes */
    uint64_t sent; /* up to here it is in packets that were made, never below has */
    bool wants;
    bool noted; /* they said so themselves */
    uint8_t wall; /* enum courier_wall */
    uint64_t split; /* our head of it, which the next of theirs does not follow: as long as it is that, they are asked for no more; 0: none */
};

/* Posts of guests on a wall: to be sent as far as they are here, in a packet without a receipt, received. */
enum courier_wall { COURIER_WALL_NEW, COURIER_WALL_OUT, COURIER_WALL_DONE };

enum courier_step { COURIER_QUEUED = 1, COURIER_TROUBLE, COURIER_STORED };

struct courier_flight { /* a packet without a receipt */
    struct kith_packet_id id;
    enum courier_step step;
    bool asks;
    uint64_t made_ms; /* by the calendar */
    uint64_t own_first, own_last; /* of our feed; 0: none */
    size_t seen;        /* ids of messages of theirs that were read here */
    uint64_t guests_to; /* guests_at after it; 0: it has none of their posts */
    uint32_t len;
    char road[24];  /* its scheme */
    char by[120];   /* who stores it, or what the trouble is */
};

struct courier_want {
    struct kith_part_want want;
    bool pushed; /* nobody asked: a photo of ours */
};

struct kith_recipient {
    struct kith_pubkey id;
    struct kith_buf roads;  /* ours for them, a line each, private */
    struct kith_buf profile; /* JSON: what they say of themselves, with all that we do not understand; empty: nothing */
    struct kith_buf theirs; /* roads in it that can be used from here, a line each */
    uint64_t profile_ms;    /* when they said it, by their calendar */
    uint64_t profile_told;  /* courier_profile_is when we last told them ours */
    bool told, live, changed; /* their notes have come; a link is open; the record is older than this */
    bool heard;             /* they have asked us, or said yes */
    uint64_t no_ms;         /* when we last told them that we refuse; 0: never */
    bool strict, asked, refused; /* they get the question alone until they answer; it is in a packet; they said no */
    struct kith_buf ask_text;
    struct kith_pubkey ask_referrer; /* zeros: none */
    struct kith_packet_id ask_token; /* of their invite; zeros: none */
    uint64_t saved_ms;
    uint64_t clock_ms;      /* of their newest notes, by their calendar */
    struct courier_feed *feeds; /* sorted by id */
    size_t feed_count, feed_cap;
    struct courier_flight flights[KITH_COURIER_FLIGHTS];
    size_t flight_count;
    struct kith_buf receipts; /* items of part 8 that wait */
    struct kith_buf others;   /* whole parts that wait: friend, profile, not understood */
    struct courier_want wants[KITH_COURIER_WANTS];
    size_t want_count;
    struct kith_buf asks;     /* items of part 5 that wait */
    struct kith_packet_id seen[KITH_COURIER_SEEN];
    size_t seen_count, seen_at;
    uint64_t answer_ms;   /* an answer is due; UINT64_MAX: none */
    uint64_t since_ms;    /* something for them waits since; UINT64_MAX: nothing */
    uint64_t retry_ms;    /* when what was sent is sent again; UINT64_MAX: nothing is out */
    uint64_t oldest_ms;   /* by the calendar: since when they have not said that they have everything; 0: they have */
    uint64_t usual_ms;    /* from packet to receipt, smoothed; 0: not known */
    unsigned tries, road_at;
    uint64_t given_up_ms; /* by the calendar: the user's word, until they take it back or something newer comes from there; 0: no */
    unsigned futile;      /* times, one after the other, that all was acknowledged and they lack the same as before */
    unsigned nevers;      /* roads, one after the other, that said that they lead nowhere */
    uint64_t notes_told;  /* courier_notes when they were last told */
    struct kith_buf seen_said;  /* ids of messages of theirs that were read here; the last seen_new they have not heard of */
    size_t seen_new, seen_live; /* seen_live of them are in a call on a link */
    uint64_t seen_by[KITH_COURIER_READ], seen_by_count; /* a ring: of ours, what they have read */
    uint64_t guests_at, guests_acked; /* records up to here were looked through for posts of guests; and those have come */
    uint64_t guests_filled_ms;  /* of the bucket for those that they bring */
    unsigned guests_tokens;
    uint64_t own_pushed;  /* photos of our messages up to here went along */
};

/* courier.c */
struct kith_recipient *courier_find(struct kith_node *n, const struct kith_pubkey *id); /* NULL: none */
struct kith_recipient *courier_put(struct kith_node *n, const struct kith_pubkey *id);  /* NULL: too many */
bool courier_road(const struct kith_recipient *r, struct kith_bytes *address); /* the one that is used now */
struct courier_feed *courier_feed_find(struct kith_recipient *r, const struct kith_pubkey *id);
struct courier_feed *courier_feed_put(struct kith_recipient *r, const struct kith_pubkey *id); /* NULL: too many */
uint64_t courier_head(struct kith_node *n, const struct kith_pubkey *feed); /* what may be offered of it */
bool courier_may_have(struct kith_node *n, const struct kith_recipient *r, const struct kith_pubkey *feed);
uint64_t courier_timeout(const struct kith_recipient *r);
void courier_due(struct kith_node *n, uint64_t at_ms);
void courier_flight_is(struct courier_flight *f, enum courier_step step, const char *by); /* by: who keeps it, or the trouble */
void courier_flight_end(struct kith_recipient *r, size_t i);
void courier_resend(struct kith_recipient *r); /* what has no receipt counts as not sent */
void courier_drop(struct kith_node *n, const struct kith_recipient *r, const struct courier_flight *f); /* out of the host's outbox */
void courier_give_up(struct kith_node *n, struct kith_recipient *r); /* nothing waits for them any more, nothing new goes */
void courier_start_again(struct kith_node *n, struct kith_recipient *r); /* another road, or the user's word */
bool courier_is_address(struct kith_bytes a); /* scheme:rest; which schemes there are the host knows */
size_t courier_count_lines(struct kith_bytes lines);
bool courier_line(struct kith_bytes *lines, struct kith_bytes *line); /* takes the first off; false: none is left */
void courier_watch(struct kith_node *n, struct kith_bytes roads, bool all, bool on);
bool courier_is_behind(struct kith_node *n, struct kith_recipient *r);

enum courier_terms { COURIER_ALL = 1, COURIER_QUESTION, COURIER_ANSWERS };
enum courier_terms courier_terms(struct kith_node *n, const struct kith_recipient *r); /* what they may get of us */

/* courier_keep.c */
void courier_save(struct kith_node *n, struct kith_recipient *r);
void courier_save_roads(struct kith_node *n, const struct kith_pubkey *id);
void courier_load(struct kith_node *n);

/* courier_write.c */
uint64_t courier_notes(struct kith_node *n); /* names the set of feeds that we want, never 0 */
void courier_write(struct kith_node *n, struct kith_recipient *r);
struct courier_load { /* what a packet has of ours, to be known again by its receipt */
    bool asks;
    uint64_t own_first, own_last, guests_to;
    size_t seen;
};
/* One packet with this content, by the road of the first; false: no road, or it cannot be sealed. id may be NULL. */
bool courier_send(struct kith_node *n, struct kith_recipient *const *who, size_t count, struct kith_bytes content, struct courier_load load,
                  struct kith_packet_id *id);
void courier_put_notes(struct kith_node *n, struct kith_recipient *r, struct kith_buf *out);
/* Appends what follows `sent` of one feed, until the packet is full or the feed ends. */
void courier_put_feed(struct kith_node *n, struct kith_recipient *r, struct courier_feed *f, struct kith_buf *out);

/* courier_together.c */
/* Writes first what several who take from the same folder lack alike. */
void courier_together_write(struct kith_node *n, struct kith_recipient *r);
/* r, and those of the same folder who want the same stretch, which they do no longer. */
size_t courier_together_wanting(struct kith_node *n, struct kith_recipient *r, const struct kith_part_want *want,
                                struct kith_recipient *who[KITH_PACKET_MAX_RECIPIENTS]);
bool courier_send_to(struct kith_node *n, struct kith_recipient *const *who, size_t count, struct kith_bytes content, struct courier_load load);
void courier_together_taken(struct kith_node *n, const struct kith_recipient *r, const struct kith_packet_id *id); /* their receipt came */
bool courier_together_out(struct kith_node *n, const struct kith_recipient *r, const struct kith_packet_id *id); /* somebody else waits for it, too */
void courier_together_wipe(struct kith_node *n);

/* courier_profile.c */
void courier_profile_put(struct kith_node *n, struct kith_buf *out);
uint64_t courier_profile_is(struct kith_node *n);
void courier_profile_use(struct kith_node *n, struct kith_recipient *r); /* their roads, or ours, are others now */
void courier_profile_take(struct kith_node *n, struct kith_recipient *r, struct kith_bytes json, uint64_t at_ms);
void courier_profile_tell(struct kith_node *n);

/* courier_guests.c */
bool courier_guests_wait(struct kith_node *n, struct kith_recipient *r);
uint64_t courier_guests_put(struct kith_node *n, struct kith_recipient *r, struct kith_buf *out); /* guests_to of the flight */
void courier_guests_settle(struct kith_recipient *r, bool came); /* what was out has come, or is sent again */
void courier_guest_taken(struct kith_node *n, struct kith_recipient *r, struct kith_bytes raw);
void courier_guests_again(struct kith_node *n);
void courier_guests_wipe(struct kith_node *n);

/* courier_seen.c */
bool courier_seen_waits(const struct kith_recipient *r);
size_t courier_seen_put(struct kith_recipient *r, struct kith_buf *out);
void courier_seen_came(struct kith_recipient *r, size_t count);
void courier_seen_tell(struct kith_node *n, struct kith_recipient *r); /* by the link that is open */
void courier_seen_taken(struct kith_node *n, struct kith_recipient *r, struct kith_bytes ids);
bool courier_seen_by(const struct kith_recipient *r, uint64_t sequence);
int courier_seen_allow(struct kith_call *c);
int courier_seen_say(struct kith_call *c);

/* courier_blobs.c */
void courier_want_add(struct kith_recipient *r, const struct kith_part_want *want, bool pushed);
void courier_wants_serve(struct kith_node *n, struct kith_recipient *r);
void courier_ask(struct kith_node *n); /* deals our wants out to recipients */
uint64_t courier_ask_at(const struct kith_node *n);
void courier_blobs_wipe(struct kith_node *n);

/* courier_pieces.c, courier_build.c */
void courier_blob_taken(struct kith_node *n, const struct kith_pubkey *sender, const struct kith_part_blob *part);
/* The first stretch at or after *at that this sender has not brought; *len 0: as far as it goes. False: none is missing. */
bool courier_pieces_gap(struct kith_node *n, const struct kith_pubkey *sender, const struct kith_blobid *id, uint64_t *at, uint64_t *len);
bool courier_pieces_has(const struct kith_node *n, const struct kith_blobid *file); /* a file of the host's is a stretch of ours */
bool courier_pieces_saved(struct kith_node *n); /* writes down what has come; false: not all of it is yet */
void courier_pieces_tick(struct kith_node *n);
void courier_pieces_load(struct kith_node *n);
void courier_pieces_wipe(struct kith_node *n);

/* courier_read.c */
bool courier_is_split(struct kith_node *n, struct kith_recipient *r, const struct kith_pubkey *feed); /* theirs is another than ours */
void courier_early_release(struct kith_node *n);
void courier_early_wipe(struct kith_node *n);

#endif
