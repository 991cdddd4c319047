import { createMapController } from '../map/mapController.ts'
import type { MapController } from '../map/scene.ts'

interface SecondMap {
  element: HTMLElement
  controller: MapController
}

let made: SecondMap | null = null

/**
 * The second map of the page, in `host`. It is made when a comparison is first opened and then kept for as long as the
 * page lives: browsers count drawing contexts, and one that is thrown away may never be given back.
 * @throws Error when the browser cannot draw another map.
 */
export function takeSecondMap(host: HTMLElement): MapController {
  if (!made) {
    const element = document.createElement('div')
    element.style.cssText = 'position:absolute;inset:0'
    host.append(element)
    made = { element, controller: createMapController(element) }
  } else host.append(made.element)
  made.controller.resize()
  return made.controller
}

/** Takes the second map off the page; it keeps its context and draws nothing. */
export function leaveSecondMap(): void {
  made?.element.remove()
}
