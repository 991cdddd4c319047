import { Button, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Right } from '../../api/roles.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { askPurpose } from '../state/purpose.ts'
import { nothing } from '../state/selection.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Panel, Section } from '../ui/Panel.tsx'
import styles from './selectionPanel.module.css'

interface PointPanelProps {
  label: string
  /** The answer that the panel waits for. */
  query: { isError: boolean; error: unknown; data: unknown; refetch: () => unknown }
  /** What must be held to see it; default: nothing but the map. */
  rights?: readonly Right[]
  children: ReactNode
}

/** The sheet of a selected point: an incident, a camera or a place. */
export function PointPanel({ label, query, rights, children }: PointPanelProps) {
  const { t } = useTranslation()
  const access = useAccess()
  const leave = rights ? access.leave(...rights) : 'granted'
  const { select } = useSelection()
  return (
    <Panel className={styles.panel} label={label}>
      <Button
        type="text"
        className={styles.fold}
        onClick={() => select(nothing)}
        aria-label={t('area.close')}
        title={t('area.close')}
      >
        ✕
      </Button>
      <div className={styles.scroll}>
        {leave === 'denied' ? (
          <EmptyState>{t('access.denied.point')}</EmptyState>
        ) : leave === 'purpose' ? (
          <EmptyState
            action={<Button onClick={() => askPurpose(rights ?? null)}>{t('access.purpose.choose')}</Button>}
          >
            {t('access.purpose.point')}
          </EmptyState>
        ) : query.isError ? (
          <ErrorState error={query.error} inPlace onRetry={() => void query.refetch()} />
        ) : query.data === undefined ? (
          <Skeleton active paragraph={{ rows: 6 }} />
        ) : (
          children
        )}
      </div>
    </Panel>
  )
}

interface HoldingArea {
  id: number
  name: { zh: string; en: string }
  code: string
  level: string
}

/** The areas a point lies in; a click selects one. */
export function Where({ areas }: { areas: readonly HoldingArea[] }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { select } = useSelection()
  if (areas.length === 0) return null
  return (
    <Section title={t('incident.where')}>
      <ul className={styles.children}>
        {areas.map((area) => (
          <li key={area.id}>
            <button
              type="button"
              className={styles.child}
              style={{ gridTemplateColumns: '1fr auto' }}
              onClick={() => select({ kind: 'area', areaId: area.id })}
            >
              <span className={styles.wholeName}>{area.name[language] || area.code}</span>
              <small className={styles.soft}>{area.code}</small>
            </button>
          </li>
        ))}
      </ul>
    </Section>
  )
}
