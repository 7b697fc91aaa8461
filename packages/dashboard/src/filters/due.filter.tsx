import { useState } from 'react';
import { useTexts } from '../text/language.ts';
import { filtersTexts } from './filters.texts.ts';

const usual = [0, 7, 14, 30, 60];

type DueChoicesProps = { chosen: number | null; onChange: (days: number | null) => void };

/** The deadline is within so many days: usual numbers, or any. */
export function DueChoices({ chosen, onChange }: DueChoicesProps) {
  const text = useTexts(filtersTexts);
  const [typed, setTyped] = useState(chosen !== null && !usual.includes(chosen) ? String(chosen) : '');
  return (
    <form
      className="choices"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed) onChange(Number(typed));
      }}
    >
      {[null, ...usual].map((days) => (
        <label key={days}>
          <input
            type="radio"
            name="due"
            data-focus={days === chosen || undefined}
            checked={chosen === days}
            onChange={() => onChange(days)}
          />
          {days === null ? text.any : text.days(days)}
        </label>
      ))}
      <label className="other">
        {text.otherDays}
        <span className="row">
          <input type="number" min={0} max={120} step={1} value={typed} onChange={({ target }) => setTyped(target.value)} />
          <button type="submit" className="button" disabled={!typed}>
            {text.apply}
          </button>
        </span>
      </label>
    </form>
  );
}
