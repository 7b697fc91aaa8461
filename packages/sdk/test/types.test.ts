// Long: one compiler run for all probes of the types.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema, getNamedType, isAbstractType, isListType, isNonNullType, isObjectType, parse, Kind } from 'graphql';
import type { GraphQLObjectType, GraphQLOutputType, GraphQLSchema, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { mutationDocumentOf } from '../src/documents.ts';
import { renewalColumns } from '../src/index.ts';
import { methods } from '../src/mutation.ts';
import { check, Editor } from './compiler.ts';
import { fiftyCalls } from './consumers.ts';

const sdk = fileURLToPath(new URL('..', import.meta.url));
const source = join(sdk, 'src');
const schemaFolder = join(sdk, '../../schema');

/** The printer that graphql-codegen's plugin uses for generated/columns.ts. */
const { printColumns } = (await import(new URL('../codegen/columns.printer.mjs', import.meta.url).href)) as {
  printColumns: (schema: GraphQLSchema, config: { columns: readonly object[] }) => string;
};

/** The folder with a fresh build of the package. */
let built: string;

beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), 'renewals-sdk-'));
  const { status, stderr } = spawnSync(process.execPath, [join(sdk, 'build.mjs'), built], { encoding: 'utf8' });
  expect(`${status} ${stderr}`).toBe('0 ');
});

const print = (line: string) => void process.stderr.write(`${line}\n`);

const withClient = `import { createClient, parseColumns, type RenewalColumn, type Renewals } from './index.js';
const client = createClient({ url: '', token: '' });
`;

/** Checks a program that follows the creation of a client, against the built declarations. */
const checked = (program: string) => check(built, withClient + program);

/** The compile errors of a program, with their positions. */
const errorsOf = (program: string) => checked(program).errors.map(({ at, text }) => `${at}: ${text}`);

describe('the cost of the types', () => {
  test('50 calls with different columns take at most 7,000 instantiations and 2,700 types', () => {
    const empty = check(built, 'export {};');
    const { errors, instantiations, types } = check(built, fiftyCalls('./index.js'));
    print(`50 calls: ${instantiations} instantiations, ${types} types (an empty program: ${empty.instantiations} and ${empty.types})`);
    expect(errors).toEqual([]);
    expect(instantiations).toBeLessThanOrEqual(7000);
    expect(types).toBeLessThanOrEqual(2700);
  });

  test('a row of a table of 100 columns takes at most 9,500 instantiations', () => {
    const real = JSON.parse(readFileSync(join(schemaFolder, 'columns.json'), 'utf8')) as { key: string; class: string }[];
    const website = real.find(({ key }) => key === 'WEBSITE');
    const more = Array.from({ length: 100 - real.length }, (_, index) => ({ ...website, key: `MADE_UP_${index}` }));
    const schema = buildSchema(readFileSync(join(schemaFolder, 'schema.graphql'), 'utf8'));
    const columns = printColumns(schema, { columns: [...real, ...more] });
    const names = [...Object.keys(renewalColumns), ...more.map((_, index) => `madeUp${index}`)];
    const { errors, instantiations } = check(
      source,
      `import { createClient } from './index.ts';
      const { rows: [row] } = await createClient({ url: '', token: '' }).renewals.list({ columns: ${JSON.stringify(names)} });
      export const values = [${names.map((name) => `row!.${name}`).join()}];`,
      { files: { [join(source, 'generated/columns.ts')]: columns } },
    );
    print(`A row of 100 columns, each read: ${instantiations} instantiations`);
    expect(names).toHaveLength(100);
    expect(errors).toEqual([]);
    expect(instantiations).toBeLessThanOrEqual(9500);
  });
});

test('declarations compile without skipLibCheck', () => {
  expect(
    check(built, "export * from './index.js'; export * from './cjs/testing.js'; export * from './documents.js';", { whole: true }),
  ).toMatchObject({
    errors: [],
  });
});

describe('no spelling makes the types promise what a run may not keep', () => {
  const probes = readFileSync(join(sdk, 'check/fixtures/soundness.mts'), 'utf8')
    .replaceAll(
      /@partner-renewals\/sdk(\/(\w+))?/g,
      (_, _path, entry = 'index') => `./${/testing|caches/.test(entry) ? 'cjs/' : ''}${entry}.js`,
    )
    .split(/^(?=export )/m);
  const [declared = '', ...spellings] = probes;

  test('at least 130 spellings are tried', () => expect(spellings.length).toBeGreaterThanOrEqual(130));

  test.each([true, false])('with exactOptionalPropertyTypes %s', (exactOptionalPropertyTypes) => {
    const { errors } = check(built, declared + spellings.join(''), { exactOptionalPropertyTypes });
    expect(errors).toEqual([]);
  });
});

