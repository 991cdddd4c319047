import fc, { type Arbitrary } from 'fast-check'
import { z } from 'zod'

/** Values a field of this name may well have, so that a question is often a good one. */
export type LikelyValues = Readonly<Record<string, readonly unknown[]>>

/** What no schema wants, and what breaks readers. */
export const garbage: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    0.5,
    1e308,
    2 ** 31,
    2 ** 53,
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\u202e',
    '__proto__',
    'constructor',
    "'; DROP TABLE areas; --",
    "' OR '1'='1",
    '%00',
    '../../etc/passwd',
    '<script>alert(1)</script>',
    '9999-12-31',
    '-000001-01-01T00:00:00Z',
    '2026-02-30',
    'x'.repeat(5000),
    [],
    {},
    [[]],
    Array.from({ length: 400 }, () => 'x'),
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.jsonValue({ maxDepth: 3 }),
)

/**
 * Values in the shape of a schema: the checks on it (lengths, patterns, ranges) are often broken, and now and then
 * anything at all stands where something else belongs.
 */
export function arbitraryOf(schema: unknown, likely: LikelyValues, name = ''): Arbitrary<unknown> {
  const values = likely[name]
  const shaped = shapeOf(schema, likely, name)
  return values
    ? fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(...values) },
        { weight: 2, arbitrary: shaped },
        garbage,
      )
    : fc.oneof({ weight: 12, arbitrary: shaped }, garbage)
}

function shapeOf(schema: unknown, likely: LikelyValues, name: string): Arbitrary<unknown> {
  const within = (inner: unknown) => arbitraryOf(inner, likely, name)
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries<unknown>(schema.shape).map(([key, field]) => {
      const value = arbitraryOf(field, likely, key)
      const mayMiss =
        field instanceof z.ZodOptional || field instanceof z.ZodDefault || likely[key] === undefined
      return [key, mayMiss ? fc.option(value, { nil: undefined }) : value] as const
    })
    return fc.record(Object.fromEntries(fields))
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return fc.option(within(schema.unwrap()), { nil: schema instanceof z.ZodOptional ? undefined : null })
  }
  if (schema instanceof z.ZodDefault) return fc.option(within(schema.unwrap()), { nil: undefined })
  if (schema instanceof z.ZodPipe) return within(schema.in)
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map(within))
  if (schema instanceof z.ZodArray) return fc.array(within(schema.element), { maxLength: 4 })
  if (schema instanceof z.ZodTuple) return fc.tuple(...schema.def.items.map(within))
  if (schema instanceof z.ZodEnum) return fc.constantFrom<unknown>(...schema.options)
  if (schema instanceof z.ZodLiteral) return fc.constantFrom<unknown>(...schema.values)
  if (schema instanceof z.ZodBoolean) return fc.boolean()
  if (schema instanceof z.ZodNumber) return fc.oneof(fc.integer({ min: -2, max: 40 }), fc.double())
  if (schema instanceof z.ZodString) return fc.string({ maxLength: 20 })
  return garbage
}
