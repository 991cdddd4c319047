import { useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Input } from 'antd'
import { type KeyboardEvent, memo, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGoToArea } from '../hooks/useGoToArea.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { pointAtArea, usePointing } from '../state/pointing.ts'
import { Verdict } from '../ui/Change.tsx'
import { Count, Measure, None, Suppressed } from '../ui/Count.tsx'
import { formatCount } from '../ui/numbers.ts'
import { Share } from '../ui/Share.tsx'
import styles from './table.module.css'
import { type ColumnId, columns, features, type TableLine } from './tableColumns.tsx'
import type { TableTotals } from './tableTotals.ts'

interface AreaTableProps {
  lines: readonly TableLine[]
  /** How much of each area's count another chart points at. */
  part: ReadonlyMap<number, number> | null
  /** Areas before any class of the legend was chosen: what the totals are of. */
  all: number
  totals: TableTotals
  shown: readonly ColumnId[]
  /** Areas of the level in the whole city: how many comparisons are read together. */
  among: number
  /** The same of the area the totals are of: its verdict is the one of the figure above. */
  totalAmong: number
  levelName: string
  /** Disputes: how many areas are withheld, and what they have together (null: not known either). */
  hidden: { areas: number; count: number | null } | undefined
  /** Beside the name filter, e.g. the export of the lines as sorted and filtered now. */
  aside: (ordered: () => TableLine[]) => ReactNode
}

const rowHeight = 28

