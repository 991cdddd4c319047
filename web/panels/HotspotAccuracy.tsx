import { useTranslation } from 'react-i18next'
import { useCity } from '../hooks/useCity.ts'
import type { AreaHotspotAnswer } from '../state/hotspots.ts'
import { formatDate } from '../state/zonedTime.ts'
import { Section } from '../ui/Panel.tsx'
import hotspotStyles from './hotspot.module.css'
import styles from './selectionPanel.module.css'

/** The cut-off the sentence speaks about. */
const spokenGround = 0.05
/** Hits this close are alike. */
const alike = 0.005

/** The map taken for a prediction, beside the plain counts: a map that does not beat them is no help to plan with. */
export function HotspotAccuracy({ validation }: { validation: AreaHotspotAnswer['validation'] }) {
  const { t } = useTranslation()
  const { data: city } = useCity()
  if (!validation || !city) {
    return (
      <Section title={t('hotspot.validation')}>
        <p className={styles.soft}>{t('hotspot.validationNone')}</p>
      </Section>
    )
  }
  const date = (moment: string | Date) => formatDate(new Date(moment).getTime(), city.timeZone)
  const window = { from: date(validation.madeFrom.from), to: date(validation.madeFrom.to) }
  const percent = (share: number) => (100 * share).toFixed(0)
  const spoken = validation.cutoffs.find(({ ground }) => ground === spokenGround) ?? validation.cutoffs[0]
  const ahead = spoken.map.hitShare - spoken.counts.hitShare
  const verdict = Math.abs(ahead) <= alike ? 'verdictEven' : ahead > 0 ? 'verdictMap' : 'verdictCounts'
  return (
    <Section title={t('hotspot.validation')}>
      <p data-testid="hotspot-verdict">
        {t(`hotspot.${verdict}`, {
          ground: percent(spoken.ground),
          map: percent(spoken.map.hitShare),
          counts: percent(spoken.counts.hitShare),
        })}
      </p>
      <table className={hotspotStyles.accuracy}>
        <thead>
          <tr>
            <th scope="col">{t('hotspot.ground')}</th>
            <th scope="col" colSpan={3}>
              {t('hotspot.map')}
            </th>
            <th scope="col" colSpan={2}>
              {t('hotspot.counts')}
            </th>
          </tr>
          <tr>
            <th scope="col" />
            <th scope="col">{t('hotspot.hits')}</th>
            <th scope="col" title={t('hotspot.paiHint')}>
              {t('hotspot.pai')}
            </th>
            <th scope="col" title={t('hotspot.peiHint')}>
              {t('hotspot.pei')}
            </th>
            <th scope="col">{t('hotspot.hits')}</th>
            <th scope="col" title={t('hotspot.paiHint')}>
              {t('hotspot.pai')}
            </th>
          </tr>
        </thead>
        <tbody>
          {validation.cutoffs.map(({ ground, map, counts }) => (
            <tr key={ground}>
              <td>≤ {percent(ground)} %</td>
              <td>{percent(map.hitShare)} %</td>
              <td>{map.pai.toFixed(1)}</td>
              <td>{map.pei.toFixed(2)}</td>
              <td>{percent(counts.hitShare)} %</td>
              <td>{counts.pai.toFixed(1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.soft}>
        {t(
          validation.how === 'following' ? 'hotspot.validationFollowing' : 'hotspot.validationSplit',
          window,
        )}
      </p>
    </Section>
  )
}
