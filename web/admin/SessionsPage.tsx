import { Guarded } from './Guarded.tsx'
import { SessionsTable } from './SessionsTable.tsx'

/** Who is signed in, and where. */
export function SessionsPage() {
  return (
    <Guarded page="sessions">
      <SessionsTable />
    </Guarded>
  )
}
