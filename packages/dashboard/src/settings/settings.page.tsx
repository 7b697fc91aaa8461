import type { ComponentType } from 'react';
import { settingsParts, type SettingsPart } from '../app/pages.ts';
import { useTitle } from '../app/title.ts';
import { useViewer } from '../data/viewer.store.ts';
import type { Viewer } from '../data/viewer.selection.ts';
import { useTexts } from '../text/language.ts';
import { Link } from '../ui/link.tsx';
import { KeysPart } from './keys.part.tsx';
import { MyRemindersPart } from './my-reminders.part.tsx';
import { PartnerPart } from './partner.part.tsx';
import { ReminderSettingsPart } from './reminder-settings.part.tsx';
import { SessionsPart } from './sessions.part.tsx';
import { settingsTexts } from './settings.texts.ts';
import { SuppressionsPart } from './suppressions.part.tsx';
import { UsersPart } from './users.part.tsx';
import '../style/settings.css';

const parts: Record<SettingsPart, ComponentType> = {
  'my-reminders': MyRemindersPart,
  reminders: ReminderSettingsPart,
  addresses: SuppressionsPart,
  partner: PartnerPart,
  users: UsersPart,
  keys: KeysPart,
  sessions: SessionsPart,
};

/** What a part needs, where not everyone sees it. */
const needed: Partial<Record<SettingsPart, Viewer['permissions'][number]>> = { keys: 'MANAGE_API_KEYS' };

export function SettingsPage({ part }: { part: SettingsPart | null }) {
  const text = useTexts(settingsTexts);
  const { permissions } = useViewer();
  const shown = settingsParts.filter((each) => !needed[each] || permissions.includes(needed[each]));
  const current = part ?? 'my-reminders';
  useTitle(`${text.parts[current]} · ${text.title}`);
  const Part = parts[current];
  return (
    <div className="settings">
      <nav aria-label={text.title}>
        <ul>
          {shown.map((each) => (
            <li key={each}>
              <Link href={`/settings/${each}`} aria-current={each === current ? 'page' : undefined}>
                {text.parts[each]}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <section className="settings-part">
        <h1>{text.parts[current]}</h1>
        {shown.includes(current) ? <Part key={current} /> : <p>{text.notAllowed}</p>}
      </section>
    </div>
  );
}
