// SPDX-License-Identifier: MIT
// A vault at any HTTP store: a file that is put to an address and got from it, as WebDAV does and object stores do. The
// store has to allow pages of other origins to do so (CORS).

const PATIENCE_MS = 60_000
const SIZE_MAX = 17 << 20

/** The address without what one says to be let in, which goes into a header; throws `store` for what is no address. */
function request(text: string, more: RequestInit): Request {
  const url = URL.parse(text)
  const isNear = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1'
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && isNear))) throw new Error('store')
  const { username, password } = url
  url.username = url.password = url.hash = ''
  const who = [username, password].map(decodeURIComponent).join(':')
  const headers = { ...more.headers, ...(username && { authorization: `Basic ${btoa(who)}` }) }
  const signal = AbortSignal.timeout(PATIENCE_MS)
  return new Request(url, {
    ...{ ...more, headers, signal },
    ...{ credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer', cache: 'no-store' },
  })
}

export async function putCopy(to: string, file: Uint8Array<ArrayBuffer>): Promise<void> {
  const body = new Blob([file])
  const answer = await fetch(
    request(to, { method: 'PUT', body, headers: { 'content-type': 'application/octet-stream' } }),
  ).catch(() => undefined)
  if (!answer?.ok) throw new Error('store')
}

export async function getCopy(from: string): Promise<Blob> {
  const answer = await fetch(request(from, {})).catch(() => undefined)
  if (!answer?.ok || Number(answer.headers.get('content-length')) > SIZE_MAX) throw new Error('store')
  return answer.blob()
}
