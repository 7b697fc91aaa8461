import type { RenewalColumn } from '@partner-renewals/sdk';
import { memo, type ChangeEvent } from 'react';
import { RowActions } from '../acts/row.actions.tsx';
import type { Row } from '../data/row.selection.ts';
import { useLabels } from '../text/labels.ts';
import { useTexts } from '../text/language.ts';
import { urgencyOf } from './deadline.cell.tsx';
import { cells, figures } from './table.columns.tsx';
import { tableTexts } from './table.texts.ts';

type TableRowProps = {
  row: Row;
  columns: readonly RenewalColumn[];
  isSelected: boolean;
  /** Whether the filters leave it out since something was done about it. */
  isOutside: boolean;
  onToggle: (id: string, event: ChangeEvent) => void;
};

export const TableRow = memo(function TableRow({ row, columns, isSelected, isOutside, onToggle }: TableRowProps) {
  const text = useTexts(tableTexts);
  const labels = useLabels();
  // Nothing is left to decide here.
  const isPast = row.status === 'RENEWED' || row.status === 'CONFIRMED';
  const classes = [urgencyOf(row), (isPast || isOutside) && 'past', isSelected && 'selected'].filter(Boolean).join(' ');
  return (
    <tr className={classes || undefined} data-id={row.id}>
      <td className="tick">
        <label>
          <input
            type="checkbox"
            aria-label={text.select(row.customer.name)}
            checked={isSelected}
            onChange={(event) => onToggle(row.id, event)}
          />
        </label>
      </td>
      {columns.map((column) => {
        const attributes = { 'data-column': column, className: figures.has(column) ? 'figure' : undefined };
        const content = cells[column](row);
        return column === 'customerName' ? (
          <th key={column} scope="row" {...attributes}>
            {content}
            {isOutside && <span className="sub">{text.outside}</span>}
          </th>
        ) : (
          // Cards on phones show the heading from here.
          <td key={column} {...attributes} data-label={labels.column(column)}>
            {content}
          </td>
        );
      })}
      <td className="acts">
        <RowActions row={row} />
      </td>
    </tr>
  );
});
