import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useAccess } from '../hooks/useAccess.ts'
import { useCityCode } from '../hooks/useCity.ts'
import { useNow } from '../hooks/useNow.ts'
import { useParameter } from '../hooks/useParameter.ts'
import { useLanguage } from '../hooks/useView.ts'
import { client, type Outputs, trpc } from '../trpc.ts'

export type DrillRoom = Outputs['drills']['room']
export type DrillInject = DrillRoom['injects'][number]
export type DrillExpectation = DrillInject['expected'][number]

/** Instants of a drill by the server's clock, at an instant of this browser's; epoch milliseconds. None after its end. */
export function drillClock(room: DrillRoom, heardAt: number, now: number): number {
  return Math.min(Date.parse(room.endsAt), Date.parse(room.at) + (now - heardAt))
}

/** The clock of a drill, ticking; this browser's while there is none. */
export function useDrillNow(room: DrillRoom | undefined, heardAt: number): number {
  const now = useNow(1000)
  return room ? drillClock(room, heardAt, now) : now
}

/** A drill that runs is looked at again this often, milliseconds. */
const againMs = 2_000

/** The drill room of the map: `?drill=list`, or the number of a drill. */
export function useDrill() {
  const [text, setText] = useParameter('drill')
  const city = useCityCode()
  const language = useLanguage()
  const may = useAccess().may('dispatch')
  const open = text !== undefined && may
  const id = open && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null
  const queries = useQueryClient()
  const wanted = { city: city ?? '' }
  const asks = open && city !== undefined
  const scenarios = useQuery(trpc.drills.scenarios.queryOptions(wanted, { enabled: asks && id === null }))
  const list = useQuery(trpc.drills.list.queryOptions(wanted, { enabled: asks && id === null, staleTime: 0 }))
  const room = useQuery(
    trpc.drills.room.queryOptions(
      { ...wanted, drillId: id ?? 0 },
      {
        enabled: asks && id !== null,
        staleTime: 0,
        refetchInterval: (query) => (query.state.data?.over ? false : againMs),
      },
    ),
  )
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: trpc.drills.room.queryKey() }),
      queries.invalidateQueries({ queryKey: trpc.drills.list.queryKey() }),
    ])
  const start = useMutation({
    mutationFn: (input: { scenario: string; pace: number }) =>
      client.drills.start.mutate({ ...wanted, ...input }),
    onSuccess: ({ drillId }) => setText(String(drillId)),
  })
  const end = useMutation({
    mutationFn: (drillId: number) => client.drills.end.mutate({ ...wanted, drillId }),
    onSettled: refresh,
  })
  const respond = useMutation({
    mutationFn: (input: { drillId: number; expectation: string; unitNumber?: number }) =>
      client.drills.respond.mutate({ ...wanted, ...input }),
    onSettled: refresh,
  })
  const retract = useMutation({
    mutationFn: (input: { drillId: number; expectation: string }) =>
      client.drills.retract.mutate({ ...wanted, ...input }),
    onSettled: refresh,
  })
  const send = useMutation({
    mutationFn: (input: { drillId: number; unitNumber: number; inject: string }) =>
      client.drills.send.mutate({ ...wanted, ...input }),
    onSettled: refresh,
  })
  const again = () => queries.invalidateQueries({ queryKey: trpc.drills.scenarios.queryKey() })
  const bring = useMutation({
    mutationFn: (scenario: unknown) => client.drills.importScenario.mutate({ ...wanted, scenario, language }),
    onSuccess: again,
  })
  const remove = useMutation({
    mutationFn: (code: string) => client.drills.removeScenario.mutate({ ...wanted, code }),
    onSettled: again,
  })
  const scenario = useCallback(
    (code: string) => client.drills.scenario.query({ city: city ?? '', code }),
    [city],
  )
  const show = useCallback((drillId: number) => setText(String(drillId)), [setText])
  const showList = useCallback(() => setText('list'), [setText])
  const close = useCallback(() => setText(undefined), [setText])
  const error =
    [scenarios, list, room, start, end, respond, retract, send, remove].find((each) => each.error)?.error ??
    null
  return {
    open,
    may,
    id,
    scenarios,
    list,
    room,
    start,
    end,
    respond,
    retract,
    send,
    bring,
    remove,
    scenario,
    show,
    showList,
    close,
    error,
  }
}

export type Drilling = ReturnType<typeof useDrill>
