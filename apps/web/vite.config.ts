// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin, transformWithOxc } from 'vite'

/** What a first visit may load, gzip'd. Screens behind a dynamic import do not count. */
const BUDGET = { js: 70_000, css: 12_000 }
/** The node that the page brings along for a tab without one, gzip'd; loaded when it is needed. */
const WASM_BUDGET = 400_000
const wasm = readFileSync(new URL('../../build/wasm/kith.wasm', import.meta.url))
const sha256 = createHash('sha256').update(wasm).digest('hex')

/** Fails the build when the page has grown too heavy to be there at once. */
function budget(): Plugin {
  return {
    name: 'kith-budget',
    apply: 'build',
    generateBundle(_, bundle) {
      const first = new Set<string>()
      const styles = new Set<string>()
      const visit = (name: string): void => {
        const chunk = bundle[name]
        if (chunk?.type !== 'chunk' || first.has(name)) return
        first.add(name)
        for (const css of chunk.viteMetadata?.importedCss ?? []) styles.add(css)
        chunk.imports.forEach(visit)
      }
      for (const [name, chunk] of Object.entries(bundle)) if (chunk.type === 'chunk' && chunk.isEntry) visit(name)
      const weigh = (names: Set<string>): number =>
        [...names].reduce((sum, name) => {
          const file = bundle[name]
          return sum + (file ? gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length : 0)
        }, 0)
      const js = weigh(first)
      const css = weigh(styles)
      this.info(`first load: ${js} of ${BUDGET.js} bytes of JavaScript, ${css} of ${BUDGET.css} of CSS`)
      if (js > BUDGET.js || css > BUDGET.css)
        process.env.KITH_NO_BUDGET ? this.warn('over budget') : this.error('the first load is over its budget')
      const heavy = gzipSync(wasm, { level: 9 }).length
      this.info(`kith.wasm: ${heavy} of ${WASM_BUDGET} bytes, sha256 ${sha256}`)
      if (heavy > WASM_BUDGET) this.error('the node is over its budget')
    },
  }
}

/** What makes a page of files an app that opens offline: sw.js with the list of the files, and a manifest. */
function offline(): Plugin {
  return {
    name: 'kith-offline',
    apply: 'build',
    // Last, when all files are known; a service worker is one classic script, so it is no part of the bundle.
    async writeBundle({ dir }, bundle) {
      const files = Object.keys(bundle).filter(name => !name.endsWith('.map') && name !== 'index.html')
      const build = createHash('sha256')
      for (const name of Object.keys(bundle).sort()) {
        const file = bundle[name]
        if (file) build.update(name).update(file.type === 'chunk' ? file.code : file.source)
      }
      const icon = files.find(name => /icon-[^/]*\.svg$/.test(name))
      const source = new URL('./src/tab/service_worker.ts', import.meta.url).pathname
      const { code } = await transformWithOxc(readFileSync(source, 'utf8'), source)
      const list = JSON.stringify(['./', 'manifest.webmanifest', ...files.sort()])
      writeFileSync(
        `${dir}/sw.js`,
        code.replace('__KITH_FILES__', list).replace('__KITH_BUILD__', `'${build.digest('hex').slice(0, 16)}'`),
      )
      writeFileSync(
        `${dir}/manifest.webmanifest`,
        `${JSON.stringify({
          name: 'kith',
          short_name: 'kith',
          start_url: './',
          scope: './',
          display: 'standalone',
          background_color: '#ffffff',
          theme_color: '#264653',
          icons: [{ src: icon, sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
        })}\n`,
      )
    },
  }
}

/** The node answers on one port and the dev server on another: `KITH_WEB` says where the node's page is. */
const node = process.env.KITH_WEB

export default defineConfig({
  base: './',
  plugins: [budget(), offline()],
  define: { __KITH_WASM_SHA256__: JSON.stringify(sha256) },
  worker: { format: 'es' },
  resolve: { alias: { '@kith/client': new URL('./client/src/index.ts', import.meta.url).pathname } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../build/web',
    emptyOutDir: true,
    target: ['chrome125', 'firefox128', 'safari18'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // One file for what everybody needs at once: many small ones compress badly and cost round trips.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'page', tags: ['$initial'] }] } } },
  },
  server: node
    ? {
        proxy: {
          '/rpc': { target: node, ws: true, changeOrigin: true, rewriteWsOrigin: true },
          '/session': { target: node, changeOrigin: true },
        },
      }
    : {},
})
