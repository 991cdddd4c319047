import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { channels, outcomes } from '../../geodata/codes.ts'
import { DispatchSection } from '../dispatch/DispatchSection.tsx'
import { useCity } from '../hooks/useCity.ts'
import { useIncident } from '../hooks/useIncidents.ts'
import { useNow } from '../hooks/useNow.ts'
import { useChangeView, useLanguage, useView } from '../hooks/useView.ts'
import { AgeOfAnswer } from '../live/AgeOfAnswer.tsx'
import { isOverdue } from '../live/feedFilter.ts'
import { useLiveStore } from '../live/live.ts'
import { encodeNear } from '../live/nearPoint.ts'
import { spanText } from '../live/spanText.ts'
import type { Language } from '../map/scene.ts'
import { pointRights } from '../state/access.ts'
import { formatDuration } from '../state/age.ts'
import { formatDate, wallClockAt } from '../state/zonedTime.ts'
import { DateText } from '../ui/DateText.tsx'
import { LevelMark } from '../ui/LevelMark.tsx'
import { Row } from '../ui/Panel.tsx'
import { groupName } from './KindFilter.tsx'
import { PanelTitle } from './PanelTitle.tsx'
import { PointPanel, Where } from './PointPanel.tsx'
import styles from './selectionPanel.module.css'

const statuses = ['new', 'dispatched', 'onScene', 'closed', 'recorded'] as const

/** One incident: what, how grave, what happened when, and where. */
export function IncidentPanel({ id }: { id: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const query = useIncident(id)
  const changeView = useChangeView()
  const rest = useView((search) => search.rest)
  const incident = query.data
  const kind = city?.kinds.find((each) => each.code === incident?.kind)
  const status = statuses.find((each) => each === incident?.status)
  const reported = incident ? Date.parse(incident.reportedAt) : 0
  useNow(1000)
  const now = useLiveStore().store.now()
  const isOpen = status !== undefined && status !== 'closed' && status !== 'recorded'
  const overdue = isOpen && isOverdue({ status, dueAt: incident?.dueAt ?? null }, now)
  return (
    <PointPanel label={t('incident.title')} query={query} rights={pointRights}>
      {incident && city && (
        <>
          <PanelTitle
            kicker={t('incident.title')}
            title={kind?.name[language] ?? incident.kind}
            facts={[
              kind ? groupName(t, kind.group) : '',
              status ? t(`incident.statuses.${status}`) : '',
              isOpen ? t('live.unit.ago', { age: spanText(t, now - reported) }) : '',
            ]}
          />
          <LevelMark level={incident.level} />
          <AgeOfAnswer at={query.dataUpdatedAt} told />
          <ol className={styles.steps}>
            {incident.history.map((step) => (
              <li key={step.step} className={styles.step}>
                <span className={styles.soft}>{t(`incident.${step.step}`)}</span>
                {formatDate(Date.parse(step.at), city.timeZone) === formatDate(reported, city.timeZone) &&
                step.step !== 'reported' ? (
                  <time dateTime={step.at}>
                    {wallClockAt(Date.parse(step.at), city.timeZone).format('HH:mm:ss')}
                  </time>
                ) : (
                  <DateText instant={Date.parse(step.at)} timeZone={city.timeZone} />
                )}
                <span className={styles.soft}>
                  {step.step !== 'reported' && `+${formatDuration((Date.parse(step.at) - reported) / 1000)}`}
                </span>
              </li>
            ))}
          </ol>
          <div>
            {isOpen && incident.dueAt && (
              <Row label={t('incident.due')}>
                {overdue && <span className={styles.late}>{t('live.panel.overdue')} · </span>}
                <DateText instant={Date.parse(incident.dueAt)} timeZone={city.timeZone} />
              </Row>
            )}
            <Row label={t('incident.channel')}>{wordOf(channels, incident.channel, language)}</Row>
            {incident.outcome && (
              <Row label={t('incident.outcome')}>{wordOf(outcomes, incident.outcome, language)}</Row>
            )}
            <Row label={t('incident.position')}>
              {incident.lng.toFixed(5)}, {incident.lat.toFixed(5)}
            </Row>
          </div>
          <div className={styles.actions}>
            <Button
              size="small"
              data-testid="incident-near"
              onClick={() =>
                changeView({
                  selection: undefined,
                  rest: { ...rest, near: encodeNear([incident.lng, incident.lat]) },
                })
              }
            >
              {t('live.near.open')}
            </Button>
          </div>
          {incident.text && (
            <section data-testid="incident-text">
              <h3 className={styles.toldHead}>{t('incident.text')}</h3>
              <p className={styles.told}>{incident.text}</p>
              <p className={styles.toldHint}>{t('incident.textHint')}</p>
            </section>
          )}
          <DispatchSection key={id} incidentId={id} />
          <Where areas={incident.areas} />
        </>
      )}
    </PointPanel>
  )
}

/** A word of ours for what a source said; what we have no word for (imports) keeps its own. */
function wordOf(words: typeof channels, said: string, language: Language): string {
  return words[said]?.[language] ?? said
}
