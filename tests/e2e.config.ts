import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '..')

/** Journeys through the whole program in Chromium: one at a time, each file against a server of its own. */
export default defineConfig({
  root,
  cacheDir: join(root, 'node_modules', '.cache', 'vitest-e2e'),
  test: {
    include: ['tests/e2e/**/*.test.ts'],
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
