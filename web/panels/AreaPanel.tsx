import { Link } from '@tanstack/react-router'
import { Button, Skeleton } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Hierarchy } from '../../geodata/city.ts'
import { useAreaCounts, useKindCounts, useSeries } from '../hooks/useAggregates.ts'
import { useAreaFacts, useAreas } from '../hooks/useAreas.ts'
import { useCity, useWindow, type WindowOfView } from '../hooks/useCity.ts'
import { useDataStart } from '../hooks/useDataStart.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useMapController } from '../hooks/useMapController.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useChangeView, useLanguage } from '../hooks/useView.ts'
import type { Language } from '../map/scene.ts'
import { childrenOf, levelAt, levelNameOf, nameOf, parentOf, rootOf, shortNameOf } from '../state/areaTree.ts'
import { daysOf } from '../state/timeWindow.ts'
import { instantAt, wallClockAt } from '../state/zonedTime.ts'
import { AsOf } from '../ui/AsOf.tsx'
import { Bars } from '../ui/Bars.tsx'
import { Change, Verdict } from '../ui/Change.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Figure, Share } from '../ui/Figure.tsx'
import { formatCount, formatMeasure } from '../ui/numbers.ts'
import { Panel, Row, Section } from '../ui/Panel.tsx'
import { groupName } from './KindFilter.tsx'
import styles from './selectionPanel.module.css'

/** More kinds than this are shown by group. */
const mostRows = 8

interface AreaPanelProps {
  open: boolean
  onToggle: () => void
}

/** The selected area, or the whole city: its count beside last year's, what is inside, and where to go from here. */
export function AreaPanel({ open, onToggle }: AreaPanelProps) {
  const { t } = useTranslation()
  const { data: bundle, error, refetch } = useAreas()
  const { shownIndex } = useSelection()
  if (!open) {
    return (
      <Button className={styles.closed} size="large" onClick={onToggle}>
        ◂ {t('bar.details')}
      </Button>
    )
  }
  return (
    <Panel className={styles.panel} label={t('bar.details')}>
      <Button
        type="text"
        className={styles.fold}
        onClick={onToggle}
        aria-label={t('area.close')}
        title={t('area.close')}
      >
        ▸
      </Button>
      <div className={styles.scroll}>
        {error ? (
          <ErrorState error={error} inPlace onRetry={() => void refetch()} />
        ) : !bundle ? (
          <Skeleton active paragraph={{ rows: 10 }} />
        ) : shownIndex < 0 ? (
          <CityWithoutRoot bundle={bundle} />
        ) : (
          <AreaSheet key={bundle.id[shownIndex]} bundle={bundle} index={shownIndex} />
        )}
      </div>
    </Panel>
  )
}

/** An imported city may have areas but none that is the whole: then the counts of all of it. */
function CityWithoutRoot({ bundle }: { bundle: AreaBundle }) {
  const language = useLanguage()
  const { data: city } = useCity()
  return (
    <>
      <Title kicker={null} title={city?.name[language] ?? ''} facts={[]} />
      <Counts areaId={undefined} />
      <Children bundle={bundle} index={-1} />
      <ByMonth areaId={undefined} />
      <ByKind areaId={undefined} />
    </>
  )
}

