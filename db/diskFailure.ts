import { StartError } from './startError.ts'

/** Of Node, of PostgreSQL (SQLSTATE disk_full and io_error) and of SQLite (FULL and IOERR, without their extensions). */
const CODES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', '53100', '58030'])
const SQLITE = new Set([13, 10])

function saysSo(error: Error): boolean {
  if ('code' in error && CODES.has(String(error.code))) return true
  if ('errcode' in error && SQLITE.has(Number(error.errcode) & 0xff)) return true
  // PGlite has no code for what its file system says.
  return /\bENOSPC\b|No space left on device/.test(error.message)
}

/** The sentence for a disk that takes nothing more, or undefined when the error, and whatever led to it, is about something else. */
export function diskFailure(error: unknown): StartError | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (!saysSo(each)) continue
    return new StartError(
      `磁盘已满或无法写入（${each.message}）；请在数据目录（DATA_DIR）或数据库服务器所在的磁盘腾出空间后重新启动，已保存的数据没有丢失。`,
      `The disk is full or cannot be written (${each.message}): make room where the data directory (DATA_DIR) or the database server lies, and start again; nothing that was kept is lost.`,
      { cause: error },
    )
  }
  return undefined
}
