import type { DefaultProps, UpdateParameters } from '@deck.gl/core'
import type { Texture } from '@luma.gl/core'
import { Model } from '@luma.gl/engine'
import { worldX, worldY } from '../geometry/mercator.ts'
import type { Atlas, AtlasEntry } from './Atlas.ts'
import { FlatLayer } from './FlatLayer.ts'
import { type Blending, clipMatrix } from './frame.ts'
import {
  cornersPerSprite,
  floatsPerCorner,
  floatsPerSprite,
  type Sprites,
  SpriteWriter,
} from './SpriteWriter.ts'
import { uploadPicture } from './upload.ts'

export interface SpriteProps {
  sprites: Sprites | null
  atlas: Atlas | null
  /** The atlas's version these sprites were cut from. */
  atlasVersion: number
  /** Sizes are metres on the ground instead of CSS pixels. */
  inMetres: boolean
  /** Factor on all sizes. */
  sizeScale: number
  /** Whole device pixels: crisp text. */
  snap: boolean
}

/** Collects sprites that stay as they are. */
export class SpriteBuilder {
  readonly #writer = new SpriteWriter()

  constructor(lng: number, lat: number) {
    this.#writer.begin(worldX(lng), worldY(lat))
  }

  /**
   * @param dx, dy shift of the picture's middle from the place, right and down; CSS pixels (or metres).
   * @param turn degrees clockwise from north.
   */
  add(
    lng: number,
    lat: number,
    entry: AtlasEntry,
    options: {
      width?: number
      height?: number
      dx?: number
      dy?: number
      turn?: number
      alpha?: number
    } = {},
  ): void {
    const { width = entry.width, height = entry.height, dx = 0, dy = 0, turn = 0, alpha = 1 } = options
    this.#writer.addSized(worldX(lng), worldY(lat), entry, width, height, dx, dy, turn, alpha)
  }

  finish(): Sprites {
    return this.#writer.finish()
  }
}

/** Two triangles a sprite over its four corners. */
function quadIndices(count: number): Uint32Array<ArrayBuffer> {
  const indices = new Uint32Array(indicesPerSprite * count)
  for (let i = 0, corner = 0; i < indices.length; i += indicesPerSprite, corner += cornersPerSprite) {
    indices[i] = corner
    indices[i + 1] = indices[i + 3] = corner + 1
    indices[i + 2] = indices[i + 4] = corner + 2
    indices[i + 5] = corner + 3
  }
  return indices
}

const indicesPerSprite = 6

const spriteUniforms = `\
layout(std140) uniform spriteUniforms {
  mat4 clip;
  vec2 viewport;
  float scale;
  float turn;
  float opacity;
  float snap;
} sprite;
`

const vertexShader = `#version 300 es
#define SHADER_NAME sprite-vertex
in vec2 place;
in vec2 cut;
in vec4 box;
in float turn;
in float alpha;
out vec2 uv;
flat out float shade;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float((gl_VertexID >> 1) & 1));
  uv = cut;
  vec2 offset = ((corner - 0.5) * box.xy + box.zw) * sprite.scale;
  float angle = turn - sprite.turn;
  if (turn != 0.0) offset = vec2(cos(angle) * offset.x - sin(angle) * offset.y, sin(angle) * offset.x + cos(angle) * offset.y);
  vec4 position = sprite.clip * vec4(place, 0.0, 1.0);
  vec2 screen = position.xy / position.w * sprite.viewport * 0.5;
  if (sprite.snap > 0.0) {
    vec2 topLeft = screen + vec2(offset.x, -offset.y) - (corner - 0.5) * vec2(1.0, -1.0) * box.xy;
    vec2 shift = box.xy * vec2(-0.5, 0.5);
    vec2 snapped = floor((topLeft + shift + sprite.viewport * 0.5) * sprite.snap + 0.5) / sprite.snap - shift - sprite.viewport * 0.5;
    screen += snapped - topLeft;
  }
  screen += vec2(offset.x, -offset.y);
  gl_Position = vec4(screen * 2.0 / sprite.viewport * position.w, position.z, position.w);
  shade = alpha * sprite.opacity;
}
`

const fragmentShader = `#version 300 es
#define SHADER_NAME sprite-fragment
precision highp float;
uniform sampler2D pictures;
in vec2 uv;
flat in float shade;
out vec4 color;
void main() {
  color = texture(pictures, uv) * shade;
}
`

const defaultProps: DefaultProps<SpriteProps> = {
  sprites: { type: 'object', value: null, optional: true },
  atlas: { type: 'object', value: null, optional: true },
  atlasVersion: 0,
  inMetres: false,
  sizeScale: 1,
  snap: false,
}

/**
 * Upright pictures from an atlas: symbols and labels. Each has four corners of its own and all are drawn as one mesh: drawn
 * as instances, each would be a draw of its own to a renderer without a GPU, 25 µs a sprite.
 */
