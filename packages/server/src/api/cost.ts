/** What a selection costs: a number, or where the size of a list comes from a variable, a formula of the variables. Formulas are shared. */
export type Cost = number | { sum: readonly Cost[] } | { size: (variables: Variables) => number; of: Cost };
export type Variables = Readonly<Record<string, unknown>>;
export type Size = number | ((variables: Variables) => number);

export const costs = {
  object: 1,
  connection: 2,
  mutation: 10,
  /** A list that is no connection has no size that could be read off the query; most have fewer entries. */
  assumedListLength: 10,
  introspection: 100,
};

export function sumOf(parts: readonly Cost[]): Cost {
  const fixed = parts.reduce<number>((sum, part) => (typeof part === 'number' ? sum + part : sum), 0);
  const formulas = parts.filter((part) => typeof part !== 'number');
  if (formulas.length === 0) return fixed;
  return { sum: fixed === 0 ? formulas : [fixed, ...formulas] };
}

// Sizes multiply level by level; beyond this, how much more it is tells nothing.
const ceiling = 1e12;

export function times(size: Size, of: Cost): Cost {
  if (of === 0) return 0;
  if (typeof size === 'function') return { size, of };
  return typeof of === 'number' ? Math.min(size * of, ceiling) : { size: () => size, of };
}

/** Each formula is worked out once, however often fragments spread it. */
export function evaluate(cost: Cost, variables: Variables, known = new Map<Cost, number>()): number {
  if (typeof cost === 'number') return cost;
  let value = known.get(cost);
  if (value === undefined) {
    value =
      'sum' in cost
        ? cost.sum.reduce<number>((sum, part) => sum + evaluate(part, variables, known), 0)
        : Math.min(cost.size(variables) * evaluate(cost.of, variables, known), ceiling);
    known.set(cost, value);
  }
  return value;
}
