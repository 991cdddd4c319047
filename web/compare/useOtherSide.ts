import { useCallback, useMemo } from 'react'
import { useCity, useVersion, useWindow } from '../hooks/useCity.ts'
import { type OtherView, useChangeView, useView } from '../hooks/useView.ts'
import { decodeOtherSide, encodeOtherSide, type OtherSide } from '../state/compareSearch.ts'
import { defaultWindow } from '../state/timeWindow.ts'
import type { ViewSearch } from '../state/viewSearch.ts'

/** The second side of the comparison in the URL; null while there is none. Use it outside of `OtherViewContext`. */
export function useOtherSide() {
  const rest = useView((view) => view.rest)
  const own = useView((view) => view.window) ?? defaultWindow
  const ownKinds = useView((view) => view.kinds)
  const changeView = useChangeView()
  const { data: city } = useCity()
  const version = useVersion()
  const before = useWindow()?.before
  const side = useMemo(() => decodeOtherSide(rest), [rest])

  const open = useCallback(() => {
    const { play: _, ...others } = rest ?? {}
    changeView({ rest: encodeOtherSide(others, {}) })
  }, [rest, changeView])
  const close = useCallback(() => changeView({ rest: encodeOtherSide(rest, undefined) }), [rest, changeView])

  /** What the second map and its pickers see, and where their changes go. */
  const other = useMemo<OtherView | null>(() => {
    if (!side || !city || !before) return null
    const view: Partial<ViewSearch> = {
      window: side.window ?? { preset: 'custom', from: before.from, to: before.to },
      kinds: side.kinds === 'all' ? undefined : (side.kinds ?? ownKinds),
      version: side.version ?? version,
    }
    return {
      view,
      change: (change, options) => {
        const { window: _window, kinds: _kinds, version: _version, ...shared } = change
        const next: OtherSide = { ...side }
        if ('window' in change) next.window = change.window ?? defaultWindow
        if ('kinds' in change) next.kinds = change.kinds ?? 'all'
        if ('version' in change) next.version = change.version ?? city.currentVersion
        changeView({ ...shared, rest: encodeOtherSide(rest, next) }, { replace: true, ...options })
      },
    }
  }, [side, city, before, ownKinds, version, rest, changeView])

  /** Each side takes the other's window, kinds and boundaries. */
  const swap = useCallback(() => {
    if (!other || !city) return
    changeView(
      {
        window: other.view.window,
        kinds: other.view.kinds,
        version: other.view.version === city.currentVersion ? undefined : other.view.version,
        rest: encodeOtherSide(rest, {
          window: own,
          kinds: ownKinds ?? 'all',
          version: version ?? city.currentVersion,
        }),
      },
      { replace: true },
    )
  }, [other, city, own, ownKinds, version, rest, changeView])

  return { side, other, open, close, swap }
}
