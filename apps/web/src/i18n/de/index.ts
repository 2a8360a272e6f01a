// SPDX-License-Identifier: MIT
import common from './common.json'
import composer from './composer.json'
import friends from './friends.json'
import home from './home.json'
import keys from './keys.json'
import list from './list.json'
import media from './media.json'
import messages from './messages.json'
import notices from './notices.json'
import people from './people.json'
import post from './post.json'
import reaction from './reaction.json'
import search from './search.json'
import settings from './settings.json'
import shell from './shell.json'
import thread from './thread.json'
import wall from './wall.json'
import welcome from './welcome.json'

export default {
  common,
  composer,
  friends,
  home,
  keys,
  list,
  media,
  messages,
  notices,
  people,
  post,
  reaction,
  search,
  settings,
  shell,
  thread,
  wall,
  welcome,
}
