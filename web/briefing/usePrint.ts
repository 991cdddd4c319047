import { useCallback, useEffect, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Picture } from '../ui/TownInset.tsx'

export interface Printing {
  /** The maps as pictures, for paper: a GL canvas prints empty. Null while nothing is being printed. */
  pictures: string[] | null
  /** True from the wish to print until the dialog is closed: the maps then draw for paper. */
  preparing: boolean
  print: () => void
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
 * @param ready false while numbers of the page are still on their way: printing then begins when they are there.
 */
export function usePrint(main: Picture | null, inset: Picture | null, ready: boolean): Printing {
  const [preparing, setPreparing] = useState(false)
  const [pictures, setPictures] = useState<string[] | null>(null)
  const print = useCallback(() => setPreparing(true), [])

  // Runs after the maps were told their paper colours: effects of children come first.
  useEffect(() => {
    if (!preparing || !ready) return
    let gone = false
    const taken: string[] = []
    const take = async () => {
      for (const controller of [main, inset]) if (controller) taken.push(await pictureOf(controller))
    }
    take()
      // The words and figures are worth printing without the map.
      .catch((error: unknown) => console.error('The map could not be taken as a picture.', error))
      .finally(() => {
        if (!gone) setPictures([...taken])
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

  useEffect(() => {
    if (preparing) return
    const before = () => {
      const shown = [main, inset].flatMap((picture) => (picture ? [picture.snapshotNow()] : []))
      // The browser lays the paper out as soon as this returns.
      flushSync(() => setPictures(shown))
    }
    const after = () => setPictures(null)
    window.addEventListener('beforeprint', before)
    window.addEventListener('afterprint', after)
    return () => {
      window.removeEventListener('beforeprint', before)
      window.removeEventListener('afterprint', after)
    }
  }, [preparing, main, inset])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'p') return
      event.preventDefault()
      print()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [print])

  return { pictures, preparing, print }
}
