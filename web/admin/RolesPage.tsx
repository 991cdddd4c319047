import { Guarded } from './Guarded.tsx'
import { RolesTable } from './RolesTable.tsx'

/** Who may see what, and where. */
export function RolesPage() {
  return (
    <Guarded page="roles">
      <RolesTable />
    </Guarded>
  )
}
