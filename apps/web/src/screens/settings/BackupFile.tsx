// SPDX-License-Identifier: MIT
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { bytes, t, tx } from '../../i18n/index.ts'
import { care, postsSince, rememberCare } from '../../node/care.ts'
import { ask, each, isReady } from '../../node/client.ts'
import { me, nameOf } from '../../node/people.ts'
import { saveFile } from '../../parts/file.ts'
import { SHORTEST, suggestPassphrase } from '../../parts/passphrase.ts'
import { Time } from '../../parts/Time.tsx'
import { attempt } from '../../parts/toast.ts'

const COUNTED = 1000

/** What the node said, piece by piece; the browser keeps large ones on its disk. */
async function fetchBackup(passphrase: string, progress: (size: number) => void, stop: AbortSignal): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for await (const part of each('identity.backup', [{ passphrase }], stop)) {
    parts.push(part as Uint8Array<ArrayBuffer>)
    size += part.length
    progress(size)
  }
  stop.throwIfAborted()
  return new Blob(parts)
}

interface Saved {
  name: string
  size: number
}

export function BackupFile() {
  const id = useId()
  const [done, setDone] = useState<number>()
  const [saved, setSaved] = useState<Saved>()
  const stop = useRef<AbortController>(null)
  useEffect(() => () => stop.current?.abort(), [])

  const make = (passphrase: string): Promise<boolean> =>
    attempt(async () => {
      const mine = new AbortController()
      stop.current = mine
      setSaved(undefined)
      setDone(0)
      try {
        // Asked before, so that what is written meanwhile counts as not in it.
        const { sequence } = await ask('status')
        const file = await fetchBackup(passphrase, setDone, mine.signal)
        const name = `kith-backup-${nameOf(me.peek())}-${new Date().toISOString().slice(0, 10)}.age`
        setSaved({ name: saveFile(file, name), size: file.size })
        await rememberCare({ file: { at: Date.now(), sequence } })
      } catch (error) {
        if (!mine.signal.aborted) throw error
      } finally {
        setDone(undefined)
      }
    })

  return (
    <section class="stone stack" aria-labelledby={id}>
      <h2 id={id}>{t('backup.file')}</h2>
      <p>{t('backup.fileText')}</p>
      <Last />
      {done === undefined ? (
        <Ask onMake={make} />
      ) : (
        <div class="row wrap">
          <p class="grow" role="status">
            {done ? t('backup.sofar', { size: bytes(done) }) : t('backup.stretching')}
          </p>
          <button type="button" class="button small" onClick={() => stop.current?.abort()}>
            {t('common.cancel')}
          </button>
        </div>
      )}
      {saved && (
        <div class="notice" role="status">
          <span>
            {t('backup.saved', { name: saved.name, size: bytes(saved.size) })} {t('backup.opens')}{' '}
            <code>age -d {saved.name}</code>
          </span>
        </div>
      )}
    </section>
  )
}

function Last() {
  const file = care.value?.file
  const [posts, setPosts] = useState<number>()
  useEffect(() => {
    setPosts(undefined)
    if (file) postsSince(file.sequence, COUNTED).then(setPosts, () => {})
  }, [file?.sequence, file?.at])
  if (!file) return <p class="quiet">{t('backup.never')}</p>
  return (
    <p class="quiet">
      {tx('backup.last', { time: <Time ms={file.at} /> })} {posts === 0 && t('backup.nothingSince')}
      {posts !== undefined && posts > 0 && t('backup.since', { count: posts })}
    </p>
  )
}

function Ask({ onMake }: { onMake: (passphrase: string) => Promise<boolean> }) {
  const id = useId()
  const [first, setFirst] = useState('')
  const [again, setAgain] = useState('')
  const [shown, setShown] = useState(false)
  const [suggested, setSuggested] = useState(false)
  const [fault, setFault] = useState<'' | 'short' | 'differ'>('')

  const suggest = (): Promise<boolean> =>
    attempt(async () => {
      const words = await suggestPassphrase()
      setFirst(words)
      setAgain(words)
      setShown(true)
      setSuggested(true)
      setFault('')
    })
  const submit = (): void => {
    const next = first.length < SHORTEST ? 'short' : first === again ? '' : 'differ'
    setFault(next)
    if (!next) void onMake(first)
    else document.getElementById(`${id}-${next === 'short' ? 'first' : 'again'}`)?.focus()
  }
  const field = (name: 'first' | 'again', value: string, set: (text: string) => void) => (
    <div class="field">
      <label for={`${id}-${name}`}>{t(name === 'first' ? 'backup.passphrase' : 'backup.again')}</label>
      <input
        id={`${id}-${name}`}
        class="input"
        type={(shown ? 'text' : 'password') as 'password'}
        autoComplete="new-password"
        autoCapitalize="none"
        spellcheck={false}
        translate={false}
        required
        aria-invalid={fault === (name === 'first' ? 'short' : 'differ')}
        aria-describedby={fault ? `${id}-fault` : undefined}
        value={value}
        onInput={e => {
          set(e.currentTarget.value)
          setSuggested(false)
          setFault('')
        }}
      />
    </div>
  )
  return (
    <form
      class="stack"
      onSubmit={e => {
        e.preventDefault()
        submit()
      }}
    >
      <div class="halves">
        {field('first', first, setFirst)}
        {field('again', again, setAgain)}
      </div>
      {fault && (
        <p class="notice danger" id={`${id}-fault`} role="alert">
          {fault === 'short' ? t('backup.short', { count: SHORTEST }) : t('backup.differ')}
        </p>
      )}
      {suggested && (
        <p class="notice" role="status">
          <span>
            {t('backup.writeDown')} <strong translate={false}>{first}</strong>
          </span>
        </p>
      )}
      <div class="row wrap">
        <label class="check">
          <input type="checkbox" checked={shown} onChange={e => setShown(e.currentTarget.checked)} />
          {t('backup.showIt')}
        </label>
        <button type="button" class="button small" onClick={() => void suggest()}>
          {t('backup.suggest')}
        </button>
      </div>
      <div class="row wrap">
        <button type="submit" class="button primary" disabled={!isReady.value}>
          {t('backup.make')}
        </button>
      </div>
    </form>
  )
}
