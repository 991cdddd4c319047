import { expect, test, vi } from 'vitest'
import { openTestDatabase } from '../setup/database.ts'

test('a look on PGlite that waits for itself is rolled back after half a minute, and whoever waited goes on', async () => {
  const db = await openTestDatabase({ kind: 'pglite' })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  try {
    const held = db.hold()
    await held.query("SET LOCAL gridwall.use = ''", "INSERT INTO settings (name, value) VALUES ('held', '1')")
    // What a procedure must never do: the one session is held by its own look.
    let answered = false
    const asked = db.query("SELECT name FROM settings WHERE name = 'held'").then((rows) => {
      answered = true
      return rows
    })
    await vi.advanceTimersByTimeAsync(29_999)
    expect(answered).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await asked).toEqual([])
    await expect(held.commit()).rejects.toThrow(/rolled back/)
    expect(said).toHaveBeenCalledWith(expect.stringContaining('waited for itself'))
  } finally {
    said.mockRestore()
    vi.useRealTimers()
    await db.close()
  }
})
