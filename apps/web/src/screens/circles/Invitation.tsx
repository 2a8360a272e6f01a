// SPDX-License-Identifier: MIT
import { t } from '../../i18n/index.ts'
import { loadCircles } from '../../node/circles.ts'
import { ask, isReady } from '../../node/client.ts'
import type { Circle } from '../../node/types.ts'
import { attempt } from '../../parts/toast.ts'

/** A group asks whether we want to belong to it. */
export function Invitation({ of }: { of: Circle }) {
  const answer = async (yes: boolean): Promise<void> => {
    await ask(yes ? 'circles.accept' : 'circles.refuse', of.id)
    await loadCircles()
  }
  return (
    <>
      <p class="quiet">{t('circles.invitedHint')}</p>
      <div class="row wrap">
        <button
          type="button"
          class="button small primary"
          disabled={!isReady.value}
          onClick={() => void attempt(() => answer(true), t('circles.joined', { name: of.name ?? '' }))}
        >
          {t('people.accept')}
        </button>
        <button
          type="button"
          class="button small"
          disabled={!isReady.value}
          onClick={() => void attempt(() => answer(false), t('circles.refused'))}
        >
          {t('people.refuse')}
        </button>
      </div>
    </>
  )
}
