import { type DefaultProps, Layer, type LayerProps, type UpdateParameters } from '@deck.gl/core'
import { Buffer, type Texture } from '@luma.gl/core'
import { Model } from '@luma.gl/engine'
import type { AreaMesh } from '../geometry/areaMesh.ts'
import { visibleRuns } from '../geometry/chunks.ts'
import { type AreaPaint, paintWidth } from './AreaPaint.ts'
import { clipMatrix, flatParameters, visibleBox } from './frame.ts'
import { uploadBytes } from './upload.ts'

export interface AreaFillProps {
  mesh: AreaMesh | null
  /**
   * Red, green, blue, alpha of every area by its index. The lowest bit of alpha hatches the area, the other seven are
   * its opacity. A new array recolours: one texel an area is written, no vertex.
   */
  texels: Uint8Array<ArrayBuffer> | null
  /** Takes the place of `texels` and may change between frames without a new layer. */
  paint: AreaPaint | null
  /** Red, green, blue 0…255 of what lies below: shows between the stripes of a hatch. */
  ground: readonly [number, number, number]
  /** Colours cover what is below, whatever their alpha says: nothing to blend, half the work without a GPU. */
  opaque: boolean
}

const areaFillUniforms = `\
layout(std140) uniform areaFillUniforms {
  mat4 clip;
  vec3 ground;
  float opacity;
  float pixelRatio;
} areaFill;
`

const vertexShader = `#version 300 es
#define SHADER_NAME area-fill-vertex
in vec3 corner;
uniform sampler2D areaColors;
flat out vec4 fill;
flat out float hatch;
void main() {
  int area = int(corner.z + 0.5);
  vec4 texel = texelFetch(areaColors, ivec2(area % ${paintWidth}, area / ${paintWidth}), 0);
  float coded = floor(texel.a * 255.0 + 0.5);
  hatch = mod(coded, 2.0);
  fill = vec4(texel.rgb, floor(coded / 2.0) / 127.0 * areaFill.opacity);
  gl_Position = fill.a == 0.0 ? vec4(2.0, 2.0, 2.0, 1.0) : areaFill.clip * vec4(corner.xy, 0.0, 1.0);
}
`

const fragmentShader = `#version 300 es
#define SHADER_NAME area-fill-fragment
precision highp float;
flat in vec4 fill;
flat in float hatch;
out vec4 color;
void main() {
  color = fill;
  if (hatch > 0.5) {
    float stripe = mod((gl_FragCoord.x + gl_FragCoord.y) / areaFill.pixelRatio, 7.0);
    if (stripe > 1.5) color.rgb = mix(areaFill.ground, color.rgb, 0.12);
  }
}
`

interface State {
  drawing: Model | null
  vertices: Buffer | null
  indices: Buffer | null
  colors: Texture | null
  /** What of `paint` is in the texture. */
  painted: number
}

const defaultProps: DefaultProps<AreaFillProps> = {
  mesh: { type: 'object', value: null, optional: true },
  texels: { type: 'object', value: null, optional: true },
  paint: { type: 'object', value: null, optional: true },
  ground: { type: 'array', value: [0, 0, 0], compare: true },
  opaque: false,
}

/** Filled areas from one vertex buffer, coloured from a texture by area index; chunks out of view are not drawn. */
export class AreaFillLayer extends Layer<AreaFillProps> {
  static override layerName = 'AreaFillLayer'
  static override defaultProps = defaultProps

  override getModels(): Model[] {
    // deck.gl would push its projection and picking inputs into them; this layer has its own.
    return []
  }

  override initializeState(): void {
    const state: State = { drawing: null, vertices: null, indices: null, colors: null, painted: -1 }
    this.setState(state)
  }

  #own(): State {
    return this.state as unknown as State
  }

  override updateState({ props, oldProps, changeFlags }: UpdateParameters<this>): void {
    const first = changeFlags.dataChanged === 'A new layer was added' || !this.#own().drawing
    if (first || props.mesh !== oldProps.mesh) this.#updateMesh()
    if (first || props.texels !== oldProps.texels || props.paint !== oldProps.paint) this.#updateColors()
  }

  #updateMesh(): void {
    const state = this.#own()
    const { mesh } = this.props
    state.vertices?.destroy()
    state.indices?.destroy()
    state.vertices = null
    state.indices = null
    if (!mesh || mesh.indices.length === 0) return
    const { device } = this.context
    state.vertices = device.createBuffer({ usage: Buffer.VERTEX, data: mesh.vertices })
    state.indices = device.createBuffer({ usage: Buffer.INDEX, indexType: 'uint32', data: mesh.indices })
    state.drawing ??= new Model(device, {
      id: `${this.props.id}-model`,
      vs: vertexShader,
      fs: fragmentShader,
      modules: [
        {
          name: 'areaFill',
          vs: areaFillUniforms,
          fs: areaFillUniforms,
          uniformTypes: { clip: 'mat4x4<f32>', ground: 'vec3<f32>', opacity: 'f32', pixelRatio: 'f32' },
        },
      ],
      bufferLayout: [{ name: 'corner', format: 'float32x3' }],
      topology: 'triangle-list',
      parameters: this.props.opaque ? { ...flatParameters, blend: false } : flatParameters,
    })
    state.drawing.setAttributes({ corner: state.vertices })
    state.drawing.setIndexBuffer(state.indices)
  }

  #updateColors(): void {
    const state = this.#own()
    const { paint } = this.props
    const texels = paint?.texels ?? this.props.texels
    if (!texels) return
    state.painted = paint?.revision ?? -1
    const height = Math.max(1, Math.ceil(texels.length / 4 / paintWidth))
    let data = texels
    // A paint comes in whole rows and is taken as it is.
    if (data.length !== 4 * paintWidth * height) {
      data = new Uint8Array(4 * paintWidth * height)
      data.set(texels)
    }
    if (!state.colors || state.colors.height !== height) {
      state.colors?.destroy()
      state.colors = this.context.device.createTexture({
        format: 'rgba8unorm',
        width: paintWidth,
        height,
        sampler: { minFilter: 'nearest', magFilter: 'nearest', mipmapFilter: 'none' },
      })
    }
    uploadBytes(this.context.device, state.colors, data)
  }

  override draw(): void {
    const { mesh, opacity, ground, paint } = this.props
    if (paint && paint.revision !== this.#own().painted) this.#updateColors()
    const { drawing: model, vertices, colors } = this.#own()
    if (!model || !vertices || !colors || !mesh) return
    const { viewport, renderPass, device } = this.context
    model.setBindings({ areaColors: colors })
    const pixelRatio = device.getDefaultCanvasContext().cssToDeviceRatio()
    model.shaderInputs.setProps({
      areaFill: {
        clip: clipMatrix(viewport, mesh.origin),
        ground: ground.map((channel) => channel / 255),
        opacity,
        pixelRatio,
      },
    })
    for (const run of visibleRuns(mesh.chunks, visibleBox(viewport, mesh.origin))) {
      model.setDrawOffsets({ firstVertex: run.first * Uint32Array.BYTES_PER_ELEMENT, firstIndex: run.first })
      model.setIndexCount(run.count)
      model.draw(renderPass)
    }
  }

  override finalizeState(): void {
    const { drawing: model, vertices, indices, colors } = this.#own()
    model?.destroy()
    vertices?.destroy()
    indices?.destroy()
    colors?.destroy()
  }
}

export type AreaFillLayerProps = AreaFillProps & LayerProps
