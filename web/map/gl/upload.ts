import type { Device, Texture } from '@luma.gl/core'

/**
 * MapLibre shares the context and leaves its own unpacking switches behind, which luma.gl does not set: they are set for
 * the time of an upload and put back.
 */
function unpacking(device: Device, premultiplied: boolean, upload: () => void): void {
  const gl = 'gl' in device && device.gl instanceof WebGL2RenderingContext ? device.gl : null
  if (!gl) throw new Error('The map needs WebGL 2.')
  const before = [gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, gl.UNPACK_FLIP_Y_WEBGL].map(
    (name) => [name, Boolean(gl.getParameter(name))] as const,
  )
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, premultiplied)
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false)
  upload()
  for (const [name, value] of before) gl.pixelStorei(name, value)
}

/**
 * Copies a picture into a texture as wide as it.
 * @param premultiplied whether colours are multiplied by alpha on the way. @param y row of the texture it begins at.
 */
export function uploadPicture(
  device: Device,
  texture: Texture,
  image: HTMLCanvasElement | ImageBitmap | ImageData,
  premultiplied: boolean,
  y = 0,
): void {
  const { width, height } = image
  unpacking(device, premultiplied, () => texture.copyExternalImage({ image, y, width, height }))
}

/** Writes a whole texture from bytes as they are. */
export function uploadBytes(device: Device, texture: Texture, bytes: Uint8Array<ArrayBuffer>): void {
  unpacking(device, false, () => texture.writeData(bytes))
}
