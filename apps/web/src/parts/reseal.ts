// SPDX-License-Identifier: MIT
// What was added for everybody and is now for some: encrypted, and named anew.
import { t } from '../i18n/index.ts'
import { addBlob, readBlob } from '../media/blobs.ts'
import { LIST_TYPE } from '../media/list.ts'
import type { Attached } from './drafts.ts'
import { toast } from './toast.ts'

async function resealOne(file: Attached): Promise<Attached | undefined> {
  if (file.link.includes('?unbox=')) return file
  try {
    // The parts of a list would have to be sealed one by one.
    if (file.type !== LIST_TYPE) return { ...file, link: await addBlob(new Blob(await readBlob(file.link)), true) }
  } catch {
    // Left out below: better than readable by everybody.
  }
  toast(t('audience.resealed', { name: file.name }))
  return undefined
}

export async function reseal(files: Attached[]): Promise<Attached[]> {
  return (await Promise.all(files.map(resealOne))).filter(f => f !== undefined)
}
