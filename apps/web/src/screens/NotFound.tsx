// SPDX-License-Identifier: MIT
import { t } from '../i18n/index.ts'
import { EmptyState } from '../parts/EmptyState.tsx'
import { Title } from '../parts/Title.tsx'
import { href } from '../route.ts'

export default function NotFound() {
  return (
    <div class="stack">
      <Title text={t('common.missing')} />
      <EmptyState text={t('common.missingText')}>
        <a class="button primary" href={href.home}>
          {t('common.home')}
        </a>
      </EmptyState>
    </div>
  )
}
