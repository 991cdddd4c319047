/**
 * The table of roles and rights, of purposes and of families of kinds: data, for the server that decides by it
 * (api/access.ts) and for screens that say it in words. PostgreSQL holds the same (`role_rights`); a test compares.
 */

export const ROLES = [
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
] as const
export type Role = (typeof ROLES)[number]

export function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text)
}

export const RIGHTS = [
  /** Catalog, boundaries, roads, names, key sites and centres of a city: geography, which is the whole city's. */
  'map',
  /** Counts of incidents of a family of kinds, inside the jurisdiction. */
  'counts.governance',
  'counts.publicOrder',
  /** Incidents of a family one by one, inside the jurisdiction. */
  'points.governance',
  'points.publicOrder',
  /** The fixed tables of disputes, for areas wholly inside the jurisdiction. */
  'disputes',
  'cameras.counts',
  'cameras.points',
  /** Layout, strength, posts and patrol routes of the squads that overlap the jurisdiction. */
  'patrols',
  'export',
  /** Telling of an incident, inside the jurisdiction. */
  'incidents.report',
  /** Sending units to an incident, handing it over, fences around areas. */
  'dispatch',
  /** Saying for a unit that it has heard, is there, is done. */
  'respond',
  /** Where live data come from: sources, tokens of devices, their health. */
  'sources',
  /** Accounts and sessions. */
  'people',
  /** Roles, jurisdictions, kiosks, rules for passwords and sessions. */
  'grants',
  'audit.read',
  /** Retention and verification of the audit. */
  'audit.keep',
] as const
export type Right = (typeof RIGHTS)[number]

const COUNTS = ['counts.governance', 'counts.publicOrder'] as const
const POINTS = ['points.governance', 'points.publicOrder'] as const
const CAMERAS = ['cameras.counts', 'cameras.points'] as const
const OFFICER = ['map', ...COUNTS, ...POINTS, ...CAMERAS, 'patrols', 'incidents.report', 'respond'] as const
const GOVERNANCE = ['map', 'counts.governance', 'points.governance'] as const

/** What each role may. */
export const RIGHTS_OF: Readonly<Record<Role, readonly Right[]>> = {
  wall: ['map', ...COUNTS, 'cameras.counts', 'patrols'],
  officer: OFFICER,
  squadLeader: [...OFFICER, 'export', 'dispatch'],
  planner: [...OFFICER, 'export', 'dispatch'],
  gridWorker: [...GOVERNANCE, 'incidents.report'],
  centreClerk: [...GOVERNANCE, 'incidents.report', 'disputes', 'export', 'cameras.counts'],
  department: [...GOVERNANCE, 'export'],
  leader: ['map', ...COUNTS, ...POINTS, 'disputes', ...CAMERAS, 'patrols', 'export'],
  auditor: ['map', 'audit.read'],
  systemAdmin: ['people', 'sources'],
  securityAdmin: ['grants'],
  auditAdmin: ['map', 'audit.read', 'audit.keep'],
}

/** Rights a role has only with a purpose. */
export const PURPOSE_DEMANDED: Readonly<Partial<Record<Role, readonly Right[]>>> = {
  department: ['points.governance', 'export'],
  leader: [...POINTS, 'cameras.points'],
}

export const PURPOSE_HEADER = 'x-gridwall-purpose'

/** Codes of the purposes a look at single things may have, as the header says them. */
export const PURPOSES = [
  'dispatch',
  'patrolPlanning',
  'caseHandling',
  'briefing',
  'inspection',
  'complaint',
  'maintenance',
] as const
export type Purpose = (typeof PURPOSES)[number]

/** How long a purpose holds once it was given. */
export const PURPOSE_MS = 30 * 60_000

export function isPurpose(text: string): text is Purpose {
  return PURPOSES.some((purpose) => purpose === text)
}

export const FAMILIES = ['governance', 'publicOrder'] as const
/** Kinds belong to public order (police, traffic …) or to governance. */
export type Family = (typeof FAMILIES)[number]
