// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { loadCircles } from '../../node/circles.ts'
import { ask } from '../../node/client.ts'
import type { Circle } from '../../node/types.ts'
import { ChoosePeople } from '../../parts/ChoosePeople.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { attempt } from '../../parts/toast.ts'

export function AddPeople({ to, onClose }: { to: Circle; onClose: () => void }) {
  const [people, setPeople] = useState<string[]>([])
  const group = to.kind === 'group'
  const isIn = [...(to.members ?? []), ...(to.invited ?? [])].map(m => m.id)
  const add = async (): Promise<void> => {
    await ask('circles.add', to.id, people)
    await loadCircles()
  }
  return (
    <Dialog title={t(group ? 'circles.invite' : 'circles.add')} onClose={onClose}>
      <ChoosePeople chosen={people} onChange={setPeople} without={isIn} />
      {!group && to.history && (
        <p class="quiet">{t(to.history === 'all' ? 'circles.historyAll' : 'circles.historyNow')}</p>
      )}
      <div class="ends">
        <button type="button" class="button" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button
          type="button"
          class="button primary"
          disabled={!people.length}
          onClick={() => {
            onClose()
            void attempt(add, t(group ? 'circles.inviteSent' : 'circles.added'))
          }}
        >
          {t(group ? 'circles.invite' : 'circles.add')}
        </button>
      </div>
    </Dialog>
  )
}
