import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Family } from '../../api/roles.ts'
import { shareOf } from '../../api/statistics/share.ts'
import { startOfDate, wallClockAt } from '../state/zonedTime.ts'
import { Count } from '../ui/Count.tsx'
import { Median } from '../ui/Median.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { Share, ShareNote } from '../ui/Share.tsx'
import { DayBars } from './DayBars.tsx'
import { againstRange, normalRange } from './normalRange.ts'
import type { Overview } from './useOverview.ts'
import styles from './wall.module.css'

interface KpiProps {
  label: string
  value: ReactNode
  unit?: string
  note: ReactNode
  bars: ReactNode
}

function Kpi({ label, value, unit, note, bars }: KpiProps) {
  return (
    <li className={styles.kpi} data-testid="kpi">
      <h2 className={styles.kpiLabel}>{label}</h2>
      <p className={styles.kpiValue}>
        {value}
        {unit !== undefined && <small className={styles.kpiUnit}>{unit}</small>}
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
  /** Families of kinds that are counted. */
  families: readonly Family[]
}

/** Five figures, each with what it is made of and how it went for thirty days. */
export function KpiColumn({ overview, cityName, timeZone, stale, families }: KpiColumnProps) {
  const { t } = useTranslation()
  return (
    <section className={styles.kpis} aria-busy={!overview} data-stale={stale}>
      <h1 className={styles.title}>{t('wall.title', { city: cityName })}</h1>
      {families.length === 1 && (
        <p className={styles.kpiNote}>
          {t('access.onlyFamily', { family: t(`access.families.${families[0]}`) })}
        </p>
      )}
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
    const instant = Date.parse(data.asOf)
    const lastDays = { from: Date.parse(handling.from), to: Date.parse(handling.to) }
    const sinceMidnight = { from: startOfDate(asOf.format('YYYY-MM-DD'), timeZone), to: instant }
    return (
      <>
        {roster && (
          <NumbersOf counted={t('number.of.roster')} source="roster">
            <Kpi
              label={t('wall.kpi.units')}
              value={<Count value={roster.units} />}
              unit={t('wall.kpi.unitsUnit')}
              note={t('wall.kpi.unitsNote', { squads: roster.squadId.length, strength: roster.strength })}
              bars={<DayBars values={roster.squadUnits} label={t('wall.kpi.unitsBars')} />}
            />
          </NumbersOf>
        )}
        <NumbersOf counted={t('number.of.today')} source="incidents" span={sinceMidnight}>
          <Kpi
            label={t('wall.kpi.today', { time })}
            value={<Count value={today.count} />}
            unit={t('wall.kpi.todayUnit')}
            note={
              range && verdict
                ? t(verdict[againstRange(today.count, range)], {
                    low: range.low,
                    high: range.high,
                    weeks: range.weeks,
                  })
                : t('wall.kpi.todayNone')
            }
            bars={<DayBars values={days.reported} label={t('wall.kpi.todayBars', { time })} lastPartial />}
          />
        </NumbersOf>
        <NumbersOf counted={t('number.of.arrival')} source="incidents" span={lastDays}>
          <Kpi
            label={t('wall.kpi.arrival')}
            value={
              <Median
                value={handling.medianArrivalSeconds === null ? null : handling.medianArrivalSeconds / 60}
                n={handling.arrived}
              />
            }
            unit={t('wall.kpi.arrivalUnit')}
            note={
              handling.arrived > 0
                ? t('wall.kpi.arrivalNote', { n: handling.arrived })
                : t('wall.kpi.arrivalNone')
            }
            bars={<DayBars values={days.medianArrivalSeconds} label={t('wall.kpi.arrivalBars')} />}
          />
        </NumbersOf>
        <NumbersOf counted={t('number.of.closed')} source="incidents" span={lastDays}>
          <Kpi
            label={t('wall.kpi.closed')}
            value={
              handling.due > 0 ? (
                <Share part={handling.closedInTime} whole={handling.due} show="large" />
              ) : (
                '—'
              )
            }
            note={
              handling.due > 0 ? (
                <>
                  <ShareNote part={handling.closedInTime} whole={handling.due} /> {t('wall.kpi.closedNote')}
                </>
              ) : (
                t('wall.kpi.closedNone')
              )
            }
            bars={
              <DayBars
                values={days.due.map((due, index) => shareOf(days.closedInTime[index], due).fraction)}
                label={t('wall.kpi.closedBars')}
              />
            }
          />
        </NumbersOf>
        {cameras && (
          <NumbersOf counted={t('number.of.cameras')} source="cameras">
            <Kpi
              label={t('wall.kpi.cameras')}
              value={
                cameras.total > 0 ? (
                  <Share part={cameras.online} whole={cameras.total} show="large" complete />
                ) : (
                  '—'
                )
              }
              note={
                cameras.total > 0 ? (
                  <>
                    <ShareNote part={cameras.online} whole={cameras.total} complete />
                    {t('wall.kpi.camerasNote', { off: cameras.total - cameras.online })}
                  </>
                ) : (
                  t('wall.kpi.camerasNone')
                )
              }
              bars={<DayBars values={days.camerasOffline ?? []} label={t('wall.kpi.camerasBars')} />}
            />
          </NumbersOf>
        )}
      </>
    )
  }
}
