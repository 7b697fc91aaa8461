import type { RenewalColumn } from '@partner-renewals/sdk';
import { useRef, useState, type PointerEvent } from 'react';

/** Drags a column over others, by mouse or finger: `onOver` is called for each one it passes. */
export function useDragOrder(onOver: (column: RenewalColumn, over: RenewalColumn) => void) {
  const [dragged, setDragged] = useState<RenewalColumn | null>(null);
  const latest = useRef(onOver);
  latest.current = onOver;

  function start(column: RenewalColumn, event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    setDragged(column);
    const move = ({ clientX, clientY }: globalThis.PointerEvent) => {
      const over = document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>('[data-column]');
      const name = over?.dataset['column'] as RenewalColumn | undefined;
      // A column that is not shown has no place.
      if (!name || name === column || !over!.querySelector('.grip')) return;
      const box = over!.getBoundingClientRect();
      const self = over!.parentElement!.querySelector(`[data-column="${column}"]`)!.getBoundingClientRect();
      // Only past the middle, so that two columns do not change places again and again.
      const middle = box.top + box.height / 2;
      if (self.top < box.top ? clientY > middle : clientY < middle) latest.current(column, name);
    };
    const end = () => {
      setDragged(null);
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
  }

  return { dragged, start };
}
