// SPDX-License-Identifier: MIT
// The little that a host has to read of an address (core/wire/address.h, where the whole grammar is).

/** The URL of `ws://HOST:PORT/PATH~shs:KEY`, or nothing. '!' takes its meaning from the next character. */
export function socketUrl(address: string): string | undefined {
  const road = /^wss?:\/\/(?:[^~!]|!.)+/.exec(address)?.[0]
  return road?.replace(/!(.)/g, '$1')
}

/** Whom `rtc:…~shs:KEY` calls, or nothing. How the two find each other is not in the address. */
export function callKey(address: string): string | undefined {
  return /^rtc:[^~]*~shs:([A-Za-z0-9+/]{43}=)$/.exec(address)?.[1]
}

export const callAddress = (id: string): string => `rtc:any~shs:${id.slice(1, -'.ed25519'.length)}`
