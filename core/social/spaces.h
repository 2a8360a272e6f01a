/* SPDX-License-Identifier: MIT */
/* spaces.h: which view a key of the shared index belongs to. All views of social/ keep their lists in
 * one kith_index; the space keeps their keys apart. The numbers are part of a snapshot: a change
 * raises KITH_SOCIAL_VERSION (state.h). Ids are keyed by their 32 raw bytes, words by UTF-8 text. */
#ifndef KITH_SOCIAL_SPACES_H
#define KITH_SOCIAL_SPACES_H

enum kith_index_space {
    KITH_SPACE_TYPE = 1,     /* canonical text of content.type */
    KITH_SPACE_HOME,         /* empty key: every public root post and share */
    KITH_SPACE_WALL,         /* owner: own root posts, and posts of others with wall: owner */
    KITH_SPACE_GUEST,        /* post id and wall owner: where a wall/accept or wall/remove meets its post */
    KITH_SPACE_THREAD,       /* root id (or branch, where there is no root): replies */
    KITH_SPACE_BRANCH,       /* id that a reply branches from, if that is not its root */
    KITH_SPACE_VOTE,         /* target id: votes */
    KITH_SPACE_SHARE,        /* target id: shares */
    KITH_SPACE_MENTION,      /* feed, message or blob id: what mentions it */
    KITH_SPACE_TAG,          /* normalised tag or channel, without '#' */
    KITH_SPACE_OWN,          /* id of a message by me */
    KITH_SPACE_NOTICE,       /* empty key: what others did that concerns me */
    KITH_SPACE_INBOX,        /* sorted ids of the people in it: one private conversation */
    KITH_SPACE_PRIVATE,      /* empty key: all that was said in private conversations */
    KITH_SPACE_EDIT,         /* target id and author: edits and retractions */
    KITH_SPACE_NAME,         /* folded name: about messages that give it to someone */
    KITH_SPACE_LOOSE,        /* id of a message that came alone, to meet its chained twin */
    KITH_SPACE_PERSON,       /* raw key: the table of people, not a list */
    KITH_SPACE_CIRCLE,       /* id of a circle: its root posts and shares; also the tables of circles */
    KITH_SPACE_BOX,          /* end of a box1 ciphertext: who has published it */
    KITH_SPACE_QUERY,        /* text in a field of a user's query; + 1: a number, + 2: a boolean */
};

#endif
