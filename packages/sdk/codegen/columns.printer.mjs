import { createHash } from 'node:crypto';
import { getNamedType, isEnumType, isNonNullType, printSchema } from 'graphql';
import { isObjectLike, printOutput } from './graph.printer.mjs';
import { byName, camelCase, quote, tsdoc, union } from './text.mjs';

const rowType = 'ContractChange';

/** What every row brings, so that it can be acted on: name, path, where its description stands. */
const identity = [
  ['id', 'id', 'The id of the contract change: what decisions take.'],
  ['customerId', 'customer.id', 'The id of the customer: what owner and contact are set for.'],
  [
    'associationVersion',
    'customer.association.version',
    'The version of the association with the customer: expected by edits that must not overwrite another.',
  ],
];

/** A field at the end of a path below the row's type, and whether null may come on the way. */
function follow(schema, path) {
  let [type, nullable, field] = [schema.getType(rowType), false, null];
  for (const name of path.split('.')) {
    field = type.getFields()[name];
    if (!field) throw new Error(`schema/columns.json selects ${path}, and ${type.name} has no ${name}: run \`npm run generate\`.`);
    nullable ||= !isNonNullType(field.type);
    type = getNamedType(field.type);
  }
  return { field, nullable };
}

function valueType(schema, { path, selects }) {
  const { field, nullable } = follow(schema, path);
  const type = getNamedType(field.type);
  const leaves = selects.filter((leaf) => leaf.startsWith(`${path}.`)).map((leaf) => leaf.slice(path.length + 1));
  const text = isObjectLike(type) ? `Pick<${type.name}, ${union(leaves)}>` : printOutput(type).replace(' | null', '');
  return { text: nullable ? `${text} | null` : text, imports: isObjectLike(type) || isEnumType(type) ? [type.name] : [], nullable, type };
}

/** Columns with what they bring beside their own value: name → path. */
function besides({ path, selects }) {
  const leaves = selects.filter((leaf) => leaf !== path && !leaf.startsWith(`${path}.`));
  return leaves.map((leaf) => [leaf.slice(leaf.lastIndexOf('.') + 1), leaf]);
}

/** Path and leaves of a column for the run time: 'primaryContact' or 'currentTerms.mrr{amount currencyCode}'. */
function selectionText({ path, selects }) {
  const below = selects.filter((leaf) => leaf.startsWith(`${path}.`)).map((leaf) => leaf.slice(path.length + 1));
  return below.length === 0 ? path : `${path}{${below.join(' ')}}`;
}

