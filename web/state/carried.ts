/** What became of the selection when the boundary version changed, for the note that says so. */
import { create } from 'zustand'
import type { Names } from '../../geodata/city.ts'

export type Relation = 'same' | 'within' | 'part' | 'overlap'

export interface Carried {
  /** The version it was carried into. */
  version: string
  from: Names
  /** null: that version has nothing of the kind. */
  to: { name: Names; level: string; relation: Relation } | null
}

export const useCarried = create<{ carried: Carried | null }>(() => ({ carried: null }))

export function keepCarried(carried: Carried | null): void {
  useCarried.setState({ carried })
}
