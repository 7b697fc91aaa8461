import type { RenewalColumn } from '@partner-renewals/sdk';
import { useId, type PointerEvent } from 'react';
import { columnOf } from '../data/column.keys.ts';
import type { ColumnText } from '../data/viewer.selection.ts';
import { useTexts } from '../text/language.ts';
import { columnsTexts } from './columns.texts.ts';

type ColumnItemProps = {
  column: ColumnText;
  /** -1 if it is not shown. */
  place: number;
  count: number;
  isDragged: boolean;
  onToggle: (isShown: boolean) => void;
  onMove: (place: number) => void;
  onDragStart: ((column: RenewalColumn, event: PointerEvent) => void) | undefined;
};

const Lock = () => (
  <svg className="lock" viewBox="0 0 12 12" aria-hidden="true">
    <path d="M3.5 5.5v-2a2.5 2.5 0 0 1 5 0v2M2.5 5.5h7v5h-7z" />
  </svg>
);

/** A column: whether it is shown, and its place. */
export function ColumnItem({ column, place, count, isDragged, onToggle, onMove, onDragStart }: ColumnItemProps) {
  const text = useTexts(columnsTexts);
  const { key, label, description, isLocked } = column;
  const isShown = place >= 0;
  const id = useId();
  return (
    <li className={isDragged ? 'dragged' : undefined} data-column={columnOf(key)}>
      {isShown && (
        // For the mouse and fingers; the arrows do the same by keyboard.
        <span
          className="grip"
          aria-hidden="true"
          title={text.drag(label)}
          data-off={!onDragStart || undefined}
          onPointerDown={(event) => onDragStart?.(columnOf(key), event)}
        >
          ⠿
        </span>
      )}
      <div className="column">
        <label>
          <input
            type="checkbox"
            checked={isShown}
            disabled={isLocked}
            aria-describedby={id}
            onChange={({ target }) => onToggle(target.checked)}
          />
          <span>
            {label}
            {isLocked && (
              <span className="sub">
                <Lock />
                {text.locked}
              </span>
            )}
          </span>
        </label>
        <p id={id} className="sub">
          {description}
        </p>
      </div>
      {isShown && (
        <span className="moves">
          {/* At an end they keep the focus, and do nothing. */}
          <button
            type="button"
            className="icon"
            aria-label={text.up(label)}
            aria-disabled={place === 0}
            onClick={() => place > 0 && onMove(place - 1)}
          >
            ↑
          </button>
          <button
            type="button"
            className="icon"
            aria-label={text.down(label)}
            aria-disabled={place === count - 1}
            onClick={() => place < count - 1 && onMove(place + 1)}
          >
            ↓
          </button>
        </span>
      )}
    </li>
  );
}
