import { type DefaultProps, Layer, type UpdateParameters } from '@deck.gl/core'
import { Buffer, type Texture } from '@luma.gl/core'
import { Model } from '@luma.gl/engine'
import type { AreaMesh } from '../geometry/areaMesh.ts'
import { worldX, worldY } from '../geometry/mercator.ts'
import { clipMatrix, flatParameters } from './frame.ts'
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

interface State {
  drawing: Model | null
  vertices: Buffer | null
  indices: Buffer | null
  texture: Texture | null
}

const defaultProps: DefaultProps<ReliefProps> = {
  mesh: { type: 'object', value: null, optional: true },
  image: { type: 'object', value: null, optional: true },
  bounds: { type: 'array', value: [0, 0, 1, 1], compare: true },
}

/** Light and shade of the terrain over the areas' colours, inside the city only. */
export class ReliefLayer extends Layer<ReliefProps> {
  static override layerName = 'ReliefLayer'
  static override defaultProps = defaultProps

  override getModels(): Model[] {
    // deck.gl would push its projection and picking inputs into them; this layer has its own.
    return []
  }

  override initializeState(): void {
    const state: State = { drawing: null, vertices: null, indices: null, texture: null }
    this.setState(state)
  }

  #own(): State {
    return this.state as unknown as State
  }

  override updateState({ props, oldProps }: UpdateParameters<this>): void {
    const state = this.#own()
    const { device } = this.context
    if (props.image && (!state.texture || props.image !== oldProps.image)) {
      state.texture?.destroy()
      const { width, height } = props.image
      state.texture = device.createTexture({
        format: 'rgba8unorm',
        width,
        height,
        sampler: { minFilter: 'linear', magFilter: 'linear', mipmapFilter: 'none' },
      })
      uploadPicture(device, state.texture, props.image, false)
    }
    if (!props.mesh || (state.vertices && props.mesh === oldProps.mesh)) return
    state.vertices?.destroy()
    state.indices?.destroy()
    state.vertices = device.createBuffer({ usage: Buffer.VERTEX, data: props.mesh.vertices })
    state.indices = device.createBuffer({
      usage: Buffer.INDEX,
      indexType: 'uint32',
      data: props.mesh.indices,
    })
    state.drawing ??= new Model(device, {
      id: `${props.id}-model`,
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
      parameters: flatParameters,
    })
    state.drawing.setAttributes({ corner: state.vertices })
    state.drawing.setIndexBuffer(state.indices)
  }

  override draw(): void {
    const { drawing, texture } = this.#own()
    const { mesh, bounds, opacity } = this.props
    if (!drawing || !texture || !mesh) return
    const { viewport, renderPass } = this.context
    const [west, south, east, north] = bounds
    // The image's rows run from north to south.
    const left = worldX(west)
    const top = worldY(north)
    drawing.setBindings({ shading: texture })
    drawing.shaderInputs.setProps({
      relief: {
        clip: clipMatrix(viewport, mesh.origin),
        frame: [
          left - mesh.origin[0],
          top - mesh.origin[1],
          1 / (worldX(east) - left),
          1 / (worldY(south) - top),
        ],
        strength: opacity,
      },
    })
    drawing.setIndexCount(mesh.indices.length)
    drawing.draw(renderPass)
  }

  override finalizeState(): void {
    const { drawing, vertices, indices, texture } = this.#own()
    drawing?.destroy()
    vertices?.destroy()
    indices?.destroy()
    texture?.destroy()
  }
}
