import { openDatabase } from '../../db/client.ts'
import { runCommand } from '../../scripts/command.ts'
import { limitedFiles } from './smallDisk.ts'

// A command that opens its data directory where no file takes anything. argv: data directory.

limitedFiles(() => [process.pid]).fill()
await runCommand(async () => {
  await openDatabase({ dataDir: process.argv[2], holder: { task: 'test' } })
})
