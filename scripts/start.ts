import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { cacheDir } from '../db/cache.ts'
import { runCommand } from './command.ts'

// Compiled modules are kept, so that a start does not parse the same megabytes again; hence the late import.
enableCompileCache(join(cacheDir, 'modules'))
const { serve } = await import('./serve.ts')
await runCommand(serve)
