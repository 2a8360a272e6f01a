// SPDX-License-Identifier: MIT
// What the first screens say: part of the first load.
import audience from './audience.json'
import common from './common.json'
import composer from './composer.json'
import guard from './guard.json'
import home from './home.json'
import list from './list.json'
import media from './media.json'
import people from './people.json'
import post from './post.json'
import reaction from './reaction.json'
import shell from './shell.json'
import wall from './wall.json'

export default { audience, common, composer, guard, home, list, media, people, post, reaction, shell, wall }
