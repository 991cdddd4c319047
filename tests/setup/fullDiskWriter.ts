import { openDatabase } from '../../db/client.ts'
import { limitedFiles } from './smallDisk.ts'

// A process that keeps three rows, says so, and then writes on while no file takes anything any more. argv: data directory.

const db = await openDatabase({ dataDir: process.argv[2], holder: { task: 'test' } })
await db.script('CREATE TABLE kept (n integer)')
for (const n of [1, 2, 3]) await db.query('INSERT INTO kept VALUES ($1)', [n])
console.log('kept')
limitedFiles(() => [process.pid]).fill()
await db.query('INSERT INTO kept VALUES (4)')
console.log('kept more')
