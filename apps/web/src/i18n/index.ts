// SPDX-License-Identifier: MIT
// Every word of the page. `en/` and `de/` hold i18next's JSON (v4): `{{name}}` for values, and `_one`,
// `_other` and so on where a number decides. The keys are typed by the English files.
import { computed, signal } from '@preact/signals'
import { Fragment, h, type VNode } from 'preact'
import { read, write } from '../node/storage.ts'
import en from './en/index.ts'

type Tree = { readonly [key: string]: string | Tree }
type Path<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Path<T[K]>}` }[keyof T & string]
type Stem<K extends string> = K extends `${infer S}_${'zero' | 'one' | 'two' | 'few' | 'many' | 'other'}` ? S : K
type Late = typeof import('./en/late.ts').default
export type Key = Stem<Path<typeof en> | Path<Late>>

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof LANGUAGES

const loaders: Record<Exclude<Language, 'en'>, () => Promise<{ default: Tree }>> = { de: () => import('./de/index.ts') }

function flat(tree: Tree, prefix = '', out: Record<string, string> = {}): Record<string, string> {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') out[prefix + key] = value
    else flat(value, `${prefix}${key}.`, out)
  }
  return out
}

let english = flat(en)
const words = signal({ language: 'en' as Language, texts: english })
const rules = computed(() => new Intl.PluralRules(words.value.language))

export const language = computed(() => words.value.language)

export async function setLanguage(to: Language): Promise<void> {
  const texts = to === 'en' ? english : { ...english, ...flat((await loaders[to]()).default) }
  words.value = { language: to, texts }
  document.documentElement.lang = to
  write('language', to)
}

let late: Promise<void> | undefined

/** Also the words of the screens that come later. */
export function allWords(): Promise<void> {
  late ??= import('./en/late.ts').then(
    it => {
      english = { ...english, ...flat(it.default) }
      const { language, texts } = words.peek()
      words.value = { language, texts: { ...english, ...texts } }
    },
    error => {
      late = undefined // asked for again
      throw error
    },
  )
  return late
}

/** What was chosen, else the first language of the browser that we have. */
export function startLanguage(): Promise<void> {
  const wanted = [read<string>('language'), ...navigator.languages.map(l => l.slice(0, 2))]
  const found = wanted.find((l): l is Language => l !== undefined && l in LANGUAGES) ?? 'en'
  return setLanguage(found).catch(() => setLanguage('en'))
}

export type Values = Record<string, string | number>

function template(key: string, count: unknown): string {
  const { texts } = words.value
  if (typeof count === 'number')
    return texts[`${key}_${rules.value.select(count)}`] ?? texts[`${key}_other`] ?? texts[key] ?? key
  return texts[key] ?? key
}

const show = (value: string | number | undefined): string => (typeof value === 'number' ? number(value) : (value ?? ''))

export function t(key: Key, values: Values = {}): string {
  return template(key, values.count).replace(/\{\{(\w+)\}\}/g, (_, name: string) => show(values[name]))
}

/** The same with elements in it, such as a person's name that is a link. */
export function tx(key: Key, values: Record<string, string | number | VNode>): VNode {
  const parts = template(key, values.count).split(/\{\{(\w+)\}\}/)
  return h(
    Fragment,
    null,
    parts.map((part, i) => {
      const value = i % 2 ? values[part] : part
      return typeof value === 'number' ? number(value) : value
    }),
  )
}

export const number = (n: number): string => n.toLocaleString(language.value)

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

export function bytes(n: number): string {
  const step = n < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(n) / 3))
  const style = { style: 'unit', unit: UNITS[step]!, unitDisplay: step ? 'short' : 'long' } as const
  return new Intl.NumberFormat(language.value, { ...style, maximumFractionDigits: step > 1 ? 1 : 0 }).format(
    n / 1000 ** step,
  )
}

export const names = (list: string[]): string => new Intl.ListFormat(language.value).format(list)

const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [
  [60, 'second'],
  [60, 'minute'],
  [24, 'hour'],
  [7, 'day'],
]

/** "5 min. ago" for what is recent, a date for what is not. */
export function ago(time: number, now: number): string {
  let n = (time - now) / 1000
  if (Math.abs(n) < 60) return t('common.now')
  for (const [size, unit] of STEPS) {
    if (Math.abs(n) < size)
      return new Intl.RelativeTimeFormat(language.value, { numeric: 'auto', style: 'short' }).format(
        Math.round(n),
        unit,
      )
    n /= size
  }
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear()
  return new Date(time).toLocaleDateString(language.value, {
    day: 'numeric',
    month: 'short',
    ...(!sameYear && { year: 'numeric' }),
  })
}

export const fullTime = (time: number): string =>
  new Date(time).toLocaleString(language.value, { dateStyle: 'full', timeStyle: 'short' })
