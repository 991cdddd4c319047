import fc from 'fast-check'

/** Small problems of posts: whole costs from each candidate to each customer, candidate by candidate, and how many posts. */
export const postCosts = fc
  .record({ customers: fc.integer({ min: 1, max: 9 }), candidates: fc.integer({ min: 1, max: 7 }) })
  .chain(({ customers, candidates }) =>
    fc.record({
      customers: fc.constant(customers),
      candidates: fc.constant(candidates),
      costs: fc
        .array(fc.integer({ min: 0, max: 50 }), {
          minLength: customers * candidates,
          maxLength: customers * candidates,
        })
        .map((costs) => Float64Array.from(costs)),
      p: fc.integer({ min: 1, max: candidates }),
    }),
  )
