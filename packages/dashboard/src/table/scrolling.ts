import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { list } from '../data/list.store.ts';
import { readNext, readPrevious, reading } from '../data/list.window.ts';
import { useStore } from '../data/store.ts';

/** Rows are read on when the edge of the window comes this near. */
const ahead = 800;

/** The wrapper scrolls on wide screens, the page on phones. */
const scrollerOf = (wrapper: HTMLElement): Element =>
  getComputedStyle(wrapper).overflowY === 'auto' ? wrapper : document.scrollingElement!;

/** Reads on at both ends while the user scrolls, and keeps the rows where they are when others come or go above them. */
export function useEndlessScroll(wrapper: RefObject<HTMLElement | null>): void {
  const { rows, search, status } = useStore(list);
  const { end } = useStore(reading);
  const anchor = useRef<{ id: string; top: number }>(undefined);

  useEffect(() => {
    const look = () => {
      const element = wrapper.current;
      if (!element) return;
      // The columns that stay then show their edges.
      element.toggleAttribute('data-aside', element.scrollLeft > 0);
      element.toggleAttribute('data-rest', element.scrollWidth - element.clientWidth - element.scrollLeft > 1);
      const box = element.getBoundingClientRect();
      const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
      const first = [...element.querySelectorAll<HTMLElement>('tbody tr')].find((row) => row.getBoundingClientRect().bottom > top);
      anchor.current = first && { id: first.dataset['id']!, top: first.getBoundingClientRect().top };
      const edge = (name: string) => element.querySelector(`[data-edge=${name}]`)?.getBoundingClientRect();
      const last = edge('end');
      if (reading.get().problem) return;
      if (last && last.top < bottom + ahead) void readNext();
      const start = edge('start');
      if (start && start.bottom > top - ahead) void readPrevious();
    };
    let frame = 0;
    const soon = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    };
    soon();
    addEventListener('scroll', soon, { capture: true, passive: true });
    addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', soon, true);
      removeEventListener('resize', soon);
    };
  }, [wrapper, rows, end]);

  const firstId = rows[0]?.id;
  useLayoutEffect(() => {
    const { id, top } = anchor.current ?? {};
    const row = id && wrapper.current?.querySelector(`tr[data-id="${CSS.escape(id)}"]`);
    if (row && end !== 'all') scrollerOf(wrapper.current!).scrollTop += row.getBoundingClientRect().top - top!;
    // oxlint-disable-next-line react/exhaustive-deps -- only when the window begins elsewhere
  }, [firstId]);

  // Another list begins at its first row.
  useLayoutEffect(() => {
    if (status !== 'loading' || !wrapper.current) return;
    anchor.current = undefined;
    const scroller = scrollerOf(wrapper.current);
    if (scroller === wrapper.current) scroller.scrollTop = 0;
  }, [wrapper, search, status]);
}
