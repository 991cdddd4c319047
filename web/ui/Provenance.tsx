import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useAccess } from '../hooks/useAccess.ts'
import { useCity, useVersion } from '../hooks/useCity.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { Language } from '../map/scene.ts'
import type { Span } from '../state/timeWindow.ts'
import { formatInstant, wallClockAt } from '../state/zonedTime.ts'
import { useFootnote } from './Footnotes.tsx'

/** What every number of a part of the screen rests on. */
export interface Provenance {
  /** Name and words, in the order of reading: counted, window, boundaries, source, as-of. */
  lines: readonly (readonly [string, string])[]
  /** True: each number can be reached by the keyboard. False: the part's own mark is, and the numbers answer the pointer. */
  each: boolean
  /** Number of the footnote on paper; undefined where the page has none. */
  footnote: number | undefined
}

const ProvenanceContext = createContext<Provenance | null>(null)

/** What the number here rests on; null where nobody said, which the tests do not let pass. */
export const useProvenance = (): Provenance | null => useContext(ProvenanceContext)

export type SourceName = 'incidents' | 'disputes' | 'cameras' | 'roster' | 'map' | 'health'

interface NumbersOfProps {
  /** What is counted, in words. */
  counted: string
  source: SourceName | { cited: string }
  /** The window counted over; absent where the number has none (a register, an area). */
  span?: Span
  /** The window it is compared with. */
  compare?: Span | null
  /** Default: the boundary version of the view. */
  version?: string
  /** Tables: false, with an `AboutNumbers` in the heading, so that the keyboard need not walk through each cell. */
  each?: boolean
  /** False where the page prints it beside the number anyway. */
  footnote?: boolean
  children: ReactNode
}

/** Says for all numbers inside what they count, over which window and boundaries, from which source and as of when. */
export function NumbersOf({
  counted,
  source,
  span,
  compare,
  version,
  each = true,
  footnote: printed = true,
  children,
}: NumbersOfProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const versionOfView = useVersion()
  const limited = useAccess().areaIds !== null
  const ownVersion = version ?? versionOfView
  const cited = typeof source === 'object' ? source.cited : null
  const lines = useMemo(() => {
    const found: [string, string][] = [[t('number.counted'), counted]]
    const timeZone = city?.timeZone
    if (span && timeZone) found.push([t('number.window'), formatSpan(span, timeZone)])
    if (compare && timeZone) found.push([t('number.compared'), formatSpan(compare, timeZone)])
    if (limited && cited === null)
      found.push([t('access.jurisdiction.scope'), t('access.jurisdiction.counted')])
    if (ownVersion !== undefined && cited === null)
      found.push([t('number.version'), t('number.versionOf', { version: ownVersion })])
    found.push([t('number.source'), cited ?? sourceText()])
    if (city && cited === null) found.push([t('number.asOf'), asOfText(city, language)])
    return found

    function sourceText(): string {
      const name = t(`number.sources.${typeof source === 'object' ? 'incidents' : source}`)
      return city?.synthetic ? t('number.syntheticSource', { source: name }) : name
    }
  }, [t, language, counted, source, cited, span, compare, ownVersion, limited, city])
  const footnote = useFootnote(printed ? lines : null)
  const provenance = useMemo(() => ({ lines, each, footnote }), [lines, each, footnote])
  return <ProvenanceContext value={provenance}>{children}</ProvenanceContext>
}

const asOfText = (city: { asOf: string; timeZone: string }, language: Language) =>
  formatInstant(Date.parse(city.asOf), city.timeZone, language)

/** 2026-10-23 14:32 – 2026-11-22 14:32; whole days as dates, the last one included. */
export function formatSpan({ from, to }: Span, timeZone: string): string {
  const [start, end] = [wallClockAt(from, timeZone), wallClockAt(to, timeZone)]
  const whole =
    start.valueOf() === start.startOf('day').valueOf() && end.valueOf() === end.startOf('day').valueOf()
  if (whole) return `${start.format('YYYY-MM-DD')} – ${end.subtract(1, 'day').format('YYYY-MM-DD')}`
  return `${start.format('YYYY-MM-DD HH:mm')} – ${end.format('YYYY-MM-DD HH:mm')}`
}
