import { Guarded } from './Guarded.tsx'
import { PeopleTable } from './PeopleTable.tsx'

/** Accounts: who may sign in at all. */
export function PeoplePage() {
  return (
    <Guarded page="people">
      <PeopleTable />
    </Guarded>
  )
}
