import { z } from 'zod'
import { readFacts } from '../../geodata/facts.ts'
import { badRequest, listed } from '../refusal.ts'
import { permittedAnywhere, router } from '../trpc.ts'

/** Read once: the file is part of the program. */
const published = readFacts()
const themes = [...new Set(published.map((fact) => fact.theme))].sort()

export const facts = router({
  /**
   * Published figures with n/N where printed, their source and their period: shown as cited, never mixed with live or
   * demo data. `period.to` is the as-of date, else `source.date`, else the figure is undated.
   */
  cited: permittedAnywhere('map')
    .input(
      z.object({ theme: z.string({ error: 'expected the name of a theme' }).max(40).optional() }).optional(),
    )
    .query(({ input }) => {
      const theme = input?.theme
      if (theme === undefined) return published
      if (themes.includes(theme)) return published.filter((fact) => fact.theme === theme)
      throw badRequest(`theme: expected one of ${listed(themes, 50)}, got "${theme}"`)
    }),
})
