import { createStore, useStore } from '../data/store.ts';

type ToastOptions = {
  /** Faults stay until they are closed. */
  readonly kind?: 'done' | 'fault';
  /** What can be done about it, such as undoing it; there is more time for it. */
  readonly action?: { readonly label: string; readonly run: () => void };
};
type Toast = ToastOptions & { readonly id: number; readonly text: string };

const toasts = createStore<readonly Toast[]>([]);
let last = 0;

/** Tells the result of an act, for some seconds. */
export function tell(text: string, options: ToastOptions = {}): void {
  const id = (last += 1);
  toasts.set((shown) => [...shown.slice(-2), { id, text, ...options }]);
  if (options.kind !== 'fault') setTimeout(() => dismiss(id), options.action ? 20_000 : 6_000);
}

const dismiss = (id: number) => toasts.set((shown) => shown.filter((each) => each.id !== id));

export function Toasts({ closeLabel }: { closeLabel: string }) {
  const shown = useStore(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, kind = 'done', action }) => (
        <div key={id} className={`toast ${kind}`}>
          <span>{text}</span>
          {action && (
            <button
              type="button"
              className="link"
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" className="icon" aria-label={closeLabel} onClick={() => dismiss(id)}>
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
