/* SPDX-License-Identifier: MIT */
/* Everything that is made from the command table: help, the man page, completion. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "commands.h"

#ifndef KITH_VERSION
#define KITH_VERSION "0"
#endif

static const char globals[] = "  --home DIR   where your things lie (or $KITH_HOME; else $XDG_DATA_HOME/kith)\n"
                              "  --json       answers for scripts, one object a line\n"
                              "  --quiet      no notes on standard error\n"
                              "  --no-color   no bold or dim text (or $NO_COLOR)\n";

/* Of a line "--name N  text" the first part; 0 for a line that is no option. */
static int option_len(const char *line) {
    const char *gap = strstr(line, "  "), *end = strchr(line, '\n');
    return strncmp(line, "--", 2) || !gap || (end && gap > end) ? 0 : (int)(gap - line);
}

/* Options in two columns, other lines as they are. */
static void print_details(const char *details) {
    int width = 0;
    for (const char *at = details; at && *at; at += strcspn(at, "\n"), at += *at == '\n') {
        int len = option_len(at);
        width = len > width ? len : width;
    }
    while (details && *details) {
        int len = (int)strcspn(details, "\n"), option = option_len(details);
        if (option)
            printf("  %-*.*s  %.*s\n", width, option, details, len - option - 2, details + option + 2);
        else
            printf("  %.*s\n", len, details);
        details += len + (details[len] == '\n');
    }
}

int command_help(const struct command *c) {
    printf("kith %s %s\n  %s\n", c->name, c->args, c->about);
    if (c->details)
        putchar('\n');
    print_details(c->details);
    if (c->example)
        printf("\nFor example:\n  %s\n", c->example);
    return APP_OK;
}

int cmd_help(struct app *a) {
    const char *group = "";
    const struct command *c;
    if (!app_words(a, 0, 1))
        return APP_USAGE;
    if (a->argc) {
        c = command_find(a->argv[0]);
        if (c)
            return command_help(c);
        return app_refuse(a, APP_USAGE, "usage", "there is no command “%s”; all commands: kith help", a->argv[0]);
    }
    printf("kith: your wall, your friends and your messages, on your own machine\n");
    for (c = app_commands; c->name; c++) {
        if (strcmp(group, c->group))
            printf("\n%s\n", group = c->group);
        printf("  %-11s %s\n", c->name, c->about);
    }
    printf("\nWith every command\n%s\nMore: kith help COMMAND\n", globals);
    return APP_OK;
}

int cmd_version(struct app *a) {
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    if (a->json)
        printf("{\"version\":\"%s\"}\n", KITH_VERSION);
    else
        printf("kith %s\n", KITH_VERSION);
    return APP_OK;
}

/* ---- completion ---- */

static bool stands_in(const char *args, const char *option, int len) {
    const char *p = args;
    while ((p = strstr(p, "--")) && strncmp(p, option, (size_t)len))
        p += 2;
    return p != NULL;
}

/* The --options of a command, each once. */
static void each_option(const struct command *c, void (*each)(const struct command *c, const char *option, int len)) {
    const char *places[2] = {c->args, c->details};
    for (int i = 0; i < 2; i++) {
        for (const char *p = places[i] ? strstr(places[i], "--") : NULL; p; p = strstr(p + 2, "--")) {
            int len = (int)strspn(p + 2, "abcdefghijklmnopqrstuvwxyz-") + 2;
            if (len > 2 && (i == 0 || p == places[i] || p[-1] == '\n') && !(i == 1 && stands_in(c->args, p, len)))
                each(c, p, len);
        }
    }
}

static void bash_option(const struct command *c, const char *option, int len) {
    (void)c;
    printf(" %.*s", len, option);
}

static void bash(void) {
    printf("_kith() {\n    local cur=${COMP_WORDS[COMP_CWORD]} words\n    if [ \"$COMP_CWORD\" = 1 ]; then words=\"");
    for (const struct command *c = app_commands; c->name; c++)
        printf("%s ", c->name);
    printf("\"\n    else case ${COMP_WORDS[1]} in\n");
    for (const struct command *c = app_commands; c->name; c++) {
        printf("        %s) words=\"--home --json --quiet", c->name);
        each_option(c, bash_option);
        printf("\" ;;\n");
    }
    printf("    esac; fi\n    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o default -F _kith kith\n");
}

/* Text between quotes: apostrophe is what the shell wants for one of its own. */
static void quoted(const char *text, const char *apostrophe) {
    for (; *text; text++) {
        if (*text == '\'')
            fputs(apostrophe, stdout);
        else
            putchar(*text);
    }
}

static void zsh(void) {
    printf("#compdef kith\nif (( CURRENT == 2 )); then\n    local -a commands=(\n");
    for (const struct command *c = app_commands; c->name; c++) {
        printf("        '%s:", c->name);
        quoted(c->about, "'\\''");
        printf("'\n");
    }
    printf("    )\n    _describe command commands\nelse\n    case $words[2] in\n");
    for (const struct command *c = app_commands; c->name; c++) {
        printf("    %s) compadd -- --home --json --quiet", c->name);
        each_option(c, bash_option);
        printf(" ;;\n");
    }
    printf("    esac\n    _files\nfi\n");
}

