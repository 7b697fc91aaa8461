/** The cost of a selection: a number, or a formula if a list's size comes from a variable. Formulas may share parts. */
export type Cost = number | { sum: readonly Cost[] } | { size: (variables: Variables) => number; of: Cost };
export type Variables = Readonly<Record<string, unknown>>;
export type Size = number | ((variables: Variables) => number);

export const costs = {
  object: 1,
  /** A statement takes as long as ten small rows, however few it finds. */
  statement: 10,
  /** Beside others for the same list, a statement has its own projection. A contract change on another day is derived, not found by an index. */
  furtherStatement: 20,
  statementOfDay: 250,
  connection: 2,
  mutation: 10,
  /** A list that is not a connection has no size in the query; most have fewer entries than this. */
  assumedListLength: 10,
  introspection: 100,
  /** A field without fields of its own, if it has an alias: with aliases, one object has any number of them. */
  aliasedLeaf: 1,
  /** A resolver that returns objects takes some 30 µs, and all rows have theirs at once. At this price, one query has at most some 550. */
  callBelowRows: 15,
  /** A value with arguments has a resolver of its own. */
  leafWithArguments: 1,
  /** The filter of a saved view has up to 16 KB; other values are short. */
  savedFilter: 16,
};

export function sumOf(parts: readonly Cost[]): Cost {
  const fixed = parts.reduce<number>((sum, part) => (typeof part === 'number' ? sum + part : sum), 0);
  const formulas = parts.filter((part) => typeof part !== 'number');
  if (formulas.length === 0) return fixed;
  return { sum: fixed === 0 ? formulas : [fixed, ...formulas] };
}

// Sizes multiply at each level; above this value, the exact cost no longer matters.
const ceiling = 1e12;

export function times(size: Size, of: Cost): Cost {
  if (of === 0) return 0;
  if (size === 1) return of;
  if (typeof size === 'function') return { size, of };
  return typeof of === 'number' ? Math.min(size * of, ceiling) : { size: () => size, of };
}

export const atLeast = (least: number, size: Size): Size =>
  typeof size === 'function' ? (variables) => Math.max(least, size(variables)) : Math.max(least, size);

/** Evaluates each formula once, even if fragments spread it many times. */
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
