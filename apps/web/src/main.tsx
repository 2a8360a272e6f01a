// SPDX-License-Identifier: MIT
import './style/index.css'
import './settings.ts'
import { render } from 'preact'
import { App } from './app.tsx'
import { startLanguage } from './i18n/index.ts'
import { start } from './node/start.ts'

await startLanguage()
start()
const page = document.getElementById('page')
if (page) render(<App />, page)