describe('an unknown column', () => {
  test.each([
    ['in a list', "client.renewals.list({ columns: ['customerName', 'web_site'] });", "'web_site'"],
    ['alone', "client.renewals.list({ columns: ['websit'] });", "'websit'"],
    ['in a typed constant', "const columns: RenewalColumn[] = ['hubID'];", "'hubID'"],
  ])('is an error at the element, %s, that suggests a column', (_, program, element) => {
    const found = checked(program).errors.filter(({ at }) => at === element);
    expect(found).toHaveLength(1);
    expect(found[0]!.text).toMatch(/Did you mean '"(website|hubId)"'\?/);
    expect(checked(program).errors).toHaveLength(1);
  });

  test.each([
    ['const', "const columns = ['website', 'gone'] as const; client.renewals.list({ columns });", '"gone"'],
    ['an array of any text', 'declare const columns: string[]; client.renewals.list({ columns });', "'string'"],
    ['an element that may be missing', "declare const columns: ['hubId', 'website'?]; client.renewals.list({ columns });", 'undefined'],
    ['the identity, which is always included', "client.renewals.list({ columns: ['id'] });", '"id"'],
  ])('is an error as %s', (_, program, named) => {
    const found = checked(program).errors;
    expect(found).toHaveLength(1);
    expect(found[0]!.text).toContain(named);
  });
});

