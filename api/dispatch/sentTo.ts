import type { Queryable } from '../../db/client.ts'
import { dispatchesOf } from '../../db/queries/dispatch.ts'
import type { Access, SeenKind } from '../access.ts'

/**
 * Whether a unit that this person answers for is sent to an incident now and has not ended there: then they see that one
 * incident outside of their own ground too, of a kind they see one by one. The database decides the same for itself
 * (incident_sent_to of db/migrations/0016_sent.sql). @param rows Of points, as the person sees them.
 */
export async function isSentTo(
  rows: Queryable,
  { city, access, kind, id }: { city: string; access: Access; kind: SeenKind; id: number },
): Promise<boolean> {
  if (kind.dispute || !access.may('respond') || !access.seesKind('points', kind)) return false
  const open = (await dispatchesOf(rows, city, id)).filter(({ ended_at }) => ended_at === null)
  return open.some(({ squad_id }) => access.seesArea('respond', squad_id) !== 'none')
}
