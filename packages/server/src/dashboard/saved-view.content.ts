import {
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { columnKeys, columns, type Column, type ColumnKey } from '../contract-change/contract-change.columns.ts';
import type { ContractChangeFilter } from './dashboard.filter.ts';
import type { ContractChangeOrder } from './dashboard.order.ts';
import type { SavedViewProblem } from './saved-view.type.ts';

// A view is stored as it was saved, and columns, filters and values may be removed from the schema later. Such a view still opens, without
// the removed parts, and reports them.

export type StoredView = { columns: readonly string[]; filter: unknown; orderBy: unknown };

type Opened<T> = { value: T; problems: SavedViewProblem[] };

/** The columns that still exist, and the locked columns that the view does not have. */
export function openColumns({ columns: stored }: StoredView): Opened<ColumnKey[]> {
  const isColumn = (key: string): key is ColumnKey => Object.hasOwn(columns, key);
  const missing = columnKeys.filter((key) => (columns[key] as Column).class === 'LOCKED' && !stored.includes(key));
  return {
    value: [...stored.filter(isColumn), ...missing],
    problems: stored.filter((key) => !isColumn(key)).map((key) => leftOut(`The column “${key}”`, ['columns'])),
  };
}

export function openFilter({ filter }: StoredView, schema: GraphQLSchema): Opened<ContractChangeFilter | null> {
  const opening: Opening = { of: 'filter', problems: [] };
  const type = schema.getType('ContractChangeFilter') as GraphQLInputObjectType;
  const value = filter === null ? null : open(filter, type, ['filter'], opening);
  return { value: value ?? null, problems: opening.problems };
}

export function openOrder({ orderBy }: StoredView, schema: GraphQLSchema): Opened<ContractChangeOrder[] | null> {
  const opening: Opening = { of: 'order', problems: [] };
  const type = schema.getType('ContractChangeOrder') as GraphQLInputObjectType;
  const keys = Array.isArray(orderBy) ? (orderBy as unknown[]) : [];
  const value = keys.map((key) => open(key, type, ['orderBy'], opening)).filter((key) => key !== undefined);
  return { value: value.length === 0 ? null : (value as ContractChangeOrder[]), problems: opening.problems };
}

export function problemsOf(view: StoredView, schema: GraphQLSchema): SavedViewProblem[] {
  return [openColumns(view), openFilter(view, schema), openOrder(view, schema)].flatMap(({ problems }) => problems);
}

function leftOut(what: string, field: string[]): SavedViewProblem {
  return { message: `${what} no longer exists; the view is shown without it.`, field };
}

const operators = new Set(['eq', 'in', 'nin', 'lt', 'lte', 'gt', 'gte', 'isNull']);

type Opening = { of: 'filter' | 'order'; problems: SavedViewProblem[] };

/**
 * The valid part of a stored value of an input type; undefined if nothing is left. An object that becomes empty is removed too: an empty
 * `not` would match nothing, and one empty branch of `or` would match everything.
 */
function open(value: unknown, type: GraphQLInputType, path: string[], opening: Opening): unknown {
  if (isNonNullType(type)) return value === null ? undefined : open(value, type.ofType, path, opening);
  if (value === null) return null;
  if (isListType(type) && Array.isArray(value)) {
    const kept = value.map((item) => open(item, type.ofType, path, opening)).filter((item) => item !== undefined);
    return kept.length === 0 && value.length > 0 ? undefined : kept;
  }
  if (isInputObjectType(type) && typeof value === 'object' && !Array.isArray(value)) return openObject(value, type, path, opening);
  try {
    if (isLeafType(type)) return type.parseValue(value);
  } catch {
    // Reported below, like any other value that no longer fits the type.
  }
  const shown = `“${typeof value === 'string' ? value : JSON.stringify(value)}”`;
  const field = path.findLast((name) => !operators.has(name));
  opening.problems.push(leftOut(opening.of === 'order' ? `The order by ${shown}` : `The filter by ${field} ${shown}`, path));
  return undefined;
}

function openObject(value: object, type: GraphQLInputObjectType, path: string[], opening: Opening): unknown {
  const fields = type.getFields();
  const given = Object.entries(value);
  const kept: [string, unknown][] = [];
  for (const [name, inner] of given) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      opening.problems.push(leftOut(`The ${opening.of} by “${name}”`, [...path, name]));
      continue;
    }
    const opened = open(inner, field.type, [...path, name], opening);
    if (opened !== undefined) kept.push([name, opened]);
  }
  const names = new Set(kept.map(([name]) => name));
  const isEmptied = given.length > 0 && kept.length === 0;
  const lacksRequired = Object.values(fields).some(
    ({ name, type: inner, defaultValue }) => isNonNullType(inner) && defaultValue === undefined && !names.has(name),
  );
  if (isEmptied || lacksRequired) return undefined;
  const defaults = Object.values(fields).filter(({ name, defaultValue }) => defaultValue !== undefined && !names.has(name));
  return Object.fromEntries([...defaults.map(({ name, defaultValue }) => [name, defaultValue]), ...kept]);
}
