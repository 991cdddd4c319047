import { useCallback, useEffect, useEffectEvent, useState } from 'react'
import { flushSync } from 'react-dom'
import { type ExportLines, useExportNote } from '../hooks/useExportNote.ts'
import type { Picture } from '../ui/TownInset.tsx'

export interface Printing {
  /** The maps as pictures, for paper: a GL canvas prints empty. Null while nothing is being printed. */
  pictures: string[] | null
  /** True from the wish to print until the dialog is closed: the maps then draw for paper. */
  preparing: boolean
  print: () => void
  /** What the paper says about itself; null while nothing is being printed. */
  lines: ExportLines | null
  /** True after a print that could not be recorded, and therefore was none. */
  failed: boolean
}

async function pictureOf(controller: Picture): Promise<string> {
  const url = URL.createObjectURL(await controller.snapshot())
  const image = new Image()
  image.src = url
  await image.decode()
  return url
}

/**
 * Prints the page with its maps on it. The maps are told to draw for paper (`preparing`), taken as pictures, and only
 * then the browser prints; afterwards everything is as before. Ctrl+P goes the same way. Printing from the browser's own
 * menu leaves no time for that: the maps are taken as they stand on the screen.
 * @param main the large map. @param inset the one beside it, null when there is none.

 * Nothing is printed by somebody who may not export, and nothing before the export is recorded.
 * @param ready false while numbers of the page are still on their way: printing then begins when they are there.
 */
export function usePrint(
  main: Picture | null,
  inset: Picture | null,
  ready: boolean,
  about: { areaId: number | undefined; filter: Record<string, string> },
): Printing {
  const [preparing, setPreparing] = useState(false)
  const [pictures, setPictures] = useState<string[] | null>(null)
  const [lines, setLines] = useState<ExportLines | null>(null)
  const [failed, setFailed] = useState(false)
  const { leave, note, unnumbered, askPurpose } = useExportNote()
  const print = useCallback(() => {
    if (leave === 'purpose') return askPurpose()
    if (leave === 'denied') return
    setFailed(false)
    setPreparing(true)
  }, [leave, askPurpose])
  const register = useEffectEvent(() => note({ what: 'briefing.print', rows: 1, ...about }))

  // Runs after the maps were told their paper colours: effects of children come first.
  useEffect(() => {
    if (!preparing || !ready) return
    let gone = false
    const taken: string[] = []
    const take = async () => {
      for (const controller of [main, inset]) if (controller) taken.push(await pictureOf(controller))
    }
    const begin = async () => {
      const noted = await register()
      // The words and figures are worth printing without the map.
      await take().catch((error: unknown) => console.error('The map could not be taken as a picture.', error))
      if (gone) return
      setLines(noted)
      setPictures([...taken])
    }
    begin().catch((error: unknown) => {
      console.error('The print could not be recorded.', error)
      if (gone) return
      setFailed(true)
      setPreparing(false)
    })
    return () => {
      gone = true
      for (const url of taken) URL.revokeObjectURL(url)
    }
  }, [preparing, ready, main, inset])

  useEffect(() => {
    if (!preparing || pictures === null) return
    const done = () => {
      setPreparing(false)
      setPictures(null)
      setLines(null)
    }
    window.addEventListener('afterprint', done, { once: true })
    // Two frames: React has put the pictures into the page, the browser has laid them out.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => window.print())
    })
    return () => {
      cancelAnimationFrame(frame)
      window.removeEventListener('afterprint', done)
    }
  }, [preparing, pictures])

  const fromMenu = useEffectEvent(() => {
    // Recorded all the same; the paper does not wait for the number.
    register().catch((error: unknown) => console.error('The print could not be recorded.', error))
    return unnumbered()
  })
  useEffect(() => {
    if (preparing || leave !== 'granted') return
    const before = () => {
      const shown = [main, inset].flatMap((picture) => (picture ? [picture.snapshotNow()] : []))
      // The browser lays the paper out as soon as this returns.
      const own = fromMenu()
      flushSync(() => {
        setPictures(shown)
        setLines(own)
      })
    }
    const after = () => {
      setPictures(null)
      setLines(null)
    }
    window.addEventListener('beforeprint', before)
    window.addEventListener('afterprint', after)
    return () => {
      window.removeEventListener('beforeprint', before)
      window.removeEventListener('afterprint', after)
    }
  }, [preparing, leave, main, inset])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'p') return
      event.preventDefault()
      print()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [print])

  return { pictures, preparing, print, lines, failed }
}
