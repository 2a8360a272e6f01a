/* SPDX-License-Identifier: MIT */
/* What lies in a mailbox: any mail at all, and one of ours with the input as its parts. */
#include <stdlib.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_buf mail = {0};
    size_t all = 0;
    (void)kith_mail_packets(kith_bytes(data, size), count, &all);
    (void)kith_mail_is_kith(kith_bytes(data, size));
    if (all > size)
        abort(); /* every encoding makes longer */
    kith_buf_put_str(&mail, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n");
    kith_buf_put_bytes(&mail, kith_bytes(data, size));
    kith_buf_put_str(&mail, "\r\n--b--\r\n");
    (void)kith_mail_packets(kith_buf_bytes(&mail), count, &all);
    kith_buf_wipe(&mail);
    return 0;
}
