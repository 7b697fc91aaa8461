import { useEffect, useRef } from 'react';
import { useTexts } from '../text/language.ts';
import type { Values } from './reminder-settings.selection.ts';
import { reminderSettingsTexts } from './reminder-settings.texts.ts';
import { settingsTexts } from './settings.texts.ts';

type Props = {
  /** What the viewer has typed. */
  mine: Partial<Values>;
  /** The settings as they are now, and what of them is new. */
  theirs: Values;
  changed: Partial<Values>;
  onSaveMine: () => void;
  onTakeTheirs: () => void;
};

/** Somebody else was faster: what is now, and what to do with what was typed. */
export function ReminderSettingsConflict({ mine, theirs, changed, onSaveMine, onTakeTheirs }: Props) {
  const text = useTexts(reminderSettingsTexts);
  const common = useTexts(settingsTexts);
  const note = useRef<HTMLDivElement>(null);
  // It stands above the settings, and the button that was pressed below them.
  useEffect(() => {
    // Newer browsers return a promise, which is no clean-up.
    note.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const both = (Object.keys(mine) as (keyof Values)[]).filter((name) => name in changed);

  function shown(name: keyof Values): string {
    const value = theirs[name];
    if (value === null || value === '') return common.none;
    if (typeof value === 'boolean') return value ? text.isOn : text.isOff;
    if (typeof value === 'number') return text.hour(value);
    if (name === 'digestWeekday') return text.weekdays[theirs.digestWeekday];
    return name === 'language' || name === 'customerLanguage' ? text.languages[theirs[name]] : value;
  }

  return (
    <div className="note warn" role="alert" ref={note}>
      <p>
        <b>{text.conflict}</b> {both.length > 0 ? text.conflictFields : text.conflictNone}
      </p>
      {both.length > 0 && (
        <ul>
          {both.map((name) => (
            <li key={name}>
              {text[name]}: <b>{shown(name)}</b>
            </li>
          ))}
        </ul>
      )}
      <div className="form-acts">
        <button type="button" className="button" onClick={onSaveMine}>
          {text.saveMine}
        </button>
        <button type="button" className="button" onClick={onTakeTheirs}>
          {text.takeTheirs}
        </button>
      </div>
    </div>
  );
}
