import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '..')

/** Unit and integration tests; the Chromium journeys in tests/e2e are run by scripts/test.ts after them. */
export default defineConfig({
  root,
  // The tests' own cache: two runs side by side must not fight over Vite's.
  cacheDir: join(root, 'node_modules', '.cache', 'vitest'),
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    exclude: ['tests/e2e/**', '**/node_modules/**'],
    globalSetup: [join(import.meta.dirname, 'setup', 'globalSetup.ts')],
    setupFiles: [join(import.meta.dirname, 'setup', 'propertySeed.ts')],
    environment: 'node',
    pool: 'forks',
    // Files share their worker's modules: importing, PGlite's machine code and everything made warm once is a third of all
    // work. No module of ours may therefore keep what belongs to one server or one database (nor may a test).
    isolate: false,
    // Each PGlite takes near 1 GB and all of a core.
    maxWorkers: 2,
    // Limits that only catch what hangs: a first seeded city takes minutes on a busy machine.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    teardownTimeout: 60_000,
    // What is waited for comes in its own time; Vitest's own limit of a second is a guess about the machine.
    expect: { poll: { timeout: 120_000 } },
  },
})
