/* SPDX-License-Identifier: MIT */
/* Prints docs/reference/rpc.md from the method tables, so that the page cannot say anything else than
 * what the node does: rpc_page > docs/reference/rpc.md
 * And the names and kinds that the TypeScript client's types are held against:
 * rpc_page --ts > apps/web/client/src/methods.gen.ts */
#include <stdio.h>
#include <string.h>

#include "node/methods.h"

static const char top[] =
    "# The app RPC\n"
    "\n"
    "<!-- Made by build/release/bin/rpc_page from the tables in core/node; a test fails when it is stale. -->\n"
    "\n"
    "A running node (`kith serve`) is called by muxrpc, the protocol that Scuttlebutt peers speak with each\n"
    "other. An app is the node's owner when it comes\n"
    "\n"
    "- over the Unix socket `HOME/socket`, without a handshake: `unix:HOME/socket~noauth`,\n"
    "- over TCP from the same machine, with the node's own key: `net:127.0.0.1:8008~shs:KEY`, or\n"
    "- over a WebSocket, as the page does: the address in `HOME/web` and `rpc`, with the subprotocols `kith`\n"
    "  and `token.` followed by the line in `HOME/web-token`, and that address as `Origin`. Binary frames\n"
    "  carry muxrpc's bytes; their borders mean nothing. There is no handshake. A text frame ends it.\n"
    "\n"
    "npm's `ssb-client` does either:\n"
    "\n"
    "```js\n"
    "const keys = require('ssb-keys').loadSync(HOME + '/secret')\n"
    "require('ssb-client')(keys, { remote: `unix:${HOME}/socket~noauth`, caps, manifest: null }, (err, sbot) => {\n"
    "  sbot.publish({ type: 'post', text: 'hello' }, (err, message) => { /* {key, value, timestamp} */ })\n"
    "})\n"
    "```\n"
    "\n"
    "C programs call the same methods with `kith_ask` and `kith_each` of `<kith/kith.h>`, whether or not a\n"
    "node runs.\n"
    "\n"
    "Names that ssb-server has keep their meaning. An `async` method answers once, a `source` with a stream\n"
    "of items, a `sink` takes a stream, a `duplex` both. An error's message is `name: sentence`; the names\n"
    "are those of `core/base/err.h` in lower case: `arg`, `not_found`, `denied`, `too_long`, `fork_guard`,\n"
    "`full`, `busy` and others. A method that does not exist, or that the caller may not call, is refused as\n"
    "in JavaScript: `method:a,b is not in list of allowed methods`.\n"
    "\n"
    "Streams of posts (`wall`, `feed`, `thread`, `inbox`, `notices`, `tag`) give summaries, one object for a\n"
    "post: `key`, `value`, `timestamp` (when it came), `author: {id, name}`, `replies`, `votes: {up, down,\n"
    "mine, reactions}`, `shares`, and where they apply `wall: {owner, state}`, `edited: {key, text}`,\n"
    "`retracted: true`. What is private and for us is opened: `value.content` is the plain content and\n"
    "`value.meta` is `{private: true, originalContent}`. Options that many streams know: `limit`, `reverse`,\n"
    "`before` and `after` (milliseconds since 1970; only what is older, or newer), `live` (goes on with what is stored later),\n"
    "`old: false` (only that), `sync` (says `{sync: true}` in between), `keys: false`, `values: false`.\n";

static void who(unsigned roles) {
    const char *comma = "";
    if (roles & KITH_ROLE_MASTER) {
        fputs("owner", stdout);
        comma = ", ";
    }
    if (roles & KITH_ROLE_PEER) {
        printf("%speer", comma);
        comma = ", ";
    }
    if (roles & KITH_ROLE_GUEST)
        printf("%sguest", comma);
}

/* A cell: a bar would end it. */
static void cell(const char *text) {
    for (; text && *text; text++)
        fputs(*text == '|' ? "\\|" : (const char[]){*text, 0}, stdout);
}

static const char *const kinds[] = {"", "async", "source", "sink", "duplex"};

static void table(const char *heading, const struct kith_method *m) {
    printf("\n## %s\n\n| method | kind | who | arguments | |\n|---|---|---|---|---|\n", heading);
    for (; m->name; m++) {
        printf("| `%s` | %s | ", m->name, kinds[m->type]);
        who(m->roles);
        fputs(m->args && *m->args ? " | `" : " | ", stdout);
        cell(m->args);
        fputs(m->args && *m->args ? "` | " : "| ", stdout);
        cell(m->about);
        fputs(" |\n", stdout);
    }
}

/* What the node's owner may call. */
static void typescript(void) {
    const struct kith_method *m;
    fputs("// SPDX-License-Identifier: MIT\n"
          "// Made by `rpc_page --ts` from the tables in core/node; a test fails when it is stale.\n"
          "export const methods = {\n",
          stdout);
    for (unsigned i = 0; (m = kith_methods_table(i, NULL)); i++) {
        for (; m->name; m++) {
            if (m->roles & KITH_ROLE_MASTER)
                printf("  '%s': '%s',\n", m->name, kinds[m->type]);
        }
    }
    fputs("} as const\n", stdout);
}

int main(int argc, char **argv) {
    const char *heading;
    const struct kith_method *m;
    if (argc == 2 && !strcmp(argv[1], "--ts")) {
        typescript();
        return 0;
    }
    fputs(top, stdout);
    fputs("\n*owner*: our own apps. *peer*: another person's node. *guest*: somebody who holds an invite of ours.\n", stdout);
    for (unsigned i = 0; (m = kith_methods_table(i, &heading)); i++)
        table(heading, m);
    return 0;
}
