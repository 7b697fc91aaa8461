import { alongside } from '../data/act.ts';
import { patchRows } from '../data/list.store.ts';
import type { Row } from '../data/row.selection.ts';
import { rowsOf } from './outcome.ts';

type Shown = { readonly customerId: string; readonly changeId?: string; readonly fields: Partial<Row> };

/** Shows what an act will do, before the API answers: in the rows, and in an open drawer. The result takes it back. */
export function showAtOnce({ customerId, changeId, fields }: Shown): () => void {
  const rows = changeId === undefined ? rowsOf(customerId) : new Set([changeId]);
  const ofRows = patchRows(rows, (row) => ({ ...row, ...fields }));
  const ofDrawer = alongside.get()?.patch({ customerId, changeId, fields });
  return () => {
    ofRows();
    ofDrawer?.();
  };
}
