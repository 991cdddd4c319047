import { FAMILIES, type Family, type Grant, RIGHTS_OF, type Right } from '../../../api/access.ts'

/** Cell → ids of the areas it lies in. */
export type AreasOfCell = ReadonlyMap<number, ReadonlySet<number>>

/**
 * Where somebody sees what a right shows, worked out from the grants alone: cells, or 'everywhere', what lies in no cell
 * included.
 */
export function groundOf(
  grants: readonly Grant[],
  right: Right,
  areasOfCell: AreasOfCell,
): ReadonlySet<number> | 'everywhere' {
  const giving = grants.filter(({ role }) => RIGHTS_OF[role].includes(right))
  if (giving.some(({ areaId }) => areaId === null)) return 'everywhere'
  return new Set(
    [...areasOfCell].flatMap(([cell, areas]) =>
      giving.some(({ areaId }) => areaId !== null && areas.has(areaId)) ? [cell] : [],
    ),
  )
}

/** Families somebody may count, and where. */
export function countedGround(grants: readonly Grant[], areasOfCell: AreasOfCell) {
  const held = new Set(grants.flatMap(({ role }) => RIGHTS_OF[role]))
  return new Map<Family, ReadonlySet<number> | 'everywhere'>(
    FAMILIES.filter((family) => held.has(`counts.${family}`)).map((family) => [
      family,
      groundOf(grants, `counts.${family}`, areasOfCell),
    ]),
  )
}
