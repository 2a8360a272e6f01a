// SPDX-License-Identifier: MIT
// What comes with a file of its own that may be out of reach for a moment, or with a disk that refuses just now.

const AGAIN_MS = 15_000

/** Tries again after a while. Nothing: it was not wanted any more. */
export async function untilOpen<T>(
  open: () => Promise<T>,
  isWanted: () => boolean,
  failed: (error: unknown) => void,
): Promise<T | undefined> {
  while (isWanted()) {
    try {
      return await open()
    } catch (error) {
      failed(error)
    }
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS))
  }
  return undefined
}
