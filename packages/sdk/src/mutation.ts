import { selections, userErrors } from './generated/operations.ts';
import { asText, capitalized } from './selection.ts';

/** The selection of an entry of `mutations`, and the beginning of its document. */
export function mutationSelection(entry: string, input: object | null = null): [selection: object, kind: string] {
  const selected = selections();
  const [name = '', ...results] = entry.split(' ');
  const fields = results.map((field) => (selected[field] ? `${field}{${selected[field]}}` : field));
  return [{ [name]: { $: { input }, [asText]: `${fields.join(' ')} ${userErrors}` } }, `mutation ${capitalized(name)}`];
}
