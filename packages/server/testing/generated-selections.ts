import {
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

export type GeneratedQuery = { document: string; variables: Record<string, unknown> };

const oddAliases = ['a', '_', '__', 'constructor', 'toString', 'x'.repeat(70), 'nodes', 'id', 'hasOwnProperty'];
const fixedConditions = ['@include(if: true)', '@skip(if: false)', '@skip(if: true)'];
const conditionsByVariable = [...fixedConditions, '@skip(if: $yes)', '@include(if: $no)', '@include(if: $yes)', '@skip(if: $no)'];

/**
 * Generates pages of connections with any properties of their rows: aliases, fragments, conditions, edges, page information, both
 * directions. Seeded. `fields` are those at the root with their arguments: connections, and objects with connections below them. An
 * interface has the object types that are asked for. `listShare` is the share of rows below which a further list is selected.
 */
export function generateSelections(
  schema: GraphQLSchema,
  seed: number,
  { fields, types = [], listShare }: { fields: Readonly<Record<string, readonly string[]>>; types?: readonly string[]; listShare: number },
): () => GeneratedQuery {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const chance = (share: number) => random() < share;
  let aliases = 0;
  let fragments: string[] = [];
  let conditions: readonly string[] = fixedConditions;
  /** Fields with one key have the same arguments. */
  let given = new Map<string, string>();

  /** A key of its own: two fields with one key must be the same. */
  const aliasOf = (name: string) => {
    if (!chance(0.2) || aliases > 20) return name;
    aliases += 1;
    return `${pick(oddAliases)}${aliases}: ${name}`;
  };
  const condition = () => (chance(0.12) ? ` ${pick(conditions)}` : '');

  function objectOf(type: GraphQLObjectType, depth: number): string {
    const parts = Array.from({ length: 1 + below(7) }, () => partOf(type, depth)).filter(Boolean);
    return `{ ${parts.length === 0 ? '__typename' : parts.join(' ')} }`;
  }

  function partOf(type: GraphQLObjectType, depth: number): string {
    if (chance(0.08)) return `${aliasOf('__typename')}${condition()}`;
    if (depth > 0 && chance(0.12)) {
      const body = objectOf(type, depth - 1);
      if (chance(0.4)) return `... on ${type.name}${condition()} ${body}`;
      if (chance(0.4)) return `...${condition()} ${body}`;
      fragments.push(`fragment F${fragments.length} on ${type.name} ${body}`);
      return `...F${fragments.length - 1}${condition()}`;
    }
    const field = pick(Object.values(type.getFields()));
    const named = getNamedType(field.type);
    const isOfList = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
    if (isLeafType(named)) return field.args.length > 0 ? '' : `${aliasOf(field.name)}${condition()}`;
    if (!isObjectType(named) || depth === 0) return '';
    const isFurtherList = isOfList || 'pageInfo' in named.getFields();
    if (isFurtherList && (depth < 2 || field.args.some(({ type: of }) => isNonNullType(of)) || !chance(listShare))) return '';
    if (isFurtherList && !isOfList)
      return `${aliasOf(field.name)}(first: 2)${condition()} { nodes ${objectOf(getNamedType(named.getFields()['nodes']!.type) as GraphQLObjectType, 0)} }`;
    return `${aliasOf(field.name)}${condition()} ${objectOf(named, depth - 1)}`;
  }

  function connectionOf(type: GraphQLObjectType): string {
    const node = getNamedType(type.getFields()['nodes']!.type) as GraphQLObjectType;
    const pageInfo = ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor', '__typename'];
    const parts = Array.from({ length: 1 + below(4) }, () => {
      const kind = below(10);
      if (kind < 5) return `${aliasOf('nodes')}${condition()} ${objectOf(node, 3)}`;
      if (kind < 7) {
        const inside = [pick(['cursor', '__typename']), `${aliasOf('node')} ${objectOf(node, 3)}`, aliasOf('cursor')].slice(below(2));
        return `${aliasOf('edges')} { ${inside.join(' ')} }`;
      }
      if (kind < 9) return `${aliasOf('pageInfo')} { ${pageInfo.filter(() => chance(0.6)).join(' ') || 'hasNextPage'} }`;
      return pick(['totalCount', '__typename', '... { totalCount }']);
    });
    return `{ ${parts.join(' ')} }`;
  }

  /** An object with connections below it and below its objects. */
  function holderOf(type: GraphQLObjectType, depth: number): string {
    const all = Object.values(type.getFields()).filter(
      ({ args }) => !args.some((each) => isNonNullType(each.type) && each.defaultValue === undefined),
    );
    const holders = all.filter(({ type: output }) => isObjectType(getNamedType(output)) && !isListType(getNullableType(output)));
    const parts = Array.from({ length: 1 + below(4) }, () => {
      const field = pick(chance(0.7) && holders.length > 0 ? holders : all);
      const named = getNamedType(field.type);
      if (!holders.includes(field) || !isObjectType(named)) return isLeafType(named) && field.args.length === 0 ? aliasOf(field.name) : '';
      if ('pageInfo' in named.getFields()) {
        const size = given.get(field.name) ?? pick(['', '(first: 2)', '(first: 100)']);
        given.set(field.name, size);
        return `${aliasOf(field.name)}${size}${condition()} ${connectionOf(named)}`;
      }
      return depth === 0 ? '' : `${aliasOf(field.name)}${condition()} ${holderOf(named, depth - 1)}`;
    });
    return `{ ${parts.join(' ').trim() || '__typename'} }`;
  }

  function selectionOf(type: GraphQLNamedType): string {
    if (isObjectType(type)) return 'pageInfo' in type.getFields() ? connectionOf(type) : holderOf(type, 2);
    const parts = types
      .filter(() => chance(0.6))
      .map((name) => `... on ${name}${condition()} ${holderOf(schema.getType(name) as GraphQLObjectType, 2)}`);
    return `{ ${[aliasOf('__typename'), ...parts].join(' ')} }`;
  }

  return () => {
    aliases = 0;
    given = new Map();
    fragments = [];
    const hasVariables = chance(0.4);
    conditions = hasVariables ? conditionsByVariable : fixedConditions;
    const roots = Array.from({ length: chance(0.15) ? 2 : 1 }, (_, index) => {
      const name = pick(Object.keys(fields));
      const type = getNamedType(schema.getQueryType()!.getFields()[name]!.type);
      const args = pick(fields[name]!);
      return `${index === 0 ? aliasOf(name) : `second: ${name}`}${args && `(${args})`} ${selectionOf(type)}`;
    });
    const selected = `${roots.join(' ')} ${hasVariables ? '... @include(if: $yes) @skip(if: $no) { __typename }' : ''}`;
    return {
      document: `query ${hasVariables ? '($yes: Boolean = true, $no: Boolean = false)' : ''} { ${selected} } ${fragments.join(' ')}`,
      variables: !hasVariables ? {} : chance(0.3) ? { yes: false } : chance(0.3) ? { no: true } : {},
    };
  };
}
