import type {
  Calls,
  CameraClusters,
  LineMeshes,
  LoadedAreas,
  LoadedCameras,
  LoadedLines,
} from '../workers/protocol.ts'
import { askWorker } from './bundles.ts'
import type { AreaMesh } from './geometry/areaMesh.ts'
import { detailCount } from './geometry/detail.ts'
import type { StrokeMesh } from './geometry/strokeMesh.ts'

type MeshName = 'areaMesh' | 'borders' | 'lineMeshes'

/** What the worker builds, by question: asked for once, remembered, announced when it arrives. */
export class MeshStore {
  readonly #ready = new Map<string, AreaMesh | StrokeMesh | LineMeshes>()
  readonly #asked = new Set<string>()
  readonly #onReady: () => void
  readonly #onError: (error: Error) => void

  constructor(onReady: () => void, onError: (error: Error) => void) {
    this.#onReady = onReady
    this.#onError = onError
  }

  areaMesh(areas: LoadedAreas, level: number, detail: number): AreaMesh | null {
    const known = this.#nearest(
      detail,
      (each) => `areas ${areas.key} ${level} ${each}`,
      (each) =>
        this.#ask(`areas ${areas.key} ${level} ${each}`, 'areaMesh', { key: areas.key, level, detail: each }),
    )
    return known && 'vertices' in known && 'chunks' in known ? known : null
  }

  borders(areas: LoadedAreas, detail: number): StrokeMesh | null {
    const known = this.#nearest(
      detail,
      (each) => `borders ${areas.key} ${each}`,
      (each) => this.#ask(`borders ${areas.key} ${each}`, 'borders', { key: areas.key, detail: each }),
    )
    return known && 'groups' in known ? known : null
  }

  lines(lines: LoadedLines, detail: number): LineMeshes | null {
    const known = this.#nearest(
      detail,
      (each) => `lines ${lines.key} ${each}`,
      (each) => this.#ask(`lines ${lines.key} ${each}`, 'lineMeshes', { key: lines.key, detail: each }),
    )
    return known && 'roads' in known ? known : null
  }

  /** The mesh of a level of detail, or until it is there the nearest one that is. */
  #nearest(
    detail: number,
    keyOf: (detail: number) => string,
    ask: (detail: number) => void,
  ): AreaMesh | StrokeMesh | LineMeshes | null {
    const exact = this.#ready.get(keyOf(detail))
    if (exact) return exact
    ask(detail)
    for (let away = 1; away < detailCount; away++) {
      const near = this.#ready.get(keyOf(detail - away)) ?? this.#ready.get(keyOf(detail + away))
      if (near) return near
    }
    return null
  }

  #ask<Name extends MeshName>(key: string, name: Name, question: Calls[Name][0]): void {
    if (this.#asked.has(key)) return
    this.#asked.add(key)
    askWorker(name, question).then(
      (mesh) => {
        this.#ready.set(key, mesh)
        this.#onReady()
      },
      (error: unknown) => this.#onError(error instanceof Error ? error : new Error(String(error))),
    )
  }

  /** Drops everything, e.g. when another city comes. */
  clear(): void {
    this.#ready.clear()
    this.#asked.clear()
  }
}

/** Cameras of the view in groups, asked for as the view moves; the last answer stays until the next is there. */
export class ClusterStore {
  #answer: { cameras: LoadedCameras; clusters: CameraClusters } | null = null
  #wanted = ''
  readonly #onReady: () => void
  readonly #onError: (error: Error) => void

  constructor(onReady: () => void, onError: (error: Error) => void) {
    this.#onReady = onReady
    this.#onError = onError
  }

  get(
    cameras: LoadedCameras,
    bounds: readonly [number, number, number, number],
    zoom: number,
  ): CameraClusters | null {
    // Half a view more on each side, on a lattice of half views: panning a little asks nothing.
    const width = bounds[2] - bounds[0]
    const height = bounds[3] - bounds[1]
    const west = Math.floor(bounds[0] / width - 0.5) * width
    const south = Math.floor(bounds[1] / height - 0.5) * height
    const box: [number, number, number, number] = [west, south, west + 3 * width, south + 3 * height]
    const step = Math.floor(zoom)
    const wanted = `${cameras.key} ${step} ${Math.round(zoom * 4)} ${box.map((each) => each.toFixed(6)).join(' ')}`
    if (wanted !== this.#wanted) {
      this.#wanted = wanted
      askWorker('clusters', { key: cameras.key, bounds: box, zoom: step }).then(
        (clusters) => {
          // A later question overtakes this one.
          if (this.#wanted !== wanted) return
          this.#answer = { cameras, clusters }
          this.#onReady()
        },
        (error: unknown) => this.#onError(error instanceof Error ? error : new Error(String(error))),
      )
    }
    return this.#answer?.cameras === cameras ? this.#answer.clusters : null
  }

  /** The groups shown now. */
  get current(): CameraClusters | null {
    return this.#answer?.clusters ?? null
  }
}
