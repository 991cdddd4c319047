import type { Database } from '../../db/client.ts'
import type { Bearer } from './bearers.ts'
import { ingestCityOf, isShown } from './incidents.ts'

/**
 * Whether all that a request brought is of kinds that are never shown one by one, so that whoever watches the feeds must
 * not see that it came. What is of no kind there is says nothing of any.
 */
export async function bringsNothingShown(
  database: Database,
  bearer: Bearer,
  items: readonly unknown[],
): Promise<boolean> {
  const { kinds } = await ingestCityOf(database, bearer.city)
  return items.every((item) => {
    const said: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, 'kind') : undefined
    const kind = kinds.get(typeof said === 'string' ? said : (bearer.defaultKind ?? ''))
    return kind !== undefined && !isShown(kind)
  })
}
