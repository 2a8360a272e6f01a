// SPDX-License-Identifier: MIT
// What the other screens say: loaded together with the first of them.
import account from './account.json'
import backup from './backup.json'
import circles from './circles.json'
import composer from './composer_late.json'
import errors from './errors.json'
import friends from './friends.json'
import keys from './keys.json'
import messages from './messages.json'
import notices from './notices.json'
import post from './post_late.json'
import restore from './restore.json'
import roads from './roads.json'
import search from './search.json'
import settings from './settings.json'
import tab from './tab.json'
import thread from './thread.json'
import wall from './wall_late.json'
import welcome from './welcome.json'

export default {
  ...errors, // what the node says, by its words (core/base/err.c)
  account,
  backup,
  circles,
  composer,
  friends,
  keys,
  messages,
  notices,
  post,
  restore,
  roads,
  search,
  settings,
  tab,
  thread,
  wall,
  welcome,
}
