// SPDX-License-Identifier: MIT
// Getting hold of somebody who knows us.
import { useEffect, useId, useState } from 'preact/hooks'
import { t, tx } from '../../i18n/index.ts'
import { ask, isReady } from '../../node/client.ts'
import { here } from '../../node/presence.ts'
import type { Json } from '../../node/types.ts'
import { PersonLink } from '../../parts/PersonLink.tsx'

interface Trying {
  id: string
  address: string
  state: string
  why: string
}

const EVERY_MS = 2000

const textOf = (x: Json | undefined): string => (typeof x === 'string' ? x : '')

/** Addresses that are dialled and have not answered yet. */
function useTrying(): [Trying[], () => void] {
  const [list, setList] = useState<Trying[]>([])
  const ready = isReady.value
  const look = (): void =>
    void ask('conn.peers').then(
      peers =>
        setList(
          (peers as unknown as Record<string, Json>[])
            .map(p => ({ id: textOf(p.id), address: textOf(p.address), state: textOf(p.state), why: textOf(p.why) }))
            .filter(p => p.state !== 'connected'),
        ),
      () => {},
    )
  useEffect(() => {
    if (!ready) return
    look()
    const timer = setInterval(look, EVERY_MS)
    return () => clearInterval(timer)
  }, [ready])
  return [list, look]
}

/** The address in what was pasted. An invite is not used: that would be a message of ours. */
async function addressIn(text: string): Promise<string> {
  const found = (await ask('resolve', text)) as { kind?: string; address?: string } | null
  return found?.address ?? text
}

export function Meet() {
  const id = useId()
  const [text, setText] = useState('')
  const [fault, setFault] = useState('')
  const [trying, look] = useTrying()

  const connect = async (): Promise<void> => {
    setFault('')
    try {
      await ask('conn.connect', await addressIn(text.trim()))
      setText('')
      look()
    } catch (error) {
      setFault((error as { code?: string }).code === 'arg' ? t('restore.noAddress') : (error as Error).message)
    }
  }

  return (
    <>
      <p>{t('restore.meetText')}</p>
      <form
        class="field"
        onSubmit={e => {
          e.preventDefault()
          void connect()
        }}
      >
        <label for={id}>{t('restore.address')}</label>
        <div class="row wrap address">
          <input
            id={id}
            class="input"
            required
            autoComplete="off"
            autoCapitalize="none"
            spellcheck={false}
            aria-invalid={fault !== ''}
            aria-describedby={fault ? `${id}-fault` : undefined}
            value={text}
            onInput={e => {
              setText(e.currentTarget.value)
              setFault('')
            }}
          />
          <button type="submit" class="button" disabled={!isReady.value || !text.trim()}>
            {t('restore.connect')}
          </button>
        </div>
        {fault && (
          <span class="fault" id={`${id}-fault`} role="alert">
            {fault}
          </span>
        )}
      </form>
      <p role="status">{here.value.size ? t('restore.connected', { count: here.value.size }) : t('restore.alone')}</p>
      {trying.length > 0 && (
        <ul class="stack tight quiet">
          {trying.map(p => (
            <li key={p.address}>
              {tx(p.state === 'connecting' ? 'restore.dialling' : 'restore.waiting', {
                name: <PersonLink id={p.id} />,
              })}
              {p.why && ` ${p.why}`}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
