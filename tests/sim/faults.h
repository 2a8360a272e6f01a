/* SPDX-License-Identifier: MIT */
/* faults.h: what goes wrong, and that it is over. */
#ifndef KITH_SIM_FAULTS_H
#define KITH_SIM_FAULTS_H

#include "machine.h"

void faults_plan(struct world *w, unsigned count, uint64_t length_ms);
/* The worst moments: right before and right after a message was acknowledged. */
void faults_near_publish(struct machine *m);
void faults_end(struct world *w); /* all machines are on again and reach each other */

#endif
