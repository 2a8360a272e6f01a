/* SPDX-License-Identifier: MIT */
#include "node/budget.h"

/* Rates are what an honest peer never reaches over minutes; bursts are a first sync. A rejected
 * message costs about 50 microseconds, so 256 of them at once and 4 a second keep a liar below one
 * part in a thousand of a core. */
static const struct {
    double per_second, burst;
} limits[KITH_BUDGET_KINDS] = {
    [KITH_BUDGET_BYTES] = {64e6, 1e9},
    [KITH_BUDGET_CALLS] = {200, 4000},
    [KITH_BUDGET_MESSAGES] = {2000, 50000},
    [KITH_BUDGET_REJECTS] = {4, 256},
    [KITH_BUDGET_BLOB_BYTES] = {16e6, 512e6},
    [KITH_BUDGET_TYPING] = {1, 8},
    [KITH_BUDGET_GUESTS] = {0.1, 200},
    [KITH_BUDGET_SIGNALS] = {8, 256},
    [KITH_BUDGET_SIGNALS_OUT] = {8, 256},
    [KITH_BUDGET_DATAGRAMS] = {50, 500},
};

void kith_budget_init(struct kith_budget *b, uint64_t now_ms) {
    for (int i = 0; i < KITH_BUDGET_KINDS; i++)
        b->tokens[i] = limits[i].burst;
    b->filled_ms = now_ms;
}

int kith_budget_spend(struct kith_budget *b, enum kith_budget_kind kind, double amount, uint64_t now_ms) {
    if (now_ms > b->filled_ms) {
        double seconds = (double)(now_ms - b->filled_ms) / 1000;
        for (int i = 0; i < KITH_BUDGET_KINDS; i++) {
            b->tokens[i] += seconds * limits[i].per_second;
            if (b->tokens[i] > limits[i].burst)
                b->tokens[i] = limits[i].burst;
        }
        b->filled_ms = now_ms;
    }
    if (b->tokens[kind] < amount)
        return KITH_ERR_BUDGET;
    b->tokens[kind] -= amount;
    return KITH_OK;
}
