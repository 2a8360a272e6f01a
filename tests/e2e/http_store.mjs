// SPDX-License-Identifier: MIT
// node http_store.mjs FOLDER HOST: a store by https that takes files by PUT and gives them by GET, to whoever says name
// and password, and lets pages of other origins do so; prints its origin. Its certificate is its own.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import https from 'node:https'
import path from 'node:path'

const [folder, host] = process.argv.slice(2)
const [key, cert] = ['key.pem', 'cert.pem'].map(name => path.join(folder, name))
execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${host}`, '-keyout', key, '-out', cert], { stdio: 'ignore' })
const wanted = 'Basic ' + Buffer.from('anna:a key').toString('base64')
const server = https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) }, (req, res) => {
  res.setHeader('access-control-allow-origin', '*')
  res.setHeader('access-control-allow-methods', 'GET, PUT')
  res.setHeader('access-control-allow-headers', 'authorization, content-type')
  const file = path.join(folder, path.basename(req.url))
  if (req.method === 'OPTIONS') return res.writeHead(204).end()
  if (req.headers.authorization !== wanted) return res.writeHead(401).end()
  if (req.method === 'GET') return fs.existsSync(file) ? res.end(fs.readFileSync(file)) : res.writeHead(404).end()
  const parts = []
  req.on('data', part => parts.push(part))
  req.on('end', () => { fs.writeFileSync(file, Buffer.concat(parts)); res.writeHead(201).end() })
})
server.listen(0, host, () => console.log(`https://${host}:${server.address().port}`))
