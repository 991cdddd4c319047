import type { Translation } from './translation.ts'

/** Words about numbers that are about to be replaced. */
export const freshZh = {
  updating: '正在更新',
  updatingHint: '这里仍是上一次查询的结果，新结果到达后自动替换。',
  exportWaits: '数字正在更新：到齐后才能导出。',
  printWaits: '数字正在更新：到齐后打印。',
}

export const freshEn: Translation<typeof freshZh> = {
  updating: 'updating',
  updatingHint: 'Still the answer to the question before; the new one takes its place when it comes.',
  exportWaits: 'The numbers are being updated: they can be exported once all are there.',
  printWaits: 'The numbers are being updated: printing begins once all are there.',
}
