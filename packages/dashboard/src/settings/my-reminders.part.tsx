import { useState } from 'react';
import type { Locale, Query, QuerySelection, ReminderChoice, Selected } from '@partner-renewals/sdk';
import { Problem } from '../app/problem.tsx';
import { useAnswer } from '../data/answer.ts';
import { client } from '../data/client.ts';
import { useSave } from '../data/save.ts';
import { useViewer } from '../data/viewer.store.ts';
import { currentLocale, useTexts } from '../text/language.ts';
import { Check, Field } from '../ui/field.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { Loading } from '../ui/loading.tsx';
import { tell } from '../ui/toast.tsx';
import { useDraft } from './draft.ts';
import { SettingsForm } from './form.tsx';
import { myReminderTexts } from './my-reminders.texts.ts';
import { settingsTexts } from './settings.texts.ts';

const switchSelection = { choice: true, isOn: true } as const;
const selection = {
  viewer: {
    reminderSettings: {
      ...{ chosenLanguage: true, language: true, onlyOwnCustomers: true },
      ...{ deadlineReminders: switchSelection, afterTheFact: switchSelection, weeklyDigest: switchSelection },
    },
  },
} as const satisfies QuerySelection;
type MySettings = NonNullable<NonNullable<Selected<Query, typeof selection>['viewer']>['reminderSettings']>;

export function MyRemindersPart() {
  const text = useTexts(myReminderTexts);
  const { user } = useViewer();
  const { value, problem, reload, show } = useAnswer('my reminders', async (signal) => {
    const { viewer } = await client.query(selection, { signal });
    return viewer?.reminderSettings ?? null;
  });
  if (problem) return <Problem error={problem} onRetry={reload} />;
  if (value === undefined) return <Loading />;
  if (value === null || !user) return <p className="note">{text.nobody}</p>;
  return (
    <>
      <p className="mute">{text.lead(user.email)}</p>
      <MyForm settings={value} onSaved={show} />
      <TestReminder />
    </>
  );
}

const kinds = ['deadlineReminders', 'afterTheFact', 'weeklyDigest'] as const;

function MyForm({ settings, onSaved }: { settings: MySettings; onSaved: (settings: MySettings) => void }) {
  const text = useTexts(myReminderTexts);
  const common = useTexts(settingsTexts);
  const save = useSave(kinds);
  const { draft, changes, isChanged, set, discard } = useDraft('my-reminders', {
    deadlineReminders: settings.deadlineReminders.choice,
    afterTheFact: settings.afterTheFact.choice,
    weeklyDigest: settings.weeklyDigest.choice,
    language: settings.chosenLanguage,
    onlyOwnCustomers: settings.onlyOwnCustomers,
  });

  async function send(): Promise<void> {
    const done = await save.run(async () => client.updateMyReminderSettings(changes));
    if (!done?.viewer.reminderSettings) return;
    onSaved(done.viewer.reminderSettings);
    discard();
    tell(common.saved);
  }

  return (
    <SettingsForm save={save} isChanged={isChanged} onSave={() => void send()} onDiscard={discard}>
      <div className="panel">
        {kinds.map((kind) => (
          <Field
            key={kind}
            label={text.kinds[kind]}
            hint={`${text.hints[kind]} ${text.now(settings[kind].isOn)}`}
            error={save.errorAt(kind)}
          >
            {(props) => (
              <select {...props} value={draft[kind]} onChange={(event) => set({ [kind]: event.target.value as ReminderChoice })}>
                <option value="DEFAULT">{settings[kind].choice === 'DEFAULT' ? text.asUsual(settings[kind].isOn) : text.usual}</option>
                <option value="ON">{text.on}</option>
                <option value="OFF">{text.off}</option>
              </select>
            )}
          </Field>
        ))}
        <Check
          label={text.onlyOwn}
          hint={text.onlyOwnHint}
          checked={draft.onlyOwnCustomers}
          onChange={(onlyOwnCustomers) => set({ onlyOwnCustomers })}
        />
        <Field label={text.language}>
          {(props) => (
            <select
              {...props}
              value={draft.language ?? ''}
              onChange={(event) => set({ language: (event.target.value || null) as Locale | null })}
            >
              <option value="">{text.languageOfCompany}</option>
              <option value="EN">{text.languages.EN}</option>
              <option value="DE">{text.languages.DE}</option>
            </select>
          )}
        </Field>
      </div>
    </SettingsForm>
  );
}

function TestReminder() {
  const text = useTexts(myReminderTexts);
  const save = useSave([]);
  const [sentTo, setSentTo] = useState<string | null>(null);
  async function send(): Promise<void> {
    setSentTo(null);
    const done = await save.run(async () => client.sendTestReminder({ language: currentLocale() }));
    if (done) setSentTo(done.reminder.recipientAddress);
  }
  return (
    <div className="settings-extra">
      <button type="button" className="button" disabled={save.isBusy} onClick={() => void send()}>
        {text.test}
      </button>
      <p className="hint" role="status">
        {sentTo === null ? text.testHint : text.tested(sentTo)}
      </p>
      <FormErrors sentences={save.others} />
    </div>
  );
}
