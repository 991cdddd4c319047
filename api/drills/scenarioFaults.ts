import { z } from 'zod'

/** Languages in which faults of a scenario are said. */
export const faultLanguages = ['zh', 'en'] as const
export type FaultLanguage = (typeof faultLanguages)[number]

/** Rules of our own, by the English sentence that stands in the schema. */
const ownRules = {
  noNul: { en: 'expected a text without NUL', zh: '应为不含空字符（NUL）的文字' },
  beforeEnd: {
    en: 'expected every inject before the scenario ends',
    zh: '每条情况的出现时间应早于脚本结束',
  },
  different: {
    en: 'expected codes of injects and of expected responses to be different',
    zh: '情况与应有处置的代码应各不相同',
  },
  kind: { en: 'expected the code of a kind of this city', zh: '应为本市的类别代码' },
  channel: { en: 'expected one of', zh: '应为以下之一：' },
  taken: {
    en: 'expected one that no scenario of the installation has',
    zh: '不能与系统自带脚本的代码相同',
  },
  areas: { en: 'expected codes of areas of this city', zh: '应为本市的区域代码' },
} as const
export type OwnRule = keyof typeof ownRules

/** What a rule of ours expects. */
export function ruleText(rule: OwnRule, language: FaultLanguage): string {
  return ownRules[rule][language]
}

const chinese = z.locales.zhCN().localeError

/** Makes a parse speak the language. */
export function spoken(language: FaultLanguage): { error: typeof chinese } | undefined {
  return language === 'zh' ? { error: chinese } : undefined
}

/** What a schema said it expects, without what it says came: that stands behind it, as it came. */
export function expectedText(message: string, language: FaultLanguage): string {
  if (language === 'en') return message.replace(/^Invalid input: /, '')
  const own = Object.values(ownRules).find(({ en }) => en === message)
  return own ? own.zh : message.replace(/^无效输入：/, '').replace(/，实际接收 .*$/, '')
}

/** One fault: its place, what was expected, what came. @param at empty: the scenario as a whole. */
export function faultLine(at: string, expected: string, came: string, language: FaultLanguage): string {
  return language === 'zh'
    ? `${at === '' ? '脚本' : at}：${expected}，实际为 ${came}`
    : `${at === '' ? 'scenario' : at}: ${expected}, got ${came}`
}

/** A value as it came, short enough for a line. */
export function shownValue(value: unknown, language: FaultLanguage): string {
  const nothing = language === 'zh' ? '空缺' : 'nothing'
  const text = value === undefined ? nothing : (JSON.stringify(value) ?? typeof value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
