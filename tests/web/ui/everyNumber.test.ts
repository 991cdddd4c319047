import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'vite'
import { expect, test } from 'vitest'

/**
 * Every number on a screen is written by web/ui/numbers.ts and stands in one of the components of web/ui, which carry
 * its base and its note. These tests read the sources' syntax trees, so that a percentage or a number written by hand
 * elsewhere fails, whatever the spelling; comments, styles and arithmetic do not count.
 */

const root = join(import.meta.dirname, '..', '..', '..')
const paths = globSync('web/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (name) => name === 'dist' || name === 'node_modules',
})

/** Writes numbers as text: the one place. */
const WRITER = 'web/ui/numbers.ts'
/** Words that are about percentages or intervals, and contain no figure. */
const WORDS = ['web/i18n/numbers.ts', 'web/i18n/brief.ts', 'web/i18n/analysis.ts']

interface Node {
  type: string
  start: number
  [key: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** Every node with those above it, nearest last. */
function* walk(
  value: unknown,
  above: readonly Node[] = [],
): Generator<{ node: Node; above: readonly Node[] }> {
  if (Array.isArray(value)) for (const item of value) yield* walk(item, above)
  else if (isNode(value)) {
    yield { node: value, above }
    const below = [...above, value]
    for (const [key, child] of Object.entries(value))
      if (key !== 'parent' && typeof child === 'object') yield* walk(child, below)
  }
}

function nodesOf(path: string) {
  const text = readFileSync(join(root, path), 'utf8')
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`)
  const place = (node: Node) => `${path}:${text.slice(0, node.start).split('\n').length}`
  return { nodes: [...walk(program.body)], place }
}

/** The text a node puts into the program, undefined where it puts none. */
function textOf(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type === 'JSXText' && typeof node.value === 'string') return node.value
  const cooked = node.type === 'TemplateElement' && isRecord(node.value) ? node.value.cooked : undefined
  return typeof cooked === 'string' ? cooked : undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
const nameOf = (node: unknown): unknown => (isRecord(node) ? node.name : undefined)

/** True inside a `style` attribute or a `style.cssText`: lengths of boxes, no numbers to read. */
function isStyle(above: readonly Node[]): boolean {
  return above.some(
    (node) =>
      (node.type === 'JSXAttribute' && nameOf(node.name) === 'style') ||
      (node.type === 'AssignmentExpression' &&
        isRecord(node.left) &&
        (nameOf(node.left.property) === 'cssText' ||
          (isRecord(node.left.object) && nameOf(node.left.object.property) === 'style'))) ||
      // A length handed on to a style: { left: `12%` }, transform: `translate(-100%)`.
      (node.type === 'Property' &&
        typeof nameOf(node.key) === 'string' &&
        /^(left|right|top|bottom|width|height|transform|barCategoryGap)$/.test(String(nameOf(node.key)))),
  )
}

test('the sources of the web part are found', () => {
  expect(paths.length).toBeGreaterThan(150)
  expect(paths).toContain(WRITER)
})

test('no percentage is written by hand: the sign comes from the primitive, with its base', () => {
  const found = paths
    .filter((path) => path !== WRITER && !WORDS.includes(path))
    .flatMap((path) => {
      const { nodes, place } = nodesOf(path)
      return nodes
        .filter(({ node, above }) => textOf(node)?.includes('%') && !isStyle(above) && !isShader(above))
        .filter(({ node }) => textOf(node) !== '%2C' && textOf(node) !== '%3A')
        .map(({ node }) => `${place(node)}: ${textOf(node)?.trim()}`)
    })
  expect(found).toEqual([])
})

/** GLSL knows the remainder. */
function isShader(above: readonly Node[]): boolean {
  return above.some((node) => node.type === 'TemplateLiteral' && JSON.stringify(node).includes('#version'))
}

test('words about percentages hold no figure of their own but 95 and the 20 of the rule', () => {
  for (const path of WORDS) {
    const { nodes } = nodesOf(path)
    for (const { node } of nodes) {
      const text = textOf(node)
      if (text?.includes('%')) expect(text.replaceAll(/95 %/g, ''), path).not.toMatch(/[\d}]\s?%/)
    }
  }
})

/** Digits for the eye of a machine: coordinates, addresses, paths of pictures, file formats. Each with its reason. */
const MACHINES: Record<string, string> = {
  'web/hooks/useViewSync.ts': 'coordinates in the address',
  'web/state/viewSearch.ts': 'coordinates in the address',
  'web/map/meshStore.ts': 'key of a cache',
  'web/admin/AuditDetails.tsx': 'coordinates',
  'web/panels/ContextMenu.tsx': 'coordinates to copy',
  'web/panels/IncidentPanel.tsx': 'coordinates',
  'web/panels/PlacePanel.tsx': 'coordinates',
}

test('no number is turned into text outside the writer', () => {
  const writers = new Set(['toFixed', 'toPrecision', 'toLocaleString', 'NumberFormat'])
  const found = paths
    .filter((path) => path !== WRITER && !(path in MACHINES))
    .flatMap((path) => {
      const { nodes, place } = nodesOf(path)
      return nodes
        .filter(({ node }) => node.type === 'MemberExpression' && writers.has(String(nameOf(node.property))))
        .filter(({ node, above }) => !isPicturePath(above) && !isNumberAgain(node, above))
        .map(({ node }) => `${place(node)}: ${String(nameOf(node.property))}`)
    })
  expect(found).toEqual([])
})

/** The d of an SVG path: `M12.34 0v5`. */
function isPicturePath(above: readonly Node[]): boolean {
  const template = above.findLast((node) => node.type === 'TemplateLiteral')
  const first = isRecord(template) && Array.isArray(template.quasis) ? textOf(template.quasis[0]) : undefined
  return first !== undefined && /^M/.test(first)
}

/** Number(x.toFixed(2)) rounds and writes nothing. */
function isNumberAgain(node: Node, above: readonly Node[]): boolean {
  return above
    .slice(-3)
    .some(
      (each) => each.type === 'CallExpression' && nameOf(each.callee) === 'Number' && each.start < node.start,
    )
}

/** Names that hold numbers about the city wherever they occur in web/. */
const COUNTS =
  /^(count|total|totals|part|whole|now|before|population|households|areaKm2|incidents|strength|units|online|offline|length)$/

test('no count is put on the screen bare: it stands in a component, or in a sentence that writes it', () => {
  const found = paths
    .filter((path) => path.endsWith('.tsx') && !path.startsWith('web/ui/'))
    .flatMap((path) => {
      const { nodes, place } = nodesOf(path)
      return nodes.flatMap(({ node, above }) => {
        if (node.type !== 'JSXExpressionContainer' || above.at(-1)?.type === 'JSXAttribute') return []
        const name = barelyNamed(node.expression)
        return name && COUNTS.test(name) ? [`${place(node)}: {${name}}`] : []
      })
    })
  expect(found).toEqual([])
})

/** `count` of {count} and {row.count}; nothing of a call, a component or a condition. */
function barelyNamed(expression: unknown): string | undefined {
  if (!isRecord(expression)) return undefined
  if (expression.type === 'Identifier') return String(expression.name)
  if (expression.type === 'MemberExpression') return String(nameOf(expression.property))
  return undefined
}

test('a share, a rate, a median and a verdict come from api/statistics: nobody else divides or takes roots for the screen', () => {
  const found = paths
    // Geometry takes roots too.
    .filter((path) => !/^web\/(map|layers|workers)\//.test(path))
    .flatMap((path) => {
      const { nodes, place } = nodesOf(path)
      return nodes
        .filter(({ node }) => node.type === 'MemberExpression' && nameOf(node.object) === 'Math')
        .filter(({ node }) => nameOf(node.property) === 'sqrt')
        .map(({ node }) => place(node))
    })
  expect(found).toEqual([])
})
