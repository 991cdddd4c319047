/** Colours and sizes of charts, read from the page's own tokens so that they follow the theme. */
export interface ChartTheme {
  ink: string
  soft: string
  line: string
  mark: string
  accent: string
  wash: string
  panel: string
  font: string
  /** Multiplies every length: charts draw in device-independent pixels of their own. */
  scale: number
}

export function readChartTheme(element: Element, scale: number): ChartTheme {
  const style = getComputedStyle(element)
  const token = (name: string) => style.getPropertyValue(name).trim()
  return {
    ink: token('--ink'),
    soft: token('--ink-soft'),
    line: token('--line'),
    mark: token('--mark'),
    accent: token('--accent'),
    wash: token('--accent-wash'),
    panel: token('--raised'),
    font: token('--font'),
    scale,
  }
}
