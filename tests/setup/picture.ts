import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, Locator } from 'playwright-core'
import { artifactsDir } from './artifacts.ts'

/** A picture that stays the same for this long, in milliseconds, has come to rest. */
const restMs = 1500
const longestMs = 120_000

/** Waits until what is drawn no longer changes and owes nothing (`aria-busy`). @throws when it never rests. */
export async function settled(element: Locator): Promise<void> {
  const started = Date.now()
  let picture = await element.screenshot()
  let since = Date.now()
  while (Date.now() - since < restMs) {
    await sleep(250)
    const next = await element.screenshot()
    const busy = (await element.getAttribute('aria-busy')) === 'true'
    if (Date.now() - started > longestMs) {
      // Both are kept, so that what moved can be seen.
      mkdirSync(artifactsDir, { recursive: true })
      writeFileSync(join(artifactsDir, 'unsettled-1.png'), picture)
      writeFileSync(join(artifactsDir, 'unsettled-2.png'), next)
      throw new Error(
        `Expected the picture to come to rest within two minutes, but it ${busy ? 'is still busy' : 'keeps changing'}; the last two are unsettled-1.png and -2.png in ${artifactsDir}.`,
      )
    }
    if (busy || !next.equals(picture)) since = Date.now()
    picture = next
  }
}

/** Share of pixels, 0…1, that differ visibly between two PNGs of the same size (decoded by the browser itself). */
export async function differentShare(context: BrowserContext, a: Buffer, b: Buffer): Promise<number> {
  const page = await context.newPage()
  try {
    return await page.evaluate(
      async ([first, second]) => {
        const pixels = async (base64: string) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
          const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
          const drawing = canvas.getContext('2d')
          if (!drawing) throw new Error('This browser gives no 2D canvas.')
          drawing.drawImage(bitmap, 0, 0)
          return drawing.getImageData(0, 0, bitmap.width, bitmap.height)
        }
        const [left, right] = [await pixels(first), await pixels(second)]
        if (left.width !== right.width || left.height !== right.height) return 1
        let different = 0
        for (let i = 0; i < left.data.length; i += 4) {
          const apart = Math.max(
            Math.abs(left.data[i] - right.data[i]),
            Math.abs(left.data[i + 1] - right.data[i + 1]),
            Math.abs(left.data[i + 2] - right.data[i + 2]),
          )
          // A step of anti-aliasing is not a difference a person sees.
          if (apart > 24) different++
        }
        return different / (left.data.length / 4)
      },
      [a.toString('base64'), b.toString('base64')],
    )
  } finally {
    await page.close()
  }
}
