import { App, Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAccess } from '../hooks/useAccess.ts'
import { useCity } from '../hooks/useCity.ts'
import { useMapController } from '../hooks/useMapController.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { AgeOfAnswer } from '../live/AgeOfAnswer.tsx'
import { useLiveStore } from '../live/live.ts'
import { everyText } from '../live/spanText.ts'
import { pointAtArea } from '../state/pointing.ts'
import { client, type Outputs } from '../trpc.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { listText } from '../ui/listText.ts'
import styles from './dispatch.module.css'
import { FenceEditor } from './FenceEditor.tsx'
import { spanText } from './scheduleText.ts'
import { useFences } from './useFences.ts'
import { useSend } from './useSend.tsx'
import { useSquads } from './useSquads.ts'

type Fence = Outputs['fences']['list']['fences'][number]

/** Where squads should be, or should not, and when; for whoever may, to be made and changed. */
export function FenceList() {
  const { t } = useTranslation()
  const { code } = useCity()
  const access = useAccess()
  const { modal } = App.useApp()
  const { send, busy } = useSend()
  const { store } = useLiveStore()
  const query = useFences()
  /** null: a new one. */
  const [edited, setEdited] = useState<Fence | null | undefined>(undefined)
  if (query.isError && !query.data)
    return <ErrorState error={query.error} inPlace onRetry={() => void query.refetch()} />
  if (!query.data || code === undefined) return <Skeleton active title={false} paragraph={{ rows: 6 }} />
  const sets = access.may('dispatch')
  const { fences } = query.data
  const remove = ({ id, revision, name }: Fence) =>
    modal.confirm({
      title: t('dispatch.fences.removeAsk', { name }),
      okText: t('dispatch.fences.remove'),
      okButtonProps: { danger: true },
      cancelText: t('dispatch.editor.cancel'),
      focusable: { autoFocusButton: 'cancel' },
      onOk: () =>
        send({
          run: () => client.fences.remove.mutate({ city: code, id, revision }),
          done: t('dispatch.did.fenceRemoved'),
        }),
    })
  const add = sets && <Button onClick={() => setEdited(null)}>{t('dispatch.fences.add')}</Button>
  const open = [...store.alerts.values()].filter(({ clearedAt }) => clearedAt === null)
  return (
    <>
      {fences.length === 0 ? (
        <EmptyState action={add || undefined}>{t('dispatch.fences.none')}</EmptyState>
      ) : (
        <>
          <AgeOfAnswer at={query.dataUpdatedAt} />
          <ul className={styles.lines}>
            {fences.map((fence) => (
              <FenceLine
                key={fence.id}
                fence={fence}
                broken={open.some(
                  ({ kind, areaId, squadId }) =>
                    kind === (fence.rule === 'inside' ? 'outsideFence' : 'insideFence') &&
                    areaId === fence.areaIds[0] &&
                    squadId !== null &&
                    fence.squadIds.includes(squadId),
                )}
                sets={sets}
                busy={busy}
                onEdit={() => setEdited(fence)}
                onRemove={() => remove(fence)}
              />
            ))}
          </ul>
          {add && <div>{add}</div>}
        </>
      )}
      {edited !== undefined && <FenceEditor fence={edited} onClose={() => setEdited(undefined)} />}
    </>
  )
}

interface FenceLineProps {
  fence: Fence
  /** An alert of it is open. */
  broken: boolean
  sets: boolean
  busy: boolean
  onEdit: () => void
  onRemove: () => void
}

function FenceLine({ fence, broken, sets, busy, onEdit, onRemove }: FenceLineProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { select } = useSelection()
  const controller = useMapController()
  const { areaName } = useSquads()
  const state = fence.inForce ? 'inForce' : fence.enabled ? 'resting' : 'off'
  const [areaId] = fence.areaIds
  return (
    <li
      className={styles.line}
      data-testid={`fence-${fence.id}`}
      onMouseEnter={() => pointAtArea(areaId ?? null, 'list')}
      onMouseLeave={() => pointAtArea(null, 'list')}
    >
      <div className={styles.lineHead}>
        <button
          type="button"
          className={styles.unit}
          onClick={() => {
            if (areaId === undefined) return
            select({ kind: 'area', areaId })
            controller?.fit({ areaId })
          }}
        >
          {fence.name}
        </button>
        <span className={styles.mark} data-on={broken ? 'alert' : fence.inForce}>
          {t(`dispatch.fences.${state}`)}
        </span>
      </div>
      <div className={styles.times}>
        <span>{listText(fence.squadIds.map(areaName), language)}</span>
        <span>{t(`dispatch.fences.${fence.rule}`)}</span>
        <span>{listText(fence.areaIds.map(areaName), language)}</span>
        {fence.rule === 'inside' && <span>{t(`dispatch.fences.${fence.demand}`)}</span>}
        {fence.schedule.map((span) => (
          <span key={spanText(t, span)}>{spanText(t, span)}</span>
        ))}
        <span>{t('dispatch.fences.grace', { time: everyText(t, fence.graceS) })}</span>
      </div>
      {sets &&
        (fence.maySet ? (
          <div className={styles.buttons}>
            <Button size="small" disabled={busy} onClick={onEdit}>
              {t('dispatch.fences.edit')}
            </Button>
            <Button size="small" type="text" disabled={busy} onClick={onRemove}>
              {t('dispatch.fences.remove')}
            </Button>
          </div>
        ) : (
          <small className={styles.soft}>{t('dispatch.fences.cannot')}</small>
        ))}
    </li>
  )
}
