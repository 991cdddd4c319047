import { Button } from 'antd'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LiveIncident } from '../../api/live/messages.ts'
import type { DispatchTab } from '../dispatch/dispatchTab.ts'
import { useOpenAlerts } from '../dispatch/useOpenAlerts.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useCity } from '../hooks/useCity.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useMapController } from '../hooks/useMapController.ts'
import { useNow } from '../hooks/useNow.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { FeedFilters } from '../live/FeedFilters.tsx'
import { FeedList } from '../live/FeedList.tsx'
import { FeedSources } from '../live/FeedSources.tsx'
import { type FeedFilter, filterFeed, isFiltering, noFilter } from '../live/feedFilter.ts'
import styles from '../live/live.module.css'
import { useLiveStore, useWaitsForLive } from '../live/live.ts'
import { mostIncidents } from '../live/liveStore.ts'
import { SoundButton, SoundLevels } from '../live/SoundTools.tsx'
import { pointRights } from '../state/access.ts'
import { askPurpose } from '../state/purpose.ts'
import { formatCount } from '../ui/numbers.ts'
import { Panel } from '../ui/Panel.tsx'

/** As near as the map goes to an incident that is picked in the list. */
const incidentZoom = 15.5

interface LivePanelProps {
  onClose: () => void
  /** Opens duties, fences and alerts; absent: this person has none. */
  onDispatch?: (tab: DispatchTab) => void
}

/** What comes in, newest first, with where it comes from and how old it is. */
export function LivePanel({ onClose, onDispatch }: LivePanelProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const access = useAccess()
  const leave = access.leave(...pointRights)
  const { store, version, mode } = useLiveStore()
  const waits = useWaitsForLive()
  const { data: areas } = useAreas()
  const { data: city } = useCity()
  const { kinds, codes, disputes } = useKinds()
  const { selection, select } = useSelection()
  const controller = useMapController()
  const [filter, setFilter] = useState<FeedFilter>(noFilter)
  useNow(1000)
  const now = store.now()
  const alerts = useOpenAlerts()
  const byCode = useMemo(() => new Map(kinds.map((kind) => [kind.code, kind])), [kinds])
  // Until the kinds are known a line says no code that nobody reads.
  const kindName = useCallback(
    (kind: string) => byCode.get(kind)?.name[language] ?? (byCode.size === 0 ? '\u00a0' : kind),
    [byCode, language],
  )
  // The store is one object all along: its version says when what it holds is another.
  const [listed, setListed] = useState<readonly LiveIncident[]>([])
  useEffect(() => {
    if (version < 0) return
    const groupOf = (kind: string) => byCode.get(kind)?.group ?? 'other'
    setListed(
      filterFeed(store.incidents.values(), filter, groupOf, disputes ? undefined : codes, areas ?? null),
    )
  }, [store, version, filter, byCode, codes, disputes, areas])
  const pick = (incident: LiveIncident) => {
    select({ kind: 'incident', id: incident.id })
    const { zoom } = controller?.getView() ?? { zoom: incidentZoom }
    controller?.flyTo({ center: [incident.lng, incident.lat], zoom: Math.max(zoom, incidentZoom) })
  }
  return (
    <Panel className={styles.panel} label={t('live.panel.title')}>
      <header className={styles.head}>
        <h2>
          {t(mode === 'replay' ? 'live.panel.replayTitle' : 'live.panel.title')}
          {leave === 'granted' && !waits && (
            <span
              className={styles.shown}
              title={t('live.panel.shownHint', { most: mostIncidents })}
              data-testid="live-count"
            >
              {t('live.panel.shown', {
                shown: formatCount(listed.length, language),
                all: formatCount(store.incidents.size, language),
              })}
            </span>
          )}
        </h2>
        <span className={styles.tools}>
          <SoundButton />
          <Button
            type="text"
            className={styles.tool}
            onClick={onClose}
            aria-label={t('live.panel.close')}
            title={t('live.panel.close')}
          >
            ◂
          </Button>
        </span>
      </header>
      {onDispatch && (
        <p className={styles.ways}>
          <Button size="small" onClick={() => onDispatch('duties')} data-testid="live-duties">
            {t('dispatch.menu.duties')}
          </Button>
          <Button size="small" onClick={() => onDispatch('alerts')} data-testid="live-alerts">
            {t('dispatch.menu.alerts')} {!waits && formatCount(alerts, language)}
          </Button>
        </p>
      )}
      <SoundLevels />
      {leave === 'denied' ? (
        <p className={styles.message}>{t('live.panel.denied')}</p>
      ) : leave === 'purpose' ? (
        <p className={styles.message}>
          {t('access.purpose.point')}{' '}
          <Button onClick={() => askPurpose(pointRights)}>{t('access.purpose.choose')}</Button>
        </p>
      ) : (
        <>
          <FeedFilters filter={filter} onChange={setFilter} />
          {listed.length > 0 ? (
            <FeedList
              // Lines are as high as the language asks for.
              key={language}
              incidents={listed}
              areas={areas}
              kindName={kindName}
              selectedId={selection.kind === 'incident' ? selection.id : null}
              marksSynthetic={city?.synthetic === false}
              now={now}
              onPick={pick}
            />
          ) : (
            <div className={styles.scroll}>
              <p className={styles.message}>
                {waits ? (
                  t(`live.badge.${waits}`)
                ) : isFiltering(filter) ? (
                  <>
                    {t('live.panel.filtered')}{' '}
                    <Button size="small" onClick={() => setFilter(noFilter)}>
                      {t('live.panel.reset')}
                    </Button>
                  </>
                ) : (
                  t('live.panel.empty')
                )}
              </p>
            </div>
          )}
        </>
      )}
      <FeedSources now={now} />
    </Panel>
  )
}
