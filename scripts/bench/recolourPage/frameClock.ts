/**
 * Counts the milliseconds that callbacks of animation frames take, and what goes to the graphics device meanwhile.
 * Libraries look these functions up when they call them, so that replacing them before the first map counts all.
 */
export interface Spent {
  ms: number
  /** Bytes of vertices and texels. */
  uploaded: number
}

let ms = 0
let uploaded = 0

const original = window.requestAnimationFrame.bind(window)
window.requestAnimationFrame = (callback) =>
  original((now) => {
    const before = performance.now()
    try {
      callback(now)
    } finally {
      ms += performance.now() - before
    }
  })

const { prototype } = WebGL2RenderingContext
for (const name of ['texSubImage2D', 'bufferSubData', 'bufferData'] as const) {
  const upload = prototype[name]
  Object.assign(prototype, {
    [name](this: WebGL2RenderingContext, ...parts: unknown[]) {
      for (const part of parts)
        if (ArrayBuffer.isView(part) || part instanceof ArrayBuffer) uploaded += part.byteLength
      return Reflect.apply(upload, this, parts)
    },
  })
}

/** What was spent since the last call. */
export function takeSpent(): Spent {
  const spent = { ms, uploaded }
  ms = 0
  uploaded = 0
  return spent
}
