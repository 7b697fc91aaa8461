import { columnKeys, columns, type Column, type ColumnKey } from '../contract-change/contract-change.columns.ts';
import { contractChangeFields } from '../contract-change/contract-change.fields.ts';

const allColumns: Record<ColumnKey, Column> = columns;
const leaves = Object.keys(contractChangeFields.leaves);

/**
 * The file schema/columns.json: what generated clients need to know of the columns and the GraphQL schema cannot express. `selects` are
 * the leaves to select, below ContractChange.
 */
export function printColumns(): string {
  const manifest = columnKeys.map((key) => {
    const { class: columnClass, path, beside = [], label, description, orderField, values } = allColumns[key];
    // An object with an ID brings it, so that mutations can use it.
    const below = Object.keys(allColumns[key].fields).filter((leaf) => leaf === path || leaf.startsWith(`${path}.`));
    const selects = [...leaves.filter((leaf) => leaf === `${path}.id`), ...below, ...beside];
    return { key, class: columnClass, path, selects, label, description, orderField, ...(values && { values }) };
  });
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
