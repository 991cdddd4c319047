import { useCallback, useEffect, useState } from 'react'
import type { MapController } from '../map/scene.ts'

export interface Printing {
  /** The map as a picture, for paper: a GL canvas prints empty. Null while nothing is being printed. */
  picture: string | null
  /** True from the wish to print until the dialog is closed: the map then draws for paper. */
  preparing: boolean
  print: () => void
}

/**
 * Prints the page with the map on it. The map is told to draw for paper (`preparing`), taken as a picture, and only then
 * the browser prints; afterwards everything is as before. Ctrl+P and P go the same way.
 */
export function usePrint(controller: MapController | null): Printing {
  const [preparing, setPreparing] = useState(false)
  const [picture, setPicture] = useState<string | null>(null)
  const print = useCallback(() => setPreparing(true), [])

  // Runs after the map was told its paper colours: effects of children come first.
  useEffect(() => {
    if (!preparing) return
    let url: string | null = null
    let gone = false
    const take = async () => {
      if (controller) {
        url = URL.createObjectURL(await controller.snapshot())
        const image = new Image()
        image.src = url
        await image.decode()
      }
      if (!gone) setPicture(url ?? '')
    }
    take().catch((error: unknown) => {
      // The words and figures are worth printing without the map.
      console.error('The map could not be taken as a picture.', error)
      if (!gone) setPicture('')
    })
    return () => {
      gone = true
      if (url) URL.revokeObjectURL(url)
    }
  }, [preparing, controller])

  useEffect(() => {
    if (!preparing || picture === null) return
    const done = () => {
      setPreparing(false)
      setPicture(null)
    }
    window.addEventListener('afterprint', done, { once: true })
    // Two frames: React has put the picture into the page, the browser has laid it out.
    const frame = requestAnimationFrame(() => requestAnimationFrame(() => window.print()))
    return () => {
      cancelAnimationFrame(frame)
      window.removeEventListener('afterprint', done)
    }
  }, [preparing, picture])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'p') return
      event.preventDefault()
      print()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [print])

  return { picture, preparing, print }
}
