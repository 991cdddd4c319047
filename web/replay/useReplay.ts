import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useEffectEvent, useMemo, useState } from 'react'
import { useAccess } from '../hooks/useAccess.ts'
import { useCityCode } from '../hooks/useCity.ts'
import { useParameter } from '../hooks/useParameter.ts'
import { showStore } from '../live/live.ts'
import { pointRights } from '../state/access.ts'
import { client, trpc } from '../trpc.ts'
import { pastIncidentsOf, pieceOf } from './reel.ts'
import { ReplayPlayer } from './replayPlayer.ts'
import { decodeReplay, encodeReplay, type ReplaySpan } from './replaySearch.ts'

/** Seconds between two fixes of a unit in a replay. */
const everyS = 5
const hourMs = 3_600_000

/** The last hour, in whole minutes. */
export function lastHour(now: number): ReplaySpan {
  const to = Math.floor(now / 60_000) * 60_000
  return { from: to - hourMs, to, at: to - hourMs }
}

/** A replay of the map: its period in the URL, what was in memory, shown in the place of what is live. */
export function useReplay() {
  const [text, setText] = useParameter('replay')
  const city = useCityCode()
  const access = useAccess()
  const possible = access.can(...pointRights)
  const seesUnits = access.may('points.publicOrder') && access.can('patrols')
  const allowed = access.may(...pointRights)
  const span = useMemo(() => decodeReplay(text), [text])
  const open = text !== undefined && possible
  const from = open ? span?.from : undefined
  const to = open ? span?.to : undefined
  const [player, setPlayer] = useState<ReplayPlayer | null>(null)

  // The instant in the URL is where it begins; afterwards the player writes it.
  const make = useEffectEvent(
    (start: number, end: number, load: ConstructorParameters<typeof ReplayPlayer>[3]) => {
      return new ReplayPlayer(start, end, span?.at ?? start, load)
    },
  )
  useEffect(() => {
    if (from === undefined || to === undefined || city === undefined) return
    const load = async (start: number, end: number) =>
      pieceOf(
        await client.replay.tracks.query({
          city,
          from: new Date(start).toISOString(),
          to: new Date(end).toISOString(),
          everyS,
        }),
      )
    const made = make(from, to, seesUnits ? load : null)
    setPlayer(made)
    showStore(made.store)
    return () => {
      made.stop()
      setPlayer(null)
      showStore(null)
    }
  }, [from, to, city, seesUnits])

  const incidents = useQuery(
    trpc.replay.incidents.queryOptions(
      {
        city: city ?? '',
        from: new Date(from ?? 0).toISOString(),
        to: new Date(to ?? 0).toISOString(),
      },
      { enabled: allowed && player !== null && from !== undefined && to !== undefined },
    ),
  )
  const { data } = incidents
  useEffect(() => {
    if (!player || !data) return
    player.reel.setIncidents(pastIncidentsOf(data))
    player.refresh()
  }, [player, data])

  const show = useCallback(
    (wanted: ReplaySpan) => setText(encodeReplay(wanted), { replace: true }),
    [setText],
  )
  const close = useCallback(() => setText(undefined), [setText])
  const start = useCallback(() => show(lastHour(Date.now())), [show])
  return {
    open,
    possible,
    allowed,
    seesUnits,
    invalid: open && span === null,
    player,
    incidents,
    show,
    close,
    start,
  }
}

export type Replaying = ReturnType<typeof useReplay>
