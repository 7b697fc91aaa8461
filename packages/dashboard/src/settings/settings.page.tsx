import { useEffect, useRef, type ComponentType } from 'react';
import { settingsParts, type SettingsPart } from '../app/pages.ts';
import { useTitle } from '../app/title.ts';
import { useViewer } from '../data/viewer.store.ts';
import type { Viewer } from '../data/viewer.selection.ts';
import { useTexts } from '../text/language.ts';
import { Link } from '../ui/link.tsx';
import { scrollToCurrent } from '../ui/scroll-to-current.ts';
import { useHasDraft } from './draft.ts';
import { EndedPart } from './ended.part.tsx';
import { KeysPart } from './keys.part.tsx';
import { MyRemindersPart } from './my-reminders.part.tsx';
import { PartnerPart } from './partner.part.tsx';
import { ReminderSettingsPart } from './reminder-settings.part.tsx';
import { SessionsPart } from './sessions.part.tsx';
import { settingsTexts } from './settings.texts.ts';
import { SuppressionsPart } from './suppressions.part.tsx';
import { UsersPart } from './users.part.tsx';
import '../style/rooms.css';

const parts: Record<SettingsPart, ComponentType> = {
  'my-reminders': MyRemindersPart,
  reminders: ReminderSettingsPart,
  addresses: SuppressionsPart,
  ended: EndedPart,
  partner: PartnerPart,
  users: UsersPart,
  keys: KeysPart,
  sessions: SessionsPart,
};

/** What a part needs, where not everyone sees it. */
const needed: Partial<Record<SettingsPart, Viewer['permissions'][number]>> = {
  ended: 'RESUME_ASSOCIATION',
  keys: 'MANAGE_API_KEYS',
};

export function SettingsPage({ part }: { part: SettingsPart | null }) {
  const text = useTexts(settingsTexts);
  const { permissions, user } = useViewer();
  // A key of the partner itself gets no reminders.
  const shown = settingsParts.filter((each) =>
    each === 'my-reminders' ? user !== null : !needed[each] || permissions.includes(needed[each]),
  );
  const current = part ?? shown[0]!;
  useTitle(`${text.parts[current]} · ${text.title}`);
  const Part = parts[current];
  const hasDraft = useHasDraft();
  const nav = useRef<HTMLElement>(null);
  // On a phone the parts are in a line that is longer than the screen.
  useEffect(() => scrollToCurrent(nav.current), [current]);
  return (
    <div className="settings">
      <nav ref={nav} aria-label={text.title}>
        <ul>
          {shown.map((each) => (
            <li key={each}>
              <Link href={`/settings/${each}`} aria-current={each === current ? 'page' : undefined}>
                {text.parts[each]}
                {hasDraft(each) && <span className="sub">{text.notSaved}</span>}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <section className="settings-part">
        <h1>{text.parts[current]}</h1>
        {!needed[current] || permissions.includes(needed[current]) ? <Part key={current} /> : <p className="note">{text.notAllowed}</p>}
      </section>
    </div>
  );
}
