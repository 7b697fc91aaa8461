import type { ReminderState } from '@partner-renewals/sdk';
import { useState } from 'react';
import { client } from '../data/client.ts';
import { useViewer } from '../data/viewer.store.ts';
import { dateAt, daysBetween, useFormat } from '../text/format.ts';
import { useLabels } from '../text/labels.ts';
import { useTexts } from '../text/language.ts';
import { outlookTexts } from '../reminders/outlook.texts.ts';
import { reminderWords } from '../reminders/reminder-words.texts.ts';
import { Check } from '../ui/field.tsx';
import { remindersSelection, type Details, type Reminder, type Settings } from './drawer.selection.ts';
import { drawerTexts } from './drawer.texts.ts';
import { More } from './more.tsx';
import { MuteMenu, MutesLine } from './mutes.part.tsx';
import { usePages } from './paged.ts';
import { Part } from './part.tsx';

const signs: Record<ReminderState, string> = { SENT: '✓', KEPT: '–', WAITING: '○', SKIPPED: '–', FAILED: '✕' };

/** E-mails about the customer: sent to whom and when, or why not. */
export function RemindersPart({ customer, settings }: { customer: Details; settings: Settings | null }) {
  const text = useTexts(drawerTexts);
  const outlook = useTexts(outlookTexts);
  const mayFollow = customer.contractChanges.nodes.some(({ status, daysUntilLastDecision: left }) => status === 'PENDING' && left >= 0);
  const { nodes, ...more } = usePages(
    customer.reminders,
    async (after) => (await client.customer({ id: customer.id }, remindersSelection(after)))?.reminders,
  );
  // Who asks who was mailed looks for others.
  const replaced = nodes.filter(({ reason }) => reason === 'OVERTAKEN').length;
  const [withReplaced, setWithReplaced] = useState(false);
  const shown = withReplaced ? nodes : nodes.filter(({ reason }) => reason !== 'OVERTAKEN');
  return (
    <Part title={text.reminders} beside={<MuteMenu customer={customer} />}>
      <MutesLine mutes={customer.reminderMutes.nodes} target={{ customerId: customer.id }} customer={customer} />
      {!nodes[0] && <p className="mute">{text.noReminders}</p>}
      {settings && mayFollow && (
        <p className="mute">{settings.deadlineReminders ? outlook.offsets(settings.deadlineOffsets.join(', ')) : outlook.off}</p>
      )}
      <ul className="reminders">
        {shown.map((reminder) => (
          <ReminderItem key={reminder.id} reminder={reminder} customer={customer} />
        ))}
      </ul>
      {replaced > 0 && <Check label={text.withReplaced(replaced)} checked={withReplaced} onChange={setWithReplaced} />}
      <More {...more} />
    </Part>
  );
}

function ReminderItem({ reminder, customer }: { reminder: Reminder; customer: Details }) {
  const text = useTexts(drawerTexts);
  const words = useTexts(reminderWords);
  const format = useFormat();
  const labels = useLabels();
  const { businessTimeZone } = useViewer();
  const { kind, state, reason, daysBefore, deadline, endedAt, notBefore, recipientKind, recipientName, recipientAddress } = reminder;
  const change = customer.contractChanges.nodes.find(({ id }) => id === reminder.contractChange?.id);
  const left = deadline === null ? 0 : Math.max(0, daysBetween(dateAt(endedAt ?? notBefore, businessTimeZone), deadline));
  const who = recipientName ?? (recipientKind ? words.recipients[recipientKind] : null);
  return (
    <li>
      <span className={`reminder-state ${state.toLowerCase()}`}>
        <i aria-hidden="true">{signs[state]}</i>
        {words.states[state]}
      </span>
      <span>
        <b>{[who, recipientAddress ?? text.noAddress].filter(Boolean).join(', ')}</b>
        <span className="sub">
          {[
            words.kinds[kind],
            daysBefore !== null && (change && change.type !== 'RENEWAL' ? text.daysBeforeStart : text.daysBefore)(left),
            change && `${labels.value('contractType', change.type)} ${format.date(change.effectiveDate)}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span className="sub">
          {endedAt ? format.moment(endedAt) : text.notBefore(format.moment(notBefore))}
          {reason ? ` · ${words.reasons[reason]}` : state === 'KEPT' && ` · ${text.kept}`}
        </span>
      </span>
    </li>
  );
}
