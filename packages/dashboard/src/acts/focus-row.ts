import { focusHeading } from '../app/focus-heading.ts';

/** Puts the focus on the box of the last of these rows that is shown, or on the heading of the page if none is. */
export function focusRow(ids: Iterable<string>): void {
  const boxes = [...ids].map((id) => document.querySelector<HTMLElement>(`tr[data-id="${CSS.escape(id)}"] .tick input`));
  const box = boxes.findLast((each) => each !== null);
  if (!box) return focusHeading();
  // Who uses the mouse stays where they are.
  box.focus({ preventScroll: !document.querySelector(':focus-visible') });
}
