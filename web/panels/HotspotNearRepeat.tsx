import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { type NearRepeatAnswer, strongestBand } from '../state/hotspots.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatCount } from '../ui/numbers.ts'
import { Section } from '../ui/Panel.tsx'
import hotspotStyles from './hotspot.module.css'
import { chanceText } from './hotspotText.ts'
import styles from './selectionPanel.module.css'

/** How much more often than coincidence an incident is followed by another, by distance and time, and what that means in words. */
export function HotspotNearRepeat({ answer }: { answer: NearRepeatAnswer }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { distancesM, days, observed, expected, ratio, p, q, falseShare } = answer
  if (answer.nearPairs === 0) return <EmptyState>{t('hotspot.nearFew')}</EmptyState>
  const distance = (band: number) =>
    band === 0
      ? t('hotspot.samePlace')
      : t('hotspot.upTo', { from: distancesM[band - 1], to: distancesM[band] })
  const time = (band: number) =>
    band === 0 ? t('hotspot.sameDay') : t('hotspot.daysTo', { from: days[band - 1], to: days[band] })
  const strongest = strongestBand(answer)
  return (
    <>
      <p data-testid="near-repeat-verdict">
        {strongest
          ? t('hotspot.nearFound', {
              distance: distance(strongest.distance),
              time: time(strongest.time),
              ratio: chanceText.ratio(ratio[strongest.distance][strongest.time] ?? 0),
              observed: formatCount(observed[strongest.distance][strongest.time], language),
              expected: chanceText.expected(expected[strongest.distance][strongest.time], language),
            })
          : t('hotspot.nearNone')}
      </p>
      <Section title={t('hotspot.nearTable')}>
        <table className={hotspotStyles.accuracy}>
          <thead>
            <tr>
              <th scope="col">{t('hotspot.daysHead')}</th>
              {days.map((limit, band) => (
                <th scope="col" key={limit}>
                  {band === 0 ? `< ${limit}` : `${days[band - 1]}–${limit}`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {distancesM.map((limit, row) => (
              <tr key={limit}>
                <th scope="row">{distance(row)}</th>
                {days.map((day, column) => {
                  const value = ratio[row][column]
                  return (
                    <td
                      key={day}
                      data-called={q[row][column] <= falseShare}
                      title={t('hotspot.observed', {
                        observed: formatCount(observed[row][column], language),
                        expected: chanceText.expected(expected[row][column], language),
                        p: chanceText.p(p[row][column]),
                        q: chanceText.p(q[row][column]),
                      })}
                    >
                      {value === null ? '—' : chanceText.ratio(value)}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
        <p className={styles.soft}>
          {t('hotspot.pairs', {
            count: answer.count,
            pairs: formatCount(answer.nearPairs, language),
            permutations: answer.permutations,
          })}
        </p>
      </Section>
    </>
  )
}
