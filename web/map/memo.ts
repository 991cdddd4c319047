/** Keeps the last value made from the same inputs: layers get stable data as long as what they are made of is. */
export class Memo<Value> {
  #inputs: readonly unknown[] | null = null
  #value: Value | null = null

  get(inputs: readonly unknown[], make: () => Value): Value {
    const known = this.#inputs
    if (
      known &&
      this.#value !== null &&
      known.length === inputs.length &&
      known.every((input, i) => Object.is(input, inputs[i]))
    )
      return this.#value
    this.#inputs = inputs
    this.#value = make()
    return this.#value
  }

  clear(): void {
    this.#inputs = null
    this.#value = null
  }
}
