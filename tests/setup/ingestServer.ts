import { join } from 'node:path'
import { startServer } from '../../api/server.ts'
import { openDatabase } from '../../db/client.ts'

// A server over a data directory, to be killed. argv: data directory. Says `ready URL`.
const [dataDir] = process.argv.slice(2)
const database = await openDatabase({ dataDir, holder: { task: 'serve' } })
const server = await startServer({
  database,
  host: '127.0.0.1',
  port: 0,
  dataDir,
  webDir: join(import.meta.dirname, '..', 'fixtures', 'webShell'),
  adminPassword: 'correct horse battery',
  limitFactor: 0,
})
console.log(`ready ${server.url}`)
