// SPDX-License-Identifier: MIT
// The little that a host has to read of an address (core/wire/address.h, where the whole grammar is).

/** The URL of `ws://HOST:PORT/PATH~shs:KEY`, or nothing. '!' takes its meaning from the next character. */
export function socketUrl(address: string): string | undefined {
  const road = /^wss?:\/\/(?:[^~!]|!.)+/.exec(address)?.[0]
  return road?.replace(/!(.)/g, '$1')
}
