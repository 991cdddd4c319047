/** Incidents as columns, in any order. */
export interface CountedEvents {
  /** Whole epoch milliseconds. */
  time: Float64Array
  /** Slot of the cell: 0 for none. */
  slot: Uint16Array
  /** Position of the kind in the tree. */
  kind: Uint16Array
}
