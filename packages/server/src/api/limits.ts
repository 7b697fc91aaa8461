import { GraphQLError, Kind, type ASTVisitor, type ValidationContext, type ValueNode } from 'graphql';

/** Limits of a document. Characters and tokens limit the time for parsing and validation, the others that for execution. */
export const documentLimits = {
  characters: 100_000,
  // An error counts the lines before its place, and a query may have thousands of errors.
  lines: 1_000,
  // An alias is written with every row.
  nameLength: 100,
  // The validation of overlapping fields grows with the square of their number: the worst document of this size takes about 16 ms.
  // The dashboard with all columns has about 150 tokens.
  tokens: 700,
  depth: 15,
  aliases: 50,
  rootFields: 20,
  directives: 50,
  // Without aliases inside, introspection is as large as the schema.
  introspectionMs: 30,
};

/** graphql-js keeps the values of variables in a plain object, where this name would set the prototype instead. */
export const NoPrototypeVariableRule = (context: ValidationContext): ASTVisitor => ({
  VariableDefinition(node) {
    if (node.variable.name.value === '__proto__')
      context.reportError(new GraphQLError('A variable cannot have the name __proto__.', { nodes: node }));
  },
});

export const ShortNamesRule = (context: ValidationContext): ASTVisitor => ({
  Name(node) {
    if (node.value.length > documentLimits.nameLength)
      context.reportError(new GraphQLError(`A name can have at most ${documentLimits.nameLength} characters.`, { nodes: node }));
  },
});

/** Why a document is refused before it is parsed; null if it is not. */
export function documentRefusal(document: string): string | null {
  if (document.length > documentLimits.characters) return 'The query is too long: put long values into variables.';
  let lines = 1;
  for (const _ of document.matchAll(/\r\n|\n|\r/g))
    if ((lines += 1) > documentLimits.lines) return `A query can have at most ${documentLimits.lines} lines.`;
  return null;
}

/** Limits of an argument or a variable, and of all values of an operation together. */
export const valueLimits = { listLength: 250, depth: 30, values: 5_000, textLength: 10_000, keyLength: 100 };

/**
 * The length of the longest list in a value, and of the longest text; its nesting depth; and the number of list entries and other leaves.
 * Each 100 characters of a text count as one more: whoever reads it pays for its length. Its characters are those of texts and keys.
 */
export type Extent = { longestList: number; longestText: number; depth: number; values: number };

const further = (text: string) => Math.floor(text.length / 100);

type GivenExtent = Extent & { longestKey: number; characters: number; objects: number; isWellFormed: boolean };

/** Measures a value until it is over a limit. There is no recursion, since clients control the depth. */
export function extentOf(value: unknown): GivenExtent {
  const extent = { longestList: 0, longestText: 0, longestKey: 0, depth: 0, values: 0, characters: 0, objects: 0, isWellFormed: true };
  for (let level: unknown[] = [value]; level.length > 0 && extent.depth <= valueLimits.depth; extent.depth += 1) {
    const next: unknown[] = [];
    for (const each of level) {
      if (typeof each === 'string') {
        extent.longestText = Math.max(extent.longestText, each.length);
        extent.values += further(each);
        extent.characters += each.length;
        if (!isWellFormed(each)) extent.isWellFormed = false;
      }
      if (typeof each !== 'object' || each === null) continue;
      const isList = Array.isArray(each);
      const inner: readonly unknown[] = isList ? each : Object.values(each);
      if (!isList) {
        for (const key in each) {
          extent.longestKey = Math.max(extent.longestKey, key.length);
          extent.characters += key.length;
        }
      }
      if (isList) extent.longestList = Math.max(extent.longestList, inner.length);
      const leaves = inner.filter((one) => typeof one !== 'object' || one === null).length;
      // An empty list is a condition, too.
      extent.values += isList ? Math.max(1, inner.length) : leaves;
      extent.objects += inner.length - leaves;
      // More objects than values are no filter that makes sense.
      const most = Math.max(extent.values, extent.objects);
      if (most > valueLimits.values) return { ...extent, values: most };
      next.push(...inner);
    }
    level = next;
  }
  return extent;
}

/** The same for a literal in the document, which the parser has found well-formed, and the variables in it. */
export function extentOfLiteral(value: ValueNode): Extent & { variables: readonly string[] } {
  const extent = { longestList: 0, longestText: 0, depth: 0, values: 0 };
  const variables: string[] = [];
  for (let level: ValueNode[] = [value]; level.length > 0; extent.depth += 1) {
    const next: ValueNode[] = [];
    for (const each of level) {
      if (each.kind === Kind.LIST) {
        extent.longestList = Math.max(extent.longestList, each.values.length);
        if (each.values.length === 0) extent.values += 1;
        next.push(...each.values);
      } else if (each.kind === Kind.OBJECT) next.push(...each.fields.map((field) => field.value));
      else if (each.kind === Kind.VARIABLE) variables.push(each.name.value);
      else {
        const text = each.kind === Kind.STRING ? each.value : '';
        extent.longestText = Math.max(extent.longestText, text.length);
        extent.values += 1 + further(text);
      }
    }
    level = next;
  }
  return { ...extent, variables };
}

/** Whether a text has no half of a surrogate pair, which UTF-8 cannot represent. */
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
