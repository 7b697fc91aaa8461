import { columnNames, rowMembers } from './columns.ts';
import { renewalColumns } from './generated/column-texts.ts';
import type { RenewalColumn, RenewalRow } from './generated/columns.ts';
import type { FieldArguments, Mutation, Mutations, Query } from './generated/graph.types.ts';
import type { InputOf } from './selection.types.ts';

/** A request to a fake server, without its token. */
export interface FakeRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** A failure of one request: a status with headers and a body, or an error that fetch rejects with. */
export type FakeFault = Error | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

/** A part of an object of the graph, at every depth. */
export type Fixture<T> = T extends readonly (infer Element)[]
  ? readonly Fixture<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]?: Fixture<T[Key]> }
    : T;

/** The arguments of a root field. */
type ArgumentsOf<Place> = Place extends keyof FieldArguments
  ? NonNullable<FieldArguments[Place]['$']>
  : Place extends `Mutation.${infer Name extends keyof Mutations}`
    ? InputOf<Name>['$']
    : Readonly<Record<string, never>>;

/** A function for each root field, from its arguments to its result. */
type Fields<Type extends Query | Mutation> = {
  readonly [Name in keyof Omit<Type, '__typename'> & string]?: (
    args: ArgumentsOf<`${Type['__typename']}.${Name}`>,
  ) => Fixture<Omit<Type, '__typename'>[Name]>;
};

/** The data of a fake server. */
export interface Fixtures {
  /**
   * Rows, or a function from a list's arguments to rows. Missing identity and locked columns are made up; nullable ones are null. The fake
   * server applies no search, filter, order or view: a list with one of them needs the function.
   */
  readonly renewals?:
    | readonly Partial<RenewalRow>[]
    | ((args: ArgumentsOf<'Query.upcomingContractChanges'>) => readonly Partial<RenewalRow>[]);
  /** Results of other root fields and of mutations, by name. Objects of an interface need their `__typename`. */
  readonly fields?: Fields<Query> & Fields<Mutation>;
  /** The business date of lists. Default: 2026-01-01. */
  readonly businessDate?: string;
}

/** A server for tests: `fetch` answers with the selected fields of fixtures. */
export interface FakeServer {
  /** Pass it to `createClient`. */
  readonly fetch: typeof fetch;
  /** The requests so far. */
  readonly requests: readonly FakeRequest[];
  /** Makes the next requests fail, each with one of these faults. */
  fail(...faults: FakeFault[]): void;
}

/**
 * Creates a fake server for tests of code that uses this client.
 *
 * @example
 * const server = createFakeServer({ renewals: [{ customerName: 'Acme', website: 'https://acme.example' }] });
 * const client = createClient({ url: 'https://fake.example/graphql', token: 'any', fetch: server.fetch });
 */
export function createFakeServer(fixtures: Fixtures = {}): FakeServer {
  const requests: FakeRequest[] = [];
  const faults: FakeFault[] = [];
  return {
    requests,
    fail: (...more) => void faults.push(...more),
    async fetch(_url, init) {
      const { authorization: _, ...headers } = Object.fromEntries(new Headers(init?.headers));
      const { query, variables = {} } = JSON.parse(init?.body as string) as { query: string; variables?: Record<string, unknown> };
      requests.push({ query, variables, headers });
      const fault = faults.shift();
      if (fault instanceof Error) throw fault;
      if (fault) return new Response(fault.body ?? '', fault);
      let body: object;
      try {
        body = { data: answer(fixtures, query, variables) };
      } catch (error) {
        // Sent as a GraphQL error, so that the test sees it in the error of the client.
        body = { errors: [{ message: (error as Error).message, extensions: { code: 'FIXTURE_MISSING' } }] };
      }
      return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
    },
  };
}

type Field = { name: string; key: string; args: Record<string, unknown>; below: Field[]; on: string | undefined };

function answer(fixtures: Fixtures, query: string, variables: Record<string, unknown>): object {
  const root = Object.fromEntries(
    parse(query, variables).map(({ name, args }) => {
      const given = (fixtures.fields as { readonly [name: string]: (args: object) => unknown } | undefined)?.[name];
      if (given) return [name, given(args)];
      if (name === 'upcomingContractChanges') return [name, connection(fixtures, args)];
      throw new Error(`The fixtures have no root field "${name}". Add it to their fields.`);
    }),
  );
  return project(root, parse(query, variables), 'the root') as object;
}

/** A list in the server's format. A cursor is the position of its row, from 1. */
function connection({ renewals = [], businessDate = '2026-01-01' }: Fixtures, args: Record<string, unknown>): object {
  const ignored = ['filter', 'query', 'orderBy', 'asOf', 'viewId'].filter((name) => (args[name] ?? null) !== null);
  if (typeof renewals !== 'function' && ignored.length > 0)
    throw new Error(`The fake server does not apply ${ignored.join(', ')}. Make \`renewals\` a function of the list's arguments.`);
  const rows = typeof renewals === 'function' ? renewals(args) : renewals;
  const { first, last = args['before'] && !first ? 25 : undefined } = args as { first?: number; last?: number };
  const [from, to] = [Number(args['after'] ?? 0), args['before'] ? Number(args['before']) - 1 : rows.length];
  const begin = last ? Math.max(from, to - last) : from;
  const end = last ? to : Math.min(to, begin + (first ?? 25));
  const cursor = (position: number) => (end > begin ? String(position) : null);
  const edges = rows.slice(begin, end).map((row, index) => {
    const position = begin + index + 1;
    return { cursor: String(position), node: node(row, position) };
  });
  return {
    businessDate,
    totalCount: rows.length,
    pageInfo: { hasNextPage: end < rows.length, hasPreviousPage: begin > 0, startCursor: cursor(begin + 1), endCursor: cursor(end) },
    edges,
    nodes: edges.map((edge) => edge.node),
  };
}

