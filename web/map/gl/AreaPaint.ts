/** Texels of a row of the colour texture. */
export const paintWidth = 256

/** Whole numbers up to here find their class in a table. */
const tableEnd = 1024

/** How the classes of a paint look and which values fall into them. */
export interface PaintClasses {
  /** Ascending upper limits of all classes but the last. */
  breaks: readonly number[]
  /** Red, green, blue of each class, already mixed with the ground. */
  colors: readonly (readonly [number, number, number])[]
}

/**
 * The colours of one level of areas, painted again and again from numbers: one texel an area, no object is made. The
 * layer sees a new revision at the next frame and uploads the texels; nothing else of the map is touched.
 */
export class AreaPaint {
  /** Name of the level painted. */
  readonly level: string
  /** Red, green, blue, alpha by area index, in whole rows of the texture. */
  readonly texels: Uint8Array<ArrayBuffer>
  /** Grows with each painting. */
  revision = 0
  /** True while paintings follow one another: then nothing else colours the level. */
  moving = false
  readonly #words: Uint32Array
  /** What stands where there is no number. */
  readonly #land: Uint32Array
  /** Area index of each column of numbers. */
  readonly #areaOf: Int32Array
  readonly #breaks: readonly number[]
  readonly #colorOf: Uint32Array
  /** Colour of each whole number below `tableEnd`. */
  readonly #table: Uint32Array

  /**
   * @param areaCount areas of the whole bundle. @param areaOf area index of each column that will be painted; -1 where
   * the bundle does not know the area. @param texels colours before the first painting (land), by area.
   */
  constructor(
    level: string,
    areaCount: number,
    areaOf: Int32Array,
    { breaks, colors }: PaintClasses,
    texels: Uint8Array,
  ) {
    this.level = level
    const rows = Math.max(1, Math.ceil(areaCount / paintWidth))
    this.texels = new Uint8Array(4 * paintWidth * rows)
    this.texels.set(texels)
    this.#words = new Uint32Array(this.texels.buffer)
    this.#land = this.#words.slice()
    this.#areaOf = areaOf
    this.#breaks = breaks
    // Full alpha without the hatching bit, in the byte order of this machine.
    this.#colorOf = new Uint32Array(
      Uint8Array.from(colors.flatMap(([red, green, blue]) => [red, green, blue, 254])).buffer,
    )
    this.#table = Uint32Array.from({ length: tableEnd }, (_, value) => this.#colorOf[this.#classOf(value)])
  }

  /** Colours every area by its number, in the order of the columns; NaN: land. */
  paint(values: ArrayLike<number>): void {
    const words = this.#words
    const areaOf = this.#areaOf
    const table = this.#table
    for (let i = 0; i < areaOf.length; i++) {
      const area = areaOf[i]
      if (area < 0) continue
      const value = values[i]
      words[area] =
        value >= 0 && value < tableEnd && Number.isInteger(value) ? table[value] : this.#colorAt(area, value)
    }
    this.revision++
  }

  #colorAt(area: number, value: number): number {
    return Number.isNaN(value) ? this.#land[area] : this.#colorOf[this.#classOf(value)]
  }

  #classOf(value: number): number {
    let index = 0
    while (index < this.#breaks.length && value >= this.#breaks[index]) index++
    return index
  }
}
