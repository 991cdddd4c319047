import type { Ramp, Theme } from '../map/scene.ts'

export function rampColors(_theme: Theme, _ramp: Ramp, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `hsl(${220 - index * 30} 40% ${25 + index * 9}%)`)
}