describe('a row', () => {
  /** Whether `website` is certainly present, possibly present, or not readable. */
  const probes: [name: string, declared: string, columns: string, website: 'sure' | 'maybe' | 'never'][] = [
    ['of literals that name it', '', "['hubId', 'website']", 'sure'],
    ['of literals that do not name it', '', "['hubId']", 'never'],
    ['of a constant list', "const list = ['hubId', 'website'] as const;", 'list', 'sure'],
    ['of a constant list without it', "const list = ['hubId'] as const;", 'list', 'never'],
    ['of an array from run time', 'declare const list: RenewalColumn[];', 'list', 'maybe'],
    ['of the result of parseColumns', "const list = parseColumns('').columns;", 'list', 'maybe'],
    ['of an array of one column, which may be empty', "declare const list: 'website'[];", 'list', 'maybe'],
    ['of an element that is one of two', "declare const one: 'website' | 'hubId';", '[one]', 'maybe'],
    ['of an element that is any column', 'declare const one: RenewalColumn;', "['hubId', one]", 'maybe'],
    ['of an element chosen by a condition', 'declare const wide: boolean;', "[wide ? 'website' : 'hubId']", 'maybe'],
    ['of lists chosen by a condition', 'declare const wide: boolean;', "wide ? ['website'] : ['hubId']", 'never'],
    [
      'of constant lists chosen by a condition',
      "declare const list: readonly ['website'] | readonly ['hubId', 'website'];",
      'list',
      'sure',
    ],
    ['of a spread constant list', "const list = ['website'] as const;", "['hubId', ...list]", 'sure'],
    ['of a spread array', 'declare const list: RenewalColumn[];', "['hubId', ...list]", 'maybe'],
    ['of an array spread conditionally', 'declare const wide: boolean;', "['hubId', ...(wide ? (['website'] as const) : [])]", 'never'],
    ['of a list that begins with an open array', "declare const list: readonly [...RenewalColumn[], 'website'];", 'list', 'maybe'],
    ['of an empty list', '', '[]', 'never'],
    ['of undefined', '', 'undefined', 'never'],
    ['of an element named twice', '', "['website', 'hubId', 'website']", 'sure'],
    ['of a list that may be missing', "declare const list: readonly ['website'] | undefined;", 'list', 'maybe'],
    ['of an array that may be missing', 'declare const list: RenewalColumn[] | undefined;', 'list', 'maybe'],
    ['of any', 'declare const list: any;', 'list', 'never'],
    ['of an array of any', 'declare const list: any[];', 'list', 'never'],
    ['of an element that is any', 'declare const one: any;', "['hubId', one]", 'never'],
    ['of an impossible list', "declare const list: readonly ['hubId', never];", 'list', 'never'],
  ];

  test.each(probes)('%s has exactly the certain columns', (_, declared, columns, website) => {
    expect(
      errorsOf(`${declared}
      const { rows } = await client.renewals.list({ columns: ${columns} });
      type Row = (typeof rows)[number];
      type Presence<R> = 'website' extends keyof R ? ({} extends Pick<R, 'website'> ? 'maybe' : 'sure') : 'never';
      export const presence: [Presence<Row>] extends ['${website}'] ? ['${website}'] extends [Presence<Row>] ? true : 'other' : 'other' = true;
      export const always: [string, string, number, string] = [rows[0]!.id, rows[0]!.customerId, rows[0]!.associationVersion, rows[0]!.customerName];
      ${website === 'never' ? '// @ts-expect-error -- not requested' : ''}
      export const value: ${website === 'maybe' ? 'string | null | undefined' : 'string | null'} = rows[0]!.website;`),
    ).toEqual([]);
  });

  test('of a generic wrapper has no column that the list may lack', () => {
    expect(
      errorsOf(`
      async function first<const C extends readonly RenewalColumn[]>(columns: C) {
        const { rows } = await client.renewals.list({ columns });
        return rows[0]!;
      }
      export const asked: string | null = (await first(['website'])).website;
      export const maybe: string | null | undefined = (await first(['website'] as RenewalColumn[])).website;
      // @ts-expect-error -- not certainly named
      export const never = (await first(['hubId'])).website;
      async function inside<C extends readonly RenewalColumn[]>(columns: C) {
        const { rows } = await client.renewals.list({ columns });
        // @ts-expect-error -- unknown inside the wrapper
        const value: string | null = rows[0]!.website;
        return value;
      }
      async function appended<C extends readonly RenewalColumn[]>(columns: C) {
        const { rows } = await client.renewals.list({ columns: [...columns, 'hubId'] });
        // @ts-expect-error -- unknown here too
        const value: string | null = rows[0]!.website;
        return value;
      }
      export { inside, appended };`),
    ).toEqual([]);
  });

  test('has the default columns if none are given', () => {
    expect(
      errorsOf(`
      for await (const row of client.renewals.list()) { row.primaryContact?.email; const name: string = row.customerName; }
      const [row] = await client.renewals.list({ first: 3 }).toArray({ limit: 2 });
      row!.primaryContact?.name;
      // @ts-expect-error -- not requested
      row!.website;`),
    ).toEqual([]);
  });

  test('separates a column that was not requested from one that is null', () => {
    expect(
      errorsOf(`declare const list: RenewalColumn[];
      const [row] = (await client.renewals.list({ columns: list })).rows;
      type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
      export const kinds: [
        Same<Required<NonNullable<typeof row>>['website'], string | null>,
        Same<Required<NonNullable<typeof row>>['hubId'], string | null>,
        Same<Required<NonNullable<typeof row>>['subscriptionTerm'], number | null>,
      ] = [true, true, true];
      // @ts-expect-error -- exactly optional: present with a value, or absent
      const wrong: NonNullable<typeof row> = { ...row!, subscriptionTerm: undefined };`),
    ).toEqual([]);
  });

  test('has the accompanying member of a column only if the column is certain', () => {
    expect(
      errorsOf(`declare const one: 'billingFrequency' | 'hubId';
      const sure = (await client.renewals.list({ columns: ['billingFrequency'] })).rows[0]!;
      const maybe = (await client.renewals.list({ columns: [one] })).rows[0]!;
      export const months: number | null = sure.billingIntervalMonths;
      // @ts-expect-error -- it may be missing
      export const perhaps: number | null = maybe.billingIntervalMonths;`),
    ).toEqual([]);
  });
});

