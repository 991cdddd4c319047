import { Popover } from 'antd'
import { useTranslation } from 'react-i18next'
import { isOpenDispatch } from '../dispatch/dispatchRows.ts'
import { useAlertText } from '../dispatch/useAlertText.ts'
import { useLanguage } from '../hooks/useView.ts'
import { useLiveStore } from '../live/live.ts'
import { wallClockAt } from '../state/zonedTime.ts'
import { formatCount } from '../ui/numbers.ts'
import styles from './replay.module.css'
import type { ReplayPlayer } from './replayPlayer.ts'

const stages = ['new', 'dispatched', 'onScene'] as const

interface ReplayFiguresProps {
  player: ReplayPlayer
  timeZone: string
  seesUnits: boolean
}

/** What was at the replayed instant: incidents by stage, units by what they did, dispatches, alerts and silent sources. */
export function ReplayFigures({ player, timeZone, seesUnits }: ReplayFiguresProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { store } = useLiveStore()
  const alertText = useAlertText()
  const incidents = [...store.incidents.values()]
  const units = [...store.units.values()].filter(({ state }) => state !== 'offDuty')
  const open = [...store.alerts.values()].filter(({ clearedAt }) => clearedAt === null)
  const silent = open.filter(({ kind }) => kind === 'sourceSilent').length
  const figure = (name: string, words: string, count: number) => (
    <span key={name} data-figure={name}>
      {words} <strong>{formatCount(count, language)}</strong>
    </span>
  )
  const unitsIn = (...states: readonly string[]) => units.filter(({ state }) => states.includes(state)).length
  return (
    <section className={styles.figures} aria-label={t('replay.figures.title')} data-testid="replay-figures">
      {stages.map((stage) =>
        figure(
          stage,
          t(`incident.statuses.${stage}`),
          incidents.filter(({ status }) => status === stage).length,
        ),
      )}
      {figure('closed', t('replay.figures.closed'), player.reel.closedBy(player.at))}
      {seesUnits && (
        <>
          {figure('units', t('replay.figures.units'), units.length)}
          {figure('enRoute', t('replay.figures.enRoute'), unitsIn('assigned', 'enRoute'))}
          {figure('unitsOnScene', t('replay.figures.onScene'), unitsIn('onScene'))}
          {figure(
            'dispatches',
            t('replay.figures.dispatches'),
            [...store.dispatches.values()].filter(isOpenDispatch).length,
          )}
          {open.length === 0 ? (
            <span data-figure="alerts">{t('replay.figures.noAlerts')}</span>
          ) : (
            <Popover
              trigger={['click', 'focus']}
              content={
                <ul className={styles.alertList}>
                  {open.map((alert) => (
                    <li key={alert.id}>
                      {alertText(alert)}{' '}
                      <span className={styles.soft}>
                        {t('replay.figures.since', {
                          time: wallClockAt(Date.parse(alert.raisedAt), timeZone).format('MM-DD HH:mm'),
                        })}
                      </span>
                    </li>
                  ))}
                </ul>
              }
            >
              <button type="button" className={styles.alert} data-figure="alerts">
                {t('replay.figures.alerts', { count: open.length })}
              </button>
            </Popover>
          )}
          <span data-figure="feeds">
            {silent === 0 ? t('replay.figures.feedsFine') : t('replay.figures.feeds', { count: silent })}
          </span>
        </>
      )}
    </section>
  )
}
