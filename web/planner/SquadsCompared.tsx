import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { Share } from '../ui/Share.tsx'
import { Section } from '../ui/Panel.tsx'
import { balanceOf, MEASURES } from './balance.ts'
import styles from './planner.module.css'
import { formatTenths } from './tenths.ts'
import type { Squad } from './useSquads.ts'

interface SquadsComparedProps {
  squads: readonly Squad[]
  withinM: number
}

const STRENGTH = MEASURES.indexOf('strength')
const INCIDENTS = MEASURES.indexOf('incidents')

/** All squads side by side: share of the strength against share of the incidents, and what their routes cover. */
export function SquadsCompared({ squads, withinM }: SquadsComparedProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const rows = squads.map((squad) => {
    const balance = balanceOf(squads, squad.squadId)
    return {
      squad,
      strength: (balance.rows[STRENGTH].share ?? 0) * 100,
      incidents: (balance.rows[INCIDENTS].share ?? 0) * 100,
      perUnit: balance.incidentsPerUnit?.own ?? null,
    }
  })
  const top = Math.max(1, ...rows.flatMap((row) => [row.strength, row.incidents]))
  return (
    <>
      <Section title={t('plan.shares')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col" />
              <th scope="col" className={styles.barCell} />
              <th scope="col">
                <i className={styles.keyStrength} /> {t('plan.strength')}
              </th>
              <th scope="col">
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
                  <i className={styles.strengthBar} style={{ width: `${(strength / top) * 100}%` }} />
                  <i className={styles.incidentsBar} style={{ width: `${(incidents / top) * 100}%` }} />
                </td>
                <td>{Math.round(strength)} %</td>
                <td>{Math.round(incidents)} %</td>
                <td>{perUnit === null ? '—' : formatTenths(perUnit)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className={styles.hint}>{t('plan.caution')}</p>
      </Section>
      <Section title={t('plan.coverage', { metres: withinM })}>
        <table className={styles.table}>
          <tbody>
            {squads.map((squad) => (
              <tr key={squad.squadId}>
                <th scope="row">{squad.name[language]}</th>
                <td>
                  <Share part={squad.incidentsNearRoutes} whole={squad.incidents} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className={styles.hint}>{t('plan.coverageHint')}</p>
      </Section>
    </>
  )
}
