// SPDX-License-Identifier: MIT
// What the other screens say: loaded together with the first of them.
import friends from './friends.json'
import keys from './keys.json'
import messages from './messages.json'
import notices from './notices.json'
import search from './search.json'
import settings from './settings.json'
import thread from './thread.json'

export default { friends, keys, messages, notices, search, settings, thread }
