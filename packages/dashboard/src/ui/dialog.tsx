import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { focusHeading } from '../app/focus-heading.ts';

type DialogProps = {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  /** `drawer` comes from the side, over the whole height. */
  kind?: 'dialog' | 'drawer';
  /** The name of the button that closes it. */
  closeLabel: string;
  /** More buttons beside the one that closes it. */
  beside?: ReactNode;
  onKeyDown?: (event: KeyboardEvent) => void;
};

/** The first thing to do, before the button that closes the dialog. */
const controls = '.dialog-body > :not(header) :is(input, select, textarea, button, a[href]):not(:disabled)';

/** A native modal dialog: Esc closes it, and the focus goes back to where it was. */
export function Dialog({ title, onClose, children, kind = 'dialog', closeLabel, beside, onKeyDown }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current!;
    const before = document.activeElement;
    element.showModal();
    // React's autoFocus comes while the dialog is still closed.
    const first = element.querySelector<HTMLElement>('[data-focus]') ?? element.querySelector<HTMLElement>(controls);
    first?.focus();
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      // What opened it is gone by what was done in it.
      else focusHeading();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={kind}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // Some browsers close it without asking when Esc is pressed twice. One that is open was shown again meanwhile.
      onClose={(event) => event.target === dialog.current && !dialog.current.open && onClose()}
      onKeyDown={onKeyDown}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="dialog-body">
        <header>
          {/* A drawer is read from its heading on. */}
          <h2 id={heading} {...(kind === 'drawer' && { tabIndex: -1, 'data-focus': true })}>
            {title}
          </h2>
          {beside}
          <button type="button" className="icon" aria-label={closeLabel} onClick={onClose}>
            ✕
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
