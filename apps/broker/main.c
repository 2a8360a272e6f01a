/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <sys/prctl.h>

#include "serve.h"

int main(int argc, char **argv) {
    static struct options options;
    switch (options_read(&options, argc, argv)) {
    case OPTIONS_HELP:
        options_help();
        return 0;
    case OPTIONS_VERSION:
        printf("kith-broker %s\n", KITH_VERSION);
        return 0;
    case OPTIONS_BAD:
        return 2;
    case OPTIONS_OK:
        break;
    }
    /* What it holds in memory for a moment is nobody's business who may look at other processes. */
    (void)prctl(PR_SET_DUMPABLE, 0);
    return serve_run(&options);
}
