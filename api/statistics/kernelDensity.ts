/** A raster of square cells in a plane: row 0 is the southernmost, column 0 the westernmost; metres. */
export interface MetricGrid {
  west: number
  south: number
  cell: number
  columns: number
  rows: number
}

/** Gaussian kernels end here, in bandwidths: 0.01 % of their mass lies beyond and is put back by the correction. */
const reach = 4

/**
 * Kernel density with a Gaussian kernel of standard deviation `bandwidth`, counts per square metre of each cell.
 *
 * Edge correction (Diggle 1985, in the form that keeps mass): each incident's kernel is divided by the part of it that
 * lies inside, so that what would have spilt over the border stays in the city and the densities inside, times the
 * cell's area, sum to the number of incidents. Incidents count for the middle of their cell, so that a bandwidth should
 * be at least two cells.
 * @param counts Incidents in each cell, row by row; zero outside. @param inside 1 where the ground belongs to the city.
 * Every cell with incidents must be inside.
 */
export function kernelDensity(
  counts: ArrayLike<number>,
  inside: Uint8Array,
  grid: MetricGrid,
  bandwidth: number,
): Float64Array {
  const kernel = gaussian(bandwidth / grid.cell)
  const kept = spread(inside, grid, kernel)
  const corrected = new Float64Array(counts.length)
  for (let i = 0; i < corrected.length; i++) if (counts[i] > 0) corrected[i] = counts[i] / kept[i]
  const density = spread(corrected, grid, kernel)
  const cellArea = grid.cell ** 2
  for (let i = 0; i < density.length; i++) density[i] = inside[i] ? density[i] / cellArea : 0
  return density
}

/** One half of a Gaussian by cells, its whole summing to one. @param deviation in cells. */
function gaussian(deviation: number): Float64Array {
  const half = Float64Array.from({ length: Math.max(1, Math.ceil(reach * deviation)) + 1 }, (_, step) =>
    Math.exp(-0.5 * (step / deviation) ** 2),
  )
  const whole = half.reduce((sum, value) => sum + 2 * value, -half[0])
  return half.map((value) => value / whole)
}

/** Two passes of the one-dimensional kernel: the same as the square one. */
function spread(
  values: ArrayLike<number>,
  { columns, rows }: MetricGrid,
  kernel: Float64Array,
): Float64Array {
  const across = new Float64Array(columns * rows)
  const result = new Float64Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]
      if (value === 0) continue
      const first = Math.max(0, column - kernel.length + 1)
      const last = Math.min(columns - 1, column + kernel.length - 1)
      for (let to = first; to <= last; to++) {
        across[row * columns + to] += value * kernel[Math.abs(to - column)]
      }
    }
  }
  for (let row = 0; row < rows; row++) {
    const first = Math.max(0, row - kernel.length + 1)
    const last = Math.min(rows - 1, row + kernel.length - 1)
    for (let to = first; to <= last; to++) {
      const factor = kernel[Math.abs(to - row)]
      for (let column = 0; column < columns; column++) {
        result[to * columns + column] += across[row * columns + column] * factor
      }
    }
  }
  return result
}

/**
 * Silverman's rule for two dimensions (1986, 4.14: (4 / (d + 2))^(1 / (d + 4)) is 1 for d = 2): spread × n^(−1/6), the
 * spread of each axis being the smaller of standard deviation and interquartile range / 1.349, so that a few far
 * villages do not blur the town. Metres, as the points; NaN without two points apart.
 * @param counts How many lie at each point.
 */
export function silvermanBandwidth(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  counts: ArrayLike<number>,
): number {
  let n = 0
  for (let i = 0; i < counts.length; i++) n += counts[i]
  const spreads = [x, y].map((axis) => axisSpread(axis, counts, n)).filter((each) => each > 0)
  if (n < 2 || spreads.length === 0) return Number.NaN
  const square = spreads.reduce((sum, each) => sum + each ** 2, 0) / spreads.length
  return Math.sqrt(square) * n ** (-1 / 6)
}

function axisSpread(axis: ArrayLike<number>, counts: ArrayLike<number>, n: number): number {
  let sum = 0
  let squares = 0
  for (let i = 0; i < axis.length; i++) sum += counts[i] * axis[i]
  const mean = sum / n
  for (let i = 0; i < axis.length; i++) squares += counts[i] * (axis[i] - mean) ** 2
  const deviation = Math.sqrt(squares / (n - 1))
  const order = Array.from({ length: axis.length }, (_, index) => index).sort((a, b) => axis[a] - axis[b])
  const quantile = (share: number) => {
    let reached = 0
    for (const index of order) {
      reached += counts[index]
      if (reached >= share * n) return axis[index]
    }
    return axis[order[order.length - 1]]
  }
  const quartiles = (quantile(0.75) - quantile(0.25)) / 1.349
  return quartiles > 0 ? Math.min(deviation, quartiles) : deviation
}

/**
 * Whole steps of `most / 65535` whose sum is that of the values to half a step: what rounding takes from one cell is
 * carried to the next, so that the packed grid still holds every incident.
 */
export function packedDensity(density: Float64Array): { steps: Uint16Array; step: number } {
  let most = 0
  for (const value of density) most = Math.max(most, value)
  const step = most / 65_535 || 1
  const steps = new Uint16Array(density.length)
  let carried = 0
  density.forEach((value, index) => {
    if (value === 0) return
    const wanted = value / step + carried
    steps[index] = Math.min(65_535, Math.max(0, Math.round(wanted)))
    carried = wanted - steps[index]
  })
  return { steps, step }
}
