/* SPDX-License-Identifier: MIT */
/* commands.h: the functions behind the table in commands.c. Each file cmd_*.c holds a few of one kind. */
#ifndef KITH_APP_COMMANDS_H
#define KITH_APP_COMMANDS_H

#include "app.h"

const struct command *command_find(const char *name); /* NULL: none */
int command_help(const struct command *c);

int cmd_init(struct app *a);
int cmd_id(struct app *a);
int cmd_profile(struct app *a);
int cmd_post(struct app *a);
int cmd_reply(struct app *a);
int cmd_like(struct app *a);
int cmd_share(struct app *a);
int cmd_edit(struct app *a);
int cmd_retract(struct app *a);
int cmd_accept(struct app *a);
int cmd_remove(struct app *a);
int cmd_message(struct app *a);
int cmd_circle(struct app *a);
int cmd_wall(struct app *a);
int cmd_feed(struct app *a);
int cmd_thread(struct app *a);
int cmd_inbox(struct app *a);
int cmd_notices(struct app *a);
int cmd_get(struct app *a);
int cmd_query(struct app *a);
int cmd_search(struct app *a);
int cmd_follow(struct app *a);
int cmd_unfollow(struct app *a);
int cmd_block(struct app *a);
int cmd_unblock(struct app *a);
int cmd_mute(struct app *a);
int cmd_unmute(struct app *a);
int cmd_refuse(struct app *a);
int cmd_friends(struct app *a);
int cmd_backup(struct app *a);
int cmd_blob(struct app *a);
int cmd_invite(struct app *a);
int cmd_peers(struct app *a);
int cmd_connect(struct app *a);
int cmd_disconnect(struct app *a);
int cmd_status(struct app *a);
int cmd_forget(struct app *a);
int cmd_rebuild(struct app *a);
int cmd_verify(struct app *a);
int cmd_import(struct app *a);
int cmd_export(struct app *a);
int cmd_road(struct app *a);
int cmd_outbox(struct app *a);
int cmd_serve(struct app *a);
int cmd_ui(struct app *a);
int cmd_stop(struct app *a);
int cmd_help(struct app *a);
int cmd_version(struct app *a);
int cmd_completion(struct app *a);
int cmd_man(struct app *a);

#endif
