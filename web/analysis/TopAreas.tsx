import clsx from 'clsx'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { nameOf } from '../state/areaTree.ts'
import type { AreaRow } from '../state/measures.ts'
import { pointAtArea } from '../state/pointing.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatCount } from '../ui/numbers.ts'
import { Section } from '../ui/Panel.tsx'
import { AboutNumbers } from '../ui/Told.tsx'
import { BarRow } from './BarRow.tsx'
import styles from './bars.module.css'
import type { Analysis } from './useAnalysis.ts'
import type { Part } from './usePart.ts'

/** As many as stand beside the series. */
const most = 6

/** The areas of the table with the most incidents; while another chart is pointed at, how much of it lies in each. */
export function TopAreas({ analysis, part }: { analysis: Analysis; part: Part }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { selection, select } = useSelection()
  const { rows, bundle, answer, stale } = analysis
  const found = useMemo(
    () =>
      rows
        .filter((row): row is AreaRow & { count: number } => row.count !== null && row.count > 0)
        .sort((a, b) => b.count - a.count || a.areaId - b.areaId)
        .slice(0, most),
    [rows],
  )
  const top = Math.max(1, ...found.map((row) => Math.max(row.count, row.before ?? 0)))
  return (
    <Section
      title={t('analysis.top.title')}
      stale={stale}
      aside={
        <span>
          <span role="status">
            {part.core
              ? t('analysis.top.core', {
                  formatted: formatCount(part.core.length, language),
                  count: part.core.length,
                })
              : t('analysis.kinds.hint')}
          </span>{' '}
          <AboutNumbers />
        </span>
      }
    >
      {!bundle || !answer ? (
        <div className={styles.waiting} aria-busy="true" />
      ) : found.length === 0 ? (
        <EmptyState>{t('analysis.empty')}</EmptyState>
      ) : (
        <ul className={clsx(styles.list, styles.areas)} data-testid="analysis-top">
          {found.map((row) => (
            <BarRow
              key={row.areaId}
              name={nameOf(bundle, row.index, language)}
              now={row.count}
              before={row.before}
              part={part.areas?.get(row.areaId) ?? null}
              top={top}
              chosen={selection.kind === 'area' && selection.areaId === row.areaId}
              onChoose={() => select({ kind: 'area', areaId: row.areaId }, { keepLevel: true })}
              onPoint={(pointed) => pointAtArea(pointed ? row.areaId : null, 'list')}
            />
          ))}
        </ul>
      )}
    </Section>
  )
}
