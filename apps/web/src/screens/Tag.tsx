// SPDX-License-Identifier: MIT
import { t } from '../i18n/index.ts'
import { list } from '../node/lists.ts'
import { EmptyState } from '../parts/EmptyState.tsx'
import { PostList } from '../parts/PostList.tsx'
import { Title } from '../parts/Title.tsx'
import { href, route } from '../route.ts'

/** All posts with a hashtag that are here. */
export default function Tag() {
  const tag = route.value.id.replace(/^#/, '').slice(0, 64).toLowerCase()
  const posts = list('tag', { tag })
  return (
    <div class="stack">
      <Title text={t('search.tag', { tag })}>
        <a class="button small" href={href.search(`#${tag}`)}>
          {t('search.title')}
        </a>
      </Title>
      <div>
        <PostList
          key={tag}
          list={posts}
          empty={
            <EmptyState title={t('search.noTag')} text={t('search.noTagText', { tag })}>
              <a class="button primary" href={href.home}>
                {t('common.home')}
              </a>
            </EmptyState>
          }
        />
      </div>
    </div>
  )
}
