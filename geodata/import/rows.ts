/** One record of a source: the values asked for, in that order, or why it cannot be read. */
export type SourceRow =
  | {
      /** Physical line of the file on which it starts, from 1. */
      line: number
      /** The whole record as text: identical records, and only those, have identical content. */
      content: string
      values: string[]
    }
  | { line: number; reason: string }
