import { Guarded } from './Guarded.tsx'
import { KiosksTable } from './KiosksTable.tsx'

/** Screens on the wall: let in by a link instead of a person. */
export function KiosksPage() {
  return (
    <Guarded page="kiosks">
      <KiosksTable />
    </Guarded>
  )
}
