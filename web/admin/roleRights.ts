/**
 * The table of roles and rights, for words and choices on screen; it decides nothing. The same as `RIGHTS_OF` and
 * `PURPOSE_DEMANDED` of api/access.ts, which a test holds it to.
 */
import type { Right, Role } from '../../api/access.ts'

const numbers = ['counts.governance', 'counts.publicOrder'] as const
const points = ['points.governance', 'points.publicOrder'] as const
const cameras = ['cameras.counts', 'cameras.points'] as const
const officer = ['map', ...numbers, ...points, ...cameras, 'patrols'] as const
const gridWorker = ['map', 'counts.governance', 'points.governance'] as const

export const RIGHTS_BY_ROLE: Readonly<Record<Role, readonly Right[]>> = {
  wall: ['map', ...numbers, 'cameras.counts', 'patrols'],
  officer,
  squadLeader: [...officer, 'export'],
  planner: [...officer, 'export'],
  gridWorker,
  centreClerk: [...gridWorker, 'disputes', 'export', 'cameras.counts'],
  department: [...gridWorker, 'export'],
  leader: ['map', ...numbers, ...points, 'disputes', ...cameras, 'patrols', 'export'],
  auditor: ['map', 'audit.read'],
  systemAdmin: ['people'],
  securityAdmin: ['grants'],
  auditAdmin: ['map', 'audit.read', 'audit.keep'],
}

export const PURPOSE_RIGHTS: Readonly<Partial<Record<Role, readonly Right[]>>> = {
  department: ['points.governance', 'export'],
  leader: [...points, 'cameras.points'],
}

export const ROLES: readonly Role[] = [
  'wall',
  'officer',
  'squadLeader',
  'planner',
  'gridWorker',
  'centreClerk',
  'department',
  'leader',
  'auditor',
  'systemAdmin',
  'securityAdmin',
  'auditAdmin',
]

/** A person holds at most one of these: none can do another's part. */
export const APART: readonly Role[] = ['systemAdmin', 'securityAdmin', 'auditAdmin', 'auditor']

/** Roles of the installation, not of a place. */
export const PLACELESS: readonly Role[] = ['systemAdmin', 'securityAdmin', 'auditAdmin']

/** Roles while nobody is security administrator yet: what a system administrator may give. */
export const FIRST: readonly Role[] = ['securityAdmin', 'auditAdmin']

export function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text)
}
