import { createHash } from 'node:crypto';
import { getNamedType, isEnumType, isNonNullType, printSchema } from 'graphql';
import { byName, camelCase, quote, tsdoc, union } from './text.mjs';
import { isObjectLike, printOutput } from './values.printer.mjs';

const rowType = 'ContractChange';

/** The identity of a row, which mutations need: name, path, description. */
const identity = [
  ['id', 'id', 'The id of the contract change, for decisions.'],
  ['customerId', 'customer.id', 'The id of the customer, for setting the owner and the contact.'],
  [
    'associationVersion',
    'customer.association.version',
    'The version of the association with the customer. Pass it as expectedVersion to detect conflicts.',
  ],
];

/** The field at the end of a path below the row's type, and whether a null may be on the path. */
function follow(schema, path) {
  let [type, nullable, field] = [schema.getType(rowType), false, null];
  for (const name of path.split('.')) {
    field = type.getFields()[name];
    if (!field) throw new Error(`schema/columns.json selects ${path}, but ${type.name} has no field ${name}. Run \`npm run generate\`.`);
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

/** The values that come with a column beside its own: pairs of name and path. */
function besides({ path, selects }) {
  const leaves = selects.filter((leaf) => leaf !== path && !leaf.startsWith(`${path}.`));
  return leaves.map((leaf) => [leaf.slice(leaf.lastIndexOf('.') + 1), leaf]);
}

/** Path and leaves of a column at run time: 'primaryContact' or 'currentTerms.mrr{amount currencyCode}'. */
function selectionText({ path, selects }) {
  const below = selects.filter((leaf) => leaf.startsWith(`${path}.`)).map((leaf) => leaf.slice(path.length + 1));
  return below.length === 0 ? path : `${path}{${below.join(' ')}}`;
}

const marks = { LOCKED: '!', DEFAULT: '+', OPTIONAL: ':' };

export function printColumns(schema, { columns }) {
  const members = identity.map(
    ([name, path, text]) => `${tsdoc(text, '  ')}  readonly ${name}: ${printOutput(follow(schema, path).field.type)};\n`,
  );
  const imports = new Set();
  const beside = [];
  const taken = new Map(identity.map(([name]) => [name, 'the identity of a row']));
  const claim = (name, by) => {
    if (taken.has(name))
      throw new Error(`Two members of a row have the name ${name}: one is from ${taken.get(name)}, one from ${by}. Rename a column.`);
    taken.set(name, by);
  };
  for (const column of columns) {
    const name = camelCase(column.key);
    claim(name, column.key);
    const value = valueType(schema, column);
    for (const each of value.imports) imports.add(each);
    const { description } = follow(schema, column.path).field;
    // The field's own description repeats that of the column; only it says when the value is null.
    const whenNull = /; null (.*)$/.exec(description)?.[1];
    const doc = `${column.label.EN.toLowerCase() === words(column.key).toLowerCase() ? '' : `${column.label.EN}: `}${column.description.EN}${whenNull === undefined ? '' : ` Null ${whenNull}`}`;
    members.push(`${tsdoc(doc, '  ')}  readonly ${name}: ${value.text};\n`);
    for (const [besideName, path] of besides(column)) {
      claim(besideName, column.key);
      const { field } = follow(schema, path);
      members.push(`${tsdoc(`${field.description} Comes with ${name}.`, '  ')}  readonly ${besideName}: ${printOutput(field.type)};\n`);
      beside.push([name, besideName, path]);
    }
  }
  const named = (wanted) => columns.filter((column) => column.class === wanted).map(({ key }) => camelCase(key));
  const entry = (name, mark, path) => `${name}${mark}${path === name ? '' : path.replaceAll(' ', ',')}`;
  const table = [
    ...identity.map(([name, path]) => entry(name, '#', path)),
    ...columns.flatMap((column) => [
      entry(camelCase(column.key), marks[column.class], selectionText(column)),
      ...besides(column).map(([name, path]) => entry(name, '&', path)),
    ]),
  ];
  const hash = createHash('sha256').update(printSchema(schema)).update(JSON.stringify(columns)).digest('hex').slice(0, 16);
  return `import type { ${[...imports].toSorted(byName).join(', ')} } from './graph.types.ts';

/** A row with all members. Each request fetches the identity, the locked columns and the columns it names. */
export interface RenewalRow {
${members.join('')}}

/** Members of every row, which mutations need. */
export type IdentityField = ${union(identity.map(([name]) => name))};

/** Columns that every row has, named or not. */
export type LockedColumn = ${union(named('LOCKED'))};

/** Columns of a viewer who has not chosen any. A request without columns fetches them. */
export type DefaultColumn = ${union(named('DEFAULT'))};

/** Any column of the dashboard. */
export type RenewalColumn = LockedColumn | DefaultColumn | ${union(named('OPTIONAL'))};

/** Members that come with a column beside its own value. */
export interface Beside {
${beside.map(([column, name]) => `  readonly ${column}: ${quote(name)};\n`).join('')}}

/**
 * @internal The members of a row in the fixed order of documents: name, mark, and the path to select below a contract change, if it is
 * not the name. The mark # is for the identity, ! for locked columns, + for default ones, : for others, and & for what comes with the
 * column before it. A comma is a space.
 */
export const memberTable =
  ${quote(table.join(' '))};

/** Hash of the schema and the columns that this client was generated from. */
export const schemaHash = ${quote(hash)};
`;
}

/** CUSTOMER_NAME → Customer name. */
const words = (key) => key[0] + key.slice(1).toLowerCase().replaceAll('_', ' ');

/** A label; empty if column-description.ts makes it from the key. */
const unlessWords = (key, label) => (label === words(key) ? '' : label);

/** The descriptions as text, because objects would take twice as many bytes; column-description.ts reads it. */
export function printColumnTexts(schema, { columns }) {
  const entries = columns.map((column) => {
    const { nullable, type } = valueType(schema, column);
    const values = Object.entries(column.values ?? {}).map(([value, { EN, DE }]) => [value, unlessWords(value, EN), DE].join('='));
    const { label, description } = column;
    const parts = [
      `${marks[column.class]}${nullable ? '?' : ''}${type.name}`,
      ...[
        column.orderField === column.key ? '=' : (column.orderField ?? ''),
        unlessWords(column.key, label.EN),
        label.DE,
        description.EN,
        description.DE,
        ...values,
      ],
    ];
    if (parts.join('').includes('|')) throw new Error(`A text of the column ${column.key} has a "|", which separates texts.`);
    return `  ${camelCase(column.key)}:\n    ${quote(parts.join('|'))},\n`;
  });
  return `import { describeColumns, type ColumnDescription } from '../column-description.ts';
import type { RenewalColumn } from './columns.ts';

/** All columns in their standard order, with labels in English and German. */
export const renewalColumns: { readonly [column in RenewalColumn]: ColumnDescription } = /* @__PURE__ */ describeColumns({
${entries.join('')}});
`;
}
