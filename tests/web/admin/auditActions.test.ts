import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '../../../scripts/environment.ts'
import { auditActions } from '../../../web/admin/auditActions.ts'

test('whatever the audit is told of by name has words on its page', () => {
  const sources = globSync('{api,db,scripts}/**/*.ts', { cwd: repositoryRoot })
  const told = new Set<string>()
  for (const source of sources) {
    const text = readFileSync(join(repositoryRoot, source), 'utf8')
    for (const [, action] of text.matchAll(/\baction: '([a-zA-Z]+\.[a-zA-Z]+)'/g)) told.add(action)
  }
  expect(told).toContain('schema.migrate')
  expect([...told].filter((action) => !auditActions.some((known) => known === action))).toEqual([])
})
