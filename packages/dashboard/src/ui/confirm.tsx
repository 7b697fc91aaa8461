import type { ReactNode } from 'react';
import type { Save } from '../data/save.ts';
import { Dialog } from './dialog.tsx';
import { FormErrors } from './form-errors.tsx';

type Props = {
  title: ReactNode;
  /** What will happen. */
  children: ReactNode;
  act: string;
  cancel: string;
  isBad?: boolean;
  save: Save;
  onConfirm: () => void;
  onClose: () => void;
};

/** Asks before an act that cannot be taken back. */
export function Confirm({ title, children, act, cancel, isBad = false, save, onConfirm, onClose }: Props) {
  return (
    <Dialog title={title} closeLabel={cancel} onClose={onClose}>
      {children}
      <FormErrors sentences={save.others} />
      <div className="dialog-acts">
        <button type="button" className="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className={`button ${isBad ? 'bad' : 'main'}`} disabled={save.isBusy} onClick={onConfirm}>
          {act}
        </button>
      </div>
    </Dialog>
  );
}
