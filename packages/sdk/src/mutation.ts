import type { Mutations } from './generated/graph.types.ts';
import { mutations, selections } from './generated/operations.ts';
import { asText, capitalized } from './selection.ts';

/** The mutations, with the fields of their payloads. */
export const methods = () =>
  mutations.split('|').flatMap((entry) => {
    const [names = '', ...fields] = entry.split(' ');
    return names.split(',').map((name): [keyof Mutations, string[]] => [name as keyof Mutations, fields]);
  });

/** The text of a selection of the table. */
export const selectionOf = (name: string): string => selections[name]!.replace(/:(\w+)/g, (_, below: string) => `{${selectionOf(below)}}`);

/** The selection of a mutation, and the beginning of its document. */
export function mutationSelection(name: string, fields: string[], input: object | null = null): [selection: object, kind: string] {
  const texts = [...fields, 'userErrors'].map((field) => (selections[field] ? `${field}{${selectionOf(field)}}` : field));
  return [{ [name]: { $: { input }, [asText]: texts.join(' ') } }, `mutation ${capitalized(name)}`];
}
