import { useTranslation } from 'react-i18next'
import type { PatrolLayout } from '../hooks/useRoomScene.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { Span } from '../state/timeWindow.ts'
import { Count, Measure as MeasureText } from '../ui/Count.tsx'
import { formatCount, formatPercent, formatSigned, formatTenths } from '../ui/numbers.ts'
import { Row, Section } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { Share } from '../ui/Share.tsx'
import { AboutNumbers, Told } from '../ui/Told.tsx'
import { type Balance, balanceOf, balanceVerdict, MEASURES, type Measure } from './balance.ts'
import styles from './planner.module.css'
import type { Squad } from './useSquads.ts'

type LayoutSquad = PatrolLayout['districts'][number]['squads'][number]

interface SquadDetailProps {
  squad: Squad
  squads: readonly Squad[]
  layout: LayoutSquad
  withinM: number
  /** The window the incidents are of. */
  span: Span
  /** Only some of the city's squads are the viewer's: there is nothing to compare with. */
  some: boolean
}

const COUNTED: readonly Measure[] = ['strength', 'units', 'grids', 'population', 'incidents']
const ROAD_CLASSES = ['motorway', 'trunk', 'primary', 'secondary', 'residential', 'service', 'track'] as const

/** One squad: how its load compares, its patrol routes and what they cover, its roads. */
export function SquadDetail({ squad, squads, layout, withinM, span, some }: SquadDetailProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const balance = balanceOf(squads, squad.squadId)
  const sentence = useBalanceSentence(squad, balance)
  const isWhole = (measure: Measure, value: number) =>
    COUNTED.includes(measure) && (Number.isInteger(value) || Math.abs(value) >= 1000)
  const number = (measure: Measure, value: number) =>
    isWhole(measure, value) ? <Count value={value} /> : <MeasureText value={value} digits="tenths" />
  const signed = (measure: Measure, value: number) => (
    <Told kind="change">
      {formatSigned(value, (isWhole(measure, value) ? formatCount : formatTenths)(value, language))}
    </Told>
  )
  const unit = (measure: Measure) =>
    measure === 'areaKm2'
      ? t('unit.km2')
      : measure === 'roadsKm' || measure === 'routesKm'
        ? t('unit.km')
        : ''
  const longest = Math.max(1e-9, ...squad.roadsByClass.map((each) => each.km))
  return (
    <NumbersOf counted={t('number.of.squads')} source="roster" span={span} each={false}>
      <div className={styles.detail}>
        {some ? (
          <p className={styles.soft}>{t('plan.someOnly')}</p>
        ) : (
          <>
            <p className={styles.sentence}>{sentence}</p>
            <p className={styles.soft}>{t('plan.caution')}</p>
          </>
        )}

        <Section title={t(some ? 'plan.own' : 'plan.balance')} aside={<AboutNumbers />}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col" />
                <th scope="col">{t('plan.own')}</th>
                {!some && (
                  <>
                    <th scope="col">{t('plan.mean')}</th>
                    <th scope="col">{t('plan.difference')}</th>
                    <th scope="col">{t('plan.share')}</th>
                  </>
                )}
              </tr>
            </thead>
            <tbody>
              {MEASURES.map((measure, index) => {
                const row = balance.rows[index]
                return (
                  <tr key={measure}>
                    <th scope="row">
                      {t(`plan.${measure}`)} <small>{unit(measure)}</small>
                    </th>
                    <td>{number(measure, row.own)}</td>
                    {!some && (
                      <>
                        <td className={styles.soft}>{number(measure, row.mean)}</td>
                        <td>{signed(measure, row.difference)}</td>
                        <td className={styles.soft}>
                          <Share
                            part={row.own}
                            whole={row.total}
                            show="percent"
                            complete={measure !== 'incidents'}
                            measured={COUNTED.includes(measure) ? undefined : unit(measure)}
                          />
                        </td>
                      </>
                    )}
                  </tr>
                )
              })}
            </tbody>
          </table>
        </Section>

        <Section title={t('plan.routes')}>
          {layout.routes.length === 0 && <p className={styles.soft}>{t('plan.routesNone')}</p>}
          {layout.routes.length > 0 && (
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col" />
                  <th scope="col">
                    {t('plan.routeLength')} <small>{t('unit.km')}</small>
                  </th>
                  <th scope="col">
                    {t('plan.routeDuration')} <small>{t('unit.minutes')}</small>
                  </th>
                </tr>
              </thead>
              <tbody>
                {layout.routes.map((route) => (
                  <tr key={route.id}>
                    <th scope="row">{route.name[language]}</th>
                    <td>
                      <MeasureText value={route.lengthM / 1000} digits="tenths" />
                    </td>
                    <td>
                      <Count value={route.durationS / 60} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <Row label={t('plan.coverage', { metres: withinM })}>
            {squad.incidents > 0 ? (
              <NumbersOf
                counted={t('number.of.coverage', { metres: withinM })}
                source="incidents"
                span={span}
              >
                <Share part={squad.incidentsNearRoutes} whole={squad.incidents} interval />
              </NumbersOf>
            ) : (
              t('plan.coverageNone')
            )}
          </Row>
          <p className={styles.hint}>{t('plan.coverageHint')}</p>
        </Section>

        <Section title={t('plan.roads')}>
          <table className={styles.table}>
            <tbody>
              {ROAD_CLASSES.flatMap((name) =>
                squad.roadsByClass.filter((each) => each.class === name && each.km > 0),
              ).map((each) => (
                <tr key={each.class}>
                  <th scope="row">{roadClassName(each.class)}</th>
                  <td className={styles.barCell}>
                    <i className={styles.roadBar} style={{ width: `${(each.km / longest) * 100}%` }} />
                  </td>
                  <td>
                    <MeasureText value={each.km} digits="tenths" /> <small>{t('unit.km')}</small>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      </div>
    </NumbersOf>
  )

  function roadClassName(name: string): string {
    const known = ROAD_CLASSES.find((each) => each === name)
    return known ? t(`plan.roadClass.${known}`) : name
  }
}

/** The load in one sentence: shares of strength and incidents side by side, and incidents by unit. */
function useBalanceSentence(squad: Squad, balance: Balance): string {
  const { t } = useTranslation()
  const language = useLanguage()
  const share = (measure: Measure) => {
    const { own, total } = balance.rows[MEASURES.indexOf(measure)]
    return formatPercent(total > 0 ? own / total : 0, COUNTED.includes(measure) ? total : 100)
  }
  return t(`plan.sentence.${balanceVerdict(balance)}`, {
    squad: squad.name[language],
    strength: share('strength'),
    incidents: share('incidents'),
    area: share('areaKm2'),
    points: Math.round(Math.abs(balance.loadGap ?? 0)),
    perUnit: formatTenths(balance.incidentsPerUnit?.own ?? 0, language),
    cityPerUnit: formatTenths(balance.incidentsPerUnit?.city ?? 0, language),
  })
}