describe('a selection of the graph', () => {
  const same = 'type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;';

  test('returns the selected fields at every depth', () => {
    expect(
      errorsOf(`${same}
      const answer = await client.query({ viewer: { role: true, partner: { name: true, settings: { ownsAllTransactionalConversations: true } } } });
      export const name: string = answer.viewer.partner.name;
      export const owns: boolean = answer.viewer.partner.settings.ownsAllTransactionalConversations;
      // @ts-expect-error -- not selected
      answer.viewer.partner.id;
      // @ts-expect-error -- not selected
      answer.viewer.user;
      // @ts-expect-error -- not selected
      answer.customers;`),
    ).toEqual([]);
  });

  test.each([
    ['a query', 'await client.query({ viewer: { role: true, rol: true } });'],
    ['a query below a list', 'await client.query({ customers: { nodes: { name: true, mail: true } } });'],
    ['the root', 'await client.query({ viewr: { role: true } });'],
    ['a customer', "await client.customer({ hubId: '1' }, { name: true, association: { verson: true } });"],
    [
      'a mutation',
      "await client.mutate({ setPrimaryContact: { $: { input: { customerId: '1', contactId: null } }, userErrors: { text: true } } });",
    ],
    ['arguments', 'await client.query({ customers: { $: { first: 3, frist: 1 }, nodes: { name: true } } });'],
    [
      'a conditional selection',
      "declare const wide: boolean; await client.customer({ hubId: '1' }, { association: wide && { version: true, verson: true } });",
    ],
    ['a constant query', 'const wanted = { viewer: { role: true, rol: true } } as const; await client.query(wanted);'],
  ])('with an unknown name is an error: %s', (_, program) => {
    expect(checked(program).errors).not.toEqual([]);
  });

  test('makes a field optional for a run-time flag, and omits a field that is false', () => {
    expect(
      errorsOf(`declare const wide: boolean;
      const customer = (await client.customer({ hubId: '1' }, { name: true, hubId: wide, website: false, association: wide && { version: true } }))!;
      export const name: string = customer.name;
      export const hubId: string | null | undefined = customer.hubId;
      export const version: number | undefined = customer.association?.version;
      // @ts-expect-error -- it may not have been selected
      export const sure: string | null = customer.hubId;
      // @ts-expect-error -- it may not have been selected
      customer.association.version;
      // @ts-expect-error -- it was not selected
      customer.website;`),
    ).toEqual([]);
  });

  test('types the filter of a saved view as it was given', () => {
    expect(
      errorsOf(`
      const { viewer } = await client.query({ viewer: { savedViews: { nodes: { name: true, filter: true } } } });
      const [view] = viewer.savedViews.nodes;
      export const status = view?.filter?.status?.in;
      await client.renewals.list({ filter: view!.filter });
      await client.createSavedView({ name: 'Copy', columns: [], filter: view!.filter });
      // @ts-expect-error -- it is no filter of another type
      export const other: { none: string } = view!.filter;`),
    ).toEqual([]);
  });

  test('requires each input whose null erases something', () => {
    expect(
      errorsOf(`
      await client.setPrimaryContact({ customerId: '1', contactId: null });
      // @ts-expect-error -- leaving the contact out must not remove it
      await client.setPrimaryContact({ customerId: '1' });
      // @ts-expect-error -- the same for the owner
      await client.setCommunicationOwner({ customerId: '1' });
      // @ts-expect-error -- and below a selection
      await client.mutate({ bulkSetCommunicationOwner: { $: { input: { customerIds: ['1'] } }, userErrors: { message: true } } });`),
    ).toEqual([]);
  });

  test('has null where the server may return null', () => {
    expect(
      errorsOf(`
      const customer = await client.customer({ hubId: '1' }, { website: true });
      // @ts-expect-error -- there may be no such customer
      customer.website;
      // @ts-expect-error -- its website may be unknown
      export const website: string = customer!.website;
      export const known: string | null = customer!.website;`),
    ).toEqual([]);
  });

  test('of an interface returns the fields of each type, narrowed by __typename', () => {
    expect(
      errorsOf(`
      const { node } = await client.query({ node: { $: { id: '1' }, id: true, on: { Customer: { name: true }, Partner: { settings: { ownsAllTransactionalConversations: true } } } } });
      export const id: string | undefined = node?.id;
      // @ts-expect-error -- only a customer has it
      node!.name;
      if (node?.__typename === 'Customer') { const name: string = node.name; }
      if (node?.__typename === 'Partner') { const owns: boolean = node.settings.ownsAllTransactionalConversations; }
      // @ts-expect-error -- the name of a partner was not selected
      if (node?.__typename === 'Partner') node.name;`),
    ).toEqual([]);
  });

  test('requires the required arguments, with their types', () => {
    expect(
      errorsOf(`
      // @ts-expect-error -- the customer is missing
      await client.query({ customer: { name: true } });
      // @ts-expect-error -- must be a number
      await client.query({ customers: { $: { first: '3' }, nodes: { name: true } } });
      // @ts-expect-error -- only one of the two
      await client.customer({ id: '1', hubId: '2' });
      await client.query({ customers: { $: { first: 3, query: 'a' }, nodes: { name: true }, totalCount: true } });`),
    ).toEqual([]);
  });

  test('of a list returns a list', () => {
    expect(
      errorsOf(`${same}
      const { customers } = await client.query({ customers: { nodes: { name: true, products: { product: true } } } });
      // @ts-expect-error -- there may be none
      customers.nodes[0].name;
      export const names: string[] = customers.nodes.map(({ name }) => name);
      export const exact: Same<(typeof customers.nodes)[number]['name'], string> = true;`),
    ).toEqual([]);
  });
});

