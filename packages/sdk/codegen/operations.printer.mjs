import { getNamedType, isLeafType, isObjectType } from 'graphql';
import { capitalized, quote } from './text.mjs';
import { fetchedFields, isChanged, selectionText, whole } from './whole.mjs';

/** Types of arguments by name, and by field and name if a name has several types. An `input` type has the name of its mutation. */
function argumentTypes(schema) {
  const places = new Map();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      for (const arg of field.args) {
        if (type === schema.getMutationType()) {
          const expected = `${capitalized(field.name)}Input!`;
          if (arg.name !== 'input' || String(arg.type) !== expected)
            throw new Error(`Mutation.${field.name} must have exactly one argument: input: ${expected}.`);
        } else {
          const types = places.get(arg.name) ?? places.set(arg.name, new Map()).get(arg.name);
          types.set(String(arg.type), [...(types.get(String(arg.type)) ?? []), `${field.name}.${arg.name}`]);
        }
      }
    }
  }
  return [...places].flatMap(([name, types]) => {
    const [[usual], ...others] = [...types].toSorted(([, one], [, other]) => other.length - one.length);
    return [[name, usual], ...others.flatMap(([type, where]) => [...new Set(where)].map((place) => [place, type]))];
  });
}

/** The selection of each field of a payload that is an object. */
function payloadSelections(schema, mutations, changedFields) {
  const selections = { userErrors: whole(schema, schema.getType('UserError')) };
  for (const field of mutations.flatMap(({ type }) => fetchedFields(getNamedType(type)))) {
    const type = getNamedType(field.type);
    const selection = isLeafType(type) ? null : whole(schema, type, undefined, isChanged(field) ? changedFields : null);
    const known = (selections[field.name] ??= selection);
    if (JSON.stringify(known) !== JSON.stringify(selection))
      throw new Error(`Two payloads have different types for ${field.name}. Rename one field.`);
  }
  return Object.fromEntries(Object.entries(selections).filter(([, selection]) => selection));
}

/** Texts by name, in which `field:name` stands for a field with the text of that name, and `field:` for one of its own name. */
function table(selections) {
  const counts = new Map();
  const count = (selection) => {
    const text = selectionText(selection);
    counts.set(text, (counts.get(text) ?? 0) + 1);
    if (counts.get(text) === 1) for (const each of selection) if (typeof each !== 'string') count(each[1]);
  };
  for (const selection of Object.values(selections)) count(selection);
  const names = new Map(Object.entries(selections).map(([name, selection]) => [selectionText(selection), name]));
  const entries = [];
  let letters = 0;
  const add = (name, selection) => entries.push([name, selectionText(selection, below)]);
  const below = (selection, field) => {
    const text = selectionText(selection);
    if (!names.has(text) && counts.get(text) === 1) return `{${selectionText(selection, below)}}`;
    if (!names.has(text)) {
      const name = (10 + letters++).toString(36);
      names.set(text, name);
      add(name, selection);
    }
    return `:${names.get(text) === field ? '' : names.get(text)}`;
  };
  for (const [name, selection] of Object.entries(selections)) if (names.get(selectionText(selection)) === name) add(name, selection);
  return withRuns(entries, () => (10 + letters++).toString(36));
}

/** The texts, with a name for each run of fields that several have: `:name` stands for it. Each run makes the texts shorter. */
function withRuns(entries, nextName) {
  const savedBy = (run, texts) => {
    const count = texts.join('|').match(new RegExp(`(?<![\\w:])${run}(?![\\w:{])`, 'g')).length;
    return count * (run.length - 2) - run.length - 5;
  };
  for (;;) {
    const texts = entries.map(([, text]) => text);
    const runs = texts.flatMap((text) =>
      text.split(/[{}]|\.\.\.|\s*\w*:\w*\s*|\w+(?=\{)/).flatMap((part) => runsOf(part.trim().split(' '))),
    );
    const repeated = [...new Set(runs.filter((run, index) => runs.indexOf(run) < index))];
    const [best] = repeated.map((run) => [run, savedBy(run, texts)]).toSorted(([, one], [, other]) => other - one);
    if (!best || best[1] < 50) return entries;
    const name = nextName();
    const replaced = entries.map(([key, text]) => [key, text.replaceAll(new RegExp(`(?<![\\w:])${best[0]}(?![\\w:{])`, 'g'), `:${name}`)]);
    entries = [[name, best[0]], ...replaced];
  }
}

const runsOf = (words) =>
  words.flatMap((_, from) => words.slice(from + 1).map((_each, index) => words.slice(from, from + index + 2).join(' ')));

/** The entry of each mutation: names that fetch the same fields, and the selection of these fields. */
function mutationTable(mutations, selections) {
  const byFields = new Map();
  for (const { name, type } of mutations) {
    const fields = fetchedFields(getNamedType(type)).map((field) => (field.name in selections ? `${field.name}:` : field.name));
    byFields.set(fields.join(' '), [...(byFields.get(fields.join(' ')) ?? []), name]);
  }
  return [...byFields].map(([fields, names]) => `${names.join()}=${fields}`).join('|');
}

export function printOperations(schema, { changedFields }) {
  const mutations = Object.values(schema.getMutationType().getFields());
  const selections = payloadSelections(schema, mutations, changedFields);
  const summary = whole(schema, schema.getType('UpcomingContractChangesSummary'));
  const { upcomingContractChanges: listField, upcomingContractChangesSummary: summaryField } = schema.getQueryType().getFields();
  const typesOf = (field, { args: without } = { args: [] }) =>
    field.args
      .filter(({ name }) => !without.some((other) => other.name === name))
      .map(({ name, type }) => `${name}:${type}`)
      .join(' ');
  const others = argumentTypes(schema).filter(([name]) => !listField.args.some((arg) => arg.name === name));
  return `/** @internal Names of mutations, and the selection of their payload without \`userErrors\`. \`field:\` is a field with its selection. */
export const mutations =
  ${quote(mutationTable(mutations, selections))};

/** @internal Selections by the names of fields of payloads, and of parts. \`field:name\` is a field with the selection of that name. */
export const selections: { readonly [name: string]: string } = {
${table(selections)
  .map(([name, text]) => `  ${name}: ${quote(text)},\n`)
  .join('')}};

/** @internal */
export const wholeSummary = ${quote(selectionText(summary))};

/** @internal The arguments of a summary. */
export const summaryArguments = ${quote(typesOf(summaryField))};

/** @internal The arguments of a list. */
export const listArguments = \`\${summaryArguments} ${typesOf(listField, summaryField)}\`;

/**
 * @internal Types of arguments by name, and by field and name if a name has several types. An \`input\` type has the name of its mutation.
 */
export const argumentTypes = () => \`\${listArguments} ${others.map((each) => each.join(':')).join(' ')}\`;
`;
}
