import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '..')

/**
 * Journeys through the whole program in Chromium, one at a time. Those that only look share a server, those that change
 * something start one of their own.
 */
export default defineConfig({
  root,
  cacheDir: join(root, 'node_modules', '.cache', 'vitest-e2e'),
  test: {
    include: ['tests/e2e/**/*.test.ts'],
    globalSetup: [join(import.meta.dirname, 'setup', 'e2eSetup.ts')],
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // What is waited for comes in its own time; Vitest's own limit of a second is a guess about the machine.
    expect: { poll: { timeout: 120_000 } },
  },
})
