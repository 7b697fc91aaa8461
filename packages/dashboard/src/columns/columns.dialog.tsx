import type { RenewalColumn } from '@partner-renewals/sdk';
import { useLayoutEffect, useRef, useState } from 'react';
import { columnOf } from '../data/column.keys.ts';
import { columnsOfView, openedView } from '../data/opened.view.ts';
import { useKnown } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ColumnItem } from './column.item.tsx';
import { columnsTexts } from './columns.texts.ts';
import { saveColumns } from './save-columns.ts';
import { useDragOrder } from './use-drag-order.ts';

/** Which columns are shown, and in which order. */
export function ColumnsDialog({ onClose }: { onClose: () => void }) {
  const text = useTexts(columnsTexts);
  const { columns: all } = useKnown();
  const [opened] = useState(openedView);
  const [shown, setShown] = useState<readonly RenewalColumn[]>(() => columnsOfView(opened) ?? []);
  const [query, setQuery] = useState('');
  const [said, setSaid] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);

  // What stands after a column that comes or goes stays under the pointer.
  const lists = useRef<HTMLDivElement>(null);
  const next = useRef<{ readonly item: Element; readonly top: number } | null>(null);
  const keepNext = (column: RenewalColumn): void => {
    const item = lists.current?.querySelector(`[data-column="${column}"]`)?.nextElementSibling;
    next.current = item ? { item, top: item.getBoundingClientRect().top } : null;
  };
  useLayoutEffect(() => {
    const { item, top } = next.current ?? {};
    const list = lists.current!;
    if (item?.isConnected) {
      const moved = () => item.getBoundingClientRect().top - top!;
      // At the top there is nothing to scroll to: room takes the place of what is gone, until something comes there.
      const giveRoom = () => (list.style.paddingTop = `${Math.max(0, Number.parseFloat(list.style.paddingTop || '0') - moved())}px`);
      if (moved() > 0) giveRoom();
      list.scrollTop += moved();
      if (moved() < 0) giveRoom();
    }
    next.current = null;
  }, [shown]);

  const matches = (column: RenewalColumn): boolean => labelOf(column).toLocaleLowerCase().includes(query.trim().toLocaleLowerCase());
  const known = new Map(all.map((column) => [columnOf(column.key), column]));
  const labelOf = (column: RenewalColumn): string => known.get(column)?.label ?? column;
  const hidden = [...known.keys()].filter((column) => !shown.includes(column));
  const move = (column: RenewalColumn, to: number) =>
    setShown((now) => {
      const place = Math.max(0, Math.min(to, now.length - 1));
      setSaid(text.moved(labelOf(column), place + 1, now.length));
      return now.filter((each) => each !== column).toSpliced(place, 0, column);
    });
  const drag = useDragOrder((column, over) => move(column, shown.indexOf(over)));

  async function save(): Promise<void> {
    setSaving(true);
    const sentence = await saveColumns(shown);
    setSaving(false);
    if (sentence) setFault(sentence);
    else onClose();
  }

  const item = (column: RenewalColumn) => (
    <ColumnItem
      key={column}
      column={known.get(column)!}
      place={shown.indexOf(column)}
      count={shown.length}
      isDragged={drag.dragged === column}
      onToggle={(isShown) => {
        keepNext(column);
        setShown((now) => (isShown ? [...now, column] : now.filter((each) => each !== column)));
      }}
      onMove={(to) => move(column, to)}
      onDragStart={query ? undefined : drag.start}
    />
  );
  // What is found stays in one list, where a tick moves nothing.
  const found = [...known.keys()].filter(matches);

  return (
    <Dialog title={text.title} onClose={onClose} closeLabel={text.close}>
      <p className="mute">{opened.saved ? text.hintOfView(opened.saved.name) : text.hint}</p>
      <input
        type="search"
        className="columns-search"
        data-focus
        aria-label={text.search}
        placeholder={text.search}
        value={query}
        onChange={({ target }) => {
          lists.current!.style.paddingTop = '';
          setQuery(target.value);
        }}
      />
      <div ref={lists} className="columns-lists">
        {query.trim() ? (
          <ul className="columns-list">{found.map(item)}</ul>
        ) : (
          <>
            <section aria-label={text.shown}>
              <h3>{text.shown}</h3>
              <ul className="columns-list">{shown.map(item)}</ul>
            </section>
            {hidden[0] && (
              <section aria-label={text.hidden}>
                <h3>{text.hidden}</h3>
                <ul className="columns-list">{hidden.map(item)}</ul>
              </section>
            )}
          </>
        )}
        {!found[0] && <p className="mute">{text.noMatch}</p>}
      </div>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <div className="dialog-acts">
        <button
          type="button"
          className="link reset"
          onClick={() => {
            lists.current!.style.paddingTop = '';
            setShown([...known].filter(([, { isDefault }]) => isDefault).map(([column]) => column));
          }}
        >
          {text.reset}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {text.cancel}
        </button>
        <button type="button" className="button main" disabled={isSaving} onClick={() => void save()}>
          {text.save}
        </button>
      </div>
    </Dialog>
  );
}
