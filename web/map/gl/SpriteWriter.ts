import type { AtlasEntry } from './Atlas.ts'
import { floatsPerSprite, type Sprites } from './SpriteLayer.ts'

/**
 * Sprites that change from frame to frame, written into one array again and again. `sprites` stays the same thing: a
 * layer takes what was written last to the graphics card when it draws, and deck.gl need not hear of it.
 */
export class SpriteWriter {
  readonly sprites: Sprites = { origin: [0, 0], count: 0, data: new Float32Array(0), version: 0 }
  #data = new Float32Array(floatsPerSprite * 64)
  #count = 0
  #origin: [number, number] = [0, 0]

  /** @param x, y world units near the sprites: offsets from there are exact. */
  begin(x: number, y: number): void {
    this.#count = 0
    this.#origin = [x, y]
  }

  /**
   * @param dy CSS pixels the picture's middle lies below the place. @param turn degrees clockwise from north, 0: upright.
   * @param size factor on the picture's own.
   */
  add(x: number, y: number, entry: AtlasEntry, dy: number, turn: number, alpha: number, size = 1): void {
    const at = this.#count * floatsPerSprite
    if (at === this.#data.length) {
      const wider = new Float32Array(2 * this.#data.length)
      wider.set(this.#data)
      this.#data = wider
    }
    const data = this.#data
    data[at] = x - this.#origin[0]
    data[at + 1] = y - this.#origin[1]
    data[at + 2] = entry.u0
    data[at + 3] = entry.v0
    data[at + 4] = entry.u1
    data[at + 5] = entry.v1
    data[at + 6] = size * entry.width
    data[at + 7] = size * entry.height
    data[at + 8] = 0
    data[at + 9] = dy
    data[at + 10] = (turn * Math.PI) / 180
    data[at + 11] = 1
    data[at + 12] = 1
    data[at + 13] = 1
    data[at + 14] = alpha
    this.#count++
  }

  finish(): Sprites {
    const { sprites } = this
    sprites.origin = this.#origin
    sprites.count = this.#count
    sprites.data = this.#data
    sprites.version++
    return sprites
  }
}
