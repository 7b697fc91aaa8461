import type { MouseEvent } from 'react';
import { useTexts } from '../text/language.ts';
import { tableTexts } from './table.texts.ts';

type HeaderCellProps = {
  label: string;
  /** What the column shows. */
  description: string | undefined;
  isFigure: boolean;
  direction: false | 'asc' | 'desc';
  /** Which of several keys it is, from 1; 0 if the rows are sorted by one. */
  sortKey: number;
  isFirstKey: boolean;
  onSort: ((event: unknown) => void) | undefined;
};

const ariaSort = { asc: 'ascending', desc: 'descending' } as const;

/** The heading of a column; a click sorts, with Shift as a further key. */
export function HeaderCell({ label, description, isFigure, direction, sortKey, isFirstKey, onSort }: HeaderCellProps) {
  const text = useTexts(tableTexts);
  return (
    // Only one heading may say how the rows are sorted; further keys say it in words.
    <th scope="col" className={isFigure ? 'figure' : undefined} aria-sort={direction && isFirstKey ? ariaSort[direction] : undefined}>
      <button
        type="button"
        className={direction ? 'sorted' : undefined}
        title={[description, text.sortHint].filter(Boolean).join('\n')}
        aria-description={description}
        onClick={(event: MouseEvent) => onSort?.(event)}
      >
        {label}
        {direction && (
          <span aria-hidden="true" className="arrow">
            {direction === 'asc' ? '↑' : '↓'}
            {sortKey > 0 && <sup>{sortKey}</sup>}
          </span>
        )}
        {direction && sortKey > 1 && (
          <span className="visually-hidden">{`, ${text.sortKey(sortKey)}, ${direction === 'asc' ? text.ascending : text.descending}`}</span>
        )}
      </button>
    </th>
  );
}
