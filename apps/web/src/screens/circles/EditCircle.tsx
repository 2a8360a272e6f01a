// SPDX-License-Identifier: MIT
import { useId, useRef, useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { addBlob } from '../../media/blobs.ts'
import { square } from '../../media/shrink.ts'
import { loadCircles } from '../../node/circles.ts'
import { ask } from '../../node/client.ts'
import type { Circle } from '../../node/types.ts'
import { Dialog } from '../../parts/Dialog.tsx'
import { Lock } from '../../parts/icons.ts'
import { attempt } from '../../parts/toast.ts'
import { Face } from './Face.tsx'

/** Name, words and picture: encrypted, as everything that is said in it. */
export function EditCircle({ of, onClose }: { of: Circle; onClose: () => void }) {
  const id = useId()
  const picker = useRef<HTMLInputElement>(null)
  const [name, setName] = useState(of.name ?? '')
  const [about, setAbout] = useState(of.description ?? '')
  const [photo, setPhoto] = useState<Blob>()
  const save = async (): Promise<void> => {
    const image = photo && (await addBlob(photo, true))
    const said = {
      ...(name.trim() && name.trim() !== of.name && { name: name.trim() }),
      ...(about.trim() !== (of.description ?? '') && { description: about.trim() }),
      ...(image && { image }),
    }
    if (Object.keys(said).length) await ask('circles.about', of.id, said)
    await loadCircles()
  }
  return (
    <Dialog title={t('circles.editTitle')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={e => {
          e.preventDefault()
          void attempt(save, t('circles.saved')).then(ok => ok && onClose())
        }}
      >
        <div class="field">
          <label for={`${id}-name`}>{t('circles.name')}</label>
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
          <label for={`${id}-about`}>{t('circles.description')}</label>
          <textarea
            id={`${id}-about`}
            class="input"
            maxLength={1000}
            value={about}
            onInput={e => setAbout(e.currentTarget.value)}
          />
        </div>
        <div class="row wrap">
          <Face of={of} />
          <button type="button" class="button small" onClick={() => picker.current?.click()}>
            {t('circles.choosePicture')}
          </button>
          {photo && <span class="quiet">{t('composer.shrunk')}</span>}
          <input
            ref={picker}
            type="file"
            accept="image/*"
            class="hidden"
            tabIndex={-1}
            aria-label={t('circles.picture')}
            onChange={e => {
              const file = e.currentTarget.files?.[0]
              if (file) void attempt(async () => setPhoto(await square(file)))
            }}
          />
        </div>
        <p class="row quiet">
          <Lock class="icon small" aria-hidden="true" />
          {t('circles.pictureSealed')}
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
