/** The fewest areas that hold half of all incidents, most first; whoever has as many as the last of them is among them. */
export function coreAreas(counts: ReadonlyMap<number, number>): number[] {
  const found = [...counts].filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1] || a[0] - b[0])
  const half = found.reduce((sum, [, count]) => sum + count, 0) / 2
  let held = 0
  let least = 0
  for (const [, count] of found) {
    if (held >= half) break
    held += count
    least = count
  }
  return found.filter(([, count]) => count >= least).map(([areaId]) => areaId)
}
