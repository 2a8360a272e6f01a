// SPDX-License-Identifier: MIT
// Before the tests: lets Node load the page's modules. What only a browser has is here as far as they
// need it, the node is `node.ts`, and what DOMPurify gets is what the tests see.
import { registerHooks } from 'node:module'

const here = (name: string): string => new URL(name, import.meta.url).href

registerHooks({
  resolve(name, context, next) {
    if (name === 'dompurify') return { url: here('purify.ts'), shortCircuit: true }
    if (name === '@kith/client') return { url: here('../client/src/index.ts'), shortCircuit: true }
    if (/(^|\/)client\.ts$/.test(name) && context.parentURL?.includes('/apps/web/src/'))
      return { url: here('node.ts'), shortCircuit: true }
    const found = next(name, context)
    return name.endsWith('.json') ? { ...found, importAttributes: { type: 'json' } } : found
  },
})

const kept = new Map<string, string>()
const storage = {
  full: false,
  getItem: (key: string): string | null => kept.get(key) ?? null,
  setItem(key: string, value: string): void {
    if (storage.full) throw new Error('QuotaExceededError')
    kept.set(key, value)
  },
  removeItem: (key: string): boolean => kept.delete(key),
  clear: (): void => kept.clear(),
}

/** One lock, as for one tab. */
const locks = { request: (_: string, __: object, work: (lock: object) => Promise<void>): Promise<void> => work({}) }

for (const [name, value] of Object.entries({
  localStorage: storage,
  location: new URL('http://127.0.0.1:8484/#/'),
  navigator: { languages: ['en'], locks },
  addEventListener: (): void => {},
}))
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
