import { type DefaultProps, Layer, type UpdateParameters } from '@deck.gl/core'
import { Buffer } from '@luma.gl/core'
import type { Model } from '@luma.gl/engine'
import { type Blending, drawFlat } from './frame.ts'

/** What a layer of triangles is made of. */
interface Mesh {
  vertices: Float32Array<ArrayBuffer>
  indices: Uint32Array<ArrayBuffer>
}

interface FlatState {
  drawing: Model | null
  vertices: Buffer | null
  indices: Buffer | null
}

/**
 * What our own layers share: one model with inputs of its own, drawn flat on the ground in the order of the list.
 * A layer says what it is made of in `updateState` and draws in `drawModel`.
 */
export abstract class FlatLayer<Props extends object> extends Layer<Props> {
  static override layerName = 'FlatLayer'
  /** Nothing is told apart by depth, so nothing is pushed away in it. */
  static override defaultProps: DefaultProps = {
    getPolygonOffset: { type: 'function', value: null, optional: true },
  }

  override getModels(): Model[] {
    // deck.gl would push its projection and picking inputs into them; these layers have their own.
    return []
  }

  override initializeState(): void {
    const state: FlatState = { drawing: null, vertices: null, indices: null }
    this.setState(state)
  }

  protected flat(): FlatState {
    return this.state as unknown as FlatState
  }

  /** How its colours meet what is there. */
  protected blending(): Blending {
    return 'over'
  }

  /** Called when there is a model and the state is set. */
  protected abstract drawModel(model: Model): void

  abstract override updateState(parameters: UpdateParameters<this>): void

  /** Puts a mesh into buffers and a model made once in front of them; without triangles there is nothing to draw. */
  protected setMesh(mesh: Mesh | null, attribute: string, make: () => Model): void {
    const state = this.flat()
    state.vertices?.destroy()
    state.indices?.destroy()
    state.vertices = null
    state.indices = null
    if (!mesh || mesh.indices.length === 0) return
    const { device } = this.context
    state.vertices = device.createBuffer({ usage: Buffer.VERTEX, data: mesh.vertices })
    state.indices = device.createBuffer({ usage: Buffer.INDEX, indexType: 'uint32', data: mesh.indices })
    state.drawing ??= make()
    state.drawing.setAttributes({ [attribute]: state.vertices })
    state.drawing.setIndexBuffer(state.indices)
  }

  protected drawRuns(model: Model, runs: readonly { first: number; count: number }[]): void {
    for (const run of runs) {
      model.setDrawOffsets({ firstVertex: run.first * Uint32Array.BYTES_PER_ELEMENT, firstIndex: run.first })
      model.setIndexCount(run.count)
      model.draw(this.context.renderPass)
    }
  }

  override draw(): void {
    const { drawing, vertices } = this.flat()
    if (drawing && vertices) drawFlat(this.context.device, this.blending(), () => this.drawModel(drawing))
  }

  override finalizeState(): void {
    const { drawing, vertices, indices } = this.flat()
    drawing?.destroy()
    // A model of luma.gl 9.4 forgets its vertex array: one more for every scene of a wall's tour.
    drawing?.vertexArray.destroy()
    vertices?.destroy()
    indices?.destroy()
  }
}
