import { createHash } from 'node:crypto'
import {
  FAMILIES,
  type Family,
  PURPOSE_DEMANDED,
  type Purpose,
  RIGHTS,
  RIGHTS_OF,
  type Right,
  type Role,
} from './roles.ts'

export * from './roles.ts'

/**
 * Who may see what: the one place that decides, from the grants a person holds. Whatever is not given here is denied.
 * PostgreSQL decides again, from the same table (`role_rights` and row-level security, db/migrations/0006_access.sql).
 * Pure: no database, no clock.
 */

/** A role somebody holds, in a jurisdiction. */
export interface Grant {
  role: Role
  /** null: in every city. */
  city: string | null
  /** An area of any level, hierarchy and version; null: the whole city. */
  areaId: number | null
}

/** What is seen of a city with one right. */
export interface Scope {
  /** Everything of the city, also what lies in no cell. */
  whole: boolean
  /** The cells that are seen; null: all. */
  cells: ReadonlySet<number> | null
  /** Equal keys see the same. */
  key: string
}

/** What of a city's counts is seen, family by family. */
export interface CountScope {
  parts: { family: Family; kinds: string[]; scope: Scope }[]
  key: string
}

/** What of a kind decides who sees it. */
export interface SeenKind {
  code: string
  dispute: boolean
  public_order: boolean
}

export interface SeenCity {
  code: string
  kinds: readonly SeenKind[]
}

/** The cells of an area; nothing for an area that the city does not have. */
export type CellsOfArea = (areaId: number) => readonly number[]

/** Whose grants are asked, and what for: null while no purpose was given. */
export interface Asking {
  grants: readonly Grant[]
  purpose: Purpose | null
}

const WHOLE: Scope = { whole: true, cells: null, key: 'all' }
const NOTHING: Scope = { whole: false, cells: new Set(), key: 'none' }

function givesIn(city: string) {
  return (grant: Grant) => grant.city === null || grant.city === city
}

/** The rights that grants give in any city. */
export function rightsOf(grants: readonly Pick<Grant, 'role'>[]): Right[] {
  const held = new Set(grants.flatMap(({ role }) => RIGHTS_OF[role] ?? []))
  return RIGHTS.filter((right) => held.has(right))
}

/** Whether some role has the right only with a purpose. */
export function mayDemandPurpose(right: Right): boolean {
  return Object.values(PURPOSE_DEMANDED).some((rights) => rights.includes(right))
}

/** Whether somebody sees anything of a city; to all others it sounds as if there were no such city. */
export function seesCity(grants: readonly Grant[], city: string): boolean {
  return rightsOf(grants.filter(givesIn(city))).includes('map')
}

/** Whether what somebody sees of a city depends on its areas. */
export function needsCells(grants: readonly Grant[], city: string): boolean {
  const own = grants.filter(givesIn(city))
  const whole = own.filter(({ areaId }) => areaId === null)
  const given = new Set(rightsOf(whole))
  // What is given for a purpose only leaves the areas to decide while none is stated.
  const always = new Set(
    whole.flatMap(({ role }) => rightsOf([{ role }]).filter((right) => !demandsPurpose(role, right))),
  )
  return own.some(
    ({ role, areaId }) =>
      areaId !== null &&
      rightsOf([{ role }]).some((right) => !(demandsPurpose(role, right) ? given : always).has(right)),
  )
}

function demandsPurpose(role: Role, right: Right): boolean {
  return PURPOSE_DEMANDED[role]?.includes(right) ?? false
}

const MOST_LIMITED = 2000
/** Scopes by what gives the cells, then by areas and by key: who sees the same holds the very same set. */
const limited = new WeakMap<CellsOfArea, Map<string, Scope>>()