const madeUp = (position: number): Partial<RenewalRow> => ({
  ...{ id: `cch_${position}`, customerId: `cus_${position}`, associationVersion: 1, customerName: `Customer ${position}` },
  ...{ communicationOwner: 'VENDOR', contractType: 'RENEWAL', status: 'PENDING', renewalDeadline: null },
});

/** A row in the format of the graph. */
function node(row: Partial<RenewalRow>, position: number): object {
  const values: Record<string, unknown> = { ...madeUp(position), ...row };
  const graph: Record<string, unknown> = {};
  for (const [name, path, mark] of rowMembers(columnNames())) {
    const steps = path.replace(/\{.*/, '').split('.');
    const last = steps.pop()!;
    const parent = steps.reduce<Record<string, unknown>>((at, step) => (at[step] ??= {}) as Record<string, unknown>, graph);
    const isNullable = mark === '&' || (renewalColumns as Partial<typeof renewalColumns>)[name as RenewalColumn]?.nullable;
    parent[last] = values[name] ?? (isNullable ? null : undefined);
  }
  return graph;
}

function project(value: unknown, fields: readonly Field[], where: string): unknown {
  if (Array.isArray(value)) return (value as unknown[]).map((each) => project(each, fields, where));
  if (value === null || typeof value !== 'object') return value;
  const object = value as Record<string, unknown>;
  const entries = fields.flatMap(({ name, key, below, on }): [string, unknown][] => {
    if (on !== undefined) return object['__typename'] === on ? Object.entries(project(object, below, where) as object) : [];
    const found = object[name];
    if (found === undefined) throw new Error(`The fixture of ${where} has no "${name}", but the document selects it. Add it.`);
    return [[key, below.length > 0 ? project(found, below, name) : found]];
  });
  return Object.fromEntries(entries);
}

/** The selections of a document with one operation and no named fragments. Variables are filled in. */
function parse(query: string, variables: Record<string, unknown>): Field[] {
  const tokens = query.match(/\.\.\.|\$?[A-Za-z_]\w*|-?\d+(?:\.\d+)?|"(?:[^"\\]|\\.)*"|[{}()[\]:!=@]/g) ?? [];
  let at = 0;
  const take = () => tokens[at++] ?? '';
  const skipParentheses = () => {
    for (let depth = 0; at < tokens.length;) {
      const token = take();
      if (token === '(') depth += 1;
      if (token === ')' && (depth -= 1) === 0) return;
    }
  };
  const readValue = (): unknown => {
    const token = take();
    if (token.startsWith('$')) return variables[token.slice(1)];
    if (token === '[') return readUntil(']', readValue);
    if (token === '{') return Object.fromEntries(readUntil('}', readArgument));
    return /^["\d-]|^(true|false|null)$/.test(token) ? (JSON.parse(token) as unknown) : token;
  };
  const readArgument = (): [string, unknown] => {
    const name = take();
    at += 1;
    return [name, readValue()];
  };
  function readUntil<T>(end: string, read: () => T): T[] {
    const found: T[] = [];
    while (tokens[at] !== end) {
      if (at >= tokens.length) throw new Error('The document is incomplete.');
      found.push(read());
    }
    at += 1;
    return found;
  }
  /** Whether @include and @skip keep the field. */
  const readDirectives = (): boolean => {
    let isIncluded = true;
    while (tokens[at] === '@') {
      at += 1;
      const directive = take();
      if (tokens[at] !== '(') continue;
      at += 1;
      const given = Object.fromEntries(readUntil(')', readArgument)) as { if?: boolean };
      if (directive === 'include') isIncluded = given.if !== false;
      if (directive === 'skip') isIncluded = given.if !== true;
    }
    return isIncluded;
  };
  const readFields = (): Field[] => readUntil('}', readField).filter((field) => field !== null);
  const readField = (): Field | null => {
    let key = take();
    if (key === '...') {
      if (take() !== 'on') throw new Error('The fake server does not support named fragments. Use inline ones.');
      const on = take();
      const isIncluded = readDirectives();
      at += 1;
      const below = readFields();
      return isIncluded ? { name: '', key: '', args: {}, below, on } : null;
    }
    let name = key;
    if (tokens[at] === ':') {
      at += 1;
      name = take();
    } else key = name;
    let args: Record<string, unknown> = {};
    if (tokens[at] === '(') {
      at += 1;
      args = Object.fromEntries(readUntil(')', readArgument).filter(([, value]) => value !== undefined));
    }
    const isIncluded = readDirectives();
    let below: Field[] = [];
    if (tokens[at] === '{') {
      at += 1;
      below = readFields();
    }
    return isIncluded ? { name, key, args, below, on: undefined } : null;
  };
  while (at < tokens.length && tokens[at] !== '{') {
    if (tokens[at] === '(') skipParentheses();
    else at += 1;
  }
  at += 1;
  return readFields();
}
