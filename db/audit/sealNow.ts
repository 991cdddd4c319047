import type { Database } from '../client.ts'
import { type SealReport, sealAudit } from '../queries/auditSealing.ts'
import { followHeads } from './followHeads.ts'
import { HeadsFile, headsPath } from './heads.ts'

/**
 * Seals what a command has just written, and writes the heads down as a server does. Where a server is at it, that one
 * seals.
 * @returns `agrees`: whether the database still has the chain the file tells of.
 */
export async function sealNow(db: Database, dataDir: string): Promise<SealReport & { agrees: boolean }> {
  const sealed = await sealAudit(db)
  return { ...sealed, agrees: await followHeads(db, await HeadsFile.open(headsPath(dataDir))) }
}
