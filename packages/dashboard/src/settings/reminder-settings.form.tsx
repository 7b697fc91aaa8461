import { useState } from 'react';
import type { Locale, Weekday } from '@partner-renewals/sdk';
import { client } from '../data/client.ts';
import { useSave } from '../data/save.ts';
import { useViewer } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { Check, Field } from '../ui/field.tsx';
import { LocaleOptions } from '../ui/locale-options.tsx';
import { tell } from '../ui/toast.tsx';
import { changesOf, useDraft } from './draft.ts';
import { SettingsForm } from './form.tsx';
import { ReminderSettingsConflict } from './reminder-settings.conflict.tsx';
import { offsetsOf, valuesOf, type Settings, type Values } from './reminder-settings.selection.ts';
import { reminderSettingsTexts } from './reminder-settings.texts.ts';
import { settingsTexts } from './settings.texts.ts';

type Props = {
  settings: Settings;
  mayChange: boolean;
  onSaved: (settings: Settings) => void;
  readAgain: () => Promise<Settings>;
};

const lists = ['deadlineOffsets', 'customerOffsets'] as const;
const hours = Array.from({ length: 25 }, (_, hour) => hour);

export function ReminderSettingsForm({ settings, mayChange, onSaved, readAgain }: Props) {
  const text = useTexts(reminderSettingsTexts);
  const common = useTexts(settingsTexts);
  const { partner, businessTimeZone } = useViewer();
  const base = valuesOf(settings);
  const { draft, changes, isChanged, set, discard } = useDraft<Values>('reminders', base);
  const save = useSave(Object.keys(base), text.invalid);
  const [theirs, setTheirs] = useState<Settings | null>(null);
  const [notNumbers, setNotNumbers] = useState<readonly string[]>([]);

  async function send(expectedVersion: number): Promise<void> {
    const { deadlineOffsets, customerOffsets, ...rest } = changes;
    const typed = { deadlineOffsets, customerOffsets };
    setNotNumbers(lists.filter((name) => typed[name] !== undefined && !offsetsOf(typed[name])));
    const offsets = Object.fromEntries(lists.flatMap((name) => (typed[name] === undefined ? [] : [[name, offsetsOf(typed[name])]])));
    if (Object.values(offsets).includes(null)) return;
    let conflicts = false;
    const done = await save.run(async () => {
      const outcome = await client.updateReminderSettings({ ...rest, ...(offsets as Record<string, number[]>), expectedVersion });
      conflicts = outcome.userErrors.some(({ code }) => code === 'CONFLICT');
      return outcome;
    });
    setTheirs(conflicts ? await readAgain().catch(() => null) : null);
    if (!done) return;
    onSaved(done.partner.reminderSettings);
    discard();
    tell(common.saved);
  }

  const errorAt = (name: keyof Values): string | undefined => (notNumbers.includes(name) ? text.offsetsNotNumbers : save.errorAt(name));

  const check = (
    name: keyof Values & ('deadlineReminders' | 'shortTerms' | 'afterTheFact' | 'weeklyDigest' | 'customerNotices'),
    hint?: string,
  ) => <Check label={text[name]} hint={hint} checked={draft[name]} onChange={(checked) => set({ [name]: checked })} />;
  const list = (name: (typeof lists)[number]) => (
    <Field label={text[name]} hint={text.offsetsHint} error={errorAt(name)}>
      {(props) => (
        <input
          {...props}
          inputMode="text"
          autoComplete="off"
          value={draft[name]}
          onChange={(event) => set({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
  const hour = (name: 'digestHour' | 'sendFromHour' | 'sendUntilHour', from: number, to: number) => (
    <Field label={text[name]} error={errorAt(name)}>
      {(props) => (
        <select {...props} value={draft[name]} onChange={(event) => set({ [name]: Number(event.target.value) })}>
          {hours.slice(from, to + 1).map((each) => (
            <option key={each} value={each}>
              {text.hour(each)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  const language = (name: 'language' | 'customerLanguage') => (
    <Field label={text[name]} error={errorAt(name)}>
      {(props) => (
        <select {...props} value={draft[name]} onChange={(event) => set({ [name]: event.target.value as Locale })}>
          <LocaleOptions languages={text.languages} />
        </select>
      )}
    </Field>
  );

  return (
    <SettingsForm
      save={save}
      mayChange={mayChange}
      isChanged={isChanged}
      onSave={() => void send(settings.version)}
      onDiscard={() => {
        discard();
        save.clear();
        setTheirs(null);
        setNotNumbers([]);
      }}
    >
      {theirs && (
        <ReminderSettingsConflict
          mine={changes}
          theirs={valuesOf(theirs)}
          changed={changesOf(base, valuesOf(theirs))}
          onSaveMine={() => {
            onSaved(theirs);
            void send(theirs.version);
          }}
          onTakeTheirs={() => {
            onSaved(theirs);
            discard();
            save.clear();
            setTheirs(null);
          }}
        />
      )}
      <fieldset disabled={!mayChange}>
        <legend>{text.deadlines}</legend>
        {check('deadlineReminders')}
        {list('deadlineOffsets')}
        {check('shortTerms', text.shortTermsHint)}
        {check('afterTheFact', text.afterTheFactHint)}
      </fieldset>
      <fieldset disabled={!mayChange}>
        <legend>{text.digest}</legend>
        {check('weeklyDigest')}
        <div className="beside">
          <Field label={text.digestWeekday} error={errorAt('digestWeekday')}>
            {(props) => (
              <select {...props} value={draft.digestWeekday} onChange={(event) => set({ digestWeekday: event.target.value as Weekday })}>
                {(Object.keys(text.weekdays) as Weekday[]).map((each) => (
                  <option key={each} value={each}>
                    {text.weekdays[each]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {hour('digestHour', 0, 23)}
        </div>
      </fieldset>
      <fieldset disabled={!mayChange}>
        <legend>{text.customers}</legend>
        {check('customerNotices', text.customerNoticesHint)}
        {list('customerOffsets')}
        {language('customerLanguage')}
        <Field label={text.senderName} hint={text.senderNameHint(partner.name)} error={errorAt('senderName')}>
          {(props) => (
            <input
              {...props}
              autoComplete="off"
              value={draft.senderName ?? ''}
              onChange={(event) => set({ senderName: event.target.value || null })}
            />
          )}
        </Field>
      </fieldset>
      <fieldset disabled={!mayChange}>
        <legend>{text.sending}</legend>
        {language('language')}
        <Field label={text.timeZone} error={errorAt('timeZone')}>
          {(props) => (
            <select {...props} value={draft.timeZone ?? ''} onChange={(event) => set({ timeZone: event.target.value || null })}>
              <option value="">{text.businessZone(businessTimeZone)}</option>
              {timeZones(draft.timeZone).map((zone) => (
                <option key={zone}>{zone}</option>
              ))}
            </select>
          )}
        </Field>
        <div className="beside">
          {hour('sendFromHour', 0, 23)}
          {hour('sendUntilHour', 1, 24)}
        </div>
      </fieldset>
    </SettingsForm>
  );
}

/** The zones that the browser knows, and the chosen one. */
const timeZones = (chosen: string | null): string[] =>
  [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', ...(chosen ? [chosen] : [])])].sort();
