import { useEffect, useRef, type RefObject } from 'react';
import { selected } from '../data/selected.store.ts';
import { currentTexts } from '../text/language.ts';
import { announce } from '../ui/toast.tsx';
import { bulkTexts } from './bulk.texts.ts';

/** Enter on the box of a row goes to the bar, and Esc clears the selection. Says so with the first row that is selected. */
export function useBulkKeys(bar: RefObject<HTMLElement | null>, count: number, clear: () => void): void {
  const latest = useRef(clear);
  useEffect(() => void (latest.current = clear));

  const before = useRef(0);
  useEffect(() => {
    const words = currentTexts(bulkTexts);
    if (count > 0 && count !== before.current) announce(`${words.selected(count)}.${before.current ? '' : ` ${words.keys}`}`);
    before.current = count;
  }, [count]);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { key, target, defaultPrevented } = event;
      // A dialog or a menu closes first; a search is cleared first.
      if (defaultPrevented || !selected.get().size || document.querySelector('dialog[open], [popover]:popover-open')) return;
      if (!(target instanceof Element) || target.matches('select, textarea')) return;
      if (key === 'Escape') latest.current();
      if (key !== 'Enter' || !target.matches('.rows .tick input')) return;
      event.preventDefault();
      bar.current?.querySelector('button')?.focus();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [bar]);
}
