import { selected } from '../data/selected.store.ts';
import { createStore } from '../data/store.ts';

/** Whether the shortcuts are shown. */
export const keysDialog = createStore(false);

const isTyping = (target: Element): boolean => target.matches('input:not([type=checkbox]), textarea, select, [contenteditable]');
const isShown = (element: HTMLElement): boolean => element.checkVisibility({ visibilityProperty: true });
const controls = 'a[href], button, input';

/** The parts that F6 goes through, each by what gets the focus in it. */
const parts = ['.rows tbody th a', '.toasts button', '.bulk button', '.search-box input'];

/** Puts the focus on the first row. */
export function focusRows(): void {
  document.querySelector<HTMLElement>('.rows tbody th a')?.focus();
}

/** Keys of the whole page, and of the rows while they have the focus: a letter alone does nothing elsewhere. */
export function followKeys(): () => void {
  addEventListener('keydown', press);
  return () => removeEventListener('keydown', press);
}

function press(event: KeyboardEvent): void {
  const { key, target, defaultPrevented, ctrlKey, metaKey, altKey } = event;
  if (defaultPrevented || ctrlKey || metaKey || altKey || !(target instanceof HTMLElement)) return;
  if (document.querySelector('dialog[open], [popover]:popover-open')) return;
  if (key === 'F6') focusNextPart(target, event.shiftKey);
  else if (isTyping(target)) return;
  else if (key === '?') keysDialog.set(true);
  else if (!pressInRow(key, target)) return;
  event.preventDefault();
}

function focusNextPart(target: HTMLElement, isBack: boolean): void {
  const shown = parts.flatMap((part) => [...document.querySelectorAll<HTMLElement>(part)].find(isShown) ?? []);
  const regions = shown.map((each) => each.closest('.toasts, .bulk, .rows, .search-box'));
  const at = regions.findIndex((region) => region?.contains(target));
  const next = at < 0 ? (isBack ? shown.length - 1 : 0) : (at + (isBack ? shown.length - 1 : 1)) % shown.length;
  shown[next]?.focus();
}

/** Columns whose control a letter presses. */
const columns: { readonly [letter: string]: string } = {
  o: '[data-column=communicationOwner] button',
  c: '[data-column=primaryContact] button',
  m: '.acts button',
};

/** Returns whether the key does something in the row that has the focus. */
function pressInRow(key: string, target: HTMLElement): boolean {
  const row = target.closest<HTMLElement>('.rows tbody tr');
  if (!row || target.closest('.notice')) return false;
  const letter = key.toLowerCase();
  const step = { arrowdown: 1, j: 1, arrowup: -1, k: -1 }[letter];
  if (step) focusSame(target, step > 0 ? row.nextElementSibling : row.previousElementSibling);
  else if (letter === 'x') row.querySelector<HTMLElement>('.tick input')?.click();
  else if (letter in columns) {
    const bulk = letter === 'o' && selected.get().size > 0 && document.querySelector<HTMLElement>('.bulk button');
    const button = bulk || row.querySelector<HTMLElement>(columns[letter]!);
    button?.focus();
    button?.click();
  } else return false;
  return true;
}

/** Goes to the control of the same column in another row. */
function focusSame(target: HTMLElement, row: Element | null): void {
  const cell = target.closest('td, th');
  const same = row?.children[[...(cell?.parentElement?.children ?? [])].indexOf(cell!)];
  const found = same?.querySelector<HTMLElement>(controls) ?? row?.querySelector<HTMLElement>('th a');
  found?.focus();
}
