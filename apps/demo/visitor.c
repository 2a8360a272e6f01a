/* SPDX-License-Identifier: MIT */
#include "visitor.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "feed/content.h"

#define MORE_MAX 16

static void on_page_exit(uv_process_t *p, int64_t status, int signal) {
    struct visitor *me = p->data;
    (void)status;
    (void)signal;
    me->shows = false;
    uv_close((uv_handle_t *)p, NULL);
}

/* `kith ui` that finds no node any more would become one. */
static void end_page(struct visitor *me, int signal) {
    if (me->shows)
        (void)uv_process_kill(&me->page, signal);
}

static void on_node_exit(uv_process_t *p, int64_t status, int signal) {
    struct visitor *me = p->data;
    (void)status;
    (void)signal;
    me->runs = false;
    end_page(me, SIGTERM);
    uv_close((uv_handle_t *)p, NULL);
    if (!uv_is_closing((uv_handle_t *)&me->words))
        uv_close((uv_handle_t *)&me->words, NULL);
    me->gone(me);
}

static void on_room(uv_handle_t *h, size_t suggested, uv_buf_t *buf) {
    struct visitor *me = h->data;
    (void)suggested;
    *buf = uv_buf_init(me->line + me->line_len, (unsigned)(sizeof me->line - 1 - me->line_len));
}

static void on_words(uv_stream_t *s, ssize_t got, const uv_buf_t *buf) {
    struct visitor *me = s->data;
    char *end;
    (void)buf;
    if (got < 0) {
        uv_close((uv_handle_t *)s, NULL);
        return;
    }
    me->line_len += (size_t)got;
    end = memchr(me->line, '\n', me->line_len);
    if (!end)
        return;
    *end = 0;
    uv_read_stop(s);
    me->ready(me, me->line);
}

bool visitor_start(struct visitor *me, uv_loop_t *loop, char **more) {
    char *args[MORE_MAX + 10] = {me->program, "--home", me->home.dir, "--quiet", "serve", "--no-lan", "--listen", "127.0.0.1:0"};
    uv_stdio_container_t streams[3] = {
        {.flags = UV_IGNORE},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&me->words},
        {.flags = UV_INHERIT_FD, .data.fd = 2},
    };
    uv_process_options_t options = {.file = me->program, .args = args, .stdio = streams, .stdio_count = 3, .exit_cb = on_node_exit};
    int err;
    for (int i = 0; more && more[i] && i < MORE_MAX; i++)
        args[8 + i] = more[i];
    me->node.data = me;
    uv_pipe_init(loop, &me->words, 0);
    me->words.data = me;
    err = uv_spawn(loop, &me->node, &options);
    if (err) {
        fprintf(stderr, "demo: %s: %s\n", me->program, uv_strerror(err));
        uv_close((uv_handle_t *)&me->node, NULL);
        uv_close((uv_handle_t *)&me->words, NULL);
        return false;
    }
    me->runs = true;
    uv_read_start((uv_stream_t *)&me->words, on_room, on_words);
    return true;
}

void visitor_stop(struct visitor *me, int signal) {
    end_page(me, signal);
    if (me->runs)
        (void)uv_process_kill(&me->node, signal);
}

/* ---- what the visitor does first, as if by hand ---- */

static bool publish(struct client *c, struct kith_buf *content) {
    struct kith_buf args = {0}, reply = {0};
    int err;
    kith_buf_put_u8(&args, '[');
    kith_buf_put_bytes(&args, kith_buf_bytes(content));
    kith_buf_put_u8(&args, ']');
    err = client_call(c, "publish", kith_buf_bytes(&args), &reply);
    if (err)
        fprintf(stderr, "demo: your node does not publish: %s\n", client_why(c));
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    kith_buf_wipe(content);
    return !err;
}

bool visitor_settle(struct visitor *me, const struct neighbourhood *v, const char *name) {
    struct kith_about about = {.about = me->home.keys.pub, .name = kith_bytes_str(name)};
    struct kith_buf content = {0};
    struct client *c;
    bool ok;
    if (client_open(&c, &me->home, false, 4))
        return false;
    kith_content_about(&content, &about);
    ok = publish(c, &content);
    for (enum who who = 0; ok && who < PEOPLE; who++) {
        struct kith_contact contact = {.contact = *neighbourhood_id(v, who), .following = KITH_SAID_YES};
        if (people[who].is_stranger)
            continue;
        kith_content_contact(&content, &contact);
        ok = publish(c, &content);
    }
    client_close(c);
    return ok;
}

void visitor_show(struct visitor *me, bool in_browser) {
    char *args[] = {me->program, "--home", me->home.dir, "ui", in_browser ? NULL : "--print", NULL}, place[HOME_PATH_MAX + 64];
    uv_stdio_container_t streams[3] = {{.flags = UV_IGNORE}, {.flags = UV_INHERIT_FD, .data.fd = 1}, {.flags = UV_INHERIT_FD, .data.fd = 2}};
    /* Detached: a browser that it starts is not ended together with us. */
    uv_process_options_t options = {.file = me->program, .args = args, .stdio = streams, .stdio_count = 3, .exit_cb = on_page_exit, .flags = UV_PROCESS_DETACHED};
    home_path(&me->home, "web", place, sizeof place);
    if (access(place, R_OK)) {
        fprintf(stderr, "demo: this node serves no page; its home is %s\n", me->home.dir);
        return;
    }
    me->page.data = me;
    me->shows = !uv_spawn(me->node.loop, &me->page, &options);
    if (!me->shows)
        uv_close((uv_handle_t *)&me->page, NULL);
}
