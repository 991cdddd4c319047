import { Button, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { useAccess } from '../hooks/useAccess.ts'
import styles from '../panels/selectionPanel.module.css'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Panel } from '../ui/Panel.tsx'
import { AlertList } from './AlertList.tsx'
import { DutyList } from './DutyList.tsx'
import ownStyles from './dispatch.module.css'
import { type DispatchTab, dispatchTabs } from './dispatchTab.ts'
import { FenceList } from './FenceList.tsx'
import { useOpenAlerts } from './useOpenAlerts.ts'

interface DispatchPanelProps {
  tab: DispatchTab
  onTab: (tab: DispatchTab) => void
  onClose: () => void
}

/** Who is on duty, what is fenced, what has gone wrong. */
export function DispatchPanel({ tab, onTab, onClose }: DispatchPanelProps) {
  const { t } = useTranslation()
  const access = useAccess()
  const open = useOpenAlerts()
  const word = (each: DispatchTab) =>
    each === 'alerts' && open > 0 ? `${t('dispatch.panel.alerts')} ${open}` : t(`dispatch.panel.${each}`)
  return (
    <Panel className={styles.panel} label={t('dispatch.panel.title')}>
      <Button
        type="text"
        className={styles.fold}
        onClick={onClose}
        aria-label={t('dispatch.panel.close')}
        title={t('dispatch.panel.close')}
      >
        ✕
      </Button>
      <div className={styles.scroll} data-testid="dispatch-panel">
        <Segmented<DispatchTab>
          className={ownStyles.tabs}
          aria-label={t('dispatch.panel.title')}
          value={tab}
          options={dispatchTabs.map((each) => ({ value: each, label: word(each) }))}
          onChange={onTab}
        />
        {!access.can('patrols') ? (
          <EmptyState>{t('access.denied.point')}</EmptyState>
        ) : tab === 'duties' ? (
          <DutyList />
        ) : tab === 'fences' ? (
          <FenceList />
        ) : (
          <AlertList />
        )}
      </div>
    </Panel>
  )
}
