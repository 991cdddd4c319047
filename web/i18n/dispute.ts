import { SMALLEST } from '../../api/statistics/suppression.ts'
import type { Translation } from './translation.ts'

/** Why a count is hidden, wherever one is: the small ones, and as many beside them as keep them from being worked out. */
export const hiddenZh = `少于 ${SMALLEST} 件，或须与少于 ${SMALLEST} 件的相邻区域一并隐去：不单独显示，以免指向住户`
export const hiddenEn = `fewer than ${SMALLEST}, or hidden along with a neighbour that has fewer: not shown, so that no household can be told`

/** Words about disputes and the rule of small numbers. */
export const disputeZh = {
  window: '这一级的纠纷只按固定的整段时间统计，任意起止的两个时段相减会暴露个别住户。可选：',
  periods: {
    threeYears: '三年合计（全部层级）',
    year: '整年（全部层级）',
    quarter: '季度（乡镇街道、全市）',
    month: '月（全市）',
  },
  axis: '纠纷只按固定的整段时间统计：请在上方选择时段。',
  types: '选择类型',
  typesHint: '类型只在乡镇街道和全市、按整年区分。',
  moreYears: `一年里多数网格少于 ${SMALLEST} 件，不单独显示；三年合计能显示更多：`,
  series: '各时段纠纷',
  seriesEmpty: `各时段都少于 ${SMALLEST} 件，不单独显示。`,
  joint: '隐去的 {{areas}} 个区域合计 {{count}} 件',
  jointUnknown: '隐去 {{areas}} 个区域，合计也不显示',
}

export const disputeEn: Translation<typeof disputeZh> = {
  window:
    'Here disputes are counted over fixed whole periods only: two free windows, subtracted, could point at a household. Choose:',
  periods: {
    threeYears: 'Three years (every level)',
    year: 'Years (every level)',
    quarter: 'Quarters (townships, city)',
    month: 'Months (city)',
  },
  axis: 'Disputes are counted over fixed whole periods: choose one above.',
  types: 'Choose types',
  typesHint: 'Types are told apart for townships and the city, over whole years.',
  moreYears: `In one year most grids have fewer than ${SMALLEST}; three years together show more:`,
  series: 'Disputes by period',
  seriesEmpty: `Each period has fewer than ${SMALLEST}: not shown.`,
  joint: 'The {{areas}} hidden areas together: {{count}}',
  jointUnknown: '{{areas}} hidden areas, not even their sum is shown',
}
