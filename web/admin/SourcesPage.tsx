import { BeaconsTable } from './BeaconsTable.tsx'
import { Guarded } from './Guarded.tsx'
import { SourcesTable } from './SourcesTable.tsx'

/** Where live data come from: sources of other systems, and phones as beacons of units. */
export function SourcesPage() {
  return (
    <Guarded page="sources">
      <SourcesTable />
      <BeaconsTable />
    </Guarded>
  )
}
