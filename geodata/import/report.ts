import { type PersonalMark, scrub } from '../scrub.ts'
import { cut } from './refusal.ts'

/** A row or feature that was not kept, or a word about one that was. `line` null: it has none (a file that is missing). */
export interface Remark {
  file: string
  line: number | null
  reason: string
}

/** What an import did. Incidents in no area or in several are kept, and counted here whether they are new or not. */
export interface ImportReport {
  city: string
  areas: { accepted: number; rejected: number }
  incidents: {
    /** New, or known by their id and changed. */
    accepted: number
    rejected: number
    /** Already stored, exactly so. */
    unchanged: number
    inNoArea: number
    inSeveralAreas: number
  }
  /** The first hundred. */
  rejects: Remark[]
  /** How many numbers that lead to one person were taken out of free text; absent where there were none. */
  scrubbed?: Partial<Record<PersonalMark, number>>
}

/** Every remark as it is made, however many there are. */
export type RemarkLog = (kind: 'rejected' | 'noticed', remark: Remark) => void

const REPORTED = 100

/** A reason quotes what stood in the row, and that may be anything. */
function withoutNumbers(remark: Remark): Remark {
  return { ...remark, reason: scrub(cut(remark.reason)).text }
}

/** Counts what happens and keeps the first remarks of each kind. */
export class Tally {
  readonly report: ImportReport
  /** The first hundred. */
  readonly notices: Remark[] = []
  private readonly log: RemarkLog

  constructor(city: string, log: RemarkLog = () => undefined) {
    this.log = log
    this.report = {
      city,
      areas: { accepted: 0, rejected: 0 },
      incidents: { accepted: 0, rejected: 0, unchanged: 0, inNoArea: 0, inSeveralAreas: 0 },
      rejects: [],
    }
  }

  reject(noun: 'areas' | 'incidents', given: Remark): void {
    this.report[noun].rejected++
    const remark = withoutNumbers(given)
    if (this.report.rejects.length < REPORTED) this.report.rejects.push(remark)
    this.log('rejected', remark)
  }

  scrub(found: readonly PersonalMark[]): void {
    this.report.scrubbed ??= {}
    for (const mark of found) this.report.scrubbed[mark] = (this.report.scrubbed[mark] ?? 0) + 1
  }

  notice(given: Remark): void {
    const remark = withoutNumbers(given)
    if (this.notices.length < REPORTED) this.notices.push(remark)
    this.log('noticed', remark)
  }

  /** The report of an import that was refused: nothing was kept, and the refusal stands first among the reasons. */
  refused(remark: Remark): ImportReport {
    const { city, areas, incidents, rejects } = this.report
    return {
      city,
      areas: { accepted: 0, rejected: areas.rejected },
      incidents: { accepted: 0, rejected: incidents.rejected, unchanged: 0, inNoArea: 0, inSeveralAreas: 0 },
      rejects: [remark, ...rejects].slice(0, REPORTED),
    }
  }
}
