const KEY = 'gridwall.reloadedForFiles'
/** Whoever just did so has another fault, which loading again does not mend. */
const AGAIN_MS = 60_000

/**
 * Loads the page again where a file of it is gone: its server was updated while it was open. The address keeps what
 * is looked at. Once a minute at most; otherwise the fault is told as any other. Never while the server does not answer:
 * what is on the screen would give way to the browser's error page.
 */
export function reloadWhereFilesAreGone(): void {
  window.addEventListener('vite:preloadError', () => {
    if (Date.now() - Number(sessionStorage.getItem(KEY)) < AGAIN_MS) return
    fetch(window.location.pathname, { method: 'HEAD', cache: 'no-store' }).then(
      ({ ok }) => {
        if (!ok) return
        sessionStorage.setItem(KEY, String(Date.now()))
        window.location.reload()
      },
      (error: unknown) => console.warn('The server of this page does not answer.', error),
    )
  })
}
