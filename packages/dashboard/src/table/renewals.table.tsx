import type { RenewalColumn } from '@partner-renewals/sdk';
import {
  functionalUpdate,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type RowSelectionState,
  type SortingState,
  type Updater,
} from '@tanstack/react-table';
import { useCallback, useMemo, useRef, type ChangeEvent } from 'react';
import { fits } from '../data/conditions.ts';
import { list } from '../data/list.store.ts';
import type { Row } from '../data/row.selection.ts';
import { selected } from '../data/selected.store.ts';
import { useStore } from '../data/store.ts';
import { useKnown } from '../data/viewer.store.ts';
import { useConditions } from '../filters/use-conditions.ts';
import { useLabels } from '../text/labels.ts';
import { useTexts } from '../text/language.ts';
import { HeaderCell } from './header.cell.tsx';
import { orderOf, sortingOf } from './sorting.ts';
import { figures } from './table.columns.tsx';
import { TableRow } from './table.row.tsx';
import { tableTexts } from './table.texts.ts';

const features = tableFeatures({ rowSortingFeature, rowSelectionFeature });
type Column = ColumnDef<typeof features, Row>;

const noRows: readonly Row[] = [];

export function RenewalsTable() {
  const { rows, columns: shown, status } = useStore(list);
  const chosen = useStore(selected);
  const { columns: known } = useKnown();
  const labels = useLabels();
  const text = useTexts(tableTexts);
  const { conditions, change } = useConditions();

  const columns = useMemo(
    () =>
      shown.map((id): Column => ({
        id,
        header: labels.column(id),
        accessorFn: (row) => row.id,
        sortDescFirst: false,
      })),
    [shown, labels],
  );
  const sorting = useMemo(() => sortingOf(conditions.sort, known), [conditions.sort, known]);
  // An act on a customer changes all its rows.
  const customers = useMemo(() => new Set(chosen.values()), [chosen]);
  const rowSelection = useMemo(
    () => Object.fromEntries(rows.flatMap(({ id, customer }) => (customers.has(customer.id) ? [[id, true as const]] : []))),
    [rows, customers],
  );

  const table = useTable({
    features,
    columns,
    data: rows ?? noRows,
    getRowId: (row: Row) => row.id,
    // The API sorts.
    manualSorting: true,
    maxMultiSortColCount: 3,
    state: { sorting, rowSelection },
    onSortingChange: (updater: Updater<SortingState>) => change({ sort: orderOf(functionalUpdate(updater, sorting), known) }),
    onRowSelectionChange: (updater: Updater<RowSelectionState>) => choose(rowSelection, functionalUpdate(updater, rowSelection)),
  });

  // Rows stay as they are, so each one that did not change is not rendered again.
  const latest = useRef(table);
  latest.current = table;
  const toggle = useCallback((id: string, event: ChangeEvent) => latest.current.getRow(id).getToggleSelectedHandler()(event), []);

  const areAll = rows.length > 0 && table.getIsAllRowsSelected();
  const areSome = !areAll && rows.some(({ id }) => rowSelection[id]);
  return (
    <table className="rows" aria-busy={status === 'loading'}>
      <caption className="visually-hidden">{text.caption}</caption>
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id}>
            <td className="tick">
              <label>
                <input
                  type="checkbox"
                  aria-label={text.selectAll}
                  checked={areAll}
                  ref={(box) => void (box && (box.indeterminate = areSome))}
                  onChange={table.getToggleAllRowsSelectedHandler()}
                />
              </label>
            </td>
            {group.headers.map(({ id, column }) => (
              <HeaderCell
                key={id}
                label={labels.column(id as RenewalColumn)}
                description={labels.description(id as RenewalColumn)}
                isFigure={figures.has(id as RenewalColumn)}
                direction={column.getIsSorted()}
                sortKey={sorting.length > 1 ? column.getSortIndex() + 1 : 0}
                isFirstKey={column.getSortIndex() === 0}
                onSort={column.getToggleSortingHandler()}
              />
            ))}
            <td className="acts">
              <span className="visually-hidden">{text.actions}</span>
            </td>
          </tr>
        ))}
      </thead>
      <tbody>
        {rows.map((row) => (
          <TableRow
            key={row.id}
            row={row}
            columns={shown}
            isSelected={customers.has(row.customer.id)}
            isOutside={status === 'ready' && !fits(row, conditions)}
            onToggle={toggle}
          />
        ))}
      </tbody>
    </table>
  );
}

/** Ticks or unticks the customers of rows. Rows that are not shown stay as they are. */
function choose(before: RowSelectionState, after: RowSelectionState): void {
  const { rows } = list.get();
  const removed = new Set(rows.flatMap(({ id, customer }) => (before[id] && !after[id] ? [customer.id] : [])));
  const added = rows.flatMap(({ id, customer }): [string, string][] => (after[id] && !before[id] ? [[id, customer.id]] : []));
  selected.set((now) => new Map([...[...now].filter(([, customer]) => !removed.has(customer)), ...added]));
}