/** The type of a value with this selection, written out: null where the schema allows it. */
function typeOf(type: GraphQLOutputType, selection: SelectionSetNode): string {
  if (isNonNullType(type)) return typeOf(type.ofType as GraphQLOutputType, selection).replace(/ \| null$/, '');
  if (isListType(type)) return `readonly (${typeOf(type.ofType, selection)})[] | null`;
  return `${isAbstractType(type) ? type.name : `{ ${membersOf(type as GraphQLObjectType, selection).join('; ')} }`} | null`;
}

function membersOf(type: GraphQLObjectType, { selections }: SelectionSetNode): string[] {
  return selections.map((field) => {
    if (field.kind !== Kind.FIELD) throw new Error('The document has a fragment of a type without subtypes.');
    const name = field.name.value;
    return `${name}: ${field.selectionSet ? typeOf(type.getFields()[name]!.type, field.selectionSet) : `${type.name}['${name}']`}`;
  });
}

describe('the outcome of a mutation', () => {
  test('has exactly the fields that its document selects', () => {
    const schema = buildSchema(readFileSync(join(schemaFolder, 'schema.graphql'), 'utf8'));
    const nullOnSuccess = ['createApiKey.key', 'updateSavedView.savedView'];
    const checks = methods().map(([name]) => {
      const [operation] = parse(mutationDocumentOf(name)).definitions as [OperationDefinitionNode];
      const [root] = operation.selectionSet.selections;
      if (root?.kind !== Kind.FIELD) throw new Error(`The document of ${name} selects no field.`);
      const payload = getNamedType(schema.getMutationType()!.getFields()[name]!.type) as GraphQLObjectType;
      const members = membersOf(payload, root.selectionSet!).filter((member) => !member.startsWith('userErrors:'));
      const types = members.map((member) => {
        const [field = ''] = member.split(':');
        return nullOnSuccess.includes(`${name}.${field}`) ? member : `${field}: NonNullable<${member.slice(field.length + 2)}>`;
      });
      return `export const ${name}: Same<Plain<Done<'${name}'>>, Plain<{ ${types.join('; ')} }>> = true;\n`;
    });
    const graph = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isAbstractType(type));
    // Lists and their entries have one type each, such as Connection<Customer>.
    const named = graph.map(({ name }) => name).filter((name) => !/^__|(Connection|Edge)$/.test(name));
    expect(checks.length).toBeGreaterThan(15);
    expect(
      errorsOf(`import type { ${named.join(', ')}, Mutations } from './index.js';
      type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
      type Plain<T> = T extends readonly (infer Element)[] ? readonly Plain<Element>[] : T extends object ? { [Key in keyof T]: Plain<T[Key]> } : T;
      type Done<Name extends keyof Mutations> = Omit<Extract<Awaited<ReturnType<Mutations[Name]>>, { ok: true }>, 'ok' | 'meta' | 'userErrors'>;
      ${checks.join('')}`),
    ).toEqual([]);
  });

  test('is shown by an editor as a plain object', () => {
    const editor = new Editor(built, `${withClient}const outcome = await client.createApiKey({ role: 'ADMIN' });`);
    expect(editor.hover('outcome =').text).toMatch(
      /^const outcome: Outcome<\{\n +apiKey: \{\n[^{]*user: \{\n[^{]*\} \| null;\n +\};\n +key: string \| null;\n\}>$/,
    );
  });

  test('has the changed objects only on success', () => {
    expect(
      errorsOf(`
      const outcome = await client.setPrimaryContact({ customerId: '1', contactId: '2' });
      // @ts-expect-error -- null without success
      outcome.association.version;
      if (outcome.ok) { const version: number = outcome.association.version; }
      else { const message: string = outcome.userErrors[0].message; const none: null = outcome.association; }`),
    ).toEqual([]);
  });
});

test('a list is a promise of its first page, and methods fit TanStack Query', () => {
  expect(
    errorsOf(`
    type Page = Awaited<ReturnType<typeof load>>;
    const load = () => client.renewals.list({ columns: ['website'] });
    export const promise: Promise<Page> = load();
    export const website = async (): Promise<string | null> => (await load()).rows[0]!.website;
    export const caught: Promise<Page | null> = load().catch(() => null);
    export const rows: Promise<number> = load().then(({ rows }) => rows.length).finally(() => {});
    type Context = { client: object; meta: Record<string, unknown> | undefined; mutationKey?: readonly unknown[] };
    declare function useMutation<D, V>(options: { mutationFn: (variables: V, context: Context) => Promise<D> }): (variables: V) => Promise<D>;
    export const ok = async () => (await useMutation({ mutationFn: client.setCommunicationOwner })({ customerId: '1', owner: 'PARTNER' })).ok;
    // @ts-expect-error -- the input is checked
    void useMutation({ mutationFn: client.setCommunicationOwner })({ customer: '1' });
    // @ts-expect-error -- no such option
    void client.setCommunicationOwner({ customerId: '1' }, { idempotencykey: 'mine' });`),
  ).toEqual([]);
});

describe('an editor', () => {
  test('shows the result of a selection as a plain object', () => {
    const editor = new Editor(
      built,
      `${withClient}const answer = await client.query({ viewer: { role: true, partner: { name: true } } });\nconst customer = (await client.customer({ id: '1' }, { name: true }))!;`,
    );
    const { text } = editor.hover('answer =');
    expect(text).toMatch(/^const answer: \{\n/);
    expect(text).toMatch(/readonly viewer: \{\n[^{]*readonly partner: \{\n[^{]*readonly name: string;/);
    expect(editor.hover('customer =').text).toMatch(/^const customer: \{\n/);
    expect(text + editor.hover('customer =').text).not.toMatch(/Flat|Pick|Selected|Fields/);
  });

  test('shows a row as a plain object', () => {
    const editor = new Editor(
      built,
      `${withClient}const page = await client.renewals.list({ columns: ['website', 'currentMrr'] });\nconst row = page.rows[0]!;`,
    );
    const { text } = editor.hover('row =');
    const [, members = ''] = /^const row: \{([^{}]*)\}$/.exec(text) ?? [];
    expect(
      members
        .split(';')
        .map((member) => member.trim())
        .sort(),
    ).toEqual([
      '',
      'readonly associationVersion: number',
      'readonly communicationOwner: CommunicationOwner',
      'readonly contractType: ContractChangeType',
      'readonly currentMrr: Pick<Money, "amount" | "currencyCode">',
      'readonly customerId: string',
      'readonly customerName: string',
      'readonly id: string',
      'readonly renewalDeadline: string | null',
      'readonly status: ContractChangeStatus',
      'readonly website: string | null',
    ]);
  });

  test('shows a row of run-time columns as a plain object with optional members', () => {
    const editor = new Editor(
      built,
      `${withClient}const page = await client.renewals.list({ columns: parseColumns('').columns });\nconst row = page.rows[0]!;`,
    );
    const { text } = editor.hover('row =');
    expect(text).toMatch(/^const row: \{\n/);
    expect(text).toContain('readonly website?: string | null;');
    expect(text).toContain('readonly customerName: string;');
    expect(text).not.toMatch(/Partial|Row|Flat/);
  });

  test('shows the description of every column, certain or not, in tooltips and completions', () => {
    const names = Object.keys(renewalColumns) as (keyof typeof renewalColumns)[];
    for (const columns of [JSON.stringify(names), "parseColumns('').columns"]) {
      const reads = names.map((name) => `row.${name};\n`).join('');
      const editor = new Editor(
        built,
        `${withClient}const page = await client.renewals.list({ columns: ${columns} });\nconst row = page.rows[0]!;\n${reads}row.`,
      );
      const offered = editor.completions();
      for (const name of names) {
        expect([name, offered[name]]).toEqual([name, expect.stringContaining(renewalColumns[name].description.en)]);
        expect([name, editor.hover(`${name};`).description]).toEqual([name, offered[name]]);
      }
    }
  });

  test('has a description of every option of a list', () => {
    const options = ['columns', 'query', 'filter', 'orderBy', 'first', 'after', 'asOf', 'viewId'];
    const offered = new Editor(built, `${withClient}await client.renewals.list({ `).completions();
    expect(options.filter((name) => !offered[name])).toEqual([]);
  });
});
