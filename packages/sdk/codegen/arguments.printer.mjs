import { isRequiredArgument } from 'graphql';
import { capitalized, union } from './text.mjs';
import { printInputField } from './values.printer.mjs';

/** The arguments of every field but mutations, whose methods have them. Arguments that several fields share are declared once. */
export function printArguments(types) {
  const others = types.filter(({ name }) => name !== 'Mutation');
  const taken = others.flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ args }) => args.length > 0)
      .map(({ name, args }) => ({
        place: `${type.name}.${name}`,
        args,
        texts: args.map(printInputField),
        isRequired: args.some(isRequiredArgument),
      })),
  );
  const isIn = (texts) => (other) => texts.length < other.texts.length && texts.every((text) => other.texts.includes(text));
  const textOf = ({ texts }) => texts.join('');
  /** Shapes that are the arguments of at least two fields; small ones first. */
  const shapes = taken
    .filter((each, index) => taken.findIndex((other) => textOf(other) === textOf(each)) < index)
    .filter((each, index, all) => all.findIndex((other) => textOf(other) === textOf(each)) === index)
    .map(({ args, texts }) => ({ name: `${args.map(({ name }) => capitalized(name)).join('')}Arguments`, texts }))
    .toSorted((one, other) => one.texts.length - other.texts.length);
  const baseOf = (each) => shapes.findLast(({ texts }) => isIn(texts)(each));
  const own = ({ texts }, base) => `{\n${texts.filter((text) => !base?.texts.includes(text)).join('')}}`;
  function shapeOf(each) {
    const shape = shapes.find((other) => textOf(other) === textOf(each));
    if (shape) return shape.name;
    const whole = taken.find(isIn(each.texts));
    if (whole && each.args.length > 2)
      return `Pick<NonNullable<FieldArguments['${whole.place}']['$']>, ${union(each.args.map(({ name }) => name))}>`;
    const base = baseOf(each);
    return `${base ? `${base.name} & ` : ''}${own(each, base)}`;
  }
  const entryOf = (each) => `{ $${each.isRequired ? '' : '?'}: ${shapeOf(each)} }`;
  const isShared = (each) => shapes.some(({ name }) => name === shapeOf(each));
  const lines = taken.filter((each) => !isShared(each)).map((each) => `  '${each.place}': ${entryOf(each)};\n`);
  const recordOf = (entry) => `Record<${union(taken.filter((each) => entryOf(each) === entry).map(({ place }) => place))}, ${entry}>`;
  const records = [...new Set(taken.filter(isShared).map(entryOf))].map(recordOf);
  const declared = shapes.map((shape) => {
    const base = baseOf(shape);
    return `/** Arguments that several fields share. */\nexport interface ${shape.name} ${base ? `extends ${base.name} ` : ''}${own(shape, base)}\n`;
  });
  return [
    ...declared,
    `/** Arguments of a field, by type and field; those of a mutation are the input of its method. */\nexport interface FieldArguments${records.length > 0 ? ` extends ${records.join(', ')}` : ''} {\n${lines.join('')}}\n`,
  ].join('\n');
}
