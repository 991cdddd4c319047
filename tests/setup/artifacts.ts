import { join } from 'node:path'
import { repositoryRoot } from '../../scripts/environment.ts'

/** Where screenshots of the journeys are kept. */
export const artifactsDir = join(repositoryRoot, 'tests', '.artifacts')
