// SPDX-License-Identifier: MIT
import account from './account.json'
import audience from './audience.json'
import backup from './backup.json'
import circles from './circles.json'
import common from './common.json'
import composer from './composer.json'
import composerLate from './composer_late.json'
import errors from './errors.json'
import friends from './friends.json'
import guard from './guard.json'
import home from './home.json'
import keys from './keys.json'
import list from './list.json'
import media from './media.json'
import messages from './messages.json'
import notices from './notices.json'
import people from './people.json'
import post from './post.json'
import postLate from './post_late.json'
import reaction from './reaction.json'
import restore from './restore.json'
import roads from './roads.json'
import search from './search.json'
import settings from './settings.json'
import shell from './shell.json'
import tab from './tab.json'
import thread from './thread.json'
import wall from './wall.json'
import wallLate from './wall_late.json'
import welcome from './welcome.json'

export default {
  ...errors, // what the node says, by its words (core/base/err.c)
  account,
  audience,
  backup,
  circles,
  common,
  composer: { ...composer, ...composerLate },
  friends,
  guard,
  home,
  keys,
  list,
  media,
  messages,
  notices,
  people,
  post: { ...post, ...postLate },
  reaction,
  restore,
  roads,
  search,
  settings,
  shell,
  tab,
  thread,
  wall: { ...wall, ...wallLate },
  welcome,
}
