import { runCommand } from './command.ts'
import { buildWeb } from './webBuild.ts'

await runCommand(buildWeb)
