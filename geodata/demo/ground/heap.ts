/** A binary min-heap of numbered items, in typed arrays: several times faster than a heap of objects. */
export class Heap {
  #keys = new Float64Array(1024)
  #items = new Int32Array(1024)
  size = 0

  clear(): void {
    this.size = 0
  }

  push(key: number, item: number): void {
    if (this.size === this.#keys.length) {
      const keys = new Float64Array(this.size * 2)
      keys.set(this.#keys)
      this.#keys = keys
      const items = new Int32Array(this.size * 2)
      items.set(this.#items)
      this.#items = items
    }
    let i = this.size++
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (this.#keys[parent] <= key) break
      this.#keys[i] = this.#keys[parent]
      this.#items[i] = this.#items[parent]
      i = parent
    }
    this.#keys[i] = key
    this.#items[i] = item
  }

  /** Key of the item that pop would give. */
  get least(): number {
    return this.#keys[0]
  }

  /** The item with the least key; undefined behaviour when empty. */
  pop(): number {
    const item = this.#items[0]
    const size = --this.size
    const key = this.#keys[size]
    const last = this.#items[size]
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= size) break
      if (child + 1 < size && this.#keys[child + 1] < this.#keys[child]) child++
      if (this.#keys[child] >= key) break
      this.#keys[i] = this.#keys[child]
      this.#items[i] = this.#items[child]
      i = child
    }
    this.#keys[i] = key
    this.#items[i] = last
    return item
  }
}
