import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Database } from '../../db/client.ts'
import { catalogChannel, listKinds } from '../../db/queries/catalog.ts'
import { cityChannel, hasCity } from '../../db/queries/cities.ts'
import { cubeChannel, readChanges, readCounted } from '../../db/queries/cube.ts'
import type { Catalog, CityCatalog, CityGround } from '../catalog.ts'
import { CityCube, MOST_SLOTS } from './cityCube.ts'
import { CountedCity } from './countedCity.ts'
import { KindTree } from './kindTree.ts'

export interface CubesOptions {
  /** Bytes the planes of one city may take. Default 256 MiB: enough for ten million incidents in 3,381 cells. */
  planeBytes?: number
  /** How often the log is asked though nobody said that it grew: a notice may be lost with its connection. Default 5 s. */
  pollMs?: number
}

const PLANE_BYTES = 256 * 1024 * 1024
const POLL_MS = 5000
/** A turn of the event loop longer than this is given up for others while a cube is built. */
const TURN_MS = 12
/** Changes taken into a cube at once; with more of them reading all rows anew is about as fast, and blocks nobody. */
const MOST_CHANGES = 20_000

/**
 * The counts of every city in memory, rebuilt from the rows at the start and kept exact by the log of changes. A question
 * waits while its city is being built for the first time or was written anew.
 */
export class Cubes {
  private readonly database: Database
  private readonly catalog: Catalog
  private readonly options: Required<CubesOptions>
  private readonly cities = new Map<string, FollowedCity>()
  private readonly stops: (() => Promise<void>)[] = []
  private timer: NodeJS.Timeout | undefined

  private constructor(database: Database, catalog: Catalog, options: CubesOptions) {
    this.database = database
    this.catalog = catalog
    this.options = {
      planeBytes: options.planeBytes ?? PLANE_BYTES,
      pollMs: options.pollMs ?? POLL_MS,
    }
  }

  /** Begins to follow the log. Cities are built when first asked for; ask for those that will be. */
  static async start(database: Database, catalog: Catalog, options: CubesOptions = {}): Promise<Cubes> {
    const cubes = new Cubes(database, catalog, options)
    const follow = (code: string) => {
      if (code === '') cubes.followAll()
      else cubes.cities.get(code)?.wake()
    }
    for (const channel of [cubeChannel, catalogChannel, cityChannel]) {
      cubes.stops.push(await database.listen(channel, follow))
    }
    cubes.timer = setInterval(() => cubes.followAll(), cubes.options.pollMs)
    cubes.timer.unref()
    return cubes
  }

  /** The city's counts; null when they are not kept in memory. @throws whatever kept them from being read. */
  async of(code: string): Promise<CountedCity | null> {
    const followed = this.followed(code)
    const counted = await followed.counted()
    const catalog = await this.catalog.city(code)
    if (!counted || !catalog || counted.catalog === catalog) return counted
    return followed.rename({ catalog, ground: await catalog.ground() })
  }

  /** Takes in everything committed before the call. */
  async refresh(code: string): Promise<void> {
    await this.followed(code).follow()
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    for (const stop of this.stops) await stop()
    const following = [...this.cities.values()].map((city) => city.close())
    this.cities.clear()
    await Promise.all(following)
  }

  private followed(code: string): FollowedCity {
    const known = this.cities.get(code)
    if (known) return known
    const made = new FollowedCity(this.database, this.catalog, code, this.options.planeBytes, () => {
      if (this.cities.get(code) === made) this.cities.delete(code)
    })
    this.cities.set(code, made)
    return made
  }

  private followAll(): void {
    for (const city of this.cities.values()) city.wake()
  }
}

/** One city: its counts, up to where they were read, and the work that takes them further, one piece after the other. */
class FollowedCity {
  private readonly database: Database
  private readonly catalog: Catalog
  private readonly code: string
  private readonly planeBytes: number
  private readonly onGone: () => void
  private state: Promise<CountedCity | null> | undefined
  private running: Promise<void> = Promise.resolve()
  private waking = false
  private closed = false

  constructor(database: Database, catalog: Catalog, code: string, planeBytes: number, onGone: () => void) {
    this.database = database
    this.catalog = catalog
    this.code = code
    this.planeBytes = planeBytes
    this.onGone = onGone
  }

  counted(): Promise<CountedCity | null> {
    return this.state ?? this.begin()
  }

  /** The counts under names read anew. */
  async rename(names: { catalog: CityCatalog; ground: CityGround }): Promise<CountedCity | null> {
    const counted = this.counted()
    const renamed = (await counted)?.named(names) ?? null
    // Unless they were built anew meanwhile.
    if (this.state === counted) this.state = Promise.resolve(renamed)
    return renamed
  }

