import {
  columnFilteringFeature,
  createColumnHelper,
  createFilteredRowModel,
  createSortedRowModel,
  filterFn_includesString,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
} from '@tanstack/react-table'
import { zOf } from '../../api/statistics/comparison.ts'
import type { AreaRow } from '../state/measures.ts'

/** One line of the table: the numbers of an area and how it is called. */
export interface TableLine extends AreaRow {
  name: string
  code: string
}

export const features = tableFeatures({
  columnFilteringFeature,
  rowSortingFeature,
  filteredRowModel: createFilteredRowModel(),
  sortedRowModel: createSortedRowModel(),
  filterFns: { includesString: filterFn_includesString },
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
})

const helper = createColumnHelper<typeof features, TableLine>()

/** Columns in the order of reading; `undefined` sorts last both ways. */
export const columnIds = [
  'name',
  'count',
  'before',
  'verdict',
  'perKm2',
  'per1000',
  'closed',
  'handling',
] as const
export type ColumnId = (typeof columnIds)[number]

/** What a column sorts by. */
export function sortValue(line: TableLine, column: Exclude<ColumnId, 'name'>): number | undefined {
  switch (column) {
    case 'count':
      return line.count ?? undefined
    case 'before':
      return line.before ?? undefined
    case 'verdict':
      return line.count === null || line.before === null ? undefined : zOf(line.count, line.before)
    case 'perKm2':
      return line.perKm2 ?? undefined
    case 'per1000':
      return line.per1000 ?? undefined
    case 'closed':
      return line.closed?.fraction ?? undefined
    case 'handling':
      return line.handlingMin ?? undefined
  }
}

const numeric = { sortFn: 'basic', sortUndefined: 'last', sortDescFirst: true } as const

export const columns = helper.columns([
  helper.accessor((line) => `${line.name} ${line.code}`, {
    id: 'name',
    filterFn: 'includesString',
    sortFn: 'alphanumeric',
  }),
  ...columnIds
    .filter((id) => id !== 'name')
    .map((id) => helper.accessor((line: TableLine) => sortValue(line, id), { id, ...numeric })),
])
