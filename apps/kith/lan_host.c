/* SPDX-License-Identifier: MIT */
#include "host_state.h"

void host_lan_close(struct host *h) {
    (void)h;
}
int host_lan_start(struct host *h, uint16_t port) {
    (void)h;
    (void)port;
    return KITH_ERR_NET;
}
