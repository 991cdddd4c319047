import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { wallClockAt } from '../state/zonedTime.ts'
import { DayBars } from './DayBars.tsx'
import { againstRange, normalRange } from './normalRange.ts'
import type { Overview } from './useOverview.ts'
import styles from './wall.module.css'

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const tenth = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

interface KpiProps {
  label: string
  value: string
  unit: string
  note: string
  bars: ReactNode
}

function Kpi({ label, value, unit, note, bars }: KpiProps) {
  return (
    <li className={styles.kpi} data-testid="kpi">
      <h2 className={styles.kpiLabel}>{label}</h2>
      <p className={styles.kpiValue}>
        {value}
        <small className={styles.kpiUnit}>{unit}</small>
      </p>
      <p className={styles.kpiNote}>{note}</p>
      {bars}
    </li>
  )
}

interface KpiColumnProps {
  overview: Overview | undefined
  cityName: string
  timeZone: string
  stale: boolean
}

/** Five figures, each with what it is made of and how it went for thirty days. */
export function KpiColumn({ overview, cityName, timeZone, stale }: KpiColumnProps) {
  const { t } = useTranslation()
  return (
    <section className={styles.kpis} aria-busy={!overview} data-stale={stale}>
      <h1 className={styles.title}>{t('wall.title', { city: cityName })}</h1>
      <ul className={styles.kpiList}>{overview ? figures(overview) : skeleton()}</ul>
    </section>
  )

  function skeleton() {
    return ['units', 'today', 'arrival', 'closed', 'cameras'].map((name) => (
      <li key={name} className={styles.kpi}>
        <div className={styles.skeletonLine} />
        <div className={styles.skeletonValue} />
        <div className={styles.skeletonLine} />
        <div className={styles.bars} />
      </li>
    ))
  }

  function figures(data: Overview) {
    const { roster, today, handling, cameras, days } = data
    const asOf = wallClockAt(Date.parse(data.asOf), timeZone)
    const time = asOf.format('HH:mm')
    const range = normalRange(today.earlier)
    const verdict =
      range &&
      ({
        below: 'wall.kpi.todayBelow',
        inside: 'wall.kpi.todayInside',
        above: 'wall.kpi.todayAbove',
      } as const)
    return (
      <>
        <Kpi
          label={t('wall.kpi.units')}
          value={whole.format(roster.units)}
          unit={t('wall.kpi.unitsUnit')}
          note={t('wall.kpi.unitsNote', {
            squads: roster.squadId.length,
            strength: whole.format(roster.strength),
          })}
          bars={<DayBars values={roster.squadUnits} label={t('wall.kpi.unitsBars')} />}
        />
        <Kpi
          label={t('wall.kpi.today', { time })}
          value={whole.format(today.count)}
          unit={t('wall.kpi.todayUnit')}
          note={
            range && verdict
              ? t(verdict[againstRange(today.count, range)], {
                  low: whole.format(range.low),
                  high: whole.format(range.high),
                  weeks: range.weeks,
                })
              : t('wall.kpi.todayNone')
          }
          bars={<DayBars values={days.reported} label={t('wall.kpi.todayBars', { time })} lastPartial />}
        />
        <Kpi
          label={t('wall.kpi.arrival')}
          value={
            handling.medianArrivalSeconds === null ? '–' : tenth.format(handling.medianArrivalSeconds / 60)
          }
          unit={t('wall.kpi.arrivalUnit')}
          note={
            handling.arrived > 0
              ? t('wall.kpi.arrivalNote', { n: whole.format(handling.arrived) })
              : t('wall.kpi.arrivalNone')
          }
          bars={<DayBars values={days.medianArrivalSeconds} label={t('wall.kpi.arrivalBars')} />}
        />
        <Kpi
          label={t('wall.kpi.closed')}
          value={handling.due > 0 ? tenth.format((handling.closedInTime / handling.due) * 100) : '–'}
          unit={t('unit.percent')}
          note={
            handling.due > 0
              ? t('wall.kpi.closedNote', {
                  n: whole.format(handling.closedInTime),
                  total: whole.format(handling.due),
                })
              : t('wall.kpi.closedNone')
          }
          bars={
            <DayBars
              values={days.due.map((due, index) => (due > 0 ? days.closedInTime[index] / due : null))}
              label={t('wall.kpi.closedBars')}
            />
          }
        />
        <Kpi
          label={t('wall.kpi.cameras')}
          value={cameras.total > 0 ? tenth.format((cameras.online / cameras.total) * 100) : '–'}
          unit={t('unit.percent')}
          note={
            cameras.total > 0
              ? t('wall.kpi.camerasNote', {
                  n: whole.format(cameras.online),
                  total: whole.format(cameras.total),
                  off: whole.format(cameras.total - cameras.online),
                })
              : t('wall.kpi.camerasNone')
          }
          bars={<DayBars values={days.camerasOffline} label={t('wall.kpi.camerasBars')} />}
        />
      </>
    )
  }
}
