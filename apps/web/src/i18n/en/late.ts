// SPDX-License-Identifier: MIT
// What the other screens say: loaded together with the first of them.
import backup from './backup.json'
import friends from './friends.json'
import keys from './keys.json'
import messages from './messages.json'
import notices from './notices.json'
import restore from './restore.json'
import search from './search.json'
import settings from './settings.json'
import tab from './tab.json'
import thread from './thread.json'
import welcome from './welcome.json'

export default { backup, friends, keys, messages, notices, restore, search, settings, tab, thread, welcome }
