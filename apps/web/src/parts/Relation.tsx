// SPDX-License-Identifier: MIT
// How somebody and we stand with each other, in words, and what can be done about it.
import { useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { isReady, meId } from '../node/client.ts'
import { nameOf, person } from '../node/people.ts'
import { block, follow, mute, refuse, unblock, unfollow } from '../node/publish.ts'
import type { Person } from '../node/types.ts'
import { Confirm } from './Dialog.tsx'
import { Menu, type MenuItem } from './Menu.tsx'
import { attempt } from './toast.ts'

export function relationWords(p: Person): string {
  if (p.id === meId.value) return t('people.isYou')
  if (p.blocking) return t('people.blocked')
  if (p.friend) return t('people.friend')
  if (p.followsMe) return t('people.asks')
  if (p.following) return t('people.asked')
  return t('people.stranger')
}

type Asking = '' | 'block' | 'unfriend'

/** The buttons; nothing for ourselves. `onRefused` adds a button that puts a request aside, `also` stands in the menu. */
export function Relation({ id, onRefused, also }: { id: string; onRefused?: () => void; also?: MenuItem | undefined }) {
  const [asking, setAsking] = useState<Asking>('')
  const p = person(id).value
  if (!p || id === meId.value) return null
  const name = nameOf(p)
  const close = (): void => setAsking('')
  return (
    <div class="relation">
      <MainButton p={p} name={name} />
      {onRefused && (
        <button
          type="button"
          class="button small"
          disabled={!isReady.value}
          onClick={() => void attempt(() => refuse(id), t('people.refused')).then(onRefused)}
        >
          {t('people.refuse')}
        </button>
      )}
      <Menu
        label={t('people.more', { name })}
        items={[
          also,
          p.friend && { label: t('people.unfriend'), act: () => setAsking('unfriend') },
          !p.friend && p.following && { label: t('people.withdraw'), act: () => void attempt(() => unfollow(id)) },
          { label: t(p.muted ? 'people.unmute' : 'people.mute'), act: () => void attempt(() => mute(id, !p.muted)) },
          !p.blocking && { label: t('people.block'), act: () => setAsking('block'), danger: true },
        ]}
      />
      {asking === 'block' && (
        <Confirm
          title={t('people.blockTitle', { name })}
          action={t('people.block')}
          danger
          onClose={close}
          onYes={() => void attempt(() => block(id))}
        >
          <p>{t('people.blockText')}</p>
        </Confirm>
      )}
      {asking === 'unfriend' && (
        <Confirm
          title={t('people.unfriendTitle', { name })}
          action={t('people.unfriend')}
          danger
          onClose={close}
          onYes={() => void attempt(() => unfollow(id))}
        >
          <p>{t('people.unfriendText')}</p>
        </Confirm>
      )}
    </div>
  )
}

function MainButton({ p, name }: { p: Person; name: string }) {
  if (p.blocking) {
    return (
      <button
        type="button"
        class="button small"
        disabled={!isReady.value}
        onClick={() => void attempt(() => unblock(p.id))}
      >
        {t('people.unblock')}
      </button>
    )
  }
  if (p.following) return null
  const accept = p.followsMe
  return (
    <button
      type="button"
      class="button small primary"
      disabled={!isReady.value}
      onClick={() => void attempt(() => follow(p.id), t(accept ? 'people.nowFriends' : 'people.requestSent', { name }))}
    >
      {t(accept ? 'people.accept' : 'people.ask')}
    </button>
  )
}
