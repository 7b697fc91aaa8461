import { Kind, type ValueNode } from 'graphql';

/** Limits of a document. Characters and tokens limit the time for parsing and validation, the others that for execution. */
export const documentLimits = {
  characters: 100_000,
  // The validation of overlapping fields grows with the square of their number: the worst document of this size takes about 50 ms.
  // The dashboard with all columns has about 150 tokens.
  tokens: 1_000,
  depth: 15,
  aliases: 50,
  rootFields: 20,
  directives: 50,
};

/** Limits of an argument or a variable. */
export const valueLimits = { listLength: 250, depth: 30 };

/** The length of the longest list in a value, and its nesting depth. There is no recursion, since clients control the depth. */
export function extentOf(value: unknown): { longestList: number; depth: number } {
  let longestList = 0;
  let depth = 0;
  for (let level: unknown[] = [value]; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const each of level) {
      if (Array.isArray(each)) longestList = Math.max(longestList, each.length);
      if (typeof each !== 'object' || each === null) continue;
      for (const inner of Object.values(each)) if (typeof inner === 'object' && inner !== null) next.push(inner);
    }
    level = next;
    if (depth > valueLimits.depth) break;
  }
  return { longestList, depth };
}

/** The same for a literal in the document. */
export function extentOfLiteral(value: ValueNode): { longestList: number; depth: number } {
  let longestList = 0;
  let depth = 0;
  for (let level: ValueNode[] = [value]; level.length > 0; depth += 1) {
    const next: ValueNode[] = [];
    for (const each of level) {
      if (each.kind === Kind.LIST) {
        longestList = Math.max(longestList, each.values.length);
        next.push(...each.values);
      } else if (each.kind === Kind.OBJECT) next.push(...each.fields.map((field) => field.value));
    }
    level = next;
  }
  return { longestList, depth };
}
