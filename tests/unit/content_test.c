/* SPDX-License-Identifier: MIT */
/* content_test.c: what kith publishes, word for word, and what a text mentions. */
#include "feed/content.h"

#include "base/json.h"
#include "check.h"
#include "feed/markdown.h"
#include "feed/message.h"

#define KEY "ckOlOgmZ9/KhGJj0WOh//GpKFE53e+PgVhFR91tO2Ao="
#define FEED "@" KEY ".ed25519"
#define MESSAGE "%" KEY ".sha256"
#define BLOB "&" KEY ".sha256"
#define UNBOX "?unbox=" KEY ".boxs"

static struct kith_pubkey feed;
static struct kith_msgid message;
static struct kith_blobid blob;

/* True if out is exactly want, canonical, and can be published; empties out. */
static bool is_text(struct kith_buf *out, const char *want) {
    struct kith_json doc = {0};
    struct kith_seed seed = {{1}};
    struct kith_keypair keys;
    struct kith_head head = {0};
    struct kith_buf compact = {0};
    struct kith_message m;
    bool same = kith_bytes_is(kith_buf_bytes(out), want);
    if (!same)
        fprintf(stderr, "%.*s\n", (int)out->len, (const char *)out->p);
    same = same && kith_json_parse(&doc, kith_buf_bytes(out), 10000) == KITH_OK;
    same = same && doc.was_canonical;
    kith_sign_keypair(&keys, &seed);
    same = same &&
           kith_message_create(kith_buf_bytes(out), &keys, &head, 1, NULL, &compact, &m) == KITH_OK;
    out->len = 0;
    kith_json_wipe(&doc);
    kith_buf_wipe(&compact);
    return same;
}

static void posts(void) {
    struct kith_buf out = {0};
    struct kith_post post = {.text = KITH_LIT("hello \"world\"\n\xc3\xa9")};
    kith_content_post(&out, &post);
    CHECK(is_text(&out, "{\"type\":\"post\",\"text\":\"hello \\\"world\\\"\\n\xc3\xa9\"}"));
    post = (struct kith_post){0};
    kith_content_post(&out, &post);
    CHECK(is_text(&out, "{\"type\":\"post\",\"text\":\"\"}"));

    struct kith_msgid branch[2] = {message, message};
    struct kith_attachment photo = {
        .blob = {.kind = KITH_REF_BLOB, .bytes = blob.hash},
        .name = KITH_LIT("a.jpg"),
        .type = KITH_LIT("image/jpeg"),
        .size = 1234,
    };
    post = (struct kith_post){
        .text = KITH_LIT("[@anna](" FEED ") ![x](" BLOB ")"),
        .root = &message,
        .branch = branch,
        .branch_count = 2,
        .wall = &feed,
        .attachments = &photo,
        .attachment_count = 1,
        .content_warning = KITH_LIT("spiders"),
        .recps = {&feed, 1},
    };
    kith_content_post(&out, &post);
    CHECK(is_text(&out, "{\"type\":\"post\",\"text\":\"[@anna](" FEED ") ![x](" BLOB ")\""
                        ",\"root\":\"" MESSAGE "\",\"branch\":[\"" MESSAGE "\",\"" MESSAGE "\"]"
                        ",\"wall\":\"" FEED "\",\"mentions\":[{\"link\":\"" BLOB
                        "\",\"name\":\"a.jpg\",\"type\":\"image/jpeg\",\"size\":1234},"
                        "{\"link\":\"" FEED "\",\"name\":\"anna\"}]"
                        ",\"contentWarning\":\"spiders\",\"recps\":[\"" FEED "\"]}"));
    kith_buf_wipe(&out);
}

