import { useState, type FormEvent } from 'react';
import { createView, editView, type Refusal } from '../data/saved.views.ts';
import type { SavedView } from '../data/viewer.selection.ts';
import { useMay } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Check, Field } from '../ui/field.tsx';
import { tell } from '../ui/toast.tsx';
import { viewsTexts } from './views.texts.ts';

type NameDialogProps = {
  title: string;
  name: string;
  /** Whether to offer to share the view. */
  canShare: boolean;
  onSave: (name: string, isShared: boolean) => Promise<Refusal>;
  onClose: () => void;
};

/** Saves what the list shows as a view. */
export function SaveDialog({ onClose }: { onClose: () => void }) {
  const text = useTexts(viewsTexts);
  return <NameDialog title={text.save} name="" canShare={useMay('SHARE_VIEWS')} onSave={createView} onClose={onClose} />;
}

export function RenameDialog({ view, onClose }: { view: SavedView; onClose: () => void }) {
  const text = useTexts(viewsTexts);
  return <NameDialog title={text.rename} name={view.name} canShare={false} onSave={(name) => editView(view, { name })} onClose={onClose} />;
}

function NameDialog({ title, name, canShare, onSave, onClose }: NameDialogProps) {
  const text = useTexts(viewsTexts);
  const [typed, setTyped] = useState(name);
  const [isShared, setShared] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>(null);
  const [isSaving, setSaving] = useState(false);

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    setSaving(true);
    const refused = await onSave(typed.trim(), isShared);
    setSaving(false);
    setRefusal(refused);
    if (refused) return;
    tell(text.saved(typed.trim()));
    onClose();
  }

  return (
    <Dialog title={title} onClose={onClose} closeLabel={text.close}>
      <form className="views-form" onSubmit={(event) => void save(event)}>
        {!name && <p className="mute">{text.keeps}</p>}
        <Field label={text.name} error={refusal?.sentence}>
          {(field) => (
            <input
              {...field}
              data-focus
              required
              maxLength={100}
              value={typed}
              onChange={({ target }) => {
                setTyped(target.value);
                setRefusal(null);
              }}
            />
          )}
        </Field>
        {canShare && <Check label={text.share} hint={text.shareHint} checked={isShared} onChange={setShared} />}
        <div className="dialog-acts">
          <button type="button" className="button" onClick={onClose}>
            {text.cancel}
          </button>
          <button type="submit" className="button main" disabled={isSaving || !typed.trim()}>
            {title}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
