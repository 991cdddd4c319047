import type { Queryable } from '../../db/client.ts'
import { namedUnits } from '../../db/queries/ingestDuties.ts'

const DIGITS = /^\d{1,9}$/

/** How an item names a unit: its id or its call sign. */
export type UnitName = string | number

/** @returns the id behind a name, undefined for a name of no unit of the city; an id stands before a call sign. */
export async function unitIdsOf(
  tx: Queryable,
  city: string,
  names: readonly UnitName[],
): Promise<(name: UnitName) => number | undefined> {
  const units = await namedUnits(tx, city, {
    ids: names.map(Number).filter((id) => Number.isInteger(id) && DIGITS.test(String(id))),
    callSigns: names.filter((name) => typeof name === 'string'),
  })
  const ids = new Map<string, number>()
  for (const { id, call_sign } of units.toReversed()) ids.set(call_sign, id)
  for (const { id } of units) ids.set(String(id), id)
  return (name) => ids.get(String(name))
}

export function noUnit(city: string, name: UnitName): string {
  return `unit: expected the id or the call sign of a unit of ${city}, got ${JSON.stringify(name)}`
}
