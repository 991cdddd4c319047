import { useEffect, useState } from 'react'

const ASK_EVERY_MS = 10 * 60_000
/** Time to read the notice, and for a server that has just started to settle. */
const NOTICE_MS = 10_000

/** Addresses of the module scripts in a page: they carry content hashes, so other scripts mean another version. */
export function scriptsOf(html: string): string {
  return [...html.matchAll(/<script[^>]*\ssrc="([^"]+)"/g)].map((match) => match[1]).join(' ')
}

/** Asks now and then whether the server serves another version of the page, and reloads into it. True during the notice. */
export function useReloadOnNewVersion(): boolean {
  const [reloading, setReloading] = useState(false)
  useEffect(() => {
    let running: string | null = null
    let reload: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      const response = await fetch('/', { cache: 'no-store' }).catch(() => null)
      // Not reached or not answered: the next question comes by itself.
      if (!response?.ok) return
      const scripts = scriptsOf(await response.text())
      running ??= scripts
      if (scripts === '' || scripts === running || reload) return
      setReloading(true)
      reload = setTimeout(() => window.location.reload(), NOTICE_MS)
    }
    void ask()
    const timer = setInterval(() => void ask(), ASK_EVERY_MS)
    return () => {
      clearInterval(timer)
      clearTimeout(reload)
    }
  }, [])
  return reloading
}
