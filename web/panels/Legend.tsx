import { Button } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import { isWhole, measureText } from '../analysis/measureText.ts'
import { useOnlyFamily } from '../hooks/useAccess.ts'
import { useAreas } from '../hooks/useAreas.ts'
import type { useAreaValues } from '../hooks/useAreaValues.ts'
import { useWindow } from '../hooks/useCity.ts'
import { useClassFilter } from '../hooks/useClassFilter.ts'
import { useJurisdiction } from '../hooks/useJurisdiction.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useChangeView, useLanguage, useTheme } from '../hooks/useView.ts'
import { cssColor, rampColors } from '../map/colors.ts'
import { classCounts, classRangeText, placeOf } from '../state/legendClasses.ts'
import { baseTooSmall, measured } from '../state/measures.ts'
import { pointAtClass, usePointing } from '../state/pointing.ts'
import { AsOf } from '../ui/AsOf.tsx'
import { DisputePeriods } from '../ui/DisputePeriods.tsx'
import { errorText } from '../ui/errorText.ts'
import { Updating } from '../ui/Kept.tsx'
import { formatCount } from '../ui/numbers.ts'
import { formatSpan } from '../ui/Provenance.tsx'
import { ClassControls } from './ClassControls.tsx'
import styles from './legend.module.css'

interface LegendProps {
  level: string | null
  area: ReturnType<typeof useAreaValues>
}

/**
 * A legend that is a histogram: the colour of each class, its limits, and how many areas are in it; where the selected
 * area and the one under the pointer stand. Pointing at a class lights its areas up, a click filters to it.
 */
export function Legend({ level, area }: LegendProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const theme = useTheme()
  const { data: bundle } = useAreas()
  const { disputes } = useKinds()
  const { selection } = useSelection()
  const pointed = usePointing((state) => state.areaId)
  const [filtered, setFiltered] = useClassFilter()
  const { measure, rows } = area
  const values = level ? area.values[level] : undefined
  const name = bundle?.levels.find((each) => each.level === level)?.name[language]
  if (area.tooShort) return <DisputePeriods periods={area.periods} />
  if (area.query.isError) {
    return (
      <p className={styles.problem}>
        {disputes && name ? t('kinds.disputeLevel', { level: name }) : errorText(area.query.error, t)}
      </p>
    )
  }
  if (!values || !name) return <div className={styles.waiting} aria-busy="true" />
  if (measure === 'change' && rows.every((row) => row.before === null))
    return <p className={styles.problem}>{t('analysis.legend.noChange')}</p>

  const { breaks } = values
  const counts = classCounts(values.value, breaks)
  const colors = rampColors(values.ramp, counts.length, theme).map((color) => cssColor(color))
  const top = Math.max(1, ...counts)
  const change = measure === 'change'
  const whole = isWhole(measure)
  const text = (value: number) => measureText(value, measure, language)
  const words = [
    t('analysis.legend.unusualFewer'),
    t('analysis.legend.fewer'),
    t('analysis.legend.same'),
    t('analysis.legend.more'),
    t('analysis.legend.unusualMore'),
  ]
  const numbers = Array.from(values.value).filter(Number.isFinite)
  const least = numbers.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY)
  const greatest = numbers.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY)
  const range = (index: number) =>
    change
      ? words[index]
      : zeroAlone(breaks, index, rows, measure)
        ? text(0)
        : classRangeText(breaks, index, whole, text, least)
  const below = labels(
    counts.map((_, index) => range(index)),
    change ? [t('layers.fewer'), '', t('layers.unchanged'), '', t('layers.more')] : null,
  )
  const placed = (areaId: number | null) => {
    const row = areaId === null ? undefined : rows.find((each) => each.areaId === areaId)
    const value = row && measured(row, measure)
    return value == null ? null : { value, left: `${100 * placeOf(value, breaks, least, greatest, whole)}%` }
  }
  const selected = placed(selection.kind === 'area' ? selection.areaId : null)
  const under = placed(pointed)
  const withheld = rows.filter((row) => row.suppressed).length
  const small = rows.filter((row) => baseTooSmall(row, measure)).length
  const unknown = rows.filter((row) => !row.suppressed && measured(row, measure) === null).length - small
  /** Counted in the city's figure, and in no area the map could colour. */
  const outside = area.counts?.totals.outside ?? 0
  const unit = t(`analysis.measureUnit.${measure}`)
  const count = (value: number) => formatCount(value, language)
  return (
    <figure className={styles.legend} data-testid="legend" data-stale={area.stale} aria-busy={area.stale}>
      <figcaption className={styles.title}>
        {t('analysis.perLevel', { level: name, measure: t(`analysis.measure.${measure}`) })}
        {area.stale && <Updating />}
        <span className={styles.unit}>{unit}</span>
      </figcaption>
      <fieldset className={styles.bars} onPointerLeave={() => pointAtClass(null)}>
        {counts.map((areas, index) => (
          <button
            key={colors[index]}
            type="button"
            className={styles.class}
            aria-pressed={filtered === index}
            data-dimmed={filtered !== null && filtered !== index}
            title={t('analysis.legend.classHint', { range: range(index), count: areas, level: name })}
            onPointerEnter={() => pointAtClass(index)}
            onFocus={() => pointAtClass(index)}
            onBlur={() => pointAtClass(null)}
            onClick={() => setFiltered(filtered === index ? null : index)}
          >
            <span className={styles.column}>
              <span className={styles.areas}>{count(areas)}</span>
              <span
                className={styles.bar}
                style={{
                  height: `${areas === 0 ? 0 : Math.max(4, (areas / top) * 100)}%`,
                  background: colors[index],
                }}
              />
            </span>
            <span className={styles.key} style={{ background: colors[index] }} />
            <span className={styles.label}>{below[index]}</span>
          </button>
        ))}
        {selected && (
          <span
            className={styles.place}
            style={{ left: selected.left }}
            title={`${t('analysis.legend.selected')}: ${text(selected.value)}`}
          />
        )}
        {under && (
          <span
            className={styles.place}
            data-pointed="true"
            style={{ left: under.left }}
            title={`${t('analysis.legend.pointed')}: ${text(under.value)}`}
          />
        )}
      </fieldset>
      {(withheld > 0 || small > 0 || unknown > 0 || outside > 0 || filtered !== null) && (
        <p className={styles.notes}>
          {withheld > 0 && (
            <span>
              <i className={styles.hatched} /> {t('analysis.legend.suppressed')} {count(withheld)}
            </span>
          )}
          {small > 0 && (
            <span>
              <i className={styles.plain} /> {t('analysis.legend.smallBase')} {count(small)}
            </span>
          )}
          {unknown > 0 && (
            <span>
              <i className={styles.plain} /> {t('analysis.legend.noData')} {count(unknown)}
            </span>
          )}
          {outside > 0 && (
            <span>
              {t('number.outside', { level: name })} {count(outside)}{' '}
              {t('unit.incidents', { count: outside })}
            </span>
          )}
          {filtered !== null && filtered < counts.length && (
            <button type="button" className={styles.all} onClick={() => setFiltered(null)}>
              {t('analysis.legend.filtered', { range: range(filtered) })} ✕
            </button>
          )}
        </p>
      )}
      <SightLines bundle={bundle} level={level} />
      {disputes && withheld > 0 && <HiddenTogether area={area} />}
      <AsOfLine area={area} />
      <ClassControls fixedHint={breaks} change={change} />
    </figure>
  )
}

