/* SPDX-License-Identifier: MIT */
#include "commands.h"

#define PAGING                                                                                     \
    "--limit N  at most N, 50 if not said, 0 for all\n"                                            \
    "--before MS  only what is older than this time, in milliseconds since 1970\n"                 \
    "--follow  goes on with what arrives, until interrupted\n"

const struct command app_commands[] = {
    {"init", "You", "[--name NAME | --words | --words-file FILE]", "makes your key, and with it your place",
     "--name NAME  what others call you; public\n--words  asks for the recovery words of somebody whom you were already: the "
     "same person in a new home\n--words-file FILE  takes them from a file, - for standard input\n", "kith init --name Anna", cmd_init},
    {"id", "You", "", "prints your id", NULL, "kith id", cmd_id},
    {"profile", "You", "[WHO] [--name NAME] [--description TEXT] [--image FILE [--friends]]",
     "shows a person; with options, changes what you say about yourself",
     "--name NAME  your name\n--description TEXT  about you, in Markdown\n--image FILE  a picture\n"
     "--friends  one that only your friends see; others go on seeing the last public one\n",
     "kith profile --description 'gardener'", cmd_profile},

    {"post", "Writing", "[--public | --to CIRCLE|WHO[,WHO…]] [--wall WHO] [--warning TEXT] [--file FILE]… TEXT",
     "writes on your wall, or on a friend's, for your friends to read, or for theirs",
     "--public  everybody can read it, for ever\n--to CIRCLE|WHO[,WHO…]  for the members of a circle or group, or for these people alone\n"
     "--wall WHO  on whose wall\n--warning TEXT  what readers see before they open it\n--file FILE  a photo or any file "
     "below 5 MiB, as often as wanted\nA TEXT of - is read from standard input. It is Markdown.\n",
     "kith post --file tulip.jpg 'The first tulip'", cmd_post},
    {"reply", "Writing", "[--warning TEXT] [--file FILE]… MESSAGE TEXT", "comments on a message", NULL,
     "kith reply %….sha256 'how lovely'", cmd_reply},
    {"like", "Writing", "[--undo] MESSAGE [WORD]", "reacts to a message",
     "--undo  takes the reaction back\nWORD is what to show instead of Like, an emoji for example.\n",
     "kith like %….sha256", cmd_like},
    {"share", "Writing", "MESSAGE [TEXT]", "shows somebody's message on your wall", NULL, "kith share %….sha256", cmd_share},
    {"edit", "Writing", "MESSAGE TEXT", "replaces the text of a message of yours; both stay in the log", NULL,
     "kith edit %….sha256 'The first tulips'", cmd_edit},
    {"retract", "Writing", "MESSAGE", "takes a message of yours back; others may keep copies", NULL,
     "kith retract %….sha256", cmd_retract},
    {"accept", "Writing", "MESSAGE", "lets a stranger's post stand on your wall", NULL, "kith accept %….sha256", cmd_accept},
    {"remove", "Writing", "MESSAGE", "takes a post down from your wall", NULL, "kith remove %….sha256", cmd_remove},
    {"message", "Writing", "[--file FILE]… WHO[,WHO…] TEXT", "writes privately to one or to several, six at most",
     "--file FILE  an encrypted attachment; its key travels in the message only\n", "kith message Ben 'See you at six'", cmd_message},

    {"feed", "Reading", "[--limit N] [--before MS] [--hops N] [--tag TAG] [--follow]", "the newest of all walls that you keep",
     PAGING "--hops N  only people within N steps: 1 is whom you follow\n--tag TAG  only posts with this hashtag\n", "kith feed", cmd_feed},
    {"wall", "Reading", "[WHO] [--limit N] [--before MS] [--waiting] [--removed] [--follow]", "your wall, or somebody's",
     PAGING "--waiting  also posts of strangers that were not accepted yet\n--removed  also what was taken down\n",
     "kith wall Ben", cmd_wall},
    {"thread", "Reading", "MESSAGE [--limit N] [--follow]", "a message and its comments", PAGING, "kith thread %….sha256", cmd_thread},
    {"inbox", "Reading", "[--limit N] [--before MS] [--follow]", "your private messages", PAGING, "kith inbox", cmd_inbox},
    {"notices", "Reading", "[--limit N] [--before MS]", "what others did that concerns you", PAGING, "kith notices", cmd_notices},
    {"get", "Reading", "MESSAGE", "one message, as it was signed", NULL, "kith get %….sha256", cmd_get},
    {"search", "Reading", "[--by WHO] [--limit N] [--before MS] WORDS…", "messages on this device in which all the words are",
     "--by WHO  only what this person wrote\n--limit N  at most N, 50 if not said, 0 for all\n--before MS  only what is older than this "
     "time, in milliseconds since 1970\nCapitals and accents do not count, and the last word may be the beginning of one. "
     "'\"two words\"' are found together, #tag is a hashtag, and an id or ssb: link that you paste is looked up.\n",
     "kith search tulip '#spring'", cmd_search},
    {"query", "Reading", "[--limit N] JSON", "messages whose content has these values",
     "--limit N  at most N, 100 if not said\nThe first query on a field reads everything once and builds an index, which is kept.\n",
     "kith query '{\"type\":\"post\",\"channel\":\"garden\"}'", cmd_query},

    {"circle", "People",
     "list | create [--group] [--open] NAME | show CIRCLE | add CIRCLE WHO… | exclude CIRCLE WHO… | leave CIRCLE | accept CIRCLE | "
     "refuse CIRCLE | about CIRCLE [--name NAME] [--description TEXT] | keeper [--undo] CIRCLE WHO | history CIRCLE all|now",
     "circles of people for whom you write, and groups with a wall of their own",
     "--group  a group: its members know each other, and each has to accept\n--open  a group in which every member may add others\n"
     "--name NAME  what it is called\n--description TEXT  what it is for\n--undo  no keeper any more\n"
     "CIRCLE is a name, an id, or friends: that one is made by itself and follows your friendships. Who is excluded reads nothing newer, "
     "and still what they could read before. history says what people read whom you add from then on.\n",
     "kith circle create Family", cmd_circle},
    {"friends", "People", "[WHO] [--follows] [--followers] [--requests] [--blocks]", "who is friends with whom",
     "--follows  whom they follow\n--followers  who follows them\n--requests  who waits for your answer\n--blocks  whom they block\n",
     "kith friends --requests", cmd_friends},
    {"follow", "People", "[--road ADDRESS] [--text TEXT] [--referrer WHO] WHO", "keeps up with a person; when both do, you are friends",
     "--road ADDRESS  where a packet reaches them (kith road): nobody needs to be online to become friends; they answer by the roads on which you "
     "listen\n--text TEXT  what you say to them\n--referrer WHO  who told you of them\n", "kith follow --road mailto:ben@example.org --text 'Anna, from the choir' @….ed25519", cmd_follow},
    {"unfollow", "People", "WHO", "takes that back", NULL, "kith unfollow Ben", cmd_unfollow},
    {"refuse", "People", "[--undo] [--tell] WHO", "leaves a request out of friends --requests, on this machine; nobody learns of it",
     "--undo  takes that back\n--tell  who asked by a packet is told, and asks no more\n", "kith refuse @….ed25519", cmd_refuse},
    {"block", "People", "WHO", "nothing of theirs to you, nothing of yours to them; public", NULL, "kith block @….ed25519", cmd_block},
    {"unblock", "People", "WHO", "takes that back", NULL, "kith unblock Ben", cmd_unblock},
    {"mute", "People", "WHO", "hides a person on this machine; nobody learns of it", NULL, "kith mute Ben", cmd_mute},
    {"unmute", "People", "WHO", "takes that back", NULL, "kith unmute Ben", cmd_unmute},

    {"ui", "Connecting", "[--print]", "opens your wall in a browser; starts the node if none runs, and your place if there is none",
     "--print  prints the address of the page that is served, and does nothing else\nThe address holds a token and lets in "
     "whoever has it. With no node running, kith ui takes the options of kith serve and serves until it is stopped.\n",
     "kith ui", cmd_ui},
    {"serve", "Connecting", "[--listen HOST:PORT] [--ws HOST:PORT] [--web HOST:PORT] [--no-web] [--web-password-file FILE] [--inbox HOST:PORT] [--roots FILE] [--no-lan] [--hops N] [--quota MB] [--verbose]",
     "runs your node until it is stopped; prints its address",
     "--listen HOST:PORT  where to be reached; 0.0.0.0:8008 if not said; port 0 takes a free one\n--ws HOST:PORT  where "
     "friends in browsers reach it by WebSocket; nowhere if not said\n--web HOST:PORT  where "
     "the page is served; 127.0.0.1:8484 if not said, or a free port if that one is taken\n--no-web  serves no page\n"
     "--web-password-file FILE  its first line lets a browser in as well as the token that kith ui hands over; to be "
     "reached from other machines needs one, and is not encrypted\n--inbox HOST:PORT  keeps sealed packets for you and for anybody "
     "who knows of it, for 30 days, at most 64 MB each; with --inbox-cert FILE and --inbox-key FILE by TLS\n--roots FILE  the certificates to trust when wss: addresses are "
     "called, in PEM, instead of the system's\n--no-lan  neither looks for "
     "people on the local network nor says that it is here\n--hops N  how far to keep copies: 2 (friends of friends) if not "
     "said\n--quota MB  keep at most so much\n--verbose  a log line for small things too\n",
     "kith serve", cmd_serve},
    {"stop", "Connecting", "", "ends the running node", NULL, "kith stop", cmd_stop},
    {"connect", "Connecting", "[--forget] ADDRESS", "keeps an address and dials it",
     "--forget  dials it no more\n", "kith connect net:192.0.2.7:8008~shs:KEY", cmd_connect},
    {"disconnect", "Connecting", "WHO", "ends a connection", NULL, "kith disconnect Ben", cmd_disconnect},
    {"peers", "Connecting", "", "connections, and addresses that are tried again", NULL, "kith peers", cmd_peers},
    {"invite", "Connecting", "create [--uses N] | mail [--text TEXT] [--page URL] [--print] WHO@HOST | use INVITE", "lets somebody in, or uses somebody's invite",
     "--uses N  how many people may use it, 1 if not said\n--text TEXT  your own words in the mail\n--page URL  a page of kith on the web, https://HOST/, on which a link in the mail can be opened\n--print  shows the mail and sends none\n"
     "create needs a running node that others can reach (kith serve). mail invites somebody who need not have kith: they get a plain mail with an "
     "invite that needs nobody online, which works once; it is sent as HOME/roads.conf says (mailto.smtp), and names the roads on which you listen (kith road). Where one of them is an inbox (https:) and --page or invite.page in roads.conf names a page, there is a link to it, too.\n",
     "kith invite create", cmd_invite},

    {"road", "Connecting", "[list] | add WHO ADDRESS | remove WHO ADDRESS | listen ADDRESS | deafen ADDRESS",
     "roads that store and forward: for friends who are never online when you are",
     "ADDRESS is dir:/FOLDER, a folder that you both can write to sooner or later (a stick, a synchronised folder), "
     "https://HOST/inbox/NAME, an inbox, mailto:WHO@HOST, xmpp:WHO@HOST, or exec:/PROGRAM (docs/drivers.md). It stays on this machine. listen says where packets for you may lie, the best last; your friends are told, except of exec:. deafen takes that back: "
     "listen https://HOST/inbox makes your inbox at a server (kith serve --inbox) and prints its address for your friends. kith serve looks there and sends.\n",
     "kith road add Ben dir:/media/stick/kith", cmd_road},
    {"outbox", "Connecting", "[MESSAGE] | again WHO | drop WHO | read MESSAGE | receipts [yes|no]", "how far what you wrote got, for each friend with a road that stores and forwards",
     "With a MESSAGE of yours: queued, handed over and to whom, received or read, for each of them. again sends now what has no receipt. drop gives up on packets for somebody: what waits is taken out, and nothing new goes, until again, another road, or something newer from them. read tells the author of a friend's message that you have seen it, if receipts say yes; they say no until you change that.\n",
     "kith outbox", cmd_outbox},

    {"blob", "Keeping", "add [--sealed] FILE | get [--wait] [--output FILE] BLOB | has BLOB | want BLOB", "photos and files by their hash",
     "--sealed  encrypts; the key is in the link that is printed\n--wait  until somebody has sent it\n--output FILE  where to write; "
     "standard output if not said\n",
     "kith blob get &….sha256 --output tulip.jpg", cmd_blob},
    {"backup", "Keeping", "words | create FILE | verify FILE | restore FILE [--passphrase-file FILE]",
     "your recovery words; a file with all that you wrote and your photos",
     "--passphrase-file FILE  holds the passphrase, - for standard input; asked for if not said\nwords shows the 24 words that are "
     "your key. create writes an age file, which age -d opens too. verify reads all of it and keeps nothing. restore needs a home "
     "that has published nothing; kith then writes nothing before a friend has shown how far your feed had got.\n",
     "kith backup create anna.age", cmd_backup},
    {"status", "Keeping", "[--insist]", "how things are", "--insist  after a restore: you are sure that nothing newer of yours exists\n",
     "kith status", cmd_status},
    {"forget", "Keeping", "ID", "erases a message, a person's feed or a blob from this machine", NULL, "kith forget %….sha256", cmd_forget},
    {"rebuild", "Keeping", "", "makes all lists anew from the log", NULL, "kith rebuild", cmd_rebuild},
    {"verify", "Keeping", "FILE", "judges messages, one JSON object a line, without keeping them",
     "Takes values or {\"key\", \"value\"} of any authors in any interleaving; prints one object: messages, valid, invalid, "
     "stored, seconds. Exit 3 if some were invalid, 1 if all were.\n",
     "kith verify log.jsonl", cmd_verify},
    {"import", "Keeping", "FILE", "judges and keeps messages", "As verify, and stores what follows each feed's last known message.\n",
     "kith import log.jsonl", cmd_import},
    {"export", "Keeping", "[--mine] [FILE]", "writes messages, one JSON object a line", "--mine  only your own\n", "kith export --mine mine.jsonl", cmd_export},

    {"help", "About", "[COMMAND]", "what a command does", NULL, "kith help post", cmd_help},
    {"version", "About", "", "which kith this is", NULL, "kith version", cmd_version},
    {"completion", "About", "bash|zsh|fish", "a script that completes commands", NULL, "kith completion bash > ~/.local/share/bash-completion/completions/kith", cmd_completion},
    {"man", "About", "", "this table as a man page", NULL, "kith man > kith.1", cmd_man},
    {0},
};
