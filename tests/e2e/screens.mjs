// SPDX-License-Identifier: MIT
// Every screen of the page: its address behind the #, and how one knows that it is there.
export const screens = ({ me, other, root, group, circle }) => [
  { name: 'home', at: '#/' },
  { name: 'my-wall', at: `#/wall/${encodeURIComponent(me)}` },
  { name: 'wall', at: `#/wall/${encodeURIComponent(other)}` },
  { name: 'thread', at: `#/m/${encodeURIComponent(root)}` },
  { name: 'friends', at: '#/friends' },
  { name: 'circles', at: '#/circles' },
  { name: 'group', at: `#/circle/${encodeURIComponent(group)}` },
  { name: 'circle', at: `#/circle/${encodeURIComponent(circle)}` },
  { name: 'no-circle', at: '#/circle/nowhere' },
  { name: 'messages', at: '#/messages' },
  { name: 'conversation', at: `#/messages/${encodeURIComponent(other)}` },
  { name: 'new-message', at: '#/messages/new' },
  { name: 'search', at: '#/search' },
  { name: 'found', at: '#/search/the' },
  { name: 'tag', at: '#/tag/lake' },
  { name: 'news', at: '#/notices' },
  { name: 'settings', at: '#/settings' },
  ...['profile', 'roads', 'packets', 'backup', 'storage', 'looks', 'notifications', 'privacy', 'help'].map(part => ({ name: `settings-${part}`, at: `#/settings/${part}` })),
  { name: 'restore', at: '#/restore' }
]

// Opens a screen and waits until nothing on it is still being loaded.
export async function show (page, origin, at) {
  await page.goto(`${origin}/${at}`)
  await page.getByRole('main').waitFor()
  await settle(page)
}

// Until the page has been still for a moment: no element came or went, and nothing says that it loads.
export const settle = (page, still = 250, limit = 60000) => page.evaluate(([still, limit]) => new Promise(resolve => {
  let timer
  const end = () => { watch.disconnect(); clearTimeout(timer); clearTimeout(last); resolve() }
  const again = () => {
    clearTimeout(timer)
    timer = setTimeout(() => document.querySelector('[aria-busy=true]') ? again() : end(), still)
  }
  const watch = new MutationObserver(again)
  const last = setTimeout(end, limit)
  watch.observe(document.documentElement, { subtree: true, childList: true })
  again()
}), [still, limit])
