/** What was told about a thing by the number of the event that told it: an older word never overwrites a newer one. */
export class Newest<Value> {
  readonly #values = new Map<number, Value>()
  readonly #numbers = new Map<number, number>()

  /** @param number of the event; words of one event are told in their order. @returns false for an old word. */
  put(id: number, value: Value, number: number): boolean {
    const known = this.#numbers.get(id)
    if (known !== undefined && known > number) return false
    this.#values.set(id, value)
    this.#numbers.set(id, number)
    return true
  }

  get(id: number): Value | undefined {
    return this.#values.get(id)
  }

  delete(id: number): void {
    this.#values.delete(id)
    this.#numbers.delete(id)
  }

  get size(): number {
    return this.#values.size
  }

  values(): IterableIterator<Value> {
    return this.#values.values()
  }

  entries(): IterableIterator<[number, Value]> {
    return this.#values.entries()
  }
}
