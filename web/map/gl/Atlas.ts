/** Where a picture lies in an atlas, as shares of its sides, and its size in CSS pixels. */
export interface AtlasEntry {
  u0: number
  v0: number
  u1: number
  v1: number
  width: number
  height: number
  /** The part of it that is drawn on, as shares of its sides: only that need be painted. */
  inked: readonly [left: number, top: number, right: number, bottom: number]
}

/** Box of the pixels that are not clear, a pixel larger where there is room, so that edges stay soft. */
export function inkedBox({
  data,
  width,
  height,
}: Pick<ImageData, 'data' | 'width' | 'height'>): AtlasEntry['inked'] {
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let y = 0, alpha = 3; y < height; y++)
    for (let x = 0; x < width; x++, alpha += 4) {
      if (data[alpha] === 0) continue
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = y + 1
    }
  return [
    Math.max(0, left - 1) / width,
    Math.max(0, top - 1) / height,
    Math.min(width, right + 1) / width,
    Math.min(height, bottom + 1) / height,
  ]
}

/** Pictures drawn once on a canvas, row by row, for sprites and labels to be cut from. */
export class Atlas {
  readonly canvas: HTMLCanvasElement
  readonly pixelRatio: number
  /** Grows whenever the canvas changed: textures made from it are then stale. */
  version = 0
  readonly #context: CanvasRenderingContext2D
  readonly #entries = new Map<string, AtlasEntry>()
  /** The row of each picture drawn since all was forgotten, in their order: one a version. */
  readonly #tops: number[] = []
  #x = 0
  #y = 0
  #rowHeight = 0

  constructor(side: number, pixelRatio: number) {
    this.pixelRatio = pixelRatio
    this.canvas = document.createElement('canvas')
    this.canvas.width = side
    this.canvas.height = side
    // Kept in memory: it is small, read at every upload, and a canvas on the GPU was seen to lose its first pictures.
    const context = this.canvas.getContext('2d', { willReadFrequently: true })
    if (!context) throw new Error('The browser gave no 2D canvas for symbols and labels.')
    this.#context = context
  }

  /** The picture of a key where it was drawn before. */
  known(key: string): AtlasEntry | undefined {
    return this.#entries.get(key)
  }

  /** The picture of a key, drawn on first use with the origin at its top left, in CSS pixels; null when full. */
  entry(
    key: string,
    width: number,
    height: number,
    draw: (context: CanvasRenderingContext2D) => void,
  ): AtlasEntry | null {
    const known = this.#entries.get(key)
    if (known) return known
    const ratio = this.pixelRatio
    const wide = Math.ceil(width * ratio)
    const high = Math.ceil(height * ratio)
    if (this.#x + wide > this.canvas.width) {
      this.#x = 0
      this.#y += this.#rowHeight + 1
      this.#rowHeight = 0
    }
    if (this.#y + high > this.canvas.height || wide > this.canvas.width) return null
    const context = this.#context
    context.save()
    context.beginPath()
    context.rect(this.#x, this.#y, wide, high)
    context.clip()
    context.translate(this.#x, this.#y)
    context.scale(ratio, ratio)
    context.beginPath()
    draw(context)
    context.restore()
    const side = this.canvas.width
    const entry: AtlasEntry = {
      u0: this.#x / side,
      v0: this.#y / side,
      u1: (this.#x + wide) / side,
      v1: (this.#y + high) / side,
      width: wide / ratio,
      height: high / ratio,
      inked: inkedBox(context.getImageData(this.#x, this.#y, wide, high)),
    }
    this.#entries.set(key, entry)
    this.#x += wide + 1
    this.#rowHeight = Math.max(this.#rowHeight, high)
    this.#tops.push(this.#y)
    this.version++
    return entry
  }

  /** The rows drawn on since a version, device pixels from the top: all after a clearing, none (0 high) without a change. */
  changedSince(version: number): { top: number; height: number } {
    const drawnAt = version - (this.version - this.#tops.length)
    if (drawnAt < 0) return { top: 0, height: this.canvas.height }
    const top = this.#tops[drawnAt] ?? this.#y
    return { top, height: drawnAt < this.#tops.length ? this.#y + this.#rowHeight - top : 0 }
  }

  /** Some rows of the canvas. */
  rows(top: number, height: number): ImageData {
    return this.#context.getImageData(0, top, this.canvas.width, height)
  }

  /** Forgets everything: for when it is full or the theme changed. */
  clear(): void {
    this.#entries.clear()
    this.#tops.length = 0
    this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height)
    this.#x = 0
    this.#y = 0
    this.#rowHeight = 0
    this.version++
  }

  /** Width of a text in CSS pixels. */
  measure(text: string, font: string): number {
    this.#context.font = font
    return this.#context.measureText(text).width
  }
}
