import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { modules, node, run } from '../../../sdk/check/tools.mjs';

// The same programs with the SDK and with other GraphQL clients for TypeScript, each written as its documentation shows.

/** The paths to select below a contract change, as in `schema/columns.json`. */
type Selects = readonly string[];

export interface SdkPeer {
  readonly name: string;
  /** The package whose dependencies count; null if consumers have only generated code. */
  readonly package: string | null;
  /** The folder that a consumer ships. */
  readonly shipped: string;
  /** Code that creates the client. */
  readonly begin: string;
  /** An expression for a page of rows with these columns. `given` has the arguments, as the inside of an object literal. */
  list(columns: readonly string[], given: string): string;
  /** Expressions that read the rows of a page, and a column of a row. */
  rows(page: string): string;
  read(row: string, column: string): string;
  pageInfo(page: string): string;
  /** An expression for a page that has the billing frequency only if `wide`; null if the client cannot express that. */
  readonly maybe: string | null;
}

const schemaFolder = join(import.meta.dirname, '../../../../schema');
const columns = JSON.parse(readFileSync(join(schemaFolder, 'columns.json'), 'utf8')) as {
  key: string;
  class: string;
  path: string;
  selects: Selects;
}[];
const camelCase = (key: string) => key.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const columnOf = new Map(columns.map((column) => [camelCase(column.key), column]));

/** The paths that the SDK selects: identity, locked columns and requested columns. */
function selects(asked: readonly string[]): string[] {
  const identity = ['id', 'customer.id', 'customer.association.version'];
  const wanted = columns.filter((column) => column.class === 'LOCKED' || asked.includes(camelCase(column.key)));
  const unknown = asked.filter((name) => !columnOf.has(name));
  return [...identity, ...wanted.flatMap((column) => column.selects), ...unknown];
}

type Tree = { [field: string]: Tree };

function treeOf(paths: readonly string[]): Tree {
  const root: Tree = {};
  for (const path of paths) {
    let place = root;
    for (const name of path.split('.')) place = place[name] ??= {};
  }
  return root;
}

/** { a: true, b: { c: true } }, for genql and zeus. */
const asObject = (tree: Tree): string =>
  `{ ${Object.entries(tree)
    .map(([name, below]) => `${name}: ${Object.keys(below).length > 0 ? asObject(below) : 'true'}`)
    .join(', ')} }`;

/** a b { c }, for documents. */
const asText = (tree: Tree): string =>
  Object.entries(tree)
    .map(([name, below]) => (Object.keys(below).length > 0 ? `${name} { ${asText(below)} }` : name))
    .join(' ');

/** { a: string | null; b: { c: string | null } }, for types written by hand. */
const asType = (tree: Tree): string =>
  `{ ${Object.entries(tree)
    .map(([name, below]) => `${name}: ${Object.keys(below).length > 0 ? asType(below) : 'string | null'}`)
    .join('; ')} }`;

const pathOf = (column: string) => columnOf.get(column)?.path ?? column;
const inTree = (row: string, column: string) => `${row}?.${pathOf(column).replaceAll('.', '?.')}`;
const page = { pageInfo: { hasNextPage: {}, endCursor: {} }, totalCount: {} };
const documentOf = (asked: readonly string[], directive = '') =>
  `query Renewals($first: Int, $after: String${directive && ', $wide: Boolean!'}) { upcomingContractChanges(first: $first, after: $after) { ${asText({ ...page, nodes: treeOf(selects(asked)) })} } }`.replace(
    'billingFrequency',
    `billingFrequency ${directive}`,
  );
const options = `'http://localhost/graphql'`;

/** Calls the function behind zeus's command line, which always asks for the schema's path on a terminal. */
async function generateZeus(schema: string, into: string): Promise<void> {
  const core = createRequire(realpathSync(join(modules, 'graphql-zeus/package.json'))).resolve('graphql-zeus-core');
  const { TranslateGraphQL } = (await import(pathToFileURL(core).href)) as {
    TranslateGraphQL: { typescriptSplit(options: object): Record<string, string> };
  };
  const files = TranslateGraphQL.typescriptSplit({
    schema: readFileSync(schema, 'utf8'),
    env: 'browser',
    esModule: true,
    subscriptions: 'legacy',
  });
  mkdirSync(into);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(into, `${name}.ts`), text);
}

