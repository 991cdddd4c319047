import { configureGlobal } from 'fast-check'

/**
 * The seed of every property test that names none: a gate must say the same of the same code on every run. To look at other
 * cases: `PROPERTY_SEED=$RANDOM npx vitest run --config tests/vitest.config.ts tests/api`.
 */
const seed = Number(process.env.PROPERTY_SEED ?? 7)
if (!Number.isInteger(seed)) {
  throw new Error(`PROPERTY_SEED: expected a whole number, got "${process.env.PROPERTY_SEED}"`)
}
configureGlobal({ seed })
