// SPDX-License-Identifier: MIT
// What a pasted id, link, address or invite names, whether or not it is here.
import type { ComponentChildren } from 'preact'
import { t } from '../../i18n/index.ts'
import { Media } from '../../media/Media.tsx'
import type { Resolved } from '../../node/types.ts'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { PersonCard } from '../../parts/PersonCard.tsx'
import { Post } from '../../parts/Post.tsx'
import { pasted } from '../../parts/pasted.ts'
import { copy } from '../../parts/toast.ts'
import { href } from '../../route.ts'
import { uriOf } from '../../text/uri.ts'

export function Pasted({ it, text }: { it: Resolved; text: string }) {
  if (it.kind === 'address' || it.kind === 'invite') return <Road it={it} text={text} />
  if (it.kind === 'feed') return <Somebody id={it.id} held={it.held} />
  if (it.kind === 'message') return it.held ? <Found id={it.id} /> : <NotHere id={it.id} />
  return it.held ? <File id={it.id} /> : <NotHere id={it.id} />
}

/** Also of what we do not hold: it can be asked for with what is copied here. */
function NotHere({ id, children }: { id: string; children?: ComponentChildren }) {
  return (
    <EmptyState title={t('search.notHere')} text={t('search.notHereText')}>
      {children}
      <button type="button" class="button" onClick={() => void copy(uriOf(id))}>
        {t('search.copyLink')}
      </button>
    </EmptyState>
  )
}

function Found({ id }: { id: string }) {
  return (
    <section class="stack tight" aria-label={t('search.found')}>
      <Post id={id} whole />
      <p>
        <a class="button" href={href.message(id)}>
          {t('search.openThread')}
        </a>
      </p>
    </section>
  )
}

function File({ id }: { id: string }) {
  return (
    <section class="stone" aria-label={t('search.found')}>
      <Media link={id} alt="" inline />
    </section>
  )
}

function Somebody({ id, held }: { id: string; held: boolean }) {
  return (
    <section class="stack tight" aria-label={t('search.found')}>
      <PersonCard id={id} />
      {!held && <p class="stone quiet">{t('search.personNotHere')}</p>}
    </section>
  )
}

function Road({ it, text }: { it: Resolved; text: string }) {
  const isInvite = it.kind === 'invite'
  return (
    <EmptyState
      title={t(isInvite ? 'search.isInvite' : 'search.isAddress')}
      text={t(isInvite ? 'search.inviteText' : 'search.addressText')}
    >
      <a
        class="button primary"
        href={href.setting('roads')}
        onClick={() => {
          pasted.value = text.trim()
        }}
      >
        {t('search.connect')}
      </a>
    </EmptyState>
  )
}
