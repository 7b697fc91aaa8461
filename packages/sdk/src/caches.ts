import { connections, keyFields, lists, possibleTypes, values } from './generated/caches.ts';

// What Apollo Client and urql's graphcache must know of the schema to keep one state of each object, without warnings and refetches.

export { possibleTypes };

type Value = { readonly [field: string]: unknown };
// Methods, because Apollo's own types of these functions are narrower.
type MergeHelpers = { mergeObjects(existing: never, incoming: never): unknown };

/** Policy of a type in Apollo's `InMemoryCache`. */
export interface CachePolicy<Field> {
  /** The ID of an object in the cache. */
  keyFields?(object: Value): string | false;
  /** Joins two states of a value. */
  merge?(existing: unknown, incoming: unknown, helpers: MergeHelpers): unknown;
  fields?: { [field: string]: Field | { merge: false } };
}

/** Two selections of one value are merged. A changed value replaces the old one, so that no part of that remains. */
function merge(existing: unknown, incoming: unknown, { mergeObjects }: MergeHelpers): unknown {
  const [before, after] = [(existing ?? {}) as Value, (incoming ?? {}) as Value];
  const isChanged = Object.keys(after).some((key) => key in before && typeof after[key] !== 'object' && before[key] !== after[key]);
  return isChanged ? incoming : mergeObjects(existing as never, incoming as never);
}

const keyOf = (object: Value, key: string) => (key ? (object[key] as string) : 'only');
const names = () => values.split(' ');

/**
 * The `typePolicies` of Apollo's `InMemoryCache`. Pass `relayStylePagination` to join the pages of all lists.
 *
 * @example
 * new InMemoryCache({ possibleTypes, typePolicies: typePolicies(relayStylePagination) });
 */
export function typePolicies<Field = never>(paginate?: (keyArgs: string[]) => Field): { [type: string]: CachePolicy<Field> } {
  const policies: { [type: string]: CachePolicy<Field> } = {};
  for (const name of names()) policies[name] = { merge };
  for (const [type, key] of Object.entries(keyFields)) {
    policies[type] = { keyFields: (object) => (key in object || !key ? `${type}:${keyOf(object, key)}` : false) };
  }
  const fieldsOf = (type: string) => ((policies[type] ??= {}).fields ??= {});
  for (const [type, fields] of Object.entries(lists)) for (const field of fields.split(' ')) fieldsOf(type)[field] = { merge: false };
  if (paginate) {
    for (const [type, fields] of Object.entries(connections)) {
      for (const [field, keyArgs] of Object.entries(fields)) fieldsOf(type)[field] = paginate(keyArgs === '' ? [] : keyArgs.split(' '));
    }
  }
  return policies;
}

/** The `keys` of urql's `cacheExchange` (graphcache). */
export const keys = (): Record<string, (object: Value) => string | null> => ({
  ...Object.fromEntries(names().map((name) => [name, () => null])),
  ...Object.fromEntries(
    Object.entries(keyFields).map(([type, key]) => [type, (object: Value) => (key in object || !key ? keyOf(object, key) : null)]),
  ),
});

type Lookup = {
  resolve(entity: string, field: string, args?: object): unknown;
  inspectFields(entity: string): readonly { fieldName: string; fieldKey: string }[];
};
type Place = { parentKey: string; fieldName: string };

/**
 * The `resolvers` of urql's `cacheExchange` (graphcache). They join the pages of all lists, and keep other fields, such as `totalCount`.
 *
 * @typeParam Resolver - graphcache's type
 * @example
 * cacheExchange({ possibleTypes, keys: keys(), resolvers: pageResolvers(relayPagination) });
 */
export function pageResolvers<Resolver extends (...args: never) => unknown>(
  relayPagination: () => Resolver,
): { [type: string]: { [field: string]: Resolver } } {
  const join = relayPagination() as unknown as (
    parent: unknown,
    args: object,
    cache: Lookup,
    info: Place,
  ) => Record<string, unknown> | null;
  const resolve: typeof join = (parent, args, cache, info) => {
    // Without arguments, there are no pages to join.
    const isPaged = Object.keys(args).length > 0;
    const key = cache.resolve(info.parentKey, info.fieldName, isPaged ? args : undefined);
    const list = isPaged && join(parent, args, cache, info);
    if (!list || typeof key !== 'string') return key as null;
    for (const { fieldName, fieldKey } of cache.inspectFields(key))
      if (!(fieldName in list)) list[fieldName] = cache.resolve(key, fieldKey);
    return list;
  };
  const ofFields = (fields: object) => Object.fromEntries(Object.keys(fields).map((field) => [field, resolve as unknown as Resolver]));
  return Object.fromEntries(Object.entries(connections).map(([type, fields]) => [type, ofFields(fields)]));
}
