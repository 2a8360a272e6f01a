// SPDX-License-Identifier: MIT
import '../style/circles.css'
import { useId, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { addBlob, readBlob } from '../media/blobs.ts'
import { square } from '../media/shrink.ts'
import { FRIENDS } from '../node/circles.ts'
import { isBlob } from '../node/content.ts'
import { saveProfile } from '../node/publish.ts'
import type { Person } from '../node/types.ts'
import { Avatar } from './Avatar.tsx'
import { SIGNS } from './audience.ts'
import { Dialog } from './Dialog.tsx'
import { Globe } from './icons.ts'
import { attempt } from './toast.ts'

export function EditProfile({ p, onClose }: { p: Person; onClose: () => void }) {
  const id = useId()
  const picker = useRef<HTMLInputElement>(null)
  const [name, setName] = useState(p.name ?? '')
  const [about, setAbout] = useState(p.description ?? '')
  const [photo, setPhoto] = useState<Blob>()
  const wasSealed = !!p.image?.includes('?unbox=')
  const [sealed, setSealed] = useState(wasSealed)
  const save = async (): Promise<void> => {
    const bytes = photo ?? (sealed !== wasSealed ? await pictureOf(p) : undefined)
    const image = bytes && (await addBlob(bytes, sealed))
    const said = {
      ...(name.trim() !== (p.name ?? '') && { name: name.trim() }),
      ...(about.trim() !== (p.description ?? '') && { description: about.trim() }),
      ...(image && !sealed && { image }),
    }
    if (Object.keys(said).length) await saveProfile(said)
    if (image && sealed) await saveProfile({ image }, FRIENDS)
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
        <Sees name={`${id}-sees`} sealed={sealed} onChoose={setSealed} />
        {sealed && !wasSealed && p.image && <p class="notice">{t('wall.photoBefore')}</p>}
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

/** The picture as it is now, for whom else it may be from here on. */
async function pictureOf(p: Person): Promise<Blob | undefined> {
  return isBlob(p.image) ? new Blob(await readBlob(p.image)) : undefined
}

/** Who sees the picture. Name and words are for everybody. */
function Sees({ name, sealed, onChoose }: { name: string; sealed: boolean; onChoose: (sealed: boolean) => void }) {
  return (
    <fieldset class="stack tight audiences">
      <legend>{t('wall.photoSees')}</legend>
      {[false, true].map(one => {
        const kind = one ? 'friends' : 'public'
        const Sign = SIGNS[kind]
        return (
          <label key={kind} class="audience" data-kind={kind}>
            <input type="radio" name={name} checked={sealed === one} onChange={() => onChoose(one)} />
            <Sign class="icon small" aria-hidden="true" />
            <b class="grow">{t(one ? 'wall.photoFriends' : 'wall.photoPublic')}</b>
          </label>
        )
      })}
    </fieldset>
  )
}