/** Every area of the level with its numbers: sorts, filters by name, walks by keyboard, and marks what the map points at. */
export function AreaTable({
  lines,
  part,
  all,
  totals,
  shown,
  among,
  totalAmong,
  levelName,
  hidden,
  aside,
}: AreaTableProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { selection, select } = useSelection()
  const goToArea = useGoToArea()
  const pointed = usePointing((state) => state.areaId)
  const [search, setSearch] = useState('')
  const [active, setActive] = useState(-1)
  const scroll = useRef<HTMLDivElement>(null)
  const pick = useRef<HTMLButtonElement>(null)
  const columnFilters = useMemo(() => (search === '' ? [] : [{ id: 'name', value: search.trim() }]), [search])
  const table = useTable({
    features,
    columns,
    data: lines as TableLine[],
    state: { columnFilters },
    initialState: { sorting: [{ id: 'count', desc: true }] },
    getRowId: (line) => String(line.areaId),
  })
  const rows = table.getRowModel().rows
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    // Row 0 begins below the sticky heading.
    scrollPaddingStart: rowHeight,
    scrollPaddingEnd: 2 * rowHeight,
  })
  const selectedId = selection.kind === 'area' ? selection.areaId : null
  const selectedAt = rows.findIndex((row) => row.original.areaId === selectedId)
  useEffect(() => {
    if (selectedAt >= 0) virtual.scrollToIndex(selectedAt, { align: 'auto' })
  }, [selectedAt, virtual])

  // The line walked to takes the focus once it is drawn.
  useEffect(() => {
    if (active >= 0) pick.current?.focus({ preventScroll: true })
  }, [active])
  const walk = (event: KeyboardEvent, from: number) => {
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / rowHeight) - 3)
    const next = {
      ArrowDown: from + 1,
      ArrowUp: from - 1,
      PageDown: from + page,
      PageUp: from - page,
      Home: 0,
      End: rows.length - 1,
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    const at = Math.min(rows.length - 1, Math.max(0, next))
    virtual.scrollToIndex(at, { align: 'auto' })
    setActive(at)
  }

  const sorting = table.state.sorting
  const sortedBy = (id: ColumnId) => {
    const by = sorting.find((each) => each.id === id)
    return by ? (by.desc ? 'descending' : 'ascending') : 'none'
  }
  const items = virtual.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  const top = lines.reduce((most, line) => Math.max(most, line.count ?? 0, line.before ?? 0), 1)

  return (
    <div className={styles.whole}>
      <div className={styles.tools}>
        <Input
          size="small"
          allowClear
          className={styles.search}
          placeholder={t('analysis.table.filter')}
          aria-label={t('analysis.table.filter')}
          value={search}
          onChange={(event) => {
            setSearch(event.target.value)
            setActive(-1)
          }}
          data-testid="table-filter"
        />
        <span className={styles.soft} role="status">
          {rows.length === all
            ? t('analysis.table.rows', { count: all, level: levelName })
            : t('analysis.table.found', { found: rows.length, count: all, level: levelName })}
        </span>
        <span className={styles.aside}>{aside(() => rows.map((row) => row.original))}</span>
      </div>
      <div ref={scroll} className={styles.scroll}>
        <table
          className={styles.table}
          data-testid="area-table"
          aria-rowcount={rows.length + 2}
          aria-label={t('analysis.table.label', { level: levelName })}
          onPointerLeave={() => pointAtArea(null, 'list')}
        >
          <thead>
            <tr>
              {shown.map((id) => (
                <th key={id} scope="col" aria-sort={sortedBy(id)}>
                  <button
                    type="button"
                    title={t(`analysis.table.hint.${id}`)}
                    onClick={(event) => table.getColumn(id)?.getToggleSortingHandler()?.(event)}
                  >
                    {t(`analysis.table.column.${id}`)}
                    <span aria-hidden="true" className={styles.order}>
                      {{ none: '', ascending: '▴', descending: '▾' }[sortedBy(id)]}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {before > 0 && <Spacer height={before} width={shown.length} />}
            {items.map(({ index }) => {
              const line = rows[index].original
              return (
                <tr
                  key={line.areaId}
                  aria-rowindex={index + 2}
                  aria-selected={line.areaId === selectedId}
                  data-pointed={line.areaId === pointed}
                  data-active={index === active}
                  onPointerEnter={() => pointAtArea(line.areaId, 'list')}
                  onClick={() => select({ kind: 'area', areaId: line.areaId }, { keepLevel: true })}
                  onDoubleClick={() => goToArea(line.areaId)}
                >
                  <th scope="row" title={`${line.name} ${line.code}`}>
                    <button
                      type="button"
                      ref={index === active ? pick : undefined}
                      tabIndex={index === (active < 0 ? items[0].index : active) ? 0 : -1}
                      onKeyDown={(event) => walk(event, index)}
                      onFocus={() => {
                        setActive(index)
                        pointAtArea(line.areaId, 'list')
                      }}
                      onBlur={() => pointAtArea(null, 'list')}
                    >
                      {line.name}
                    </button>
                  </th>
                  <Cells
                    line={line}
                    shown={shown}
                    among={among}
                    top={top}
                    part={part?.get(line.areaId) ?? null}
                  />
                </tr>
              )
            })}
            {after > 0 && <Spacer height={after} width={shown.length} />}
            {rows.length === 0 && (
              <tr>
                <td colSpan={shown.length} className={styles.none}>
                  {t('analysis.table.none', { text: search })}
                </td>
              </tr>
            )}
          </tbody>
          <tfoot>
            <tr data-testid="table-totals">
              {shown.map((id) => (
                <TotalCell
                  key={id}
                  id={id}
                  totals={totals}
                  among={totalAmong}
                  of={rows.length === all ? null : all}
                />
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
      {hidden && hidden.areas > 0 && (
        <p className={styles.soft}>
          {hidden.count === null
            ? t('dispute.jointUnknown', { areas: hidden.areas })
            : t('dispute.joint', { areas: hidden.areas, count: hidden.count })}
        </p>
      )}
      {totals.outside !== null && totals.outside > 0 && (
        <p className={styles.soft}>
          {t('analysis.table.outside', {
            formatted: formatCount(totals.outside, language),
            level: levelName,
          })}
        </p>
      )}
    </div>
  )
}

function Spacer({ height, width }: { height: number; width: number }) {
  return (
    <tr className={styles.spacer}>
      <td colSpan={width} style={{ height }} />
    </tr>
  )
}

interface CellsProps {
  line: TableLine
  shown: readonly ColumnId[]
  among: number
  /** The largest count of all lines: as wide as a bar gets. */
  top: number
  /** How much of the count another chart points at. */
  part: number | null
}

const Cells = memo(function Cells({ shown, ...cell }: CellsProps) {
  return shown
    .filter((id) => id !== 'name')
    .map((id) => (
      <td key={id} data-column={id}>
        <Cell id={id} {...cell} />
      </td>
    ))
})

function Cell({ id, line, among, top, part }: Omit<CellsProps, 'shown'> & { id: ColumnId }) {
  if (line.suppressed) return id === 'count' ? <Suppressed /> : <None />
  switch (id) {
    case 'name':
      return line.name
    case 'count':
      return (
        <>
          <span className={styles.track}>
            <span className={styles.fill} style={{ width: `${(100 * (line.count ?? 0)) / top}%` }} />
            {part !== null && (
              <span className={styles.part} style={{ width: `${(100 * part) / top}%` }} data-part={part} />
            )}
            {line.before !== null && (
              <i className={styles.before} style={{ left: `${(100 * line.before) / top}%` }} />
            )}
          </span>
          <Count value={line.count} />
        </>
      )
    case 'before':
      return line.before === null ? <None /> : <Count value={line.before} />
    case 'verdict':
      return <Verdict now={line.count ?? 0} before={line.before} among={among} />
    case 'perKm2':
      return <Measure value={line.perKm2} />
    case 'per1000':
      return <Measure value={line.per1000} />
    case 'closed':
      return line.closed ? <Share part={line.closed.part} whole={line.closed.whole} /> : <None />
    case 'handling':
      return <Measure value={line.handlingMin} digits="tenths" />
  }
}

interface TotalCellProps {
  id: ColumnId
  totals: TableTotals
  /** Comparisons read together. */
  among: number
  /** How many areas the totals are of, where not all of them are listed. */
  of: number | null
}

function TotalCell({ id, totals, among, of }: TotalCellProps) {
  const { t } = useTranslation()
  switch (id) {
    case 'name':
      return (
        <th scope="row">
          {of === null ? t('analysis.table.total') : t('analysis.table.totalOf', { count: of })}
        </th>
      )
    case 'count':
      return (
        <td>
          <Count value={totals.count} testId="table-total" />
        </td>
      )
    case 'before':
      return <td>{totals.before === null ? <None /> : <Count value={totals.before} />}</td>
    case 'verdict':
      return (
        <td>
          {totals.count === null ? (
            <None />
          ) : (
            <Verdict now={totals.count} before={totals.before} among={among} />
          )}
        </td>
      )
    case 'perKm2':
      return (
        <td>
          <Measure value={totals.perKm2} />
        </td>
      )
    case 'per1000':
      return (
        <td>
          <Measure value={totals.per1000} />
        </td>
      )
    case 'closed':
      return (
        <td>{totals.closed ? <Share part={totals.closed.part} whole={totals.closed.whole} /> : <None />}</td>
      )
    case 'handling':
      return (
        <td title={t('analysis.table.noMedianSum')}>
          <None />
        </td>
      )
  }
}
