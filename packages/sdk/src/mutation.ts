import type { Mutations } from './generated/graph.types.ts';
import { mutations, selections } from './generated/operations.ts';
import { asText, capitalized } from './selection.ts';

/** The mutations, with what they select. */
export const methods = () =>
  mutations.split('|').flatMap((entry) => {
    const [names = '', fields = ''] = entry.split('=');
    return names.split(',').map((name) => [name as keyof Mutations, fields] as const);
  });

/** A text of the tables as a selection: `field:name` is a field with the fields of that name, and `:name` these fields alone. */
export const expanded = (text: string): string =>
  text.replace(/(\w*):(\w*)/g, (_, field: string, name: string) => {
    const fields = expanded(selections[name || field]!);
    return field ? `${field}{${fields}}` : fields;
  });

/** The selection of a mutation, and the beginning of its document. */
export const mutationSelection = (name: string, fields: string, input: object | null = null): [selection: object, kind: string] => [
  { [name]: { $: { input }, [asText]: expanded(`${fields} userErrors:`) } },
  `mutation ${capitalized(name)}`,
];
