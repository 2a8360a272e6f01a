/* SPDX-License-Identifier: MIT */
/* faults.h: what goes wrong, and that it is over. */
#ifndef KITH_SIM_FAULTS_H
#define KITH_SIM_FAULTS_H

#include "machine.h"

void faults_plan(struct world *w, unsigned count, uint64_t length_ms);
void faults_end(struct world *w); /* all machines are on again and reach each other */

#endif
