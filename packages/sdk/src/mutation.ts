import { selections, userErrors } from './generated/operations.ts';
import { asText, capitalized, writeDocument } from './selection.ts';

/** The document of an entry of `mutations`, and its variables. A key makes it idempotent. */
export function mutationDocument(
  entry: string,
  input: object | null = null,
  key?: string | null,
): { query: string; variables: Record<string, unknown> } {
  const selected = selections();
  const [name = '', ...results] = entry.split(' ');
  const fields = results.map((field) => (selected[field] ? `${field}{${selected[field]}}` : field));
  const text = `${fields.join(' ')} ${userErrors}`;
  return writeDocument({ [name]: { $: { input }, [asText]: text } }, `mutation ${capitalized(name)}`, key);
}
