import type { Queryable } from '../client.ts'

/** Failed sign-ins in a row, by account and by address; in the database, so that several servers and a restart agree. */

export interface WaitRule {
  /** How many failures before the first wait. */
  failures: number
  firstWaitSeconds: number
  longestWaitMinutes: number
  /** Failures are forgotten when none has come for so long. */
  forgetMinutes: number
}

export interface Attempt {
  /** Null: go on. Otherwise nothing may be tried before. */
  blockedUntil: Date | null
  /** Failures in a row, this attempt counted as one. */
  failures: number
}

/**
 * Counts an attempt as failed before it is made, so that many at once are not all let through; whoever succeeds takes it
 * back. While the subject has to wait nothing is counted.
 */
export async function countAttempt(
  tx: Queryable,
  subject: string,
  rule: WaitRule,
  now: Date,
): Promise<Attempt> {
  const [counted] = await tx.query<{ failures: number }>(
    `INSERT INTO sign_in_failures AS f (subject, failures, last_at) VALUES ($1, 1, $2)
     ON CONFLICT (subject) DO UPDATE SET last_at = $2,
       failures = CASE WHEN greatest(f.last_at, f.blocked_until) < $2::timestamptz - $3 * interval '1 minute' THEN 1 ELSE f.failures + 1 END
     WHERE f.blocked_until IS NULL OR f.blocked_until <= $2
     RETURNING failures`,
    [subject, now, rule.forgetMinutes],
  )
  if (!counted) {
    const [{ failures, blocked_until }] = await tx.query<{ failures: number; blocked_until: Date }>(
      'SELECT failures, blocked_until FROM sign_in_failures WHERE subject = $1',
      [subject],
    )
    return { blockedUntil: blocked_until, failures }
  }
  const { failures } = counted
  const past = failures - rule.failures
  if (past >= 0) {
    const seconds = Math.min(rule.longestWaitMinutes * 60, rule.firstWaitSeconds * 2 ** Math.min(past, 30))
    await tx.query('UPDATE sign_in_failures SET blocked_until = $2 WHERE subject = $1', [
      subject,
      new Date(now.getTime() + seconds * 1000),
    ])
  }
  return { blockedUntil: null, failures }
}

/** Takes one counted attempt back: it was none, or it succeeded in part. */
export async function uncountAttempt(tx: Queryable, subject: string): Promise<void> {
  // A wait of before was over when the attempt began: what stands there now is its own.
  await tx.query(
    'UPDATE sign_in_failures SET failures = greatest(failures - 1, 0), blocked_until = NULL WHERE subject = $1',
    [subject],
  )
}

/** Somebody got in, or an administrator lets them try again. @returns whether they had to wait. */
export async function forgetFailures(tx: Queryable, subject: string, now: Date): Promise<boolean> {
  const rows = await tx.query<{ blocked: boolean }>(
    'DELETE FROM sign_in_failures WHERE subject = $1 RETURNING blocked_until > $2 AS blocked',
    [subject, now],
  )
  return rows[0]?.blocked ?? false
}

/** What nobody has added to for two days. */
export async function sweepFailures(db: Queryable, now: Date): Promise<void> {
  await db.query("DELETE FROM sign_in_failures WHERE last_at < $1::timestamptz - interval '2 days'", [now])
}

/** Whether nothing may be tried for a subject, after how many failures, and until when. */
export async function findWait(
  db: Queryable,
  subject: string,
  now: Date,
): Promise<{ failures: number; blocked_until: Date } | undefined> {
  const rows = await db.query<{ failures: number; blocked_until: Date }>(
    'SELECT failures, blocked_until FROM sign_in_failures WHERE subject = $1 AND blocked_until > $2',
    [subject, now],
  )
  return rows[0]
}
