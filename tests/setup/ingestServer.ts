import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { startServer } from '../../api/server.ts'
import { openDatabase } from '../../db/client.ts'

// A server over a data directory, to be killed. argv: data directory. Says `ready URL`.
const [dataDir] = process.argv.slice(2)
// The server leaves compressed copies beside what it serves.
const webDir = join(dataDir, 'web')
cpSync(join(import.meta.dirname, '..', 'fixtures', 'webShell'), webDir, { recursive: true })
const database = await openDatabase({ dataDir, holder: { task: 'serve' } })
const server = await startServer({
  database,
  host: '127.0.0.1',
  port: 0,
  dataDir,
  webDir,
  adminPassword: 'correct horse battery',
  limitFactor: 0,
})
console.log(`ready ${server.url}`)
