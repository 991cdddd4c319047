import { createMapController } from '../map/mapController.ts'
import type { MapController } from '../map/scene.ts'

interface SecondMap {
  element: HTMLElement
  controller: MapController
}

let made: SecondMap | null = null
/** Those whose drawing context the browser took away. */
const gone = new WeakSet<MapController>()

/**
 * The second map of the page, in `host`. It is made when a comparison is first opened and then kept for as long as the
 * page lives: browsers count drawing contexts, and one that is thrown away may never be given back. One that the
 * browser took away itself is replaced.
 * @throws Error when the browser cannot draw another map.
 */
export function takeSecondMap(host: HTMLElement): MapController {
  if (!made) {
    const element = document.createElement('div')
    element.style.cssText = 'position:absolute;inset:0'
    host.append(element)
    const controller = createMapController(element)
    controller.on('contextLost', (lost) => {
      if (lost) gone.add(controller)
    })
    made = { element, controller }
  } else host.append(made.element)
  made.controller.resize()
  return made.controller
}

/** Takes the second map off the page; it keeps its context, if it still has one, and draws nothing. */
export function leaveSecondMap(): void {
  if (!made) return
  made.element.remove()
  if (!gone.has(made.controller)) return
  made.controller.destroy()
  made = null
}
