// SPDX-License-Identifier: MIT
/** Lets the browser save it, and gives the name that it proposes. */
export function saveFile(file: Blob, name: string): string {
  const safe = name.replace(/[\\/:*?"<>|\s\p{Cc}\p{Cf}]+/gu, '_')
  const url = URL.createObjectURL(new Blob([file], { type: 'application/octet-stream' }))
  const a = document.createElement('a')
  a.href = url
  a.download = safe
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
  return safe
}
