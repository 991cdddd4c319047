/** Explicit weights between nodes, as TSPLIB writes them. */

/** By a matrix's row: the columns written, from the first to before the last. */
const SPANS: Record<string, (row: number, nodes: number) => [number, number]> = {
  FULL_MATRIX: (_, nodes) => [0, nodes],
  UPPER_ROW: (row, nodes) => [row + 1, nodes],
  LOWER_ROW: (row) => [0, row],
  UPPER_DIAG_ROW: (row, nodes) => [row, nodes],
  LOWER_DIAG_ROW: (row) => [0, row + 1],
}
/** By columns is the other triangle by rows. */
const TRANSPOSED: Record<string, string> = {
  UPPER_COL: 'LOWER_ROW',
  LOWER_COL: 'UPPER_ROW',
  UPPER_DIAG_COL: 'LOWER_DIAG_ROW',
  LOWER_DIAG_COL: 'UPPER_DIAG_ROW',
}
/** Nodes between which detours are counted: enough to tell order from chance. */
const LOOKED_AT = 100

/** From node a to node b at [a * nodes + b], out of a format and the numbers of each line. */
export function explicitMatrix(
  nodes: number,
  format: string,
  lines: readonly (readonly number[])[],
): Float64Array {
  const numbers = lines.flat()
  const own = filled(nodes, format, numbers)
  // Some published LOWER_ROW are written by columns. Where lines are no rows either, ways show it: they are no detours.
  if (format !== 'LOWER_ROW' || lines.every((line, index) => line.length === index + 1)) return own
  const byColumns = filled(nodes, 'LOWER_COL', numbers)
  return 10 * detours(nodes, byColumns) < detours(nodes, own) ? byColumns : own
}

function filled(nodes: number, format: string, numbers: readonly number[]): Float64Array {
  const span = SPANS[TRANSPOSED[format] ?? format]
  if (!span) throw new Error(`Expected a known EDGE_WEIGHT_FORMAT, got ${format}.`)
  const matrix = new Float64Array(nodes * nodes)
  let at = 0
  for (let row = 0; row < nodes; row++) {
    const [from, to] = span(row, nodes)
    for (let column = from; column < to; column++) {
      const value = numbers[at++]
      matrix[row * nodes + column] = value
      if (format !== 'FULL_MATRIX') matrix[column * nodes + row] = value
    }
  }
  if (at !== numbers.length) {
    throw new Error(`Expected ${at} weights in EDGE_WEIGHT_SECTION (${format}), found ${numbers.length}.`)
  }
  for (let node = 0; node < nodes; node++) matrix[node * nodes + node] = 0
  return matrix
}

/** How many ways are longer than over a third node. */
function detours(nodes: number, matrix: Float64Array): number {
  const few = Math.min(nodes, LOOKED_AT)
  let count = 0
  for (let a = 0; a < few; a++) {
    for (let b = 0; b < a; b++) {
      for (let over = 0; over < few; over++) {
        if (matrix[a * nodes + over] + matrix[over * nodes + b] < matrix[a * nodes + b]) count++
      }
    }
  }
  return count
}
