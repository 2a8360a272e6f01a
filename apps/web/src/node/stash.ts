// SPDX-License-Identifier: MIT
// What an opened backup file still has to give to the node, kept in this browser until the node has it
// all: becoming somebody else closes the link, and a reload must not ask for the file once more. The
// secret is never in it.

export interface Stash {
  id: string
  /** When the file was made, in ms. */
  made: number
  addresses: string[]
  messages: number
  blobs: number
  /** The lines of messages and blobs. */
  lines: Blob
}

const NAME = 'kith-restore'
const KEY = 'stash'

function finish<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(NAME, 1)
  opening.onupgradeneeded = () => void opening.result.createObjectStore(NAME)
  const db = await finish(opening)
  try {
    return await finish(work(db.transaction(NAME, mode).objectStore(NAME)))
  } finally {
    db.close()
  }
}

export const putStash = (stash: Stash): Promise<unknown> => within('readwrite', store => store.put(stash, KEY))
export const getStash = (): Promise<Stash | undefined> => within('readonly', store => store.get(KEY))
export const dropStash = (): Promise<unknown> => within('readwrite', store => store.delete(KEY))
