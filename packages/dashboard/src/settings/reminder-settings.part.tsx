import { Problem } from '../app/problem.tsx';
import { useAnswer } from '../data/answer.ts';
import { client } from '../data/client.ts';
import { useMay } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { Loading } from '../ui/loading.tsx';
import { ReminderSettingsForm } from './reminder-settings.form.tsx';
import { reminderSettingsSelection } from './reminder-settings.selection.ts';
import { reminderSettingsTexts } from './reminder-settings.texts.ts';
import { settingsTexts } from './settings.texts.ts';

async function readSettings(signal?: AbortSignal) {
  const { viewer } = await client.query({ viewer: { partner: { reminderSettings: reminderSettingsSelection } } }, { signal });
  return viewer.partner.reminderSettings;
}

/** How the reminders of the partner are sent. */
export function ReminderSettingsPart() {
  const text = useTexts(reminderSettingsTexts);
  const common = useTexts(settingsTexts);
  const mayChange = useMay('UPDATE_REMINDER_SETTINGS');
  const { value, problem, reload, show } = useAnswer('reminder settings', readSettings);
  if (problem) return <Problem error={problem} onRetry={reload} />;
  if (!value) return <Loading />;
  return (
    <>
      <p className="mute">{text.lead}</p>
      {!mayChange && <p className="note">{common.readOnly}</p>}
      <ReminderSettingsForm settings={value} mayChange={mayChange} onSaved={show} readAgain={readSettings} />
    </>
  );
}
