import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useWindow } from '../hooks/useCity.ts'
import { useCounted } from '../hooks/useCounted.ts'
import { useLanguage } from '../hooks/useView.ts'
import { levelNameOf, nameOf } from '../state/areaTree.ts'
import { comparedTotals } from '../state/compareTotals.ts'
import { daysOf } from '../state/timeWindow.ts'
import { formatDate } from '../state/zonedTime.ts'
import { formatChange, formatCount, formatTenths, formatZ } from '../ui/numbers.ts'
import { NumbersOf } from '../ui/Provenance.tsx'
import { Told } from '../ui/Told.tsx'
import { CompareLegend } from './CompareLegend.tsx'
import styles from './compare.module.css'
import type { Side } from './useSide.ts'

interface CompareBarProps {
  first: Side | null
  second: Side | null
  breaks: readonly number[] | null
  onSwap: () => void
  onClose: () => void
}

/** Between the two maps: one legend for both, both totals in a sentence with a verdict, swap and close. */
export function CompareBar({ first, second, breaks, onSwap, onClose }: CompareBarProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const timeZone = useWindow()?.timeZone
  const sentence = useSentence()
  const words = useCounted()
  const level = first?.bundle.levels.find((each) => each.level === first.level)?.name[language]
  return (
    <section className={styles.bar} aria-label={t('compare.title')} data-testid="compare-bar">
      {first?.values && (
        <CompareLegend
          title={t('compare.legend', { level: level ?? '' })}
          breaks={breaks ?? first.values.breaks}
          ramp={first.values.ramp}
        />
      )}
      <p className={styles.sentence} role="status" data-testid="compare-sentence">
        {first && second && !first.stale && !second.stale && timeZone !== undefined ? (
          <NumbersOf {...words} span={first.span} compare={second.span} version={first.version}>
            <Told kind="change">{sentence(first, second, timeZone) || t('compare.waiting')}</Told>
          </NumbersOf>
        ) : (
          t('compare.waiting')
        )}
      </p>
      <div className={styles.actions}>
        <Button onClick={onSwap} title={t('compare.swapHint')} data-testid="compare-swap">
          ⇄ {t('compare.swap')}
        </Button>
        <Button onClick={onClose} title={t('compare.closeHint')} data-testid="compare-close">
          ✕ {t('compare.close')}
        </Button>
      </div>
    </section>
  )
}

/** The count each side speaks about: that of the selected area where both have it, else everything. */
function counted(first: Side, second: Side): { area: number | null; one: number; other: number } | null {
  if (first.version === second.version && first.selected && first.selected.areaId === second.selected?.areaId)
    return { area: first.selected.areaId, one: first.selected.count, other: second.selected.count }
  if (first.total === undefined || second.total === undefined) return null
  return { area: null, one: first.total, other: second.total }
}

/** Both totals and what may be said about them; nothing while they come. */
function useSentence(): (first: Side, second: Side, timeZone: string) => string {
  const { t } = useTranslation()
  const language = useLanguage()
  return (first, second, timeZone) => {
    const counts = counted(first, second)
    if (!counts) return ''
    const { area, one, other } = counts
    const index = area === null ? -1 : areaIndexOf(first.bundle, area)
    const where =
      index < 0
        ? t('compare.everywhere')
        : `${nameOf(first.bundle, index, language)} ${levelNameOf(first.bundle, index, language)}`
    const window = ({ span }: Side) =>
      `${formatDate(span.from, timeZone)} – ${formatDate(span.to - 1, timeZone)}`
    const totals = t('compare.totals', {
      where,
      one: formatCount(one, language),
      other: formatCount(other, language),
      first: window(first),
      second: window(second),
    })
    const compared = comparedTotals(
      { span: first.span, codes: first.codes, count: one },
      { span: second.span, codes: second.codes, count: other },
    )
    switch (compared.kind) {
      case 'same':
        if (first.version === second.version) return `${totals}${t('compare.identical')}`
        return `${totals}${t(one === other ? 'compare.sameOnBoth' : 'compare.notSame', {
          first: first.version,
          second: second.version,
        })}`
      case 'unlike':
        if (compared.reason !== 'length') return `${totals}${t(`compare.unlike.${compared.reason}`)}`
        return `${totals}${t('compare.unlike.length', {
          first: daysOf(first.span),
          second: daysOf(second.span),
          perDayFirst: formatTenths(one / daysOf(first.span), language),
          perDaySecond: formatTenths(other / daysOf(second.span), language),
        })}`
      case 'verdict': {
        const { verdict, percent, z } = compared.comparison
        const change =
          percent === null
            ? t('compare.few')
            : t(percent >= 0 ? 'number.change.percentMore' : 'number.change.percentFewer', {
                percent: formatChange(percent),
              })
        return `${totals}${t('compare.verdict', {
          later: t(compared.later === 'first' ? 'compare.left' : 'compare.right'),
          earlier: t(compared.later === 'first' ? 'compare.right' : 'compare.left'),
          change,
          verdict: t(`number.change.${verdict}`),
          z: formatZ(z),
        })}`
      }
    }
  }
}
