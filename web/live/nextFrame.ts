/** Calls back before the next frame is drawn; a page nobody looks at draws none, there it is soon. */
export function nextFrame(run: () => void): void {
  if (document.hidden) setTimeout(run, 100)
  else requestAnimationFrame(() => run())
}