/** Generates the clients and builds the SDK in a folder. */
export async function preparePeers(folder: string): Promise<readonly SdkPeer[]> {
  symlinkSync(modules, join(folder, 'node_modules'));
  const schema = join(folder, 'schema.graphql');
  writeFileSync(schema, readFileSync(join(schemaFolder, 'schema.graphql')));
  const tada = {
    compilerOptions: { strict: true, plugins: [{ name: 'gql.tada/ts-plugin', schema, tadaOutputLocation: './tada-env.ts' }] },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tada));
  mkdirSync(join(folder, 'genql'));
  await Promise.all([
    node([join(import.meta.dirname, '../../../sdk/build.mjs'), join(folder, 'ours')]),
    run(join(modules, '.bin/genql'), ['--schema', schema, '--output', join(folder, 'genql')]),
    generateZeus(schema, join(folder, 'zeus')),
    run(join(modules, '.bin/gql.tada'), ['generate-output', '-c', join(folder, 'tsconfig.json')], { cwd: folder }),
  ]);
  const fromTree = {
    rows: (answer: string) => `${answer}.upcomingContractChanges!.nodes`,
    read: inTree,
    pageInfo: (answer: string) => `${answer}.upcomingContractChanges!.pageInfo`,
  };
  return [
    {
      name: '@partner-renewals/sdk',
      package: null,
      shipped: join(folder, 'ours'),
      begin: `import { createRenewalsClient, type RenewalColumn } from './ours/index.js';
const { renewals } = createRenewalsClient({ url: ${options}, token: 'any' });`,
      list: (asked, given) => `await renewals.list({ columns: ${JSON.stringify(asked)}, ${given} })`,
      rows: (answer) => `${answer}.rows`,
      read: (row, column) => (column === 'customerName' ? `${row}?.customerName` : `${row}?.${column}`),
      pageInfo: (answer) => answer,
      maybe: `await renewals.list({ columns: ['hubId', wide ? 'billingFrequency' : 'hubId'] })`,
    },
    {
      name: 'genql',
      package: null,
      shipped: join(folder, 'genql'),
      begin: `import { createClient } from './genql/index';
const client = createClient({ url: ${options}, headers: { authorization: 'Bearer any' } });`,
      list: (asked, given) =>
        `await client.query({ upcomingContractChanges: { __args: { ${given} }, pageInfo: { hasNextPage: true, endCursor: true }, totalCount: true, nodes: ${asObject(treeOf(selects(asked)))} } })`,
      ...fromTree,
      maybe: `await client.query({ upcomingContractChanges: { __args: {}, nodes: { currentTerms: { billingFrequency: wide } } } })`,
    },
    {
      name: 'graphql-zeus',
      package: null,
      shipped: join(folder, 'zeus'),
      begin: `import { Chain } from './zeus/index.js';
const chain = Chain(${options}, { headers: { authorization: 'Bearer any', 'content-type': 'application/json' } });`,
      list: (asked, given) =>
        `await chain('query')({ upcomingContractChanges: [{ ${given} }, { pageInfo: { hasNextPage: true, endCursor: true }, totalCount: true, nodes: ${asObject(treeOf(selects(asked)))} }] })`,
      ...fromTree,
      maybe: `await chain('query')({ upcomingContractChanges: [{}, { nodes: { currentTerms: { billingFrequency: wide } } }] })`,
    },
    {
      name: 'gql.tada',
      package: 'gql.tada',
      shipped: join(modules, 'gql.tada'),
      begin: `import { initGraphQLTada, type ResultOf, type VariablesOf } from 'gql.tada';
import { print, type DocumentNode } from 'graphql';
import type { introspection } from './tada-env';
const graphql = initGraphQLTada<{ introspection: typeof introspection }>();
async function request<D extends DocumentNode>(document: D, variables: VariablesOf<D>): Promise<ResultOf<D>> {
  const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
  const response = await fetch(${options}, { method: 'POST', headers, body: JSON.stringify({ query: print(document), variables }) });
  return (await response.json()).data;
}`,
      list: (asked, given) => `await request(graphql(\`${documentOf(asked)}\`), { ${given} })`,
      ...fromTree,
      maybe: `await request(graphql(\`${documentOf(['billingFrequency'], '@include(if: $wide)')}\`), { wide })`,
    },
    {
      name: 'graphql-request',
      package: 'graphql-request',
      shipped: join(modules, 'graphql-request'),
      begin: `import { GraphQLClient } from 'graphql-request';
const client = new GraphQLClient(${options}, { headers: { authorization: 'Bearer any' } });`,
      // The consumer writes its types by hand.
      list: (asked, given) =>
        `await client.request<{ upcomingContractChanges: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; totalCount: number; nodes: ${asType(treeOf(selects(asked)))}[] } }>(\`${documentOf(asked)}\`, { ${given} })`,
      ...fromTree,
      maybe: null,
    },
  ];
}
