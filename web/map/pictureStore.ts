/** Pictures of this origin, loaded once and kept for drawing. */
export class PictureStore {
  readonly #ready = new Map<string, ImageBitmap>()
  readonly #asked = new Set<string>()
  readonly #onReady: () => void
  readonly #onError: (error: Error) => void

  constructor(onReady: () => void, onError: (error: Error) => void) {
    this.#onReady = onReady
    this.#onError = onError
  }

  /** The picture, or null until it is there; then the owner is told. */
  get(url: string): ImageBitmap | null {
    if (!this.#asked.has(url)) {
      this.#asked.add(url)
      this.#load(url).then(
        (picture) => {
          this.#ready.set(url, picture)
          this.#onReady()
        },
        (error: unknown) => this.#onError(error instanceof Error ? error : new Error(String(error))),
      )
    }
    return this.#ready.get(url) ?? null
  }

  async #load(url: string): Promise<ImageBitmap> {
    const response = await fetch(url, { credentials: 'same-origin' })
    if (!response.ok) throw new Error(`${url} answered ${response.status}.`)
    return createImageBitmap(await response.blob(), { premultiplyAlpha: 'none' })
  }
}
