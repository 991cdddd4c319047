import { BarChart, LineChart } from 'echarts/charts'
import {
  AriaComponent,
  BrushComponent,
  GridComponent,
  ToolboxComponent,
  TooltipComponent,
} from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useEffectEvent, useRef } from 'react'
import { useScreenScale } from '../hooks/useScreenScale.ts'
import { useTheme } from '../hooks/useView.ts'
import { type ChartTheme, readChartTheme } from './chartTheme.ts'
import styles from './series.module.css'

use([
  BarChart,
  LineChart,
  GridComponent,
  TooltipComponent,
  ToolboxComponent,
  BrushComponent,
  AriaComponent,
  CanvasRenderer,
])

export interface SeriesPicture {
  now: readonly number[]
  /** The same bars of the window compared with, null where it has none; absent without a comparison. */
  before?: readonly (number | null)[]
  axis: readonly string[]
  /** What a bar says when pointed at, one line each. */
  tips: readonly (readonly string[])[]
  unit: string
  /** The last bar is cut short. */
  partialLast: boolean
}

interface SeriesChartProps {
  picture: SeriesPicture
  label: string
  /** The bars chosen by dragging, both included. */
  onBrush: (first: number, last: number) => void
  /** The bar pointed at, null for none. */
  onPoint: (bar: number | null) => void
  /** How much of each bar another chart points at. */
  part: readonly number[] | null
}

/** Bars of the window, last year's as a line; dragging across them chooses a stretch. */
export default function SeriesChart({ picture, label, onBrush, onPoint, part }: SeriesChartProps) {
  const element = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(null)
  const theme = useTheme()
  const scale = useScreenScale()
  const brushed = useEffectEvent(onBrush)
  const pointed = useEffectEvent(onPoint)
  const keepPart = useEffectEvent(() => showPart(chart.current, part))

  useEffect(() => {
    if (!element.current) return
    const made = init(element.current)
    chart.current = made
    made.on('brushEnd', (event) => {
      const range = brushedRange(event)
      made.dispatchAction({ type: 'brush', areas: [] })
      if (range) brushed(range[0], range[1])
    })
    made.on('updateAxisPointer', (event) => pointed(pointedBar(event)))
    made.getZr().on('globalout', () => pointed(null))
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(element.current)
    return () => {
      observer.disconnect()
      chart.current = null
      made.dispose()
    }
  }, [])

  useEffect(() => {
    if (!element.current || !chart.current) return
    chart.current.setOption(
      optionOf(picture, label, readChartTheme(element.current, scale), theme === 'dark'),
      { notMerge: true },
    )
    keepPart()
    chart.current.dispatchAction({
      type: 'takeGlobalCursor',
      key: 'brush',
      brushOption: { brushType: 'lineX', brushMode: 'single' },
    })
  }, [picture, label, theme, scale])

  useEffect(() => showPart(chart.current, part), [part])

  return (
    <div
      ref={element}
      className={styles.canvas}
      data-theme={theme}
      data-testid="series-chart"
      data-part={part?.reduce((sum, count) => sum + count, 0)}
    />
  )
}

function showPart(chart: EChartsType | null, part: readonly number[] | null): void {
  chart?.setOption({ series: [{ id: 'part', data: part ? [...part] : [] }] })
}

/** The bar the pointer's column stands over. */
function pointedBar(event: unknown): number | null {
  if (typeof event !== 'object' || event === null || !('dataIndex' in event)) return null
  return typeof event.dataIndex === 'number' ? event.dataIndex : null
}

/** First and last bar of a finished brush; null for a mere click. */
function brushedRange(event: unknown): [number, number] | null {
  if (typeof event !== 'object' || event === null || !('areas' in event) || !Array.isArray(event.areas))
    return null
  const area: unknown = event.areas[0]
  if (typeof area !== 'object' || area === null || !('coordRange' in area) || !Array.isArray(area.coordRange))
    return null
  const [first, last] = area.coordRange.map(Number)
  return Number.isFinite(first) && Number.isFinite(last) ? [Math.round(first), Math.round(last)] : null
}

function optionOf(picture: SeriesPicture, label: string, theme: ChartTheme, darkMode: boolean) {
  const { scale } = theme
  const size = 11 * scale
  const last = picture.now.length - 1
  return {
    darkMode,
    // Bars that grow would say that something happened.
    animation: false,
    aria: { enabled: true, label: { description: label } },
    textStyle: { fontFamily: theme.font, fontSize: size, color: theme.soft },
    grid: { left: 4 * scale, right: 8 * scale, top: 18 * scale, bottom: 2 * scale, containLabel: true },
    xAxis: {
      type: 'category' as const,
      data: [...picture.axis],
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.line } },
      axisLabel: { color: theme.soft, fontSize: size, hideOverlap: true },
    },
    yAxis: {
      type: 'value' as const,
      minInterval: 1,
      splitNumber: 3,
      name: picture.unit,
      nameGap: 6 * scale,
      nameTextStyle: { color: theme.soft, fontSize: size, align: 'left' as const },
      axisLabel: { color: theme.soft, fontSize: size },
      splitLine: { lineStyle: { color: theme.line } },
    },
    tooltip: {
      trigger: 'axis' as const,
      axisPointer: { type: 'shadow' as const, shadowStyle: { color: theme.wash } },
      transitionDuration: 0,
      confine: true,
      backgroundColor: theme.panel,
      borderColor: theme.line,
      textStyle: { color: theme.ink, fontSize: 12 * scale, fontFamily: theme.font },
      formatter: (points: unknown) => {
        const at = firstIndex(points)
        return at === null ? '' : (picture.tips[at] ?? []).map(escaped).join('<br>')
      },
    },
    // The brush brings its toolbox along; ours is always at hand.
    toolbox: { show: false },
    brush: {
      toolbox: [],
      xAxisIndex: 0,
      transformable: false,
      brushStyle: { color: theme.wash, borderColor: theme.accent, borderWidth: scale },
      throttleType: 'fixRate' as const,
      throttleDelay: 50,
    },
    series: [
      {
        type: 'bar' as const,
        data: picture.now.map((value, at) => ({
          value,
          itemStyle: picture.partialLast && at === last ? { opacity: 0.5 } : undefined,
        })),
        itemStyle: { color: theme.mark },
        emphasis: { itemStyle: { color: theme.accent } },
        barCategoryGap: '12%',
      },
      {
        id: 'part',
        type: 'bar' as const,
        data: [],
        itemStyle: { color: theme.accent },
        // Over the bars it is a part of.
        barGap: -1,
        silent: true,
      },
      ...(picture.before
        ? [
            {
              type: 'line' as const,
              data: [...picture.before],
              step: 'middle' as const,
              symbol: 'none',
              lineStyle: { color: theme.ink, width: 1.25 * scale, opacity: 0.75 },
              silent: true,
            },
          ]
        : []),
    ],
  }
}

function firstIndex(points: unknown): number | null {
  const first: unknown = Array.isArray(points) ? points[0] : points
  if (typeof first !== 'object' || first === null || !('dataIndex' in first)) return null
  return typeof first.dataIndex === 'number' ? first.dataIndex : null
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
