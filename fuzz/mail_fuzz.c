/* SPDX-License-Identifier: MIT */
/* What lies in a mailbox: any mail at all, one of ours with the input as its parts, and a report about one of ours. */
#include <stdlib.h>
#include <string.h>

#include "drivers/mail_read.h"

static void count(void *ctx, struct kith_bytes packet) {
    size_t *all = ctx;
    *all += packet.len;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    kith_mail_start();
    return 0;
}

static void check_report(struct kith_bytes mail) {
    struct kith_mail_returned back;
    (void)kith_mail_is_report(mail);
    (void)kith_mail_returned(mail, &back);
    if (!memchr(back.why, 0, sizeof back.why) || !memchr(back.address, 0, sizeof back.address))
        abort();
    for (const char *c = back.why; *c; c++) {
        if (*c < ' ' || *c > '~')
            abort(); /* it is shown on a terminal */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_buf mail = {0};
    size_t all = 0;
    (void)kith_mail_packets(kith_bytes(data, size), count, &all);
    (void)kith_mail_is_kith(kith_bytes(data, size));
    if (all > size)
        abort(); /* every encoding makes longer */
    check_report(kith_bytes(data, size));
    kith_buf_put_str(&mail, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n");
    kith_buf_put_bytes(&mail, kith_bytes(data, size));
    kith_buf_put_str(&mail, "\r\n--b--\r\n");
    (void)kith_mail_packets(kith_buf_bytes(&mail), count, &all);
    kith_buf_clear(&mail);
    kith_buf_put_str(&mail, "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
                            "Content-Type: message/delivery-status\r\n\r\n");
    kith_buf_put_bytes(&mail, kith_bytes(data, size));
    kith_buf_put_str(&mail, "\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nX-Kith-Packet: 1\r\nMessage-ID: ");
    kith_buf_put_bytes(&mail, kith_bytes(data, size));
    kith_buf_put_str(&mail, "\r\n--b--\r\n");
    check_report(kith_buf_bytes(&mail));
    kith_buf_wipe(&mail);
    return 0;
}