export class SpriteLayer extends FlatLayer<SpriteProps> {
  static override layerName = 'SpriteLayer'
  static override defaultProps = defaultProps

  /** Beside the drawing: the texture cut from, and the version of the sprites in the buffer. */
  #pictures(): { texture?: Texture | null; version?: number } {
    return this.state as unknown as { texture?: Texture | null; version?: number }
  }

  protected override blending(): Blending {
    // Pictures come premultiplied from the canvas.
    return 'overPremultiplied'
  }

  override updateState({ props, oldProps }: UpdateParameters<this>): void {
    const first = !this.#pictures().texture
    if (first || props.sprites !== oldProps.sprites) this.#updateSprites()
    if (first || props.atlas !== oldProps.atlas || props.atlasVersion !== oldProps.atlasVersion)
      this.#updateTexture(props.atlas === oldProps.atlas ? oldProps.atlasVersion : -1)
  }

  #updateSprites(): void {
    const state = this.flat()
    const { sprites } = this.props
    this.#pictures().version = sprites?.version
    if (!sprites || sprites.count === 0) {
      state.vertices?.destroy()
      state.vertices = null
      return
    }
    // What changes in every frame keeps its buffer while it has that size. It is written whole: part of a buffer that the
    // last frame still draws from would have to wait for it.
    if (state.drawing && state.vertices?.byteLength === sprites.data.byteLength)
      state.vertices.write(sprites.data)
    else this.setMesh(this.#meshOf(sprites), 'corners', () => this.#createModel())
  }

  /** As much as there is room for, so that the buffers last while fewer or more are written. */
  #meshOf({ data }: Sprites) {
    return { vertices: data, indices: quadIndices(data.length / floatsPerSprite) }
  }

  #createModel(): Model {
    return new Model(this.context.device, {
      id: `${this.props.id}-model`,
      vs: vertexShader,
      fs: fragmentShader,
      modules: [
        {
          name: 'sprite',
          vs: spriteUniforms,
          fs: spriteUniforms,
          uniformTypes: {
            clip: 'mat4x4<f32>',
            viewport: 'vec2<f32>',
            scale: 'f32',
            turn: 'f32',
            opacity: 'f32',
            snap: 'f32',
          },
        },
      ],
      bufferLayout: [
        {
          name: 'corners',
          byteStride: 4 * floatsPerCorner,
          attributes: [
            { attribute: 'place', format: 'float32x2', byteOffset: 0 },
            { attribute: 'cut', format: 'float32x2', byteOffset: 8 },
            { attribute: 'box', format: 'float32x4', byteOffset: 16 },
            { attribute: 'turn', format: 'float32', byteOffset: 32 },
            { attribute: 'alpha', format: 'float32', byteOffset: 36 },
          ],
        },
      ],
      topology: 'triangle-list',
    })
  }

  /** @param version of the atlas that is in the texture, -1: none. */
  #updateTexture(version: number): void {
    const pictures = this.#pictures()
    const { atlas } = this.props
    if (!atlas) return
    const { device } = this.context
    const { width, height } = atlas.canvas
    if (!pictures.texture || pictures.texture.width !== width || pictures.texture.height !== height) {
      pictures.texture?.destroy()
      pictures.texture = device.createTexture({
        format: 'rgba8unorm',
        width,
        height,
        sampler: { minFilter: 'linear', magFilter: 'linear', mipmapFilter: 'none' },
      })
      uploadPicture(device, pictures.texture, atlas.canvas, true)
      return
    }
    // A new word is a few rows of some thousand.
    const changed = atlas.changedSince(version)
    if (changed.height > 0)
      uploadPicture(device, pictures.texture, atlas.rows(changed.top, changed.height), true, changed.top)
  }

  override draw(): void {
    if (this.#pictures().version !== this.props.sprites?.version) this.#updateSprites()
    super.draw()
  }

  protected override drawModel(model: Model): void {
    const { texture } = this.#pictures()
    const { sprites, inMetres, sizeScale, snap, opacity } = this.props
    if (!texture || !sprites) return
    const { viewport, device } = this.context
    const bearing = 'bearing' in viewport && typeof viewport.bearing === 'number' ? viewport.bearing : 0
    model.setBindings({ pictures: texture })
    model.shaderInputs.setProps({
      sprite: {
        clip: clipMatrix(viewport, sprites.origin),
        viewport: [viewport.width, viewport.height],
        scale: inMetres ? viewport.distanceScales.unitsPerMeter[0] * viewport.scale : sizeScale,
        turn: (bearing * Math.PI) / 180,
        opacity,
        snap: snap ? device.getDefaultCanvasContext().cssToDeviceRatio() : 0,
      },
    })
    this.drawRuns(model, [{ first: 0, count: indicesPerSprite * sprites.count }])
  }

  override finalizeState(): void {
    super.finalizeState()
    this.#pictures().texture?.destroy()
  }
}
