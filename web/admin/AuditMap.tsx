import { useQuery } from '@tanstack/react-query'
import { Segmented } from 'antd'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useCity } from '../hooks/useCity.ts'
import { useParameter } from '../hooks/useParameter.ts'
import { onlyLayers, useRoomScene } from '../hooks/useRoomScene.ts'
import { useScreenScale } from '../hooks/useScreenScale.ts'
import { useLanguage } from '../hooks/useView.ts'
import { sequentialBreaks } from '../map/classBreaks.ts'
import type { AreaValues, MapController, MapScene } from '../map/scene.ts'
import { nameOf } from '../state/areaTree.ts'
import { trpc } from '../trpc.ts'
import { ClassRow } from '../ui/ClassRow.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { MapStage } from '../ui/MapStage.tsx'
import { TownInset } from '../ui/TownInset.tsx'
import styles from './admin.module.css'
import { LookBoxes } from './LookBoxes.tsx'
import type { AuditFilter } from './useAuditFilter.ts'

const layersOf = onlyLayers({ townships: 1, villages: 1, grids: 1, water: 1, roads: 0.4, labels: 1 })
const levels = ['township', 'village', 'grid'] as const
const padding = { top: 24, right: 24, bottom: 24, left: 24 }

/** Where people looked: how often each area was, and of one person the boxes they had on screen. */
export function AuditMap({ filter }: { filter: AuditFilter }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city, code } = useCity()
  const scale = useScreenScale()
  const base = useRoomScene()
  const [chosen, setLevel] = useParameter('of')
  const level = levels.find((each) => each === chosen) ?? 'village'
  const [controller, setController] = useState<MapController | null>(null)
  const [hovered, setHovered] = useState<number | null>(null)
  const { from, to, person, action, purpose } = filter
  const where = useQuery(
    trpc.audit.where.queryOptions(
      { city: code ?? '', level, from, to, person, action, purpose },
      {
        enabled: code !== undefined,
        // Looking is looked at too: nothing is asked again by itself.
        staleTime: Number.POSITIVE_INFINITY,
        placeholderData: (before) => before,
      },
    ),
  )
  const answer = where.data?.level === level ? where.data : undefined

  const values = useMemo<AreaValues | null>(
    () =>
      answer
        ? {
            areaId: answer.areaId,
            value: answer.looks,
            suppressed: null,
            breaks: sequentialBreaks(answer.looks),
            ramp: 'sequential',
          }
        : null,
    [answer],
  )
  const scene = useMemo<MapScene>(
    () => ({
      ...base,
      level: { mode: 'pinned', level },
      values: values ? { [level]: values } : {},
      layers: layersOf,
      patrolRoutes: [],
      posts: [],
      padding,
    }),
    [base, level, values],
  )
  const bounds = city?.bounds ?? null
  useEffect(() => {
    if (controller && base.areas && bounds) controller.fit(bounds, { durationMs: 0 })
  }, [controller, base.areas, bounds])
  useEffect(() => controller?.on('hover', (report) => setHovered(report?.areaId ?? null)), [controller])

  const told = useCallback(
    (areaId: number) => {
      const { areas } = base
      const index = areas ? areaIndexOf(areas, areaId) : -1
      if (!areas || index < 0 || !answer) return null
      const at = answer.areaId.indexOf(areaId)
      const name = nameOf(areas, index, language)
      return at < 0
        ? t('admin.audit.notLooked', { name })
        : t('admin.audit.looked', { name, count: answer.looks[at], people: answer.people[at] })
    },
    [base, answer, language, t],
  )
  const nobody = answer?.areaId.length === 0

  if (where.error && !where.data) {
    return <ErrorState error={where.error} inPlace onRetry={() => void where.refetch()} />
  }
  return (
    <>
      <div className={styles.filters}>
        <Segmented
          value={level}
          options={levels.map((value) => ({
            value,
            label: city?.levels.find((each) => each.level === value)?.name[language] ?? value,
          }))}
          onChange={setLevel}
        />
        {answer && (
          <span className={styles.count} data-testid="looks">
            {t('admin.audit.looksTotal', { areas: answer.areaId.length, whole: answer.wholeCity })}
            {answer.total > answer.counted &&
              ` · ${t('admin.audit.looksCut', { counted: answer.counted, total: answer.total })}`}
          </span>
        )}
      </div>
      <div className={styles.looks}>
        <MapStage
          scene={scene}
          onController={setController}
          magnification={scale}
          label={t('admin.audit.onMap')}
        />
        {answer && person && <LookBoxes controller={controller} boxes={answer.boxes} />}
        <p className={styles.tip} role="status">
          {(hovered !== null && told(hovered)) ||
            t(nobody ? 'admin.audit.nobody' : person ? 'admin.audit.boxesText' : 'admin.audit.mapText')}
        </p>
        <div className={styles.insetBox}>
          <TownInset scene={scene} shown magnification={scale} />
        </div>
        {!nobody && (
          <ClassRow title={t('admin.audit.perArea')} values={values} stale={where.isFetching && !answer} />
        )}
      </div>
    </>
  )
}
