/** Classes that serve both maps of a comparison, so that one colour means one number. */
import { classBreaks } from '../map/classBreaks.ts'
import type { ClassChoice } from '../map/classChoice.ts'
import type { AreaValues } from '../map/scene.ts'

/** Limits for both sides together; those of a change are the same everywhere already. */
export function sharedBreaks(first: AreaValues, second: AreaValues, choice: ClassChoice): readonly number[] {
  if (first.ramp === 'diverging' || second.ramp === 'diverging') return first.breaks
  return classBreaks([...Array.from(first.value), ...Array.from(second.value)], choice)
}