static void other_contents(void) {
    struct kith_buf out = {0};
    struct kith_bytes none = {0};
    struct kith_recps all = {0}, one = {&feed, 1};
    struct kith_about about = {.about = feed, .name = KITH_LIT("Anna")};
    kith_content_about(&out, &about);
    CHECK(is_text(&out, "{\"type\":\"about\",\"about\":\"" FEED "\",\"name\":\"Anna\"}"));
    about = (struct kith_about){.about = feed, .description = KITH_LIT(""), .image = &blob};
    kith_content_about(&out, &about);
    CHECK(is_text(&out, "{\"type\":\"about\",\"about\":\"" FEED
                        "\",\"description\":\"\",\"image\":\"" BLOB "\"}"));

    struct kith_contact contact = {.contact = feed, .following = KITH_SAID_YES};
    kith_content_contact(&out, &contact);
    CHECK(is_text(&out, "{\"type\":\"contact\",\"contact\":\"" FEED "\",\"following\":true}"));
    contact.following = KITH_SAID_NO;
    contact.blocking = KITH_SAID_YES;
    kith_content_contact(&out, &contact);
    CHECK(is_text(&out, "{\"type\":\"contact\",\"contact\":\"" FEED
                        "\",\"following\":false,\"blocking\":true}"));
    contact = (struct kith_contact){feed, KITH_SAID_YES, KITH_UNSAID, true, true};
    kith_content_contact(&out, &contact);
    CHECK(is_text(&out, "{\"type\":\"contact\",\"contact\":\"" FEED
                        "\",\"following\":true,\"autofollow\":true,\"pub\":true}"));

    kith_content_vote(&out, &message, 1, KITH_LIT("Like"), all);
    CHECK(is_text(&out, "{\"type\":\"vote\",\"vote\":{\"link\":\"" MESSAGE
                        "\",\"value\":1,\"expression\":\"Like\"}}"));
    kith_content_vote(&out, &message, -1, none, one);
    CHECK(is_text(&out, "{\"type\":\"vote\",\"vote\":{\"link\":\"" MESSAGE
                        "\",\"value\":-1},\"recps\":[\"" FEED "\"]}"));
    kith_content_pub(&out, KITH_LIT("pub.example"), 8008, &feed);
    CHECK(is_text(&out, "{\"type\":\"pub\",\"address\":{\"host\":\"pub.example\",\"port\":8008,"
                        "\"key\":\"" FEED "\"}}"));
    kith_content_share(&out, &message, none);
    CHECK(is_text(&out, "{\"type\":\"share\",\"share\":{\"link\":\"" MESSAGE "\"}}"));
    kith_content_share(&out, &message, KITH_LIT("look #here"));
    CHECK(is_text(&out, "{\"type\":\"share\",\"share\":{\"link\":\"" MESSAGE
                        "\"},\"text\":\"look #here\",\"mentions\":[{\"link\":\"#here\"}]}"));
    kith_content_edit(&out, &message, KITH_LIT("better"), all);
    CHECK(is_text(&out, "{\"type\":\"edit\",\"target\":\"" MESSAGE "\",\"text\":\"better\"}"));
    kith_content_retract(&out, &message, all);
    CHECK(is_text(&out, "{\"type\":\"retract\",\"target\":\"" MESSAGE "\"}"));
    kith_content_wall(&out, &message, true);
    CHECK(is_text(&out, "{\"type\":\"wall/accept\",\"post\":\"" MESSAGE "\"}"));
    kith_content_wall(&out, &message, false);
    CHECK(is_text(&out, "{\"type\":\"wall/remove\",\"post\":\"" MESSAGE "\"}"));
    kith_buf_wipe(&out);
}

