/** Rows on their way into one table: values in the order of the columns, as `Queryable.copy` takes them. */
export interface TableRows {
  table: string
  columns: string[]
  count: number
  rows: Iterable<unknown[]>
}

/** Describes a table by its columns, each with the way to read it from an item; rows are made as they are written. */
export function tableRows<Item>(
  table: string,
  items: readonly Item[],
  columns: Record<string, (item: Item) => unknown>,
): TableRows {
  const read = Object.values(columns)
  return {
    table,
    columns: Object.keys(columns),
    count: items.length,
    rows: {
      *[Symbol.iterator]() {
        for (const item of items) yield read.map((value) => value(item))
      },
    },
  }
}

/** The instant of epoch milliseconds, null kept. */
export function instant(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs)
}
