import type { Extension } from '@electric-sql/pglite'

const WORDS = [
  '内置数据库中止了：多半是磁盘已满，日志无法写入。已确认的数据没有丢失；请腾出空间后重新启动。',
  'The embedded database gave up: most likely the disk is full and its log cannot be written. Nothing that was acknowledged is lost: make room and start again.',
].join('\n')

/**
 * Ends the process where PostgreSQL ends its own: when it cannot write its log (PANIC), what it holds in memory is worth
 * nothing and its locks are never released. PGlite goes on and waits for them for ever, so that the process would answer
 * nobody and not even hear SIGTERM. What was committed is found by the next start, as after any kill.
 */
export const endOnAbort: Extension = {
  name: 'endOnAbort',
  async setup(_pg, emscriptenOpts) {
    const onAbort = () => {
      console.error(WORDS)
      process.exit(1)
    }
    return { emscriptenOpts: { ...emscriptenOpts, onAbort } }
  },
}
