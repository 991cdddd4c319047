import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { ActionButton } from '../dispatch/ActionButton.tsx'
import { UnitWork } from '../dispatch/UnitWork.tsx'
import { useAreas } from '../hooks/useAreas.ts'
import { useCity } from '../hooks/useCity.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useNow } from '../hooks/useNow.ts'
import { useLanguage } from '../hooks/useView.ts'
import { AgeOfData } from '../live/AgeOfData.tsx'
import { useLiveStore, useWaitsForLive } from '../live/live.ts'
import { SilentFeeds } from '../live/SilentFeeds.tsx'
import { spanText } from '../live/spanText.ts'
import { staleMinutes } from '../live/staleness.ts'
import { useFollow } from '../live/useFollow.ts'
import { useOpenIncident } from '../live/useOpenIncident.ts'
import { nameOf } from '../state/areaTree.ts'
import { Count } from '../ui/Count.tsx'
import { DateText } from '../ui/DateText.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatCount } from '../ui/numbers.ts'
import { Row } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { PanelTitle } from './PanelTitle.tsx'
import { PointPanel } from './PointPanel.tsx'
import styles from './selectionPanel.module.css'

const kmhPerMs = 3.6

const winds = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const
/** @param degrees clockwise from north */
const windOf = (degrees: number) => winds[Math.round(degrees / 45) % 8]

/** One unit: what it does, where it was last heard and how long ago, and the map going with it. */
export function UnitPanel({ id }: { id: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const { data: areas } = useAreas()
  const { store } = useLiveStore()
  const waits = useWaitsForLive()
  const openIncident = useOpenIncident()
  const { followed, follow } = useFollow()
  useNow(1000)
  const now = store.now()
  const unit = store.units.get(id)
  const track = unit?.state === 'offDuty' ? undefined : store.track(id)
  const last = track && track.count > 0 ? track.last : -1
  const squad = areas && unit ? areaIndexOf(areas, unit.squadId) : -1
  const toggleFollow = () => follow(followed === id ? null : id)
  useKeys({ g: () => last >= 0 && toggleFollow() })
  const query = { isError: false, error: null, data: city, refetch: () => undefined }
  return (
    <PointPanel label={t('live.unit.title')} query={query} rights={['patrols']}>
      {!unit || !city ? (
        <EmptyState>{t(waits ? `live.badge.${waits}` : 'live.unit.unknown')}</EmptyState>
      ) : (
        <>
          <PanelTitle
            kicker={t('live.unit.title')}
            title={unit.callSign}
            facts={[
              t(`live.unit.kinds.${unit.kind}`),
              t(`live.unit.states.${unit.state}`),
              unit.synthetic && !city.synthetic ? t('live.panel.synthetic') : '',
            ]}
          />
          <div className={styles.actions}>
            <ActionButton
              type={followed === id ? 'primary' : 'default'}
              aria-pressed={followed === id}
              why={last < 0 ? t('dispatch.why.noFix') : null}
              hint={t('live.unit.followHint')}
              onClick={toggleFollow}
              data-testid="follow"
            >
              {t(followed === id ? 'live.unit.following' : 'live.unit.follow')}
            </ActionButton>
            {unit.incidentId !== null && (
              <Button onClick={() => openIncident(unit.incidentId ?? 0)}>{t('live.unit.incident')}</Button>
            )}
          </div>
          <div>
            <Row label={t('live.unit.squad')}>
              {areas && squad >= 0 ? nameOf(areas, squad, language) : '—'}
            </Row>
            <Row label={t('live.unit.strength')}>
              <NumbersOf counted={t('number.of.roster')} source="roster">
                <Count value={unit.strength} />
              </NumbersOf>{' '}
              {t('live.unit.people')}
            </Row>
            {unit.dutySince && (
              <Row label={t('live.unit.duty')}>
                <DateText instant={Date.parse(unit.dutySince)} timeZone={city.timeZone} />
              </Row>
            )}
            {track && last >= 0 ? (
              <>
                <Row label={t('live.unit.fix')}>
                  <span data-testid="fix-age">
                    {staleMinutes(now - track.at[last]) !== null && `${t('live.unit.stale')} · `}
                    {t('live.unit.ago', { age: spanText(t, now - track.at[last]) })}
                  </span>
                </Row>
                {!Number.isNaN(track.speed[last]) && (
                  <Row label={t('live.unit.speed')}>
                    {formatCount(kmhPerMs * track.speed[last], language)} {t('live.unit.speedUnit')}
                  </Row>
                )}
                {!Number.isNaN(track.heading[last]) && (
                  <Row label={t('live.unit.heading')}>
                    {t(`live.unit.winds.${windOf(track.heading[last])}`)}{' '}
                    {formatCount(track.heading[last], language)}
                    {t('unit.degrees')}
                  </Row>
                )}
                {track.count > 1 && (
                  <Row label={t('live.unit.trail')}>
                    {t('live.unit.trailText', {
                      age: spanText(t, track.at[last] - track.at[0]),
                      count: track.count,
                    })}
                  </Row>
                )}
              </>
            ) : (
              <Row label={t('live.unit.fix')}>{t('live.unit.fixNone')}</Row>
            )}
          </div>
          <UnitWork unit={unit} />
          <SilentFeeds kind="positions" label={t('live.unit.source')} now={now} />
          <AgeOfData />
        </>
      )}
    </PointPanel>
  )
}
