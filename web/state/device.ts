/** Browser and system out of what a browser calls itself; the order matters, since they all call themselves each other. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bFirefox\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//, 'Safari'],
]

const systems: readonly (readonly [RegExp, string])[] = [
  [/OpenHarmony|HarmonyOS/, 'HarmonyOS'],
  [/\bAndroid\b/, 'Android'],
  [/\biP(?:hone|ad)\b/, 'iOS'],
  [/\bWindows NT\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

/** @returns null where the text says nothing known. */
export function deviceOf(userAgent: string): { browser: string | null; system: string | null } {
  const browser = browsers
    .map(([shape, name]) => [shape.exec(userAgent), name] as const)
    .find(([found]) => found)
  const system = systems.find(([shape]) => shape.test(userAgent))
  return {
    browser: browser ? `${browser[1]} ${browser[0]?.[1] ?? ''}`.trim() : null,
    system: system ? system[1] : null,
  }
}
