/** The pages of the administration and who may open them. One list: navigation, routes' guards and the first page follow it. */
import type { Right } from '../../api/roles.ts'

export const adminPages = [
  // Accounts of security and audit administrators are kept by the former.
  { name: 'people', to: '/admin/people', rights: ['people', 'grants'] },
  // Whoever opens accounts appoints the first security administrator, while there is none.
  { name: 'roles', to: '/admin/roles', rights: ['grants', 'people'] },
  { name: 'sessions', to: '/admin/sessions', rights: ['people'] },
  { name: 'kiosks', to: '/admin/kiosks', rights: ['grants'] },
  { name: 'sources', to: '/admin/sources', rights: ['sources'] },
  { name: 'rules', to: '/admin/rules', rights: ['grants'] },
  { name: 'audit', to: '/admin/audit', rights: ['audit.read', 'audit.keep'] },
  { name: 'data', to: '/admin/data', rights: [] },
] as const satisfies readonly { name: string; to: string; rights: readonly Right[] }[]

export type AdminPage = (typeof adminPages)[number]
export type AdminPageName = AdminPage['name']

/** Whether somebody with these rights may open a page; the page about system and data is everybody's. */
export function mayOpen(page: AdminPage, held: readonly Right[]): boolean {
  const rights: readonly Right[] = page.rights
  return rights.length === 0 || rights.some((right) => held.includes(right))
}
