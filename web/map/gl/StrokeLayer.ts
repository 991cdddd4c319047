import type { DefaultProps, UpdateParameters } from '@deck.gl/core'
import { Model } from '@luma.gl/engine'
import { visibleRuns } from '../geometry/chunks.ts'
import type { StrokeMesh } from '../geometry/strokeMesh.ts'
import { FlatLayer } from './FlatLayer.ts'
import { clipMatrix, visibleBox } from './frame.ts'

export interface StrokePass {
  /** Groups of the mesh to draw. */
  keys: readonly number[]
  /** Red, green, blue 0…255, alpha 0…1. */
  color: readonly [number, number, number, number]
  /** CSS pixels, or metres when `inMetres`. */
  width: number
  inMetres?: boolean
  /** Least width in CSS pixels of a line given in metres. */
  minWidth?: number
  /** Lengths drawn and left out, CSS pixels. */
  dash?: readonly [number, number]
}

export interface StrokeProps {
  mesh: StrokeMesh | null
  /** Drawn in this order. */
  passes: readonly StrokePass[]
}

const strokeUniforms = `\
layout(std140) uniform strokeUniforms {
  mat4 clip;
  vec4 color;
  vec2 viewport;
  vec2 dash;
  float halfWidth;
  float feather;
} stroke;
`

const vertexShader = `#version 300 es
#define SHADER_NAME stroke-vertex
in vec4 point;
in vec2 along;
out float edge;
out float travelled;
void main() {
  vec4 position = stroke.clip * vec4(point.xy, 0.0, 1.0);
  vec2 push = (stroke.clip * vec4(point.zw, 0.0, 0.0)).xy * stroke.viewport;
  // Beyond half a feather nothing is covered.
  float reach = stroke.halfWidth + 0.5 * stroke.feather;
  push = normalize(push) * length(point.zw) * reach;
  position.xy += push * 2.0 / stroke.viewport * position.w;
  edge = along.x * reach;
  travelled = along.y;
  gl_Position = position;
}
`

const fragmentShader = `#version 300 es
#define SHADER_NAME stroke-fragment
precision highp float;
in float edge;
in float travelled;
out vec4 color;
void main() {
  float cover = clamp((stroke.halfWidth - abs(edge)) / stroke.feather + 0.5, 0.0, 1.0);
  if (stroke.dash.y > 0.0 && mod(travelled, stroke.dash.y) > stroke.dash.x) discard;
  color = vec4(stroke.color.rgb, stroke.color.a * cover);
}
`

const defaultProps: DefaultProps<StrokeProps> = {
  mesh: { type: 'object', value: null, optional: true },
  passes: { type: 'array', value: [], compare: false },
}

/** Lines as ribbons of any width from one vertex buffer; a line below a pixel is drawn fainter instead of thinner. */
export class StrokeLayer extends FlatLayer<StrokeProps> {
  static override layerName = 'StrokeLayer'
  static override defaultProps = defaultProps

  override updateState({ props, oldProps }: UpdateParameters<this>): void {
    if (this.flat().drawing && props.mesh === oldProps.mesh) return
    this.setMesh(props.mesh, 'ribbon', () => this.#createModel())
  }

  #createModel(): Model {
    return new Model(this.context.device, {
      id: `${this.props.id}-model`,
      vs: vertexShader,
      fs: fragmentShader,
      modules: [
        {
          name: 'stroke',
          vs: strokeUniforms,
          fs: strokeUniforms,
          uniformTypes: {
            clip: 'mat4x4<f32>',
            color: 'vec4<f32>',
            viewport: 'vec2<f32>',
            dash: 'vec2<f32>',
            halfWidth: 'f32',
            feather: 'f32',
          },
        },
      ],
      bufferLayout: [
        {
          name: 'ribbon',
          byteStride: 24,
          attributes: [
            { attribute: 'point', format: 'float32x4', byteOffset: 0 },
            { attribute: 'along', format: 'float32x2', byteOffset: 16 },
          ],
        },
      ],
      topology: 'triangle-list',
    })
  }

  protected override drawModel(model: Model): void {
    const { mesh, passes, opacity } = this.props
    if (!mesh) return
    const { viewport, device } = this.context
    const clip = clipMatrix(viewport, mesh.origin)
    const box = visibleBox(viewport, mesh.origin)
    const pixelRatio = device.getDefaultCanvasContext().cssToDeviceRatio()
    const pixelsPerMetre = viewport.distanceScales.unitsPerMeter[0] * viewport.scale
    for (const pass of passes) {
      const chunks = mesh.groups.flatMap((group) => (pass.keys.includes(group.key) ? group.chunks : []))
      const runs = visibleRuns(chunks, box)
      if (runs.length === 0) continue
      const width = pass.inMetres ? Math.max(pass.minWidth ?? 1, pass.width * pixelsPerMetre) : pass.width
      const [red, green, blue, alpha] = pass.color
      // Below a device pixel a line keeps its width and loses strength instead.
      const drawn = Math.max(width, 1 / pixelRatio)
      const [on, off] = pass.dash ?? [0, 0]
      model.shaderInputs.setProps({
        stroke: {
          clip,
          color: [red / 255, green / 255, blue / 255, (alpha * opacity * width) / drawn],
          viewport: [viewport.width, viewport.height],
          dash: [on / viewport.scale, (on + off) / viewport.scale],
          halfWidth: drawn / 2,
          feather: 1 / pixelRatio,
        },
      })
      this.drawRuns(model, runs)
    }
  }
}