static void fish_option(const struct command *c, const char *option, int len) {
    printf("complete -c kith -n '__fish_seen_subcommand_from %s' -l %.*s\n", c->name, len - 2, option + 2);
}

static void fish(void) {
    for (const struct command *c = app_commands; c->name; c++) {
        printf("complete -c kith -n __fish_use_subcommand -a %s -d '", c->name);
        quoted(c->about, "\\'");
        printf("'\n");
        each_option(c, fish_option);
    }
}

int cmd_completion(struct app *a) {
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    if (!strcmp(a->argv[0], "bash"))
        bash();
    else if (!strcmp(a->argv[0], "zsh"))
        zsh();
    else if (!strcmp(a->argv[0], "fish"))
        fish();
    else
        return app_words(a, 2, 2) ? APP_OK : APP_USAGE; /* shows the usage */
    return APP_OK;
}

/* ---- man page ---- */

static void roff_ascii(const char *text, size_t i) {
    if (text[i] == '-')
        fputs("\\-", stdout);
    else if (text[i] == '\\')
        fputs("\\e", stdout);
    else if ((text[i] == '.' || text[i] == '\'') && (i == 0 || text[i - 1] == '\n'))
        printf("\\&%c", text[i]);
    else
        putchar(text[i]);
}

/* Text in roff: a dash is a dash, a backslash is itself, a line does not begin with a dot, and what is
 * not ASCII goes by its number. */
static void roff(const char *text, size_t len) {
    for (size_t i = 0; i < len;) {
        size_t next = i;
        uint32_t c = kith_text_next(kith_bytes(text, len), &next);
        if (c > 127)
            printf("\\[u%04X]", c);
        else
            roff_ascii(text, i);
        i = next;
    }
}

static void roff_details(const char *details) {
    while (details && *details) {
        size_t len = strcspn(details, "\n");
        const char *gap = strstr(details, "  ");
        if (!strncmp(details, "--", 2) && gap && gap < details + len) {
            fputs(".TP\n.B ", stdout);
            roff(details, (size_t)(gap - details));
            putchar('\n');
            roff(gap + 2, len - (size_t)(gap + 2 - details));
        } else {
            fputs(".PP\n", stdout);
            roff(details, len);
        }
        putchar('\n');
        details += len + (details[len] == '\n');
    }
}

static const char page_top[] =
    ".TH KITH 1 \"\" \"kith " KITH_VERSION "\"\n.SH NAME\nkith \\- your wall, your friends and your messages, on your own machine\n"
    ".SH SYNOPSIS\n.B kith\n[\\-\\-home DIR] [\\-\\-json] COMMAND [WORDS]\n.SH DESCRIPTION\n"
    "kith is a social network with no server in the middle. What you write is signed with your own key, kept in\n"
    "your own folder and carried from friend to friend. It speaks Secure Scuttlebutt.\n.PP\n"
    "Every command works whether or not the node runs (kith serve). WHO is \"me\", a name that one known person\n"
    "has, an id (@....ed25519) or an ssb: link; MESSAGE is an id (%....sha256) or a link.\n"
    ".SH OPTIONS\n.TP\n.B \\-\\-home DIR\nwhere your things lie; else $KITH_HOME, $XDG_DATA_HOME/kith, ~/.local/share/kith\n"
    ".TP\n.B \\-\\-json\nanswers for scripts: one JSON object a line; errors as {\"error\":{\"code\",\"message\"}}\n"
    ".TP\n.B \\-\\-quiet\nno notes on standard error\n.TP\n.B \\-\\-no\\-color\nno bold or dim text; so does $NO_COLOR\n"
    ".SH COMMANDS\n";

static const char page_end[] =
    ".SH EXIT STATUS\n.TP\n0\nall is well\n.TP\n1\nit failed, for the reason given\n.TP\n2\nthe words of the command make no sense\n"
    ".TP\n3\npartly done\n.TP\n4\nthe node cannot be reached\n.TP\n10\nthere is no identity yet\n"
    ".TP\n11\nanother process holds the store\n.TP\n12\nthat is not the passphrase\n"
    ".SH FILES\n.TP\nsecret\nyour key; whoever has it is you. Keep a copy in a safe place.\n.TP\nstore/\nthe log and its snapshots\n"
    ".TP\nblobs/\nphotos and files\n.TP\nsocket\nthe running node\n.TP\nguard\ntells this store from a restored copy\n";

int cmd_man(struct app *a) {
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    fputs(page_top, stdout);
    for (const struct command *c = app_commands; c->name; c++) {
        fputs(".SS kith ", stdout);
        roff(c->name, strlen(c->name));
        putchar(' ');
        roff(c->args, strlen(c->args));
        putchar('\n');
        roff(c->about, strlen(c->about));
        putchar('\n');
        roff_details(c->details);
        if (c->example) {
            fputs(".PP\n.EX\n", stdout);
            roff(c->example, strlen(c->example));
            fputs("\n.EE\n", stdout);
        }
    }
    fputs(page_end, stdout);
    return APP_OK;
}
