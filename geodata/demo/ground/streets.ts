/**
 * Street networks as evenly spaced lines in a field of directions: along a river's bank the streets follow the bank,
 * elsewhere the field turns slowly. Sources: Chen et al., Interactive Procedural Street Modeling, 2008 (tensor
 * fields); Jobard & Lefer, Evenly-Spaced Streamlines, 1997.
 */
import type { Position } from '../../city.ts'
import type { Random } from '../../random.ts'

export interface Street {
  line: Position[]
  /** 0 arterial, 1 collector, 2 street. */
  rank: number
}

export interface StreetField {
  /** Where streets may be. */
  inside: (x: number, y: number) => boolean
  /** Direction of one of the four ways, radians; the others at right angles. */
  angle: (x: number, y: number) => number
  /** Wanted distance between parallel streets, metres. */
  spacing: (x: number, y: number) => number
  /** Where the first arterials start. */
  start: Position
}

const stepLength = 9

export function growStreets(
  field: StreetField,
  separations: readonly (number | null)[],
  random: Random,
): Street[] {
  const cell = 40
  const points = new Map<number, { x: number; y: number; dx: number; dy: number }[]>()
  const key = (c: number, r: number) => (c + 32768) * 65536 + r + 32768
  const add = (x: number, y: number, dx: number, dy: number) => {
    const k = key(Math.floor(x / cell), Math.floor(y / cell))
    const list = points.get(k)
    if (list) list.push({ x, y, dx, dy })
    else points.set(k, [{ x, y, dx, dy }])
  }
  /** Distance to the nearest point of a street that runs about the same way. */
  const parallelWithin = (x: number, y: number, dx: number, dy: number, reach: number): boolean => {
    const c0 = Math.floor((x - reach) / cell)
    const c1 = Math.floor((x + reach) / cell)
    const r0 = Math.floor((y - reach) / cell)
    const r1 = Math.floor((y + reach) / cell)
    for (let c = c0; c <= c1; c++) {
      for (let r = r0; r <= r1; r++) {
        for (const p of points.get(key(c, r)) ?? []) {
          const ex = p.x - x
          const ey = p.y - y
          if (ex * ex + ey * ey > reach * reach) continue
          if (Math.abs(p.dx * dx + p.dy * dy) < 0.72) continue
          return true
        }
      }
    }
    return false
  }
  const nearestPoint = (x: number, y: number, reach: number): Position | null => {
    let best: Position | null = null
    let least = reach * reach
    for (let c = Math.floor((x - reach) / cell); c <= Math.floor((x + reach) / cell); c++) {
      for (let r = Math.floor((y - reach) / cell); r <= Math.floor((y + reach) / cell); r++) {
        for (const p of points.get(key(c, r)) ?? []) {
          const d = (p.x - x) ** 2 + (p.y - y) ** 2
          if (d < least) {
            least = d
            best = [p.x, p.y]
          }
        }
      }
    }
    return best
  }
  /** The field's direction at a place nearest to a heading. */
  const direction = (x: number, y: number, hx: number, hy: number): Position => {
    const a = field.angle(x, y)
    let dx = Math.cos(a)
    let dy = Math.sin(a)
    if (Math.abs(dx * hx + dy * hy) < Math.abs(-dy * hx + dx * hy)) [dx, dy] = [-dy, dx]
    return dx * hx + dy * hy < 0 ? [-dx, -dy] : [dx, dy]
  }
  /** One way from a seed, without the seed itself. */
  const trace = (
    x0: number,
    y0: number,
    hx0: number,
    hy0: number,
    separation: (x: number, y: number) => number,
  ) => {
    const way: Position[] = []
    let x = x0
    let y = y0
    let [hx, hy] = [hx0, hy0]
    for (let n = 0; n < 700; n++) {
      const [ax, ay] = direction(x, y, hx, hy)
      const [bx, by] = direction(x + (ax * stepLength) / 2, y + (ay * stepLength) / 2, ax, ay)
      const nx = x + bx * stepLength
      const ny = y + by * stepLength
      if (!field.inside(nx, ny)) break
      const apart = separation(nx, ny)
      if (parallelWithin(nx, ny, bx, by, apart * 0.62)) {
        // Too close to a parallel street: go on only if a crossing street is reached soon, and end there.
        const tail: Position[] = []
        let [tx, ty, ux, uy] = [x, y, bx, by]
        for (let m = 0; m * stepLength < apart * 1.1; m++) {
          const [vx, vy] = direction(tx, ty, ux, uy)
          tx += vx * stepLength
          ty += vy * stepLength
          ;[ux, uy] = [vx, vy]
          if (!field.inside(tx, ty)) break
          const hit = nearestPoint(tx, ty, stepLength * 0.8)
          if (hit) {
            way.push(...tail, hit)
            break
          }
          tail.push([tx, ty])
        }
        break
      }
      way.push([nx, ny])
      ;[x, y, hx, hy] = [nx, ny, bx, by]
      // Back at the start: a closed street.
      if (n > 20 && Math.hypot(x - x0, y - y0) < stepLength) break
    }
    return way
  }

  const streets: Street[] = []
  separations.forEach((fixed, rank) => {
    const separation = (x: number, y: number) => fixed ?? field.spacing(x, y)
    const queue: { x: number; y: number; hx: number; hy: number }[] = []
    const seedAround = (line: readonly Position[]) => {
      let since = random.between(0, 40)
      for (let i = 1; i < line.length; i++) {
        const [x, y] = line[i]
        const dx = x - line[i - 1][0]
        const dy = y - line[i - 1][1]
        const length = Math.hypot(dx, dy) || 1
        since += length
        const apart = separation(x, y)
        if (since < apart * 0.5) continue
        since = 0
        const ux = dx / length
        const uy = dy / length
        queue.push({ x, y, hx: -uy, hy: ux })
        queue.push({ x: x - uy * apart, y: y + ux * apart, hx: ux, hy: uy })
        queue.push({ x: x + uy * apart, y: y - ux * apart, hx: ux, hy: uy })
      }
    }
    if (rank === 0) {
      const a = field.angle(field.start[0], field.start[1])
      queue.push({ x: field.start[0], y: field.start[1], hx: Math.cos(a), hy: Math.sin(a) })
      queue.push({ x: field.start[0], y: field.start[1], hx: -Math.sin(a), hy: Math.cos(a) })
    } else {
      for (const { line } of streets) seedAround(line)
    }
    for (let head = 0; head < queue.length && head < 60000; head++) {
      const seed = queue[head]
      if (!field.inside(seed.x, seed.y)) continue
      const [dx, dy] = direction(seed.x, seed.y, seed.hx, seed.hy)
      const apart = separation(seed.x, seed.y)
      if (parallelWithin(seed.x, seed.y, dx, dy, apart * 0.9)) continue
      const forth = trace(seed.x, seed.y, dx, dy, separation)
      const back = trace(seed.x, seed.y, -dx, -dy, separation)
      const line: Position[] = [...back.reverse(), [seed.x, seed.y], ...forth]
      // The very first street is kept whatever its length: all others grow from it.
      const least = streets.length === 0 ? 60 : apart * (rank === 2 ? 1.1 : 1.5)
      if (line.length * stepLength < least) continue
      for (let i = 0; i < line.length; i++) {
        const [px, py] = line[Math.max(0, i - 1)]
        const [qx, qy] = line[Math.min(line.length - 1, i + 1)]
        const length = Math.hypot(qx - px, qy - py) || 1
        add(line[i][0], line[i][1], (qx - px) / length, (qy - py) / length)
      }
      streets.push({ line, rank })
      seedAround(line)
    }
  })
  return streets
}
