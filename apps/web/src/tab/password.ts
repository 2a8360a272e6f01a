// SPDX-License-Identifier: MIT
/** The first byte of what is no job of the node (core/node/job.h): how a password is stretched, and the password. */
export const PASSWORD = 255
