// SPDX-License-Identifier: MIT
/** The `type` of a mention that is a list of blobs (docs/protocol/large-file.md). */
export const LIST_TYPE = 'kith-file'
