import { useState } from 'react';
import { deleteView } from '../data/saved.views.ts';
import type { SavedView } from '../data/viewer.selection.ts';
import { useTexts } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { tell } from '../ui/toast.tsx';
import { viewsTexts } from './views.texts.ts';

export function DeleteDialog({ view, onClose }: { view: SavedView; onClose: () => void }) {
  const text = useTexts(viewsTexts);
  const [fault, setFault] = useState<string | null>(null);

  async function remove(): Promise<void> {
    const refusal = await deleteView(view);
    if (refusal) return setFault(refusal.sentence);
    onClose();
    tell(text.deleted(view.name));
  }

  return (
    <Dialog title={text.deleteTitle(view.name)} onClose={onClose} closeLabel={text.close}>
      <p>{view.isShared ? text.deleteSharedHint : text.deleteHint}</p>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <div className="dialog-acts">
        <button type="button" className="button" data-focus onClick={onClose}>
          {text.cancel}
        </button>
        <button type="button" className="button bad" onClick={() => void remove()}>
          {text.delete}
        </button>
      </div>
    </Dialog>
  );
}
