import { useTranslation } from 'react-i18next'
import { shareOf } from '../../api/statistics/share.ts'
import { useCity } from '../hooks/useCity.ts'
import { useLanguage } from '../hooks/useView.ts'
import type { AreaHotspotAnswer } from '../state/hotspots.ts'
import { formatDate } from '../state/zonedTime.ts'
import { formatCount, formatPercent, formatRatio } from '../ui/numbers.ts'
import { Section } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { Share } from '../ui/Share.tsx'
import { AboutNumbers, Told } from '../ui/Told.tsx'
import hotspotStyles from './hotspot.module.css'
import styles from './selectionPanel.module.css'

/** The cut-off the sentence speaks about. */
const spokenGround = 0.05
/** Hits this close are alike. */
const alike = 0.005

/** The map taken for a prediction, beside the plain counts: a map that does not beat them is no help to plan with. */
export function HotspotAccuracy({ validation }: { validation: AreaHotspotAnswer['validation'] }) {
  const { t } = useTranslation()
  const language = useLanguage()
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
  const { incidents } = validation
  // In the sentence no base stands beside the percentage.
  const hits = ({ hits }: { hits: number }) => {
    const { fraction } = shareOf(hits, incidents)
    const counts = `${formatCount(hits, language)} / ${formatCount(incidents, language)}`
    return fraction === null ? counts : `${formatPercent(fraction, incidents)} (${counts})`
  }
  // Of the ground, which is no sample: whole per cent, whatever it is measured in.
  const ground = (share: number) => formatPercent(share, 100)
  const spoken = validation.cutoffs.find(({ ground }) => ground === spokenGround) ?? validation.cutoffs[0]
  const ahead = spoken.map.hitShare - spoken.counts.hitShare
  const verdict = Math.abs(ahead) <= alike ? 'verdictEven' : ahead > 0 ? 'verdictMap' : 'verdictCounts'
  return (
    <NumbersOf counted={t('number.of.hits')} source="incidents" each={false}>
      <Section title={t('hotspot.validation')} aside={<AboutNumbers />}>
        <p data-testid="hotspot-verdict">
          <Told kind="share">
            {t(`hotspot.${verdict}`, {
              ground: ground(spoken.ground),
              map: hits(spoken.map),
              counts: hits(spoken.counts),
            })}
          </Told>
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
            {validation.cutoffs.map(({ ground: share, map, counts }) => (
              <tr key={share}>
                <td>
                  <Told kind="measure">≤ {ground(share)}</Told>
                </td>
                <td>
                  <Share part={map.hits} whole={incidents} show="percent" />
                </td>
                <td>
                  <Told kind="measure">{formatRatio(map.pai)}</Told>
                </td>
                <td>
                  <Told kind="measure">{formatRatio(map.pei)}</Told>
                </td>
                <td>
                  <Share part={counts.hits} whole={incidents} show="percent" />
                </td>
                <td>
                  <Told kind="measure">{formatRatio(counts.pai)}</Told>
                </td>
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
    </NumbersOf>
  )
}