function AreaSheet({ bundle, index }: { bundle: AreaBundle; index: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { areaIndex } = useSelection()
  const areaId = bundle.id[index]
  const level = levelNameOf(bundle, index, language)
  const people = bundle.population[index]
  const households = bundle.households[index]
  return (
    <>
      <Title
        kicker={areaIndex < 0 ? t('area.overview') : t('area.title', { level })}
        title={nameOf(bundle, index, language)}
        code={areaIndex < 0 ? undefined : bundle.code[index]}
        facts={[
          `${formatMeasure(bundle.areaKm2[index], language)} ${t('unit.km2')}`,
          people > 0 ? t('area.people', { count: people, formatted: formatCount(people, language) }) : '',
          households > 0 && people < 2000 ? t('area.householdsShort', { count: households }) : '',
        ]}
      />
      <Counts areaId={areaId} />
      <ByMonth areaId={areaId} />
      <Facts bundle={bundle} index={index} />
      <Actions bundle={bundle} index={index} />
      <ByKind areaId={areaId} />
      <Children bundle={bundle} index={index} />
    </>
  )
}

interface TitleProps {
  kicker: string | null
  title: string
  code?: string
  facts: readonly string[]
}

export function Title({ kicker, title, code, facts }: TitleProps) {
  const { t } = useTranslation()
  return (
    <header className={styles.title}>
      {kicker && <p className={styles.kicker}>{kicker}</p>}
      <h2>{title}</h2>
      <p className={styles.facts}>{facts.filter(Boolean).join(' · ')}</p>
      {code && (
        <button
          type="button"
          className={styles.code}
          title={t('area.copyCode')}
          onClick={() => void navigator.clipboard.writeText(code)}
        >
          {code}
        </button>
      )}
    </header>
  )
}

/** Kind counts of the window beside those a year earlier, where the data reaches that far back. */
function useWindowCounts(areaId: number | undefined) {
  const window = useWindow()
  const { codes, disputes } = useKinds()
  const dataStart = useDataStart()
  const tooShort = disputes && window !== undefined && daysOf(window.span) < 365
  const comparable = window !== undefined && dataStart !== undefined && window.before.from >= dataStart
  const query = useKindCounts({
    areaId,
    span: window?.span,
    kinds: codes,
    compare: comparable ? window.before : undefined,
    enabled: !tooShort && dataStart !== undefined,
  })
  return { window, tooShort, query, disputes }
}

/** The count of the window, last year's, and the plain verdict. */
function Counts({ areaId }: { areaId: number | undefined }) {
  const { t } = useTranslation()
  const changeView = useChangeView()
  const { window, tooShort, query } = useWindowCounts(areaId)
  if (tooShort) {
    return (
      <EmptyState
        action={
          <Button onClick={() => changeView({ window: { preset: 'lastYear' } })}>
            {t('kinds.disputeWindowAct')}
          </Button>
        }
      >
        {t('kinds.disputeWindow')}
      </EmptyState>
    )
  }
  if (query.isError) return <ErrorState error={query.error} inPlace onRetry={() => void query.refetch()} />
  if (!query.data || !window) return <Skeleton active title={{ width: 120 }} paragraph={{ rows: 2 }} />
  const { count, compareCount } = query.data.totals
  return (
    <div className={styles.counts} data-testid="counts">
      <Figure value={count} unit={t('area.perWindow', { window: windowName(t, window) })}>
        <Change now={count} before={compareCount ?? null} />
      </Figure>
    </div>
  )
}

type Translate = ReturnType<typeof useTranslation>['t']

/** 30 天 for a preset, days for a range. */
function windowName(t: Translate, { window, span }: WindowOfView): string {
  return window.preset === 'custom' ? t('window.days', { count: daysOf(span) }) : t(`window.${window.preset}`)
}

function Facts({ bundle, index }: { bundle: AreaBundle; index: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const { select } = useSelection()
  const controller = useMapController()
  const query = useAreaFacts(bundle.id[index])
  const facts = query.data?.id === bundle.id[index] ? query.data : undefined
  if (query.isError) return <ErrorState error={query.error} inPlace onRetry={() => void query.refetch()} />
  if (!facts) return <Skeleton active title={false} paragraph={{ rows: 4 }} />
  const inside = (hierarchy: Hierarchy) =>
    bundle.levels
      .filter((level) => level.hierarchy === hierarchy && (facts.children[level.level] ?? 0) > 0)
      .map((level) => `${formatCount(facts.children[level.level], language)} ${level.name[language]}`)
      .join(' · ')
  const squad = facts.squad
  const lineage = Object.entries(Object.groupBy(facts.lineage, (each) => each.version))
  return (
    <div>
      {inside('administration') && <Row label={t('area.inside')}>{inside('administration')}</Row>}
      {inside('patrol') && <Row label={t('area.patrol')}>{inside('patrol')}</Row>}
      {facts.cameras.total > 0 && (
        <Row label={t('area.cameras')}>
          <Share part={facts.cameras.online} whole={facts.cameras.total} />
        </Row>
      )}
      {facts.roadsKm > 0 && (
        <Row label={t('area.roads')}>
          {formatMeasure(facts.roadsKm, language)} <small>{t('unit.km')}</small>
        </Row>
      )}
      {facts.places.length > 0 && <Row label={t('area.places')}>{placeCounts(t, facts.places)}</Row>}
      {squad && (
        <Row label={t('area.squad')}>
          <button
            type="button"
            className={styles.link}
            onClick={() => {
              select({ kind: 'area', areaId: squad.id })
              controller?.fit({ areaId: squad.id })
            }}
          >
            {squad.name[language]}
          </button>
        </Row>
      )}
      {lineage.map(([version, areas]) => (
        <Row key={version} label={t('area.lineage')}>
          {t('area.lineageOf', { version, count: areas?.length ?? 0 })}
        </Row>
      ))}
      {city && (
        <p className={styles.foot}>
          <AsOf instant={Date.parse(facts.asOf)} timeZone={city.timeZone} />
        </p>
      )}
    </div>
  )
}

const placeCategories = ['site', 'centre', 'hall', 'post'] as const

/** 重点场所 12 · 综治中心 1 */
function placeCounts(t: Translate, places: readonly { category: string; count: number }[]): string {
  return placeCategories
    .map((category) => ({
      category,
      count: places
        .filter((place) => place.category === category)
        .reduce((sum, place) => sum + place.count, 0),
    }))
    .filter((each) => each.count > 0)
    .map((each) => `${t(`area.placeCategory.${each.category}`)} ${each.count}`)
    .join(' · ')
}

function Actions({ bundle, index }: { bundle: AreaBundle; index: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { areaIndex, hierarchy, select } = useSelection()
  const controller = useMapController()
  const changeView = useChangeView()
  const children = childrenOf(bundle, index, hierarchy)
  const above = areaIndex < 0 ? -1 : parentOf(bundle, index, hierarchy)
  const childLevel = children.length > 0 ? levelAt(bundle, children[0]).level : null
  return (
    <div className={styles.actions}>
      {childLevel && (
        <Button
          type="primary"
          size="large"
          data-testid="drill"
          onClick={() => {
            select({ kind: 'area', areaId: bundle.id[index] })
            changeView({ level: childLevel }, { replace: true })
            controller?.fit({ areaId: bundle.id[index] })
          }}
        >
          {t('area.drill', { level: levelNameOf(bundle, children[0], language) })}
        </Button>
      )}
      {areaIndex >= 0 && (
        <Button size="large" onClick={() => controller?.fit({ areaId: bundle.id[index] })}>
          {t('area.zoomTo')}
        </Button>
      )}
      <Link to="/brief" search={true} className={styles.brief}>
        {t('area.brief')}
      </Link>
      {above >= 0 && above !== rootOf(bundle) && (
        <Button
          size="large"
          type="text"
          title={t('keys.escape')}
          onClick={() => {
            select({ kind: 'area', areaId: bundle.id[above] })
            controller?.fit({ areaId: bundle.id[above] })
          }}
        >
          ↑ {shortNameOf(bundle, above, language)}
        </Button>
      )}
    </div>
  )
}

/** Twelve months up to the as-of, last year's as a line across each bar. */
function ByMonth({ areaId }: { areaId: number | undefined }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const window = useWindow()
  const { codes, disputes } = useKinds()
  const dataStart = useDataStart()
  const spans = useMemo(() => {
    if (!window) return undefined
    const { asOf, timeZone } = window
    const first = instantAt(wallClockAt(asOf, timeZone).startOf('month').subtract(23, 'month'), timeZone)
    return { all: { from: first, to: asOf } }
  }, [window])
  const query = useSeries({ areaId, bucket: 'month', span: spans?.all, kinds: codes, enabled: !disputes })
  if (disputes) return null
  const data = query.data
  if (!data || !window) return <Skeleton active title={false} paragraph={{ rows: 2 }} />
  const now = data.count.slice(-12)
  const before = data.count
    .slice(-24, -12)
    .map((count, index) => (dataStart !== undefined && data.start[index] >= dataStart ? count : null))
  const months = data.start.slice(-12).map((start) => wallClockAt(start, window.timeZone).format('YYYY-MM'))
  const labels = months.map(
    (month, index) =>
      `${month}: ${formatCount(now[index], language)} (${t('area.before')}: ${formatOrDash(before[index], language)})`,
  )
  return (
    <Section
      title={t('area.byMonth')}
      aside={<span>{t('area.maximum', { count: formatCount(Math.max(0, ...now), language) })}</span>}
    >
      {now.every((count) => count === 0) ? (
        <EmptyState>{t('area.byMonthEmpty')}</EmptyState>
      ) : (
        <>
          <Bars
            values={now}
            compare={before}
            labels={labels}
            height={56}
            partialLast
            title={t('area.byMonth')}
          />
          <div className={styles.ends}>
            <span>{months[0]}</span>
            <span>{months.at(-1)}</span>
          </div>
        </>
      )}
    </Section>
  )
}

const formatOrDash = (count: number | null, language: Language) =>
  count === null ? '—' : formatCount(count, language)

/** Kinds by group with last year's counts and a verdict each; a click filters. */
function ByKind({ areaId }: { areaId: number | undefined }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { kinds, tokens } = useKinds()
  const changeView = useChangeView()
  const { tooShort, query, disputes } = useWindowCounts(areaId)
  // A few kinds are shown one by one, many by group.
  const single =
    disputes || kinds.filter((kind) => !kind.dispute && kind.parentCode === null).length <= mostRows
  const rows = useMemo(() => {
    if (!query.data) return []
    const table = new Map(kinds.map((kind) => [kind.code, kind]))
    const sums = new Map<string, { key: string; label: string; now: number; before: number | null }>()
    query.data.kind.forEach((code, position) => {
      const kind = table.get(code)
      const top = kind?.parentCode ? (table.get(kind.parentCode) ?? kind) : kind
      const key = single ? (top?.code ?? code) : (kind?.group ?? 'other')
      const row = sums.get(key) ?? {
        key,
        label: single ? (top?.name[language] ?? code) : groupName(t, key),
        now: 0,
        before: query.data.compareCount ? 0 : null,
      }
      row.now += query.data.count[position]
      if (row.before !== null) row.before += query.data.compareCount?.[position] ?? 0
      sums.set(key, row)
    })
    return [...sums.values()].sort((a, b) => b.now - a.now)
  }, [query.data, kinds, single, language, t])
  if (tooShort) return null
  if (!query.data) return <Skeleton active title={false} paragraph={{ rows: 5 }} />
  if (rows.length === 0) {
    return (
      <Section title={t('area.byKind')}>
        <EmptyState>{t('area.byKindEmpty')}</EmptyState>
      </Section>
    )
  }
  return (
    <Section title={t('area.byKind')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('area.kind')}</th>
            <th scope="col">{t('area.now')}</th>
            <th scope="col">{t('area.before')}</th>
            <th scope="col">{t('area.verdict')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">
                <button
                  type="button"
                  className={styles.link}
                  aria-pressed={tokens?.includes(row.key) ?? false}
                  onClick={() =>
                    changeView({
                      kinds: tokens?.length === 1 && tokens[0] === row.key ? undefined : [row.key],
                    })
                  }
                >
                  {row.label}
                </button>
              </th>
              <td>{formatCount(row.now, language)}</td>
              <td className={styles.soft}>{row.before === null ? '—' : formatCount(row.before, language)}</td>
              <td>
                <Verdict now={row.now} before={row.before} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

/** What is inside, with counts; the busiest first. A click selects. */
function Children({ bundle, index }: { bundle: AreaBundle; index: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const window = useWindow()
  const { codes, disputes } = useKinds()
  const { hierarchy, select } = useSelection()
  const controller = useMapController()
  const children = childrenOf(bundle, index, hierarchy)
  const level = children.length > 0 ? levelAt(bundle, children[0]) : null
  const tooShort = disputes && window !== undefined && daysOf(window.span) < 365
  const query = useAreaCounts({
    level: level?.level,
    within: index < 0 ? undefined : bundle.id[index],
    span: window?.span,
    kinds: codes,
    enabled: level !== null && !tooShort,
  })
  if (!level) {
    return <EmptyState>{t('area.insideNone')}</EmptyState>
  }
  const counts = new Map(query.data?.areaId.map((id, position) => [id, query.data.count[position]]))
  const rows = children
    .map((child) => ({ child, count: counts.get(bundle.id[child]) }))
    .sort((a, b) => (b.count ?? 0) - (a.count ?? 0) || a.child - b.child)
  const top = Math.max(1, ...rows.map((row) => row.count ?? 0))
  return (
    <Section
      title={t('area.childrenOf', { level: level.name[language] })}
      aside={<span>{t('area.incidents')}</span>}
    >
      <ul className={styles.children} data-testid="children">
        {rows.slice(0, 200).map(({ child, count }) => (
          <li key={child}>
            <button
              type="button"
              className={styles.child}
              onClick={() => {
                select({ kind: 'area', areaId: bundle.id[child] })
                controller?.fit({ areaId: bundle.id[child] })
              }}
            >
              <span
                data-testid="child-name"
                className={styles.childName}
                title={nameOf(bundle, child, language)}
              >
                {shortNameOf(bundle, child, language)}
              </span>
              <span className={styles.childBar}>
                <span style={{ width: `${((count ?? 0) / top) * 100}%` }} />
              </span>
              <span className={styles.childCount} data-testid="child-count">
                {count === undefined ? '—' : formatCount(count, language)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {rows.length > 200 && <p className={styles.soft}>{t('area.more', { count: rows.length - 200 })}</p>}
    </Section>
  )
}
