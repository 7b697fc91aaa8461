// Long: one generator for every kind of request.
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

export type GeneratedRequest = { kind: string; document: string | null; headers: Record<string, string>; body: Uint8Array<ArrayBuffer> };

/** Generates unusual requests: documents from the schema, most of them slightly or grossly invalid, and raw bytes. Seeded. */
export function generateRequests(schema: GraphQLSchema, seed: number): () => GeneratedRequest {
  const random = mulberry32(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const chance = (share: number) => random() < share;

  const oddTexts = [
    '',
    'x',
    'cus_',
    '\0',
    '\ud800',
    '%',
    "' or 1=1 --",
    '__proto__',
    'constructor',
    '9223372036854775807',
    '-1',
    '2026-02-30',
    '2026-11-22',
    'é',
    '🏴',
    '"""',
    '\\',
    '\n',
    'x'.repeat(5_000),
  ];
  const oddNumbers = [0, 1, -1, 2, 25, 100, 101, 2 ** 31 - 1, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 0.5];
  const oddTokens = [
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ':',
    '!',
    '@',
    '...',
    '$',
    '=',
    '|',
    '&',
    '#',
    '"',
    '"""',
    '\\',
    'on',
    'null',
    'true',
    'fragment',
    'query',
    'mutation',
    'subscription',
    '__typename',
    '__schema',
    '@skip(if: true)',
    '@include',
    '@idempotent(key: "k")',
    '@defer',
    '-',
    '1e999',
    '00',
    '\u{feff}',
    ',',
    '\0',
    'ÿ',
  ];

  return function next() {
    const kind = pick(['document', 'document', 'document', 'document', 'scrambled', 'scrambled', 'words', 'json', 'bytes', 'headers']);
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (kind === 'bytes') return { kind, document: null, headers, body: bytes(below(2_000)) };
    if (kind === 'json')
      return {
        kind,
        document: null,
        headers,
        body: utf8(
          JSON.stringify(chance(0.5) ? json(4) : { query: json(3), variables: json(3), operationName: json(1), extensions: json(2) }),
        ),
      };
    const variables: Record<string, unknown> = {};
    let document = kind === 'words' ? Array.from({ length: below(300) }, () => pick(oddTokens)).join(' ') : makeDocument(variables);
    if (kind === 'scrambled') document = scramble(document);
    if (kind === 'headers') {
      headers['content-type'] = pick([
        'application/json; charset=utf-8',
        'application/json;charset=latin1',
        'text/plain',
        '*/*',
        'application/graphql-response+json',
        'a/b; c=d; e',
        'multipart/form-data',
      ]);
      headers['accept'] = pick([
        '*/*',
        'application/graphql-response+json',
        'text/html',
        'multipart/mixed',
        'application/json;q=0',
        ',',
        'x/y;z',
      ]);
      headers['idempotency-key'] = pick(['', 'k', 'x'.repeat(300), '\u00ff', 'a, b']);
      if (chance(0.2)) headers['x-partner-id'] = pick(['', 'par_', 'par_00000000-0000-0000-0000-000000000000', 'x']);
    }
    const operationName = chance(0.05) ? pick(oddTexts) : undefined;
    return {
      kind,
      document,
      headers,
      body: utf8(JSON.stringify({ query: document, variables: chance(0.03) ? json(3) : variables, operationName })),
    };
  };

  function makeDocument(variables: Record<string, unknown>): string {
    const definitions: string[] = [];
    const fragments: string[] = [];
    const isMutation = chance(0.25);
    const root = (isMutation ? schema.getMutationType() : schema.getQueryType())!;

    function selections(type: GraphQLNamedType, depth: number): string {
      if (!isCompositeType(type)) return '';
      const all: GraphQLField<unknown, unknown>[] = 'getFields' in type ? Object.values(type.getFields()) : [];
      const parts = Array.from({ length: 1 + below(4) }, () => {
        if (all.length === 0 || chance(0.1)) return '__typename';
        if (isAbstractType(type) && chance(0.7)) {
          const possible = pick(schema.getPossibleTypes(type));
          return `... on ${possible.name} ${selections(possible, depth - 1)}`;
        }
        if (chance(0.02)) {
          const name = `F${below(4)}`;
          if (chance(0.7)) fragments.push(`fragment ${name} on ${type.name} ${depth > 0 ? selections(type, depth - 1) : '{ __typename }'}`);
          return `...${name}`;
        }
        return field(pick(all), depth);
      });
      return `{ ${parts.join(' ')} }`;
    }

    function field(definition: GraphQLField<unknown, unknown>, depth: number): string {
      const type = getNamedType(definition.type);
      if (depth <= 0 && isCompositeType(type) && chance(0.95)) return '__typename';
      const given = definition.args.filter((argument) => isNonNullType(argument.type) || chance(0.3));
      const args = given.map((argument) => {
        if (chance(0.5)) return `${argument.name}: ${literal(value(argument.type, 4), argument.type)}`;
        const name = `v${definitions.length}`;
        definitions.push(`$${name}: ${chance(0.99) ? String(argument.type) : pick(['Int', 'Nothing', '[ID!]!'])}`);
        if (chance(0.99)) variables[name] = value(argument.type, 4);
        return `${argument.name}: $${name}`;
      });
      const alias = chance(0.1) ? `${pick(['a', 'b', 'node', '__x'])}: ` : '';
      const directive = chance(0.05) ? pick([' @skip(if: false)', ' @include(if: false)', ' @idempotent(key: "k")', ' @unknown']) : '';
      return `${alias}${definition.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${directive} ${selections(type, depth - 1)}`;
    }

    const body = selections(root, 1 + below(7));
    return `${chance(0.02) ? 'subscription' : isMutation ? 'mutation' : 'query'} Q${definitions.length > 0 ? `(${definitions.join(', ')})` : ''} ${body} ${fragments.join(' ')}`;
  }

  function value(type: GraphQLInputType, depth: number): unknown {
    if (chance(0.005)) return json(2);
    if (!isNonNullType(type) && chance(0.1)) return null;
    const nullable = getNullableType(type);
    if (isListType(nullable)) return Array.from({ length: chance(0.02) ? 300 : below(4) }, () => value(nullable.ofType, depth - 1));
    if (isEnumType(nullable)) return pick(nullable.getValues()).name;
    if (isInputObjectType(nullable)) {
      const fields = Object.values(nullable.getFields()).filter((each) => isNonNullType(each.type) || (depth > 0 && chance(0.3)));
      return Object.fromEntries(fields.map((each) => [each.name, value(each.type, depth - 1)]));
    }
    if (nullable.name === 'Int') return pick([...oddNumbers, 1, 2, 3, 5, 10, 20]);
    if (nullable.name === 'Boolean') return chance(0.5);
    if (nullable.name === 'Date') return pick(['2026-11-22', '2026-12-31', ...oddTexts]);
    return pick(oddTexts);
  }

  function literal(given: unknown, type: GraphQLInputType): string {
    if (Array.isArray(given)) return `[${given.map((each) => literal(each, innerType(type))).join(', ')}]`;
    const named = getNamedType(type);
    if (typeof given === 'string') return isEnumType(named) ? given || 'null' : JSON.stringify(given);
    if (typeof given !== 'object' || given === null) return String(given);
    const fields = isInputObjectType(named) ? named.getFields() : {};
    const entries = Object.entries(given).map(([name, each]) => `${name}: ${literal(each, fields[name]?.type ?? type)}`);
    return `{${entries.join(', ')}}`;
  }

  function innerType(type: GraphQLInputType): GraphQLInputType {
    const nullable = getNullableType(type);
    return isListType(nullable) ? nullable.ofType : type;
  }

  function scramble(document: string): string {
    let words = document.split(/(?<=\W)|(?=\W)/);
    for (let times = 1 + below(5); times > 0; times -= 1) {
      const at = below(words.length + 1);
      const change = below(5);
      if (change === 0) words.splice(at, 1 + below(3));
      else if (change === 1) words.splice(at, 0, pick(oddTokens));
      else if (change === 2) words.splice(at, 1, pick(words) ?? '');
      else if (change === 3) words.splice(at, 0, ...words.slice(at, at + below(30)));
      else words = chance(0.1) ? words.slice(0, at) : words;
    }
    return words.join('');
  }

  function json(depth: number): unknown {
    const leaf = [null, true, pick(oddNumbers), pick(oddTexts), '{ viewer { role } }'];
    if (depth <= 0 || chance(0.4)) return pick(leaf);
    if (chance(0.5)) return Array.from({ length: below(5) }, () => json(depth - 1));
    return Object.fromEntries(
      Array.from({ length: below(5) }, () => [
        pick(['query', 'variables', 'id', '__proto__', 'constructor', 'toString', 'x']),
        json(depth - 1),
      ]),
    );
  }

  function bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => below(256));
  }
}

