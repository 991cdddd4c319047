import { expect, test } from 'vitest'
import { objection } from '../../scripts/imports.ts'
import { importsOf } from '../../scripts/moduleGraph.ts'

test('finds every way one module names another, and which of them vanish at run time', () => {
  const text = `import a from './a.ts'
import type { B } from './b.ts'
import { type C, type D } from './c.ts'
import { type E, f } from './e.ts'
import './style.css'
export { g } from './g.ts'
export type { H } from './h.ts'
export * from './i.ts'
const j = await import('./j.ts')
type K = import('./k.ts').K
const notOne = "import x from './x.ts'" // import y from './y.ts'
`
  const found = importsOf('module.ts', text).map(({ specifier, typeOnly, line }) => [
    specifier,
    typeOnly,
    line,
  ])
  expect(found).toEqual([
    ['./a.ts', false, 1],
    ['./b.ts', true, 2],
    ['./c.ts', true, 3],
    ['./e.ts', false, 4],
    ['./style.css', false, 5],
    ['./g.ts', false, 6],
    ['./h.ts', true, 7],
    ['./i.ts', false, 8],
    ['./j.ts', false, 9],
    ['./k.ts', true, 10],
  ])
})

test.each([
  ['geodata/a.ts', '../db/client.ts', false, 'geodata/ may not import db/ (../db/client.ts)'],
  ['geodata/a.ts', '../db/client.ts', true, 'geodata/ may not import db/ (../db/client.ts)'],
  ['geodata/demo/a.ts', '../city.ts', false, undefined],
  ['geodata/a.ts', 'pg', false, 'geodata/ may not import pg'],
  ['db/a.ts', '../geodata/city.ts', false, undefined],
  ['db/queries/a.ts', '../../api/trpc.ts', true, 'db/ may not import api/ (../../api/trpc.ts)'],
  ['api/a.ts', '../scripts/start.ts', false, 'api/ may not import scripts/ (../scripts/start.ts)'],
  ['api/a.ts', '../db/client.ts', false, undefined],
  ['api/a.ts', 'react-dom/server', false, 'api/ may not import react-dom/server'],
  ['web/a.ts', '../api/router.ts', true, undefined],
  ['web/a.ts', '../api/router.ts', false, 'web/ may import only types of api/ (../api/router.ts)'],
  ['web/map/a.ts', '../../geodata/areaBundle.ts', false, undefined],
  ['web/ui/a.ts', '../../api/statistics/share.ts', false, undefined],
  ['api/statistics/a.ts', './share.ts', false, undefined],
  ['api/statistics/a.ts', '../../geodata/codes.ts', false, undefined],
  [
    'api/statistics/a.ts',
    'node:fs',
    false,
    'api/statistics/ may not import node:fs: the browser runs it too',
  ],
  [
    'api/statistics/a.ts',
    '../inputs.ts',
    false,
    'api/statistics/ may not import api/inputs.ts: the browser runs it too',
  ],
  ['web/a.ts', '../db/client.ts', true, 'web/ may not import db/ (../db/client.ts)'],
  ['web/a.ts', 'node:fs', false, 'web/ may not import node:fs'],
  ['tests/a.ts', '../api/router.ts', false, undefined],
])('%s importing %s (types only: %s) is judged', (path, specifier, typeOnly, sentence) => {
  expect(objection(path, { specifier, typeOnly, line: 1 })).toBe(sentence)
})
