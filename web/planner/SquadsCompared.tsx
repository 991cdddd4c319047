import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import type { Span } from '../state/timeWindow.ts'
import { Measure } from '../ui/Count.tsx'
import { Section } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { Share } from '../ui/Share.tsx'
import { AboutNumbers } from '../ui/Told.tsx'
import { type BalanceRow, balanceOf, MEASURES } from './balance.ts'
import styles from './planner.module.css'
import type { Squad } from './useSquads.ts'

interface SquadsComparedProps {
  squads: readonly Squad[]
  withinM: number
  /** The window the incidents are of. */
  span: Span
  /** Only some of the city's squads are the viewer's: shares of these would be shares of nothing. */
  some: boolean
}

const STRENGTH = MEASURES.indexOf('strength')
const INCIDENTS = MEASURES.indexOf('incidents')

/** All squads side by side: share of the strength against share of the incidents, and what their routes cover. */
export function SquadsCompared({ squads, withinM, span, some }: SquadsComparedProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const rows = squads.map((squad) => {
    const balance = balanceOf(squads, squad.squadId)
    return {
      squad,
      strength: balance.rows[STRENGTH],
      incidents: balance.rows[INCIDENTS],
      perUnit: balance.incidentsPerUnit?.own ?? null,
    }
  })
  const part = ({ own, total }: BalanceRow) => (total > 0 ? own / total : 0)
  const top = Math.max(0.01, ...rows.flatMap((row) => [part(row.strength), part(row.incidents)]))
  return (
    <>
      {some ? (
        <p className={styles.soft}>{t('plan.someOnly')}</p>
      ) : (
        <NumbersOf counted={t('number.of.squads')} source="roster" span={span} each={false}>
          <Section title={t('plan.shares')} aside={<AboutNumbers />}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col" />
                  <th scope="col" className={styles.barCell} />
                  <th scope="col" className={styles.keyed}>
                    <i className={styles.keyStrength} /> {t('plan.strength')}
                  </th>
                  <th scope="col" className={styles.keyed}>
                    <i className={styles.keyIncidents} /> {t('plan.incidents')}
                  </th>
                  <th scope="col">{t('plan.perUnit')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ squad, strength, incidents, perUnit }) => (
                  <tr key={squad.squadId}>
                    <th scope="row">{squad.name[language]}</th>
                    <td className={styles.barCell}>
                      <i
                        className={styles.strengthBar}
                        style={{ width: `${(part(strength) / top) * 100}%` }}
                      />
                      <i
                        className={styles.incidentsBar}
                        style={{ width: `${(part(incidents) / top) * 100}%` }}
                      />
                    </td>
                    <td>
                      <Share part={strength.own} whole={strength.total} show="percent" complete />
                    </td>
                    <td>
                      <Share part={incidents.own} whole={incidents.total} show="percent" />
                    </td>
                    <td>
                      <Measure value={perUnit} digits="tenths" />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <p className={styles.hint}>{t('plan.caution')}</p>
          </Section>
        </NumbersOf>
      )}
      <NumbersOf
        counted={t('number.of.coverage', { metres: withinM })}
        source="incidents"
        span={span}
        each={false}
      >
        <Section title={t('plan.coverage', { metres: withinM })} aside={<AboutNumbers />}>
          <table className={styles.table}>
            <tbody>
              {squads.map((squad) => (
                <tr key={squad.squadId}>
                  <th scope="row">{squad.name[language]}</th>
                  <td>
                    <Share part={squad.incidentsNearRoutes} whole={squad.incidents} interval />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className={styles.hint}>{t('plan.coverageHint')}</p>
        </Section>
      </NumbersOf>
    </>
  )
}