export function printColumns(schema, { columns }) {
  const members = identity.map(
    ([name, path, text]) => `${tsdoc(text, '  ')}  readonly ${name}: ${printOutput(follow(schema, path).field.type)};\n`,
  );
  const imports = new Set();
  const beside = [];
  const taken = new Map(identity.map(([name]) => [name, 'the identity of a row']));
  const claim = (name, by) => {
    if (taken.has(name)) throw new Error(`Two members of a row are called ${name}: one of ${taken.get(name)}, one of ${by}.`);
    taken.set(name, by);
  };
  for (const column of columns) {
    const name = camelCase(column.key);
    claim(name, column.key);
    const value = valueType(schema, column);
    for (const each of value.imports) imports.add(each);
    const { description } = follow(schema, column.path).field;
    const doc = `${column.label.EN}: ${column.description.EN}${description === column.description.EN ? '' : ` ${description}`}`;
    members.push(`${tsdoc(doc, '  ')}  readonly ${name}: ${value.text};\n`);
    for (const [besideName, path] of besides(column)) {
      claim(besideName, column.key);
      const { field } = follow(schema, path);
      members.push(`${tsdoc(`${field.description} Comes with ${name}.`, '  ')}  readonly ${besideName}: ${printOutput(field.type)};\n`);
      beside.push([name, besideName, path]);
    }
  }
  const named = (wanted) => columns.filter((column) => column.class === wanted).map(({ key }) => camelCase(key));
  const hash = createHash('sha256').update(printSchema(schema)).update(JSON.stringify(columns)).digest('hex').slice(0, 16);
  return `import type { ${[...imports].toSorted(byName).join(', ')} } from './graph.types.ts';

/** A row with everything that can be asked for: each request brings the identity, the locked columns and those it names. */
export interface RenewalRow {
${members.join('')}}

/** What every row brings so that it can be acted on. */
export type IdentityField = ${union(identity.map(([name]) => name))};

/** Columns that every row has; naming them changes nothing. */
export type LockedColumn = ${union(named('LOCKED'))};

/** Columns that are shown to those who have not chosen; a request that names none brings them. */
export type DefaultColumn = ${union(named('DEFAULT'))};

/** Any column of the dashboard. */
export type RenewalColumn = LockedColumn | DefaultColumn | ${union(named('OPTIONAL'))};

/** What comes with a column beside its own value. */
export interface Beside {
${beside.map(([column, name]) => `  readonly ${column}: ${quote(name)};\n`).join('')}}

/** @internal What to select below a contract change for each column, in the one order that documents have. */
export const paths: { readonly [column in RenewalColumn]: string } = {
${columns.map((column) => `  ${camelCase(column.key)}: ${quote(selectionText(column))},\n`).join('')}};

/** @internal */
export const identityPaths: { readonly [field in IdentityField]: string } = {
${identity.map(([name, path]) => `  ${name}: ${quote(path)},\n`).join('')}};

/** @internal Column, member of the row that comes with it, path of that. */
export const besidePaths: readonly (readonly [keyof Beside, Beside[keyof Beside], string])[] = [
${beside.map((each) => `  [${each.map(quote).join(', ')}],\n`).join('')}];

/** @internal */
export const lockedColumns: readonly RenewalColumn[] = [${named('LOCKED').map(quote).join(', ')}];

/** @internal */
export const defaultColumns: readonly RenewalColumn[] = [${named('DEFAULT').map(quote).join(', ')}];

/** Of the schema and the columns that this client was generated from. */
export const schemaHash = ${quote(hash)};
`;
}

export function printColumnTexts(schema, { columns }) {
  const translated = ({ EN, DE }) => `{ en: ${quote(EN)}, de: ${quote(DE)} }`;
  const entries = columns.map((column) => {
    const { nullable, type } = valueType(schema, column);
    const values = Object.entries(column.values ?? {}).map(([value, label]) => `      ${value}: ${translated(label)},\n`);
    return `${tsdoc(column.description.EN, '  ')}  ${camelCase(column.key)}: {
    key: ${quote(column.key)},
    locked: ${column.class === 'LOCKED'},
    default: ${column.class !== 'OPTIONAL'},
    nullable: ${nullable},
    type: ${quote(type.name)},
    orderField: ${column.orderField === null ? 'null' : quote(column.orderField)},
    label: ${translated(column.label)},
    description: ${translated(column.description)},
    values: ${values.length === 0 ? 'null' : `{\n${values.join('')}    }`},
  },
`;
  });
  return `import type { RenewalColumn } from './columns.ts';
import type { ContractChangeOrderField, DashboardColumnKey } from './graph.types.ts';

/** A text in the languages of the dashboard. */
export interface Translated {
  readonly en: string;
  readonly de: string;
}

/** What a column picker has to know of a column. */
export interface ColumnDescription {
  /** The key that the API has for it. */
  readonly key: DashboardColumnKey;
  /** Whether every row has it; it can be moved, not removed. */
  readonly locked: boolean;
  /** Whether it is shown to those who have not chosen. */
  readonly default: boolean;
  /** Whether its value can be null. */
  readonly nullable: boolean;
  /** The GraphQL type of its value. */
  readonly type: string;
  /** What to order by for this column; null if it has no order. */
  readonly orderField: ContractChangeOrderField | null;
  readonly label: Translated;
  readonly description: Translated;
  /** What people read for each of its values; null where they are free. */
  readonly values: { readonly [value: string]: Translated } | null;
}

/** All columns in their standard order, with what people read in English and German. */
export const renewalColumns: { readonly [column in RenewalColumn]: ColumnDescription } = {
${entries.join('')}};
`;
}
