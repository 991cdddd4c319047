/**
 * On a base under this many no percentage and no rate is spoken of: one case more or less would move it by five points
 * and more, and its 95 % interval is forty points wide. The counts themselves are always shown.
 */
export const SMALLEST_BASE = 20

/** @throws RangeError when `count` is no count. */
export function checkCount(count: number, name: string): void {
  if (!(count >= 0) || !Number.isFinite(count))
    throw new RangeError(`Expected ${name} to be 0 or more, got ${count}.`)
}
