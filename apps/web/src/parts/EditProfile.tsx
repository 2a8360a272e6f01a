// SPDX-License-Identifier: MIT
import { useId, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { addBlob } from '../media/blobs.ts'
import { square } from '../media/shrink.ts'
import { saveProfile } from '../node/publish.ts'
import type { Person } from '../node/types.ts'
import { Avatar } from './Avatar.tsx'
import { Dialog } from './Dialog.tsx'
import { Globe } from './icons.ts'
import { attempt } from './toast.ts'

export function EditProfile({ p, onClose }: { p: Person; onClose: () => void }) {
  const id = useId()
  const picker = useRef<HTMLInputElement>(null)
  const [name, setName] = useState(p.name ?? '')
  const [about, setAbout] = useState(p.description ?? '')
  const [photo, setPhoto] = useState<Blob>()
  const save = async (): Promise<void> => {
    const image = photo && (await addBlob(photo))
    const said = {
      ...(name.trim() !== (p.name ?? '') && { name: name.trim() }),
      ...(about.trim() !== (p.description ?? '') && { description: about.trim() }),
      ...(image && { image }),
    }
    if (Object.keys(said).length) await saveProfile(said)
  }
  return (
    <Dialog title={t('wall.edit')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={e => {
          e.preventDefault()
          void attempt(save, t('wall.saved')).then(ok => ok && onClose())
        }}
      >
        <div class="field">
          <label for={`${id}-name`}>{t('wall.name')}</label>
          <input
            id={`${id}-name`}
            class="input"
            required
            maxLength={80}
            value={name}
            onInput={e => setName(e.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for={`${id}-about`}>{t('wall.about')}</label>
          <textarea
            id={`${id}-about`}
            class="input"
            maxLength={2000}
            value={about}
            onInput={e => setAbout(e.currentTarget.value)}
          />
        </div>
        <div class="row wrap">
          <Avatar id={p.id} />
          <button type="button" class="button small" onClick={() => picker.current?.click()}>
            {t('wall.choosePhoto')}
          </button>
          {photo && <span class="quiet">{t('composer.shrunk')}</span>}
          <input
            ref={picker}
            type="file"
            accept="image/*"
            class="hidden"
            tabIndex={-1}
            aria-label={t('wall.photo')}
            onChange={e => {
              const file = e.currentTarget.files?.[0]
              if (file) void attempt(async () => setPhoto(await square(file)))
            }}
          />
        </div>
        <p class="row quiet">
          <Globe class="icon small" aria-hidden="true" />
          {t('wall.profilePublic')}
        </p>
        <div class="ends">
          <button type="button" class="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" class="button primary">
            {t('common.save')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