/** API keys and cursors: chance may spell anything in them. */
const randomTexts = /"[\w.-]{30,}"/g;

/** A fault that no answer may have, for any request; null if there is none. */
export function faultOfAnswer(status: number, text: string): string | null {
  if (status !== 200 && status !== 503 && (status < 400 || status > 499)) return `status ${status}`;
  if (/node_modules|\bat \S+ \(|\.[jt]s:\d+|postgres|pg_|select .* from/i.test(text.replaceAll(randomTexts, '""')))
    return 'reveals implementation details';
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'not an object';
  const { data, errors, extensions: _, ...others } = body as { data?: unknown; errors?: unknown; extensions?: unknown };
  if (Object.keys(others).length > 0) return `unknown keys ${Object.keys(others).join(', ')}`;
  if (errors === undefined) return data === undefined ? 'neither data nor errors' : null;
  if (!Array.isArray(errors) || errors.length === 0) return 'errors are not a list';
  for (const error of errors as { message?: unknown; extensions?: { code?: unknown } }[]) {
    if (typeof error.message !== 'string' || typeof error.extensions?.code !== 'string') return 'an error without message or code';
    if (error.extensions.code === 'INTERNAL_SERVER_ERROR') return 'an internal error';
  }
  return null;
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** A small seeded generator of pseudo-random numbers. */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
