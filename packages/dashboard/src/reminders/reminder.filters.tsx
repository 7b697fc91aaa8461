import { useEffect, useRef, useState } from 'react';
import type { ReminderKind, ReminderState } from '@partner-renewals/sdk';
import { useTexts } from '../text/language.ts';
import { Check, Field } from '../ui/field.tsx';
import { CustomerFilter } from './customer.chooser.tsx';
import { reminderWords } from './reminder-words.texts.ts';
import { allKinds, allStates, ask, isNarrowed, type Asked } from './reminders.address.ts';
import { remindersTexts } from './reminders.texts.ts';

const pauseMs = 300;

/** The search over the reminders. Each change shows at once. */
export function ReminderFilters({ asked, customerName }: { asked: Asked; customerName: string | null }) {
  const text = useTexts(remindersTexts);
  const words = useTexts(reminderWords);
  return (
    <search className="filters">
      <CustomerFilter chosenId={asked.customer} chosenName={customerName} onChoose={(customer) => ask(asked, { customer })} />
      <Recipient asked={asked} />
      <Field label={text.state}>
        {(props) => (
          <select
            {...props}
            value={asked.state ?? ''}
            onChange={(event) => ask(asked, { state: (event.target.value || null) as ReminderState | null })}
          >
            <option value="">{text.anyState}</option>
            {allStates.map((state) => (
              <option key={state} value={state}>
                {words.states[state]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={text.kind}>
        {(props) => (
          <select
            {...props}
            value={asked.kind ?? ''}
            onChange={(event) => ask(asked, { kind: (event.target.value || null) as ReminderKind | null })}
          >
            <option value="">{text.anyKind}</option>
            {allKinds.map((kind) => (
              <option key={kind} value={kind}>
                {words.kinds[kind]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Day label={text.from} value={asked.from} onChange={(from) => ask(asked, { from }, { replace: true })} />
      <Day label={text.to} value={asked.to} onChange={(to) => ask(asked, { to }, { replace: true })} />
      <Check label={text.withReplaced} checked={asked.replaced} onChange={(replaced) => ask(asked, { replaced }, { replace: true })} />
      {isNarrowed(asked) && (
        <button
          type="button"
          className="button clear"
          onClick={() => ask(asked, { customer: null, recipient: '', state: null, kind: null, from: null, to: null })}
        >
          {text.clear}
        </button>
      )}
    </search>
  );
}

function Recipient({ asked }: { asked: Asked }) {
  const text = useTexts(remindersTexts);
  const [typed, setTyped] = useState(asked.recipient);
  const sent = useRef(asked.recipient);
  const latest = useRef(asked);
  useEffect(() => void (latest.current = asked));
  // A link or the back button brings another text; what is being typed stays.
  if (asked.recipient !== sent.current) {
    sent.current = asked.recipient;
    setTyped(asked.recipient);
  }
  useEffect(() => {
    if (typed.trim() === sent.current) return undefined;
    const timer = setTimeout(() => {
      const replace = sent.current !== '';
      sent.current = typed.trim();
      ask(latest.current, { recipient: sent.current }, { replace });
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Field label={text.recipient}>
      {(props) => (
        <input
          {...props}
          type="search"
          autoComplete="off"
          maxLength={200}
          placeholder={text.recipientHint}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
    </Field>
  );
}

function Day({ label, value, onChange }: { label: string; value: string | null; onChange: (date: string | null) => void }) {
  return (
    <Field label={label}>
      {(props) => <input {...props} type="date" value={value ?? ''} onChange={(event) => onChange(event.target.value || null)} />}
    </Field>
  );
}
