import { useCallback, useMemo, useState } from 'react'
import { isPurpose, type Purpose } from '../../api/roles.ts'
import { useInstallationZone } from '../hooks/useInstallationZone.ts'
import { useParameter } from '../hooks/useParameter.ts'
import { startOfDate, startOfNextDay } from '../state/zonedTime.ts'

/** Windows of the audit, days back from now; the longest is what must be kept at least. */
export const auditWindows = [1, 7, 30, 183] as const
const standardDays = 7
const dayMs = 86_400_000

export interface AuditFilter {
  /** ISO. */
  from: string
  to: string
  /** Account id. */
  person?: string
  /** 'noun.verb' or the noun alone. */
  action?: string
  purpose?: Purpose
  city?: string
}

/**
 * What of the audit is shown, kept in the URL. The window ends when the page was opened or last refreshed: rows that come
 * later do not push the list down while it is read.
 */
export function useAuditFilter() {
  const zone = useInstallationZone()
  const [since, setSince] = useParameter('since')
  const [person, setPerson] = useParameter('person')
  const [action, setAction] = useParameter('action')
  const [asked, setPurpose] = useParameter('purpose')
  const purpose = asked !== undefined && isPurpose(asked) ? asked : undefined
  const [city, setCity] = useParameter('ofCity')
  const [now, setNow] = useState(Date.now)
  const refresh = useCallback(() => setNow(Date.now()), [])
  const dates = /^(\d{4}-\d\d-\d\d)~(\d{4}-\d\d-\d\d)$/.exec(since ?? '')
  const days = auditWindows.find((each) => String(each) === since) ?? standardDays
  const [first, last] = dates ? [dates[1], dates[2]] : [undefined, undefined]
  const filter = useMemo<AuditFilter>(() => {
    const span =
      first && last
        ? {
            from: startOfDate(first, zone),
            to: startOfNextDay(startOfDate(last, zone), zone),
          }
        : { from: now - days * dayMs, to: now }
    return {
      from: new Date(span.from).toISOString(),
      to: new Date(span.to).toISOString(),
      ...(person && { person }),
      ...(action && { action }),
      ...(purpose && { purpose }),
      ...(city && { city }),
    }
  }, [zone, first, last, days, now, person, action, purpose, city])
  return {
    filter,
    /** Whole days, or the preset's number of days. */
    window: first && last ? ([first, last] as const) : days,
    setSince,
    setPerson,
    setAction,
    setPurpose,
    setCity,
    refresh,
  }
}

export type AuditFilterControl = ReturnType<typeof useAuditFilter>