function limitedTo(areaIds: readonly number[], cellsOf: CellsOfArea): Scope {
  const known = limited.get(cellsOf) ?? new Map<string, Scope>()
  limited.set(cellsOf, known)
  const name = areaIds.join()
  const scope = known.get(name)
  if (scope) return scope
  const cells = Int32Array.from(new Set(areaIds.flatMap((areaId) => cellsOf(areaId)))).sort()
  const key = createHash('sha256').update(cells).digest('hex').slice(0, 16)
  const made = known.get(key) ?? (cells.length === 0 ? NOTHING : { whole: false, cells: new Set(cells), key })
  if (known.size >= MOST_LIMITED) known.clear()
  known.set(name, made).set(key, made)
  return made
}

/** What one person may see in one city. */
export class Access {
  readonly city: string
  /** The grants that hold in this city. */
  private readonly grants: readonly Grant[]
  private readonly kinds: readonly SeenKind[]
  private readonly cellsOf: CellsOfArea
  private readonly purpose: Purpose | null
  private readonly scopes = new Map<Right, Scope>()
  private counts: CountScope | undefined

  constructor(asking: Asking, city: SeenCity, cellsOf: CellsOfArea) {
    this.city = city.code
    this.grants = asking.grants.filter(givesIn(city.code))
    this.kinds = city.kinds
    this.cellsOf = cellsOf
    this.purpose = asking.purpose
  }

  /** Whether nothing this person may see here is limited to areas. */
  get isWhole(): boolean {
    return !needsCells(this.grants, this.city)
  }

  /** The areas that limit some of the rights, each once. */
  get areaIds(): number[] {
    return [...new Set(this.grants.flatMap(({ areaId }) => areaId ?? []))]
  }

  private giving(right: Right): Grant[] {
    return this.grants.filter(({ role }) => RIGHTS_OF[role]?.includes(right))
  }

  /** Without a purpose those that demand none, unless all do: then the right may not be used at all (`may`). */
  private givingNow(right: Right): Grant[] {
    const giving = this.giving(right)
    const free = this.purpose === null ? giving.filter(({ role }) => !demandsPurpose(role, right)) : giving
    return free.length > 0 ? free : giving
  }

  /** Whether any grant gives the right here, be it for a purpose only. */
  has(right: Right): boolean {
    return this.giving(right).length > 0
  }

  /** Whether every grant that gives the right demands a purpose. */
  purposeNeeded(right: Right): boolean {
    const giving = this.giving(right)
    return giving.length > 0 && giving.every(({ role }) => demandsPurpose(role, right))
  }

  /** Whether the right may be used in this very question: held, and with a purpose where one is demanded. */
  may(right: Right): boolean {
    return this.has(right) && (this.purpose !== null || !this.purposeNeeded(right))
  }

  /** Whether the right is held, and only inside areas. Unlike `scope` it asks for no cell. */
  isLimited(right: Right): boolean {
    const giving = this.givingNow(right)
    return giving.length > 0 && giving.every(({ areaId }) => areaId !== null)
  }

  /** Where the right holds: the union of the jurisdictions that give it. */
  scope(right: Right): Scope {
    const known = this.scopes.get(right)
    if (known) return known
    const scope = this.union(this.givingNow(right))
    this.scopes.set(right, scope)
    return scope
  }

  private union(grants: readonly Grant[]): Scope {
    if (grants.length === 0) return NOTHING
    const areaIds = new Set<number>()
    for (const { areaId } of grants) {
      if (areaId === null) return WHOLE
      areaIds.add(areaId)
    }
    return limitedTo(
      [...areaIds].sort((a, b) => a - b),
      this.cellsOf,
    )
  }

  /** How much of an area lies where the right holds; an area that the city does not have is seen by nobody limited. */
  seesArea(right: Right, areaId: number): 'whole' | 'part' | 'none' {
    const { cells } = this.scope(right)
    if (cells === null) return 'whole'
    const own = this.cellsOf(areaId)
    const seen = own.reduce((sum, cell) => sum + (cells.has(cell) ? 1 : 0), 0)
    if (seen === 0) return 'none'
    return seen === own.length ? 'whole' : 'part'
  }

