// SPDX-License-Identifier: MIT
import { useId, useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { loadCircles } from '../../node/circles.ts'
import { ask } from '../../node/client.ts'
import { ChoosePeople } from '../../parts/ChoosePeople.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { attempt } from '../../parts/toast.ts'
import { go, href } from '../../route.ts'

/** A name and the first people. */
export function NewCircle({ kind, onClose }: { kind: 'circle' | 'group'; onClose: () => void }) {
  const id = useId()
  const [name, setName] = useState('')
  const [open, setOpen] = useState(false)
  const [people, setPeople] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const make = async (): Promise<void> => {
    const made = await ask('circles.create', { kind, name: name.trim(), ...(open && { open }) })
    if (people.length) await ask('circles.add', made.id, people)
    await loadCircles()
    go(href.circle(made.id))
  }
  return (
    <Dialog title={t(kind === 'group' ? 'circles.newGroup' : 'circles.newCircle')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={e => {
          e.preventDefault()
          setBusy(true)
          void attempt(make, t('circles.created', { name: name.trim() })).then(ok => (ok ? onClose() : setBusy(false)))
        }}
      >
        <p class="quiet">{t(kind === 'group' ? 'circles.kindGroup' : 'circles.kindCircle')}</p>
        <div class="field">
          <label for={id}>{t('circles.name')}</label>
          <input
            id={id}
            class="input"
            required
            maxLength={80}
            value={name}
            onInput={e => setName(e.currentTarget.value)}
          />
        </div>
        {kind === 'group' && (
          <label class="check">
            <input type="checkbox" checked={open} onChange={() => setOpen(!open)} />
            {t('circles.open')}
          </label>
        )}
        <ChoosePeople chosen={people} onChange={setPeople} />
        <div class="ends">
          <button type="button" class="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" class="button primary" disabled={busy || !name.trim()}>
            {t('circles.create')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