/* text, and the mentions that a post of it has: what stands between the brackets of the array. */
static void what_a_text_mentions(void) {
    static const struct {
        const char *text, *mentions;
    } rows[] = {
        {"", ""},
        {"nothing here: a@b.example, 50% & more, C# and #", ""},
        {"[@anna](" FEED ")", "{\"link\":\"" FEED "\",\"name\":\"anna\"}"},
        {"[a *very* \\[nice\\] `msg`](" MESSAGE ")",
         "{\"link\":\"" MESSAGE "\",\"name\":\"a very [nice] msg\"}"},
        {"![](" BLOB ")", "{\"link\":\"" BLOB "\"}"},
        {"![alt]( <" BLOB "> \"title\" )", "{\"link\":\"" BLOB "\",\"name\":\"alt\"}"},
        {"[s](" BLOB UNBOX ")",
         "{\"link\":\"" BLOB "\",\"name\":\"s\",\"query\":{\"unbox\":\"" KEY ".boxs\"}}"},
        {"see " MESSAGE ", or (" BLOB ").", "{\"link\":\"" MESSAGE "\"},{\"link\":\"" BLOB "\"}"},
        {FEED " " FEED, "{\"link\":\"" FEED "\"}"},
        {"x" FEED, ""},
        {"ssb:message/sha256/ckOlOgmZ9_KhGJj0WOh__GpKFE53e-PgVhFR91tO2Ao=",
         "{\"link\":\"" MESSAGE "\"}"},
        {"#one #two-3 #one, (#vier) #\xc3\xa9t\xc3\xa9\xe2\x80\xa6",
         "{\"link\":\"#one\"},{\"link\":\"#two-3\"},{\"link\":\"#vier\"},"
         "{\"link\":\"#\xc3\xa9t\xc3\xa9\"}"},
        {"# heading\n## another", ""},
        {"a#b \\#c `#d` ``#e ` #f`` http://x.example/#g [h](https://x.example/#h)", ""},
        {"an open ` #tag", "{\"link\":\"#tag\"}"},
        {"[![alt](" BLOB ")](" MESSAGE ")", "{\"link\":\"" MESSAGE "\",\"name\":\"![alt](" BLOB
                                            ")\"},{\"link\":\"" BLOB "\",\"name\":\"alt\"}"},
        {"[web](http://x.example) [[x](" MESSAGE ")", "{\"link\":\"" MESSAGE "\",\"name\":\"x\"}"},
        {"[open](" FEED, "{\"link\":\"" FEED "\"}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_buf out = {0}, want = {0};
        struct kith_post post = {.text = kith_bytes_str(rows[i].text)};
        kith_buf_put_str(&want, "{\"type\":\"post\",\"text\":");
        kith_json_put_string(&want, post.text);
        if (*rows[i].mentions) {
            kith_buf_put_str(&want, ",\"mentions\":[");
            kith_buf_put_str(&want, rows[i].mentions);
            kith_buf_put_str(&want, "]");
        }
        kith_buf_put_str(&want, "}");
        kith_buf_put_u8(&want, 0);
        kith_content_post(&out, &post);
        CHECK_ROW(is_text(&out, (const char *)want.p), rows[i].text);
        kith_buf_wipe(&out);
        kith_buf_wipe(&want);
    }
}

/* No text may cost more than a little for each of its bytes, or never end. */
static void hostile_texts_end(void) {
    static const char *const units[] = {"[",  "![", "`", "` `` ", "@",    "#", "\\",
                                        "](", "[]", "%", "(",     "ssb:", "",  "http://"};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct kith_buf text = {0};
        struct kith_markdown_link link;
        while (text.len < 60000)
            kith_buf_put(&text, units[i], strlen(units[i]) + (*units[i] ? 0 : 1));
        struct kith_markdown walk = {.text = kith_buf_bytes(&text)};
        while (kith_markdown_next(&walk, &link))
            continue;
        CHECK(walk.pos >= text.len);
        kith_buf_wipe(&text);
    }
    struct kith_buf text = {0}, out = {0};
    for (unsigned i = 0; i < 1000; i++) {
        kith_buf_put_str(&text, "#t");
        kith_buf_put_dec(&text, i);
        kith_buf_put_str(&text, " ");
    }
    struct kith_post post = {.text = kith_buf_bytes(&text)};
    kith_content_post(&out, &post);
    struct kith_json doc = {0};
    CHECK(kith_json_parse(&doc, kith_buf_bytes(&out), 10000) == KITH_OK);
    CHECK(doc.nodes[kith_json_get(&doc, 0, "mentions")].count == KITH_MENTIONS_MAX);
    kith_json_wipe(&doc);
    kith_buf_wipe(&text);
    kith_buf_wipe(&out);
}

int main(void) {
    if (kith_crypto_init() || kith_feed_id_parse(KITH_LIT(FEED), &feed) ||
        kith_msgid_parse(KITH_LIT(MESSAGE), &message) || kith_blobid_parse(KITH_LIT(BLOB), &blob))
        return 2;
    posts();
    other_contents();
    what_a_text_mentions();
    hostile_texts_end();
    return check_done();
}
