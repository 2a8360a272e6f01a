// SPDX-License-Identifier: MIT
import '../style/messages.css'
import { isFeed } from '../node/content.ts'
import { withoutMe } from '../node/talk.ts'
import { route } from '../route.ts'
import { NewTalk } from './messages/NewTalk.tsx'
import { Talk } from './messages/Talk.tsx'
import { Talks } from './messages/Talks.tsx'
import NotFound from './NotFound.tsx'

const MOST = 16

/** The conversations, and beside them, or in their place on a phone, one of them. */
export default function Messages() {
  const { id } = route.value
  const named = id && id !== 'new' ? id.split(',') : []
  if (named.length > MOST || !named.every(isFeed)) return <NotFound />
  const people = withoutMe(named)
  return (
    <div class={id ? 'messenger open' : 'messenger'}>
      <Talks current={named.length ? people : undefined} main={!id} />
      {id === 'new' ? <NewTalk /> : named.length > 0 && <Talk key={people.join()} people={people} />}
    </div>
  )
}