  /** Takes in what was committed, soon; a failure is told in the log and tried again at the next notice. */
  wake(): void {
    if (this.waking || this.closed || this.state === undefined) return
    this.waking = true
    this.follow().catch((error) => {
      if (!this.closed) console.error(`counts of ${this.code} could not be brought up to date:`, error)
    })
  }

  /** Takes in what is committed when its turn comes. */
  follow(): Promise<void> {
    const next = this.running.then(async () => {
      this.waking = false
      if (!this.closed) await this.followNow()
    })
    this.running = next.catch(() => undefined)
    return next
  }

  async close(): Promise<void> {
    this.closed = true
    await this.running
    await this.state?.catch(() => undefined)
  }

  /** Builds the city; whoever asks meanwhile waits. A failure is told to them, and tried again at the next question. */
  private begin(): Promise<CountedCity | null> {
    const built = this.build()
    this.state = built
    built.catch(() => {
      if (this.state !== built) return
      this.state = undefined
      this.onGone()
    })
    return built
  }

  private async build(): Promise<CountedCity | null> {
    const catalog = await this.catalog.city(this.code)
    if (!catalog) throw new Error(`There is no city ${this.code} to count.`)
    const countedAt = Date.now()
    const rows = await readCounted(this.database, this.code)
    const slots = rows.cells.length
    if (slots > MOST_SLOTS) {
      console.error(`counts of ${this.code} are not kept in memory: ${slots} cells, ${MOST_SLOTS} at most`)
      return null
    }
    // Not those of the catalog: what made this necessary may have changed them a moment ago.
    const tree = new KindTree(await listKinds(this.database, this.code))
    const events = {
      time: rows.milliseconds,
      slot: Uint16Array.from(rows.cell),
      kind: renumbered(rows.kind, rows.kinds, tree),
    }
    const cube = await CityCube.build(tree, slots, events, {
      budget: this.planeBytes,
      breathe: breather(),
    })
    const slotOfCell = new Map<number, number>()
    for (const [slot, cellId] of rows.cells.entries()) if (cellId !== null) slotOfCell.set(cellId, slot)
    return new CountedCity(cube, { catalog, ground: await catalog.ground() }, slotOfCell, {
      position: rows.position,
      countedAt,
    })
  }

  private async followNow(): Promise<void> {
    const counted = await this.counted()
    if (!counted) return
    const countedAt = Date.now()
    const read = await readChanges(this.database, this.code, counted.progress.position)
    if (!read) {
      // A city that is gone fails its next question in words of its own.
      if (await hasCity(this.database, this.code)) await this.begin()
      else {
        this.state = undefined
        this.onGone()
      }
      return
    }
    if (read.changes.length > MOST_CHANGES) return this.buildBeside()
    if (!this.apply(counted, read.changes)) {
      console.error(`counts of ${this.code} were not what their log said, and are read anew`)
      await this.begin()
      return
    }
    // A dispute leaves no change, and must not be told by a later instant either.
    if (read.changes.length > 0) counted.progress.countedAt = countedAt
    counted.progress.position = read.position
  }

  /** Builds anew while questions are still answered as of before. */
  private async buildBeside(): Promise<void> {
    const built = await this.build()
    this.state = Promise.resolve(built)
  }

  private apply(
    counted: CountedCity,
    changes: { kind: string; cellId: number | null; milliseconds: number; n: number }[],
  ): boolean {
    const { cube } = counted
    // What came before what went: a row that came and went since is never missed.
    for (const { kind, cellId, milliseconds, n } of changes.toSorted((a, b) => b.n - a.n)) {
      const position = cube.tree.position(kind)
      if (position === undefined) return false
      const slot = counted.slotOf(cellId)
      if (slot >= MOST_SLOTS) return false
      if (!cube.apply({ time: milliseconds, slot, kind: position, n })) return false
    }
    return true
  }
}

/** Kind numbers of the rows as numbers of the tree. */
function renumbered(kind: Uint16Array, codes: readonly string[], tree: KindTree): Uint16Array {
  const positions = codes.map((code) => {
    const position = tree.position(code)
    if (position === undefined) throw new Error(`The kind ${code} came while the counts were being read.`)
    return position
  })
  if (positions.every((position, index) => position === index)) return kind
  return kind.map((index) => positions[index])
}

/** Gives the event loop a turn when the last one is long ago. */
function breather(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < TURN_MS) return
    await nextTurn()
    since = performance.now()
  }
}
