const format = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** One decimal, always: lengths and areas stand under each other in a column. 7.75 → 7.8, 1234 → 1,234.0 */
export function formatTenths(value: number): string {
  return format.format(value).replace('-', '−')
}
