/** Values made when first asked for and kept under a name; past a number of them the one unused longest goes. */
export class Remembered<Value> {
  private readonly most: number
  private readonly values = new Map<string, Value>()

  constructor(most: number) {
    this.most = most
  }

  find(name: string): Value | undefined {
    const known = this.values.get(name)
    if (known === undefined) return undefined
    // A map's order is that of insertion: what is asked for again goes to the end.
    this.values.delete(name)
    this.values.set(name, known)
    return known
  }

  get(name: string, make: () => Value): Value {
    const known = this.find(name)
    if (known !== undefined) return known
    const made = make()
    this.values.set(name, made)
    if (this.values.size > this.most) this.values.delete(this.values.keys().next().value ?? name)
    return made
  }

  delete(name: string): void {
    this.values.delete(name)
  }
}
