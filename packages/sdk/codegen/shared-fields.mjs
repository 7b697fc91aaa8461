import { compactDeclaration } from '../compact-declaration.mjs';
import { capitalized } from './text.mjs';

const bytesOf = (name, text) => compactDeclaration(`export interface ${name} {\n${text}}\n`).length;

/**
 * Declares fields that several objects have, with their descriptions, once. Changes the objects, so that they extend these declarations.
 * A field is shared if the package then is smaller.
 */
export function shareFields(objects) {
  const holders = new Map();
  for (const object of objects) for (const text of object.fields) holders.set(text, [...(holders.get(text) ?? []), object]);
  // Fields that the same objects have are shared together.
  const groups = new Map();
  for (const [text, having] of holders) {
    const key = having.map(({ name }) => name).join();
    groups.set(key, { having, texts: [...(groups.get(key)?.texts ?? []), text] });
  }
  const declared = new Map();
  for (const { texts, having } of [...groups.values()].toSorted((one, other) => other.having.length - one.having.length)) {
    const name = `With${capitalized(/^ {2}(\w+)\??: /m.exec(texts[0])[1])}`;
    const text = texts.join('');
    const bytes = having.map((object) => bytesOf(object.name, text) - bytesOf(object.name, '') - `,${name}`.length);
    const saved = bytes.reduce((sum, each) => sum + each, -bytesOf(name, text));
    if (saved < 40 || declared.has(name)) continue;
    declared.set(name, {
      name,
      doc: `/** ${texts.length > 1 ? 'Fields' : 'A field'} that several types have. */\n`,
      bases: [],
      fields: texts,
    });
    for (const object of having) {
      object.fields = object.fields.filter((each) => !texts.includes(each));
      object.bases.push(name);
    }
  }
  return [...declared.values()];
}

/** A field's name, its type without null, and the first sentence about it. */
function partsOf(text) {
  const [, doc = '', name, type] = /^(?: +\/\*\* (.*) \*\/\n)? +(\w+)\??: (.*?)(?: \| null)?;\n$/.exec(text);
  return { name, type, says: doc.split(/(?<=\.) /)[0] };
}

/** Declares the fields of an edit by those of the object, or of the input that creates it, if it has all of these with the same meaning. */
export function shareEdits(objects) {
  for (const edit of objects) {
    const [, noun] = /^Update(\w+)Input$/.exec(edit.name) ?? [];
    const source = objects.find(({ name }) => name === `Create${noun}Input`) ?? objects.find(({ name }) => name === noun);
    const wanted = source?.fields.map(partsOf).filter(({ name }) => !['__typename', 'version'].includes(name)) ?? [];
    const edited = wanted.map((field) =>
      edit.fields.find((text) => {
        const { name, type, says } = partsOf(text);
        return name === field.name && type === field.type && [field.says, `As in ${source.name}.`].includes(says);
      }),
    );
    if (!source || edited.includes(undefined)) continue;
    edit.fields = edit.fields.filter((text) => !edited.includes(text));
    edit.bases.push(`Edit<${source.name}>`);
  }
}

/** Declares the comparators of values that have the same fields once, for any type of value. */
export function shareComparators(objects) {
  const kinds = new Map();
  for (const object of objects.filter(({ name }) => name.endsWith('Comparator'))) {
    const [, value] = /^ {2}eq\?: (\w+)/m.exec(object.fields.join('')) ?? [];
    const fields = object.fields.map((text) => text.replaceAll(new RegExp(`(?<=: .*)\\b${value}\\b`, 'g'), 'Value'));
    const key = fields.join('');
    kinds.set(key, [...(kinds.get(key) ?? []), { object, value, fields }]);
  }
  const all = [...kinds.values()].flat();
  return [...kinds.values()]
    .filter((kind) => kind.length > 1)
    .map((kind) => {
      const { object, fields } = kind[0];
      const name = fields.map((text) => capitalized(/^ {2}(\w+)\?: /m.exec(text)[1])).join('');
      for (const each of all.filter((other) => fields.every((field) => other.fields.includes(field))))
        Object.assign(each.object, {
          bases: [`${name}<${each.value}>`],
          fields: each.object.fields.filter((_, index) => !fields.includes(each.fields[index])),
        });
      return { name: `${name}<Value>`, doc: object.doc, bases: [], fields };
    });
}
