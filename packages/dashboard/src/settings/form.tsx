import type { FormEvent, ReactNode } from 'react';
import type { Save } from '../data/save.ts';
import { useTexts } from '../text/language.ts';
import { FormErrors } from '../ui/form-errors.tsx';
import { settingsTexts } from './settings.texts.ts';

type Props = {
  save: Save;
  /** Without it, nothing offers to save. */
  mayChange?: boolean;
  isChanged: boolean;
  onSave: () => void;
  onDiscard: () => void;
  children: ReactNode;
};

/** Settings with a button to save them, which is there once something has changed. */
export function SettingsForm({ save, mayChange = true, isChanged, onSave, onDiscard, children }: Props) {
  const text = useTexts(settingsTexts);
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (isChanged && mayChange) onSave();
  }
  return (
    <form className="settings-form" onSubmit={submit} noValidate>
      {children}
      <FormErrors sentences={save.others} />
      {mayChange && (
        <div className={`form-acts ${isChanged ? 'changed' : ''}`}>
          <button type="submit" className="button main" disabled={!isChanged || save.isBusy}>
            {save.isBusy ? text.saving : text.save}
          </button>
          {isChanged && (
            <button type="button" className="button" onClick={onDiscard}>
              {text.discard}
            </button>
          )}
        </div>
      )}
    </form>
  );
}
