/** Input no plan can be made from. The sentence names what was expected and what came. */
export class PlanRefusal extends Error {
  override name = 'PlanRefusal'
}

/** @throws PlanRefusal where a number is not finite or below `least`. */
export function requireNumbers(what: string, values: ArrayLike<number>, least = 0): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (Number.isFinite(value) && value >= least) continue
    throw new PlanRefusal(`${what}: expected numbers from ${least}, got ${value} at place ${index}`)
  }
}

/** @throws PlanRefusal where a list has another length than it must. */
export function requireLength(what: string, values: ArrayLike<unknown>, length: number): void {
  if (values.length === length) return
  throw new PlanRefusal(`${what}: expected ${length} values, got ${values.length}`)
}
