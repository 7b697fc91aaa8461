import { createStore, useStore } from '../data/store.ts';

type Toast = { readonly id: number; readonly text: string; readonly kind: 'done' | 'fault' };

const toasts = createStore<readonly Toast[]>([]);
let last = 0;

/** Tells the result of an act, for some seconds; faults stay until they are closed. */
export function tell(text: string, kind: Toast['kind'] = 'done'): void {
  const id = (last += 1);
  toasts.set((shown) => [...shown.slice(-2), { id, text, kind }]);
  if (kind === 'done') setTimeout(() => dismiss(id), 6_000);
}

const dismiss = (id: number) => toasts.set((shown) => shown.filter((each) => each.id !== id));

export function Toasts({ closeLabel }: { closeLabel: string }) {
  const shown = useStore(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, kind }) => (
        <div key={id} className={`toast ${kind}`}>
          {text}
          <button type="button" className="icon" aria-label={closeLabel} onClick={() => dismiss(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