/** Which areas of the level are not the viewer's, or only in part; and that only a family of kinds is counted. */
function SightLines({ bundle, level }: { bundle: AreaBundle | undefined; level: string | null }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const jurisdiction = useJurisdiction()
  const onlyFamily = useOnlyFamily()
  const seen = useMemo(() => {
    const counts = [0, 0, 0]
    if (!bundle || !jurisdiction?.known) return counts
    for (let i = 0; i < bundle.count; i++)
      if (bundle.levels[bundle.level[i]].level === level) counts[jurisdiction.sight[i]]++
    return counts
  }, [bundle, level, jurisdiction])
  const [outside, partly] = seen
  if (outside === 0 && partly === 0 && !onlyFamily) return null
  return (
    <p className={styles.notes} data-testid="legend-sight">
      {onlyFamily && <span>{t('access.onlyFamily', { family: t(`access.families.${onlyFamily}`) })}</span>}
      {partly > 0 && (
        <span title={t('access.jurisdiction.partHint')}>
          <i className={styles.striped} /> {t('access.jurisdiction.part')} {formatCount(partly, language)}
        </span>
      )}
      {outside > 0 && (
        <span title={t('access.jurisdiction.outsideHint')}>
          <i className={styles.foreign} /> {t('access.jurisdiction.outside')} {formatCount(outside, language)}
        </span>
      )}
    </p>
  )
}

/** Up to when the numbers speak; while they are those of the window before, of which window. */
function AsOfLine({ area: { counts, span, stale } }: Pick<LegendProps, 'area'>) {
  const timeZone = useWindow()?.timeZone
  if (!counts || timeZone === undefined) return null
  return (
    <>
      {stale && span && <p className={styles.hint}>{formatSpan(span, timeZone)}</p>}
      <AsOf instant={Date.parse(counts.asOf)} timeZone={timeZone} />
    </>
  )
}

/** What is hidden, together; and where a longer period would show more, that one. */
function HiddenTogether({ area }: Pick<LegendProps, 'area'>) {
  const { t } = useTranslation()
  const changeView = useChangeView()
  const window = useWindow()
  const hidden = area.counts?.totals.hidden
  const longer = area.periods.filter(
    ({ period, span }) =>
      period === 'threeYears' && window && span.to - span.from > window.span.to - window.span.from,
  )
  return (
    <div className={styles.together}>
      {hidden && (
        <p>
          {hidden.count === null
            ? t('dispute.jointUnknown', { areas: hidden.areas })
            : t('dispute.joint', { areas: hidden.areas, count: hidden.count })}
        </p>
      )}
      {longer.length > 0 && (
        <p>
          {t('dispute.moreYears')}{' '}
          {longer.slice(0, 1).map(({ name, span }) => (
            <Button
              key={name}
              size="small"
              onClick={() => changeView({ window: { preset: 'custom', ...span } })}
            >
              {name}
            </Button>
          ))}
        </p>
      )}
    </div>
  )
}

/** Below the bars: own words, or ranges where all of them fit, else each class by its lower limit. */
function labels(ranges: readonly string[], words: readonly string[] | null): readonly string[] {
  if (words) return words
  return ranges.every((range) => range.length <= 4) ? ranges : ranges.map((range) => range.split('–')[0])
}

/** True where the lowest class holds nothing but zeros. */
function zeroAlone(
  breaks: readonly number[],
  index: number,
  rows: ReturnType<typeof useAreaValues>['rows'],
  measure: ReturnType<typeof useAreaValues>['measure'],
): boolean {
  if (index > 0 || breaks.length === 0) return false
  return rows.every((row) => {
    const value = measured(row, measure)
    return value === null || value === 0 || value >= breaks[0]
  })
}
