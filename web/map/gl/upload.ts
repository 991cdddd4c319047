import type { Device, Texture } from '@luma.gl/core'

/**
 * Copies a picture into a texture of its size. MapLibre shares the context and leaves its own unpacking switches behind,
 * which luma.gl does not set, so they are set here and put back.
 * @param premultiplied whether colours are multiplied by alpha on the way.
 */
export function uploadPicture(
  device: Device,
  texture: Texture,
  image: HTMLCanvasElement | ImageBitmap,
  premultiplied: boolean,
): void {
  const { width, height } = image
  const gl = 'gl' in device && device.gl instanceof WebGL2RenderingContext ? device.gl : null
  if (!gl) throw new Error('The map needs WebGL 2.')
  const before = [gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, gl.UNPACK_FLIP_Y_WEBGL].map(
    (name) => [name, Boolean(gl.getParameter(name))] as const,
  )
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, premultiplied)
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false)
  texture.copyExternalImage({ image, width, height })
  for (const [name, value] of before) gl.pixelStorei(name, value)
}
