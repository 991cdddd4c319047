import type { AtlasEntry } from './Atlas.ts'

/** Per corner: x, y of the place, u, v of the picture, its width and height, its shift right and down, turn, alpha. */
export const floatsPerCorner = 10
/** Top left, top right, bottom left, bottom right. */
export const cornersPerSprite = 4
export const floatsPerSprite = cornersPerSprite * floatsPerCorner

/** Pictures at places; a value: build a new one when the pictures change, or write them anew in place (`SpriteWriter`). */
export interface Sprites {
  origin: [number, number]
  count: number
  /** `floatsPerSprite` numbers each; there may be room behind the last. */
  data: Float32Array<ArrayBuffer>
  /** Grows when they were written anew. */
  version: number
}

/** Sprites there is always room for. */
const leastRoom = 64

/**
 * Sprites that change from frame to frame, written into one array again and again. `sprites` stays the same thing: a
 * layer takes what was written last to the graphics card when it draws, and deck.gl need not hear of it.
 */
export class SpriteWriter {
  readonly sprites: Sprites = { origin: [0, 0], count: 0, data: new Float32Array(0), version: 0 }
  #data = new Float32Array(floatsPerSprite * leastRoom)
  #count = 0
  #origin: [number, number] = [0, 0]

  /** @param x, y world units near the sprites: offsets from there are exact. */
  begin(x: number, y: number): void {
    // All of it goes to the graphics card: room for a crowd that is gone is given back.
    if (this.#data.length > 8 * floatsPerSprite * Math.max(leastRoom, this.#count))
      this.#data = new Float32Array(2 * floatsPerSprite * Math.max(leastRoom, this.#count))
    this.#count = 0
    this.#origin = [x, y]
  }

  /**
   * @param dy CSS pixels the picture's middle lies below the place. @param turn degrees clockwise from north, 0: upright.
   * @param size factor on the picture's own.
   */
  add(x: number, y: number, entry: AtlasEntry, dy: number, turn: number, alpha: number, size = 1): void {
    this.addSized(x, y, entry, size * entry.width, size * entry.height, 0, dy, turn, alpha)
  }

  /** The same of any width and height, shifted right (dx) and down (dy); CSS pixels, or metres where the layer's are. */
  addSized(
    x: number,
    y: number,
    { u0, v0, u1, v1, inked: [left, top, right, bottom] }: AtlasEntry,
    width: number,
    height: number,
    dx: number,
    dy: number,
    turn: number,
    alpha: number,
  ): void {
    let at = this.#count * floatsPerSprite
    if (at === this.#data.length) {
      const wider = new Float32Array(2 * this.#data.length)
      wider.set(this.#data)
      this.#data = wider
    }
    const data = this.#data
    const angle = (turn * Math.PI) / 180
    for (let corner = 0; corner < cornersPerSprite; corner++) {
      data[at] = x - this.#origin[0]
      data[at + 1] = y - this.#origin[1]
      data[at + 2] = u0 + (corner & 1 ? right : left) * (u1 - u0)
      data[at + 3] = v0 + (corner & 2 ? bottom : top) * (v1 - v0)
      data[at + 4] = width * (right - left)
      data[at + 5] = height * (bottom - top)
      data[at + 6] = dx + (width * (left + right - 1)) / 2
      data[at + 7] = dy + (height * (top + bottom - 1)) / 2
      data[at + 8] = angle
      data[at + 9] = alpha
      at += floatsPerCorner
    }
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
