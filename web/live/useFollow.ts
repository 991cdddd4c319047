import { useEffect } from 'react'
import { create } from 'zustand'
import { useMapController, useMapEvent } from '../hooks/useMapController.ts'
import type { MapController } from '../map/scene.ts'
import type { StorePicture } from './storePicture.ts'

interface Follow {
  /** The unit the map goes with; null: none. */
  followed: number | null
  follow: (unitId: number | null) => void
}

export const useFollow = create<Follow>((set) => ({
  followed: null,
  follow: (followed) => set({ followed }),
}))

const endFollow = () => useFollow.setState({ followed: null })

/** Keeps the followed unit in the middle of the map, frame by frame while it moves, until a person drags the map. */
export function useFollowing(picture: StorePicture | null): void {
  const controller = useMapController()
  const followed = useFollow((state) => state.followed)
  useMapEvent('drag', endFollow)
  useEffect(() => {
    if (!controller || !picture || followed === null) return
    let frame = requestAnimationFrame(function step() {
      keepInMiddle(controller, picture, followed)
      frame = requestAnimationFrame(step)
    })
    return () => cancelAnimationFrame(frame)
  }, [controller, picture, followed])
  useEffect(() => endFollow, [])
}

/** Less than this far from the middle, CSS pixels, the map stays. */
const slackPixels = 0.5

function keepInMiddle(controller: MapController, picture: StorePicture, unitId: number): void {
  const point = picture.pointOf('unit', unitId)
  if (point) controller.centerOn(point, slackPixels)
}
