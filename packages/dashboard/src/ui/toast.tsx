import { useEffect, useLayoutEffect, useRef, type MouseEvent } from 'react';
import { focusHeading } from '../app/focus-heading.ts';
import { createStore, useStore } from '../data/store.ts';

type ToastOptions = {
  /** Faults stay until they are closed. */
  readonly kind?: 'done' | 'fault';
  /** Undoes it, as Ctrl+Z does; there is more time for it. */
  readonly action?: { readonly label: string; readonly run: () => void };
};
type Toast = ToastOptions & { readonly id: number; readonly text: string };

const toasts = createStore<readonly Toast[]>([]);
let last = 0;

/** Tells the result of an act, for some seconds. */
export function tell(text: string, options: ToastOptions = {}): void {
  const id = (last += 1);
  toasts.set((shown) => [...shown.slice(-1), { id, text, ...options }]);
  if (options.kind !== 'fault') setTimeout(() => expire(id), options.action ? 20_000 : 6_000);
}

const dismiss = (id: number) => toasts.set((shown) => shown.filter((each) => each.id !== id));

/** What is being read or about to be pressed stays a little longer. */
function expire(id: number): void {
  if (document.querySelector('.toasts:is(:hover, :focus-within)')) setTimeout(() => expire(id), 2_000);
  else dismiss(id);
}

const typing = 'input:not([type=checkbox]), textarea, [contenteditable]';

/** The latest two toasts, over the end of the window. The page stays as it is; what gets the focus scrolls clear of them. */
export function Toasts({ closeLabel }: { closeLabel: string }) {
  const shown = useStore(toasts);
  const region = useRef<HTMLDivElement>(null);
  /** What had the focus before a button of a toast. */
  const before = useRef<Element>(null);

  useLayoutEffect(() => {
    // Asking for a height makes the browser lay out the whole page: not for nothing, while the first rows come.
    document.documentElement.style.setProperty('--toasts', shown.length > 0 ? `${region.current!.offsetHeight}px` : '0px');
  }, [shown]);

  // A toast is far from the row that it is about.
  const undoable = shown.findLast(({ action }) => action);
  useEffect(() => {
    if (!undoable) return undefined;
    const press = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.matches(typing);
      const isUndo = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      if (!isUndo || isTyping || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      dismiss(undoable.id);
      undoable.action!.run();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [undoable]);

  /** The focus goes back before its toast goes. */
  function leave({ currentTarget }: MouseEvent, id: number): void {
    if (currentTarget === document.activeElement) {
      if (before.current?.isConnected && before.current instanceof HTMLElement) before.current.focus();
      else focusHeading();
    }
    dismiss(id);
  }

  return (
    <div
      ref={region}
      className="toasts"
      role="status"
      aria-live="polite"
      onFocus={({ relatedTarget }) => {
        if (!region.current!.contains(relatedTarget)) before.current = relatedTarget;
      }}
    >
      {shown.map(({ id, text, kind = 'done', action }) => (
        <div key={id} className={`toast ${kind}`}>
          <span>{text}</span>
          {action && (
            <button
              type="button"
              className="link"
              title="Ctrl+Z"
              aria-keyshortcuts="Control+Z Meta+Z"
              onClick={(event) => {
                leave(event, id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" className="icon" aria-label={closeLabel} onClick={(event) => leave(event, id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}

const announced = createStore({ text: '', count: 0 });

/** Says to a screen reader what everyone else sees. */
export const announce = (text: string): void => announced.set(({ count }) => ({ text, count: count + 1 }));

/** The live region of announcements. An open dialog needs one of its own, since all around it is inert. */
export function Announcer() {
  const { text, count } = useStore(announced);
  return (
    <div className="visually-hidden" role="status">
      {/* The same text is said once more. */}
      <span key={count}>{text}</span>
    </div>
  );
}
