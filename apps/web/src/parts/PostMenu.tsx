// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { audienceOfPost } from '../node/circles.ts'
import { meId } from '../node/client.ts'
import type { Content } from '../node/content.ts'
import { answerWallPost } from '../node/publish.ts'
import type { Summary } from '../node/types.ts'
import { uriOf } from '../text/uri.ts'
import { later } from './lazy.tsx'
import { Menu } from './Menu.tsx'
import { attempt, copy } from './toast.ts'

const EditDialog = later(() => import('./PostDialogs.tsx').then(m => m.EditDialog))
const RetractDialog = later(() => import('./PostDialogs.tsx').then(m => m.RetractDialog))
const RawDialog = later(() => import('./PostDialogs.tsx').then(m => m.RawDialog))
const WhereDialog = later(() => import('./WhereDialog.tsx').then(m => m.WhereDialog))

const ReadersDialog = later(() => import('./Readers.tsx').then(m => m.ReadersDialog))

type Open = '' | 'readers' | 'edit' | 'retract' | 'raw' | 'where'

/** Everything that is not done every day. */
export function PostMenu({ m, content }: { m: Summary; content: Content }) {
  const [open, setOpen] = useState<Open>('')
  const mine = m.value.author === meId.value
  const onMyWall = m.wall?.owner.id === meId.value && m.wall.state !== 'removed' && m.wall.state !== 'waiting'
  const close = (): void => setOpen('')
  const takeDown = (): void => void attempt(() => answerWallPost(m, false), t('post.takenDown'))
  const editable = mine && !m.retracted && content.type === 'post'
  return (
    <>
      <Menu
        label={t('post.actions')}
        class="more"
        items={[
          editable && { label: t('post.edit'), act: () => setOpen('edit') },
          { label: t('audience.label'), act: () => setOpen('readers') },
          { label: t('post.where'), act: () => setOpen('where') },
          { label: t('post.copyLink'), act: () => void copy(uriOf(m.key)) },
          { label: t('post.copyId'), act: () => void copy(m.key) },
          { label: t('post.raw'), act: () => setOpen('raw') },
          onMyWall && !mine && { label: t('post.takeDown'), act: takeDown, danger: true },
          mine && !m.retracted && { label: t('post.retract'), act: () => setOpen('retract'), danger: true },
        ]}
      />
      {open === 'readers' && <ReadersDialog of={m.key} audience={audienceOfPost(m)} onClose={close} />}
      {open === 'edit' && <EditDialog m={m} onClose={close} />}
      {open === 'retract' && <RetractDialog m={m} onClose={close} />}
      {open === 'raw' && <RawDialog m={m} onClose={close} />}
      {open === 'where' && <WhereDialog m={m} onClose={close} />}
    </>
  )
}
