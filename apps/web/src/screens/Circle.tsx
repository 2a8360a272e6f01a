// SPDX-License-Identifier: MIT
// A circle or group: what it is, who is in it, and what was said there.
import '../style/circles.css'
import { useEffect, useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { circleOf, circles, loadCircles, watchCircles } from '../node/circles.ts'
import { ask, isReady } from '../node/client.ts'
import { list } from '../node/lists.ts'
import type { Circle as CircleInfo } from '../node/types.ts'
import { Composer } from '../parts/Composer.tsx'
import { Confirm } from '../parts/Dialog.tsx'
import { EmptyState } from '../parts/EmptyState.tsx'
import { PersonLink } from '../parts/PersonLink.tsx'
import { PostList } from '../parts/PostList.tsx'
import { Title } from '../parts/Title.tsx'
import { attempt } from '../parts/toast.ts'
import { go, href, route } from '../route.ts'
import { AddPeople } from './circles/AddPeople.tsx'
import { EditCircle } from './circles/EditCircle.tsx'
import { Face } from './circles/Face.tsx'
import { Invitation } from './circles/Invitation.tsx'
import { Members, mayAdd, mayKeep } from './circles/Members.tsx'
import { countOf, titleOf } from './circles/words.ts'

export default function Circle() {
  useEffect(watchCircles, [])
  const { id } = route.value
  const it = circleOf(id)
  if (it) return <CircleOf key={id} of={it} />
  if (!circles.value) return <p class="quiet">{t('common.loading')}</p>
  return (
    <div class="stack">
      <Title text={t('circles.missing')} />
      <EmptyState text={t('circles.missingText')}>
        <a class="button" href={href.circles}>
          {t('circles.title')}
        </a>
      </EmptyState>
    </div>
  )
}

function CircleOf({ of }: { of: CircleInfo }) {
  const posts = list('circle', { id: of.id })
  const invited = of.role === 'invited'
  const members = of.members?.map(m => m.id) ?? []
  return (
    <div class="stack">
      <Title text={titleOf(of)} />
      <Head of={of} />
      {of.role === 'left' && <p class="notice">{t('circles.isLeft')}</p>}
      {of.canWrite && (of.mine || of.kind === 'group') && (
        <Composer place={`circle:${of.id}`} recps={[of.id]} near={members} />
      )}
      {!invited && (
        <div>
          <PostList
            list={posts}
            empty={
              isReady.value && (
                <EmptyState
                  title={t('circles.wallEmpty')}
                  text={of.kind === 'group' && of.canWrite ? t('circles.wallEmptyText') : ''}
                />
              )
            }
          />
        </div>
      )}
    </div>
  )
}

type Open = '' | 'add' | 'edit' | 'leave'

function Head({ of }: { of: CircleInfo }) {
  const [open, setOpen] = useState<Open>('')
  const group = of.kind === 'group'
  const close = (): void => setOpen('')
  const name = titleOf(of)
  const leave = async (): Promise<void> => {
    await ask('circles.leave', of.id)
    go(href.circles)
    await loadCircles()
  }
  const kinds = { friends: 'circles.kindFriends', circle: 'circles.kindCircle', group: 'circles.kindGroup' } as const
  const mayEdit = of.kind !== 'friends' && mayKeep(of)
  const mayLeave = !of.mine && of.role !== 'invited' && of.role !== 'left'
  return (
    <section class="stone stack" aria-label={name}>
      <div class="row">
        <Face of={of} big />
        <div class="grow">
          {of.mine || group ? (
            <p>
              {t(kinds[of.kind])}
              {of.open && `. ${t('circles.kindOpen')}.`}
            </p>
          ) : (
            <p>
              <PersonLink id={of.owner.id} name={of.owner.name} />
            </p>
          )}
        </div>
      </div>
      {of.description && (
        <p class="plain" dir="auto">
          {of.description.slice(0, 1000)}
        </p>
      )}
      {of.role === 'invited' && (
        <div class="stack tight">
          <p>{t('circles.invitedBy', { name: of.owner.name ?? '' })}</p>
          <Invitation of={of} />
        </div>
      )}
      {of.kind === 'friends' && of.mine && <p class="quiet">{t('circles.followsFriends')}</p>}
      <div class="row wrap">
        {mayAdd(of) && (
          <button type="button" class="button small" disabled={!isReady.value} onClick={() => setOpen('add')}>
            {t(group ? 'circles.invite' : 'circles.add')}
          </button>
        )}
        {mayEdit && (
          <button type="button" class="button small" disabled={!isReady.value} onClick={() => setOpen('edit')}>
            {t('circles.edit')}
          </button>
        )}
        {mayLeave && (
          <button type="button" class="button small danger" disabled={!isReady.value} onClick={() => setOpen('leave')}>
            {t('circles.leave')}
          </button>
        )}
      </div>
      {of.members && (
        <details class="circle" open={of.members.length < 8 || undefined}>
          <summary>{t('circles.members', { count: countOf(of) })}</summary>
          <Members of={of} />
        </details>
      )}
      {of.history && <History of={of} />}
      {(of.mine || group) && of.role !== 'invited' && <p class="quiet">{t('circles.before')}</p>}
      {open === 'add' && <AddPeople to={of} onClose={close} />}
      {open === 'edit' && <EditCircle of={of} onClose={close} />}
      {open === 'leave' && (
        <Confirm
          title={t('circles.leaveTitle', { name })}
          action={t('circles.leave')}
          danger
          onClose={close}
          onYes={() => void attempt(leave, t('circles.left', { name }))}
        >
          <p>{t('circles.leaveText')}</p>
        </Confirm>
      )}
    </section>
  )
}

/** What people read who are added from now on. */
function History({ of }: { of: CircleInfo }) {
  const id = useId()
  const set = async (what: 'all' | 'now'): Promise<void> => {
    await ask('circles.history', of.id, what)
    await loadCircles()
  }
  return (
    <fieldset class="stack tight" aria-describedby={id}>
      <legend class="label">{t('circles.history')}</legend>
      {(['all', 'now'] as const).map(what => (
        <label class="check" key={what}>
          <input
            type="radio"
            name={id}
            checked={of.history === what}
            disabled={!isReady.value}
            onChange={() => void attempt(() => set(what), t('circles.historySaved'))}
          />
          {t(what === 'all' ? 'circles.historyAll' : 'circles.historyNow')}
        </label>
      ))}
      <span id={id} class="quiet">
        {t('circles.historyHint')}
      </span>
    </fieldset>
  )
}
