/** All ways to take `count` of the numbers from 0 to `of` − 1, each ascending. */
export function choices(of: number, count: number): number[][] {
  if (count === 0) return [[]]
  const all: number[][] = []
  for (let last = count - 1; last < of; last++) {
    for (const rest of choices(last, count - 1)) all.push([...rest, last])
  }
  return all
}
