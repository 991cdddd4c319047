/** Shaded relief as a grey PNG with transparency, to lie under the map in either theme. */
import { crc32, deflateSync } from 'node:zlib'
import { createNoise2D } from 'simplex-noise'
import type { Random } from '../../random.ts'
import type { Terrain } from './terrain.ts'

/**
 * Light from the north-west, 45° high (the cartographer's convention). Shade is black, light is white, both by alpha,
 * so that it works on light and on dark paper.
 * @param width pixels.
 */
export function shadeRelief(
  terrain: Terrain,
  box: { minX: number; minY: number; maxX: number; maxY: number },
  width: number,
  random: Random,
): Uint8Array {
  const noise = createNoise2D(random.next)
  const pixel = (box.maxX - box.minX) / width
  const rows = Math.round((box.maxY - box.minY) / pixel)
  const heights = new Float32Array((width + 2) * (rows + 2))
  for (let r = -1; r <= rows; r++) {
    for (let c = -1; c <= width; c++) {
      const x = box.minX + (c + 0.5) * pixel
      const y = box.maxY - (r + 0.5) * pixel
      // Spurs and gullies finer than the raster, on slopes only.
      const h = bicubic(terrain, x, y)
      const rough = Math.min(1, Math.max(0, (h - 300) / 250))
      heights[(r + 1) * (width + 2) + c + 1] =
        h + rough * (7 * Math.abs(noise(x / 300, y / 300)) + 1.6 * noise(x / 120, y / 120))
    }
  }
  const raw = Buffer.alloc(rows * (1 + width * 2))
  for (let r = 0; r < rows; r++) {
    const at = r * (1 + width * 2)
    for (let c = 0; c < width; c++) {
      const k = (r + 1) * (width + 2) + c + 1
      const gx = (heights[k + 1] - heights[k - 1]) / (2 * pixel)
      const gy = (heights[k - width - 2] - heights[k + width + 2]) / (2 * pixel)
      const exaggeration = 1.35
      const nx = -gx * exaggeration
      const ny = -gy * exaggeration
      const length = Math.hypot(nx, ny, 1)
      const light = (-0.5 * nx + 0.5 * ny + Math.SQRT1_2) / length
      const flat = Math.SQRT1_2
      const difference = light - flat
      raw[at + 1 + 2 * c] = difference > 0 ? 255 : 0
      const alpha = difference > 0 ? difference * 230 : -difference * 240
      raw[at + 2 + 2 * c] = Math.min(192, Math.round(alpha / 6) * 6)
    }
  }
  return encodeGreyAlpha(width, rows, raw)
}

/** Catmull–Rom interpolation of the raster. */
function bicubic({ columns, rows, cell, minX, minY, height }: Terrain, x: number, y: number): number {
  const u = (x - minX) / cell
  const v = (y - minY) / cell
  const c = Math.floor(u)
  const r = Math.floor(v)
  const wu = weights(u - c)
  const wv = weights(v - r)
  let sum = 0
  for (let j = 0; j < 4; j++) {
    const row = Math.min(rows - 1, Math.max(0, r + j - 1)) * columns
    let line = 0
    for (let i = 0; i < 4; i++) line += wu[i] * height[row + Math.min(columns - 1, Math.max(0, c + i - 1))]
    sum += wv[j] * line
  }
  return sum
}

function weights(t: number): [number, number, number, number] {
  return [
    -0.5 * t + t * t - 0.5 * t * t * t,
    1 - 2.5 * t * t + 1.5 * t * t * t,
    0.5 * t + 2 * t * t - 1.5 * t * t * t,
    -0.5 * t * t + 0.5 * t * t * t,
  ]
}

/** PNG (ISO/IEC 15948), 8-bit grey with alpha. @param raw rows, each with its leading filter byte. */
function encodeGreyAlpha(width: number, height: number, raw: Buffer): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 4, 0, 0, 0], 8)
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const out = Buffer.alloc(body.length + 8)
    out.writeUInt32BE(data.length, 0)
    body.copy(out, 4)
    out.writeUInt32BE(crc32(body), body.length + 4)
    return out
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
