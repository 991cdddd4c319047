import type { DefaultProps, UpdateParameters } from '@deck.gl/core'
import type { Texture } from '@luma.gl/core'
import { Model } from '@luma.gl/engine'
import type { AreaMesh } from '../geometry/areaMesh.ts'
import { worldX, worldY } from '../geometry/mercator.ts'
import { FlatLayer } from './FlatLayer.ts'
import { clipMatrix } from './frame.ts'
import { uploadPicture } from './upload.ts'

export interface ReliefProps {
  /** The ground to shade. */
  mesh: AreaMesh | null
  /** Shaded relief, grey: darker than the middle darkens, lighter lightens. */
  image: ImageBitmap | null
  /** West, south, east, north of the image, degrees. */
  bounds: readonly [number, number, number, number]
}

const reliefUniforms = `\
layout(std140) uniform reliefUniforms {
  mat4 clip;
  vec4 frame;
  float strength;
} relief;
`

const vertexShader = `#version 300 es
#define SHADER_NAME relief-vertex
in vec3 corner;
out vec2 uv;
void main() {
  uv = (corner.xy - relief.frame.xy) * relief.frame.zw;
  gl_Position = relief.clip * vec4(corner.xy, 0.0, 1.0);
}
`

// The picture is grey around one half; its distance from there is laid over the ground as black or white.
const fragmentShader = `#version 300 es
#define SHADER_NAME relief-fragment
precision highp float;
uniform sampler2D shading;
in vec2 uv;
out vec4 color;
void main() {
  vec2 texel = texture(shading, uv).ra;
  float light = (texel.x - 0.5) * texel.y * relief.strength;
  color = vec4(vec3(step(0.0, light)), abs(light));
}
`

const defaultProps: DefaultProps<ReliefProps> = {
  mesh: { type: 'object', value: null, optional: true },
  image: { type: 'object', value: null, optional: true },
  bounds: { type: 'array', value: [0, 0, 1, 1], compare: true },
}

/** Light and shade of the terrain over the areas' colours, inside the city only. */
export class ReliefLayer extends FlatLayer<ReliefProps> {
  static override layerName = 'ReliefLayer'
  static override defaultProps = defaultProps

  #picture(): { texture?: Texture | null } {
    return this.state as unknown as { texture?: Texture | null }
  }

  override updateState({ props, oldProps }: UpdateParameters<this>): void {
    const picture = this.#picture()
    const { device } = this.context
    if (props.image && (!picture.texture || props.image !== oldProps.image)) {
      picture.texture?.destroy()
      const { width, height } = props.image
      picture.texture = device.createTexture({
        format: 'rgba8unorm',
        width,
        height,
        sampler: { minFilter: 'linear', magFilter: 'linear', mipmapFilter: 'none' },
      })
      uploadPicture(device, picture.texture, props.image, false)
    }
    if (this.flat().vertices && props.mesh === oldProps.mesh) return
    this.setMesh(props.mesh, 'corner', () => this.#createModel())
  }

  #createModel(): Model {
    return new Model(this.context.device, {
      id: `${this.props.id}-model`,
      vs: vertexShader,
      fs: fragmentShader,
      modules: [
        {
          name: 'relief',
          vs: reliefUniforms,
          fs: reliefUniforms,
          uniformTypes: { clip: 'mat4x4<f32>', frame: 'vec4<f32>', strength: 'f32' },
        },
      ],
      bufferLayout: [{ name: 'corner', format: 'float32x3' }],
      topology: 'triangle-list',
    })
  }

  protected override drawModel(model: Model): void {
    const { texture } = this.#picture()
    const { mesh, bounds, opacity } = this.props
    if (!texture || !mesh) return
    const [west, south, east, north] = bounds
    // The image's rows run from north to south.
    const left = worldX(west)
    const top = worldY(north)
    model.setBindings({ shading: texture })
    model.shaderInputs.setProps({
      relief: {
        clip: clipMatrix(this.context.viewport, mesh.origin),
        frame: [
          left - mesh.origin[0],
          top - mesh.origin[1],
          1 / (worldX(east) - left),
          1 / (worldY(south) - top),
        ],
        strength: opacity,
      },
    })
    this.drawRuns(model, [{ first: 0, count: mesh.indices.length }])
  }

  override finalizeState(): void {
    super.finalizeState()
    this.#picture().texture?.destroy()
  }
}
