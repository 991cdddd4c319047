import type { Queryable } from '../client.ts'

/** The stored rules of accounts as they are; null while the standard holds. `api/people/rules.ts` reads them. */
export async function readAccountRules(db: Queryable): Promise<unknown> {
  const rows = await db.query<{ rules: unknown }>('SELECT rules FROM account_rules')
  return rows[0]?.rules ?? null
}

export async function writeAccountRules(tx: Queryable, rules: object, personId: string): Promise<void> {
  await tx.query(
    `INSERT INTO account_rules (rules, changed_by) VALUES ($1, $2)
     ON CONFLICT (single) DO UPDATE SET rules = EXCLUDED.rules, changed_by = EXCLUDED.changed_by, changed_at = now()`,
    [rules, personId],
  )
}
