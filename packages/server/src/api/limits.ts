import { Kind, type ValueNode } from 'graphql';

/** What one document may be; its size decides what parsing and validating it can cost, the rest what executing it can. */
export const documentLimits = {
  characters: 100_000,
  // Checking that fields do not overlap grows with the square of their number: a bomb of so many takes about 50 ms.
  // The dashboard with all its columns has about 150.
  tokens: 1_000,
  depth: 15,
  aliases: 50,
  rootFields: 20,
  directives: 50,
};

/** What one argument or variable may be. */
export const valueLimits = { listLength: 250, depth: 30 };

/** The length of the longest list in a value and the number of levels it is nested; without recursion, since a caller chooses the levels. */
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

/** The same of a value written in the document. */
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
