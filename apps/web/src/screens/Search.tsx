// SPDX-License-Identifier: MIT
import { t } from '../i18n/index.ts'
import { EmptyState } from '../parts/EmptyState.tsx'
import { Title } from '../parts/Title.tsx'

export default function Search() {
  return (
    <>
      <Title text={t('search.title')} />
      <EmptyState text={t('common.soon')} />
    </>
  )
}
