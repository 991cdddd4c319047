import type { DefaultProps, LayerProps, UpdateParameters } from '@deck.gl/core'
import type { Texture } from '@luma.gl/core'
import { Model } from '@luma.gl/engine'
import type { AreaMesh } from '../geometry/areaMesh.ts'
import { visibleRuns } from '../geometry/chunks.ts'
import { type AreaPaint, paintWidth } from './AreaPaint.ts'
import { FlatLayer } from './FlatLayer.ts'
import { type Blending, clipMatrix, visibleBox } from './frame.ts'
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

interface Coloured {
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
export class AreaFillLayer extends FlatLayer<AreaFillProps> {
  static override layerName = 'AreaFillLayer'
  static override defaultProps = defaultProps

  override initializeState(): void {
    super.initializeState()
    const coloured: Coloured = { colors: null, painted: -1 }
    this.setState(coloured)
  }

  #coloured(): Coloured {
    return this.state as unknown as Coloured
  }

  protected override blending(): Blending {
    return this.props.opaque ? 'opaque' : 'over'
  }

  override updateState({ props, oldProps, changeFlags }: UpdateParameters<this>): void {
    const first = changeFlags.dataChanged === 'A new layer was added' || !this.flat().drawing
    if (first || props.mesh !== oldProps.mesh) this.setMesh(props.mesh, 'corner', () => this.#createModel())
    if (first || props.texels !== oldProps.texels || props.paint !== oldProps.paint) this.#updateColors()
  }

  #createModel(): Model {
    return new Model(this.context.device, {
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
    })
  }

  #updateColors(): void {
    const coloured = this.#coloured()
    const { paint } = this.props
    const texels = paint?.texels ?? this.props.texels
    if (!texels) return
    coloured.painted = paint?.revision ?? -1
    const height = Math.max(1, Math.ceil(texels.length / 4 / paintWidth))
    let data = texels
    // A paint comes in whole rows and is taken as it is.
    if (data.length !== 4 * paintWidth * height) {
      data = new Uint8Array(4 * paintWidth * height)
      data.set(texels)
    }
    if (!coloured.colors || coloured.colors.height !== height) {
      coloured.colors?.destroy()
      coloured.colors = this.context.device.createTexture({
        format: 'rgba8unorm',
        width: paintWidth,
        height,
        sampler: { minFilter: 'nearest', magFilter: 'nearest', mipmapFilter: 'none' },
      })
    }
    uploadBytes(this.context.device, coloured.colors, data)
  }

  protected override drawModel(model: Model): void {
    const { mesh, opacity, ground, paint } = this.props
    if (paint && paint.revision !== this.#coloured().painted) this.#updateColors()
    const { colors } = this.#coloured()
    if (!colors || !mesh) return
    const { viewport, device } = this.context
    model.setBindings({ areaColors: colors })
    model.shaderInputs.setProps({
      areaFill: {
        clip: clipMatrix(viewport, mesh.origin),
        ground: ground.map((channel) => channel / 255),
        opacity,
        pixelRatio: device.getDefaultCanvasContext().cssToDeviceRatio(),
      },
    })
    this.drawRuns(model, visibleRuns(mesh.chunks, visibleBox(viewport, mesh.origin)))
  }

  override finalizeState(): void {
    super.finalizeState()
    this.#coloured().colors?.destroy()
  }
}

export type AreaFillLayerProps = AreaFillProps & LayerProps
