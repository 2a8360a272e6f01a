// SPDX-License-Identifier: MIT
import { t } from '../i18n/index.ts'
import { TriangleAlert } from './icons.ts'

/** Of an encrypted text that somebody else has sent, too. */
export function Copied() {
  return (
    <p class="row notice danger">
      <TriangleAlert class="icon small" aria-hidden="true" />
      <span class="grow">{t('post.copied')}</span>
    </p>
  )
}
