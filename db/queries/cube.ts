/**
 * The cube in the database: counts of incidents that are no disputes and no duplicates, kept cumulative by instant, cell
 * and kind, so that a window of any length is the difference of two planes and the few rows between them and its edges.
 *
 * - The rows are the truth; triggers log what changes in them, whoever writes them.
 * - `countByCellFromPlanes` answers from planes, log and rows, exact in every snapshot.
 * - `foldChanges` takes the log into the planes, `rebuildPlanes` makes them anew, `verifyPlanes` compares them with the
 *   rows; all three while others read and write, and any of them may be killed. `keepFolded` folds by itself.
 * - `readCounted` and `readChanges` feed a copy elsewhere: all rows once, then what came since, each change once.
 */
export { type FoldOptions, type FoldReport, foldChanges, rebuildPlanes } from './cubeFolding.ts'
export { cubeChannel, type FoldKeeper, keepFolded } from './cubeKeeping.ts'
export {
  type CellCountRow,
  countByCellFromPlanes,
  type PlaneFault,
  type PlaneQuestion,
  type Verification,
  verifyPlanes,
} from './cubePlanes.ts'
export {
  type CountedRows,
  type CubeChange,
  type CubePosition,
  readChanges,
  readCounted,
} from './cubeRows.ts'