  /** The same with several rights, those that may be used now: 'part' where they reach differently far. */
  seesAreaWith(rights: readonly Right[], areaId: number): 'whole' | 'part' | 'none' {
    const seen = new Set(
      rights.filter((right) => this.may(right)).map((right) => this.seesArea(right, areaId)),
    )
    if (seen.size > 1) return 'part'
    return [...seen][0] ?? 'none'
  }

  /**
   * Whether numbers of an area, or of all of the city (null), leave something out that lies outside the viewer's own
   * areas; undefined for viewers who are limited to none.
   */
  leavesOut(rights: readonly Right[], areaId: number | null): boolean | undefined {
    if (this.isWhole) return undefined
    const limits = rights.filter((right) => this.may(right) && !this.scope(right).whole)
    return limits.some((right) => areaId === null || this.seesArea(right, areaId) !== 'whole')
  }

  /** Whether what stands in a cell, or in none (null), is seen with the right. */
  seesCell(right: Right, cellId: number | null): boolean {
    const { cells } = this.scope(right)
    return cells === null || (cellId !== null && cells.has(cellId))
  }

  /** Whether a kind is known to this person: disputes by their own right, others by their family's. */
  seesKind(use: 'counts' | 'points', kind: SeenKind): boolean {
    return kind.dispute ? this.has('disputes') : this.may(`${use}.${familyOf(kind)}`)
  }

  /** Whether a kind is known to this person at all, for whatever use and purpose. */
  knowsKind(kind: SeenKind): boolean {
    if (kind.dispute) return this.has('disputes')
    const family = familyOf(kind)
    return this.has(`counts.${family}`) || this.has(`points.${family}`)
  }

  /** Kinds without disputes, family by family, with the ground each is seen on. */
  parts(use: 'counts' | 'points'): CountScope['parts'] {
    return FAMILIES.filter((family) => this.may(`${use}.${family}`)).map((family) => ({
      family,
      kinds: this.kinds.filter((kind) => !kind.dispute && familyOf(kind) === family).map(({ code }) => code),
      scope: this.scope(`${use}.${family}`),
    }))
  }

  /**
   * Of some kinds, or of all but disputes, those this person sees, with the cells they are seen in (null: everywhere):
   * one part where all of them are seen in the same cells.
   */
  kindsInCells(
    use: 'counts' | 'points',
    codes?: readonly string[],
  ): { kinds: string[]; cells: number[] | null }[] {
    const asked = codes && new Set(codes)
    const byScope = new Map<Scope, string[]>()
    for (const { kinds, scope } of this.parts(use)) {
      const own = asked ? kinds.filter((code) => asked.has(code)) : kinds
      if (own.length > 0) byScope.set(scope, [...(byScope.get(scope) ?? []), ...own])
    }
    return [...byScope].map(([scope, kinds]) => ({ kinds, cells: scope.cells && [...scope.cells] }))
  }

  /** Where counts are seen; see `countScope`. */
  countScope(): CountScope {
    if (this.counts) return this.counts
    const parts = this.parts('counts')
    this.counts = {
      parts,
      key: parts.map(({ family, scope }) => `${family}-${scope.key}`).join('_') || 'none',
    }
    return this.counts
  }
}

export function familyOf(kind: Pick<SeenKind, 'public_order'>): Family {
  return kind.public_order ? 'publicOrder' : 'governance'
}

/**
 * What somebody may see in a city.
 * @param cellsOf Only asked where `needsCells` says so; null then denies everything that is limited to areas.
 */
export function accessOf(asking: Asking, city: SeenCity, cellsOf: CellsOfArea | null): Access {
  return new Access(asking, city, cellsOf ?? (() => []))
}

/** What of a city's counts somebody sees. Without any right: no part, and no count. */
export function countScope(access: Access): CountScope {
  return access.countScope()
}
