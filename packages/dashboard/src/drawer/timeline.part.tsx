import type { CommunicationOwner, ReminderKind, ReminderReason } from '@partner-renewals/sdk';
import { client } from '../data/client.ts';
import { useFormat } from '../text/format.ts';
import { useLabels } from '../text/labels.ts';
import { useTexts } from '../text/language.ts';
import { reminderWords } from '../reminders/reminder-words.texts.ts';
import { timelineSelection, type Details, type Event } from './drawer.selection.ts';
import { drawerTexts } from './drawer.texts.ts';
import { More } from './more.tsx';
import { usePages } from './paged.ts';
import { Part } from './part.tsx';
import { timelineTexts } from './timeline.texts.ts';

/** Who did what about the customer, and when. */
export function TimelinePart({ customer }: { customer: Details }) {
  const text = useTexts(drawerTexts);
  const { nodes, ...more } = usePages(
    customer.timeline,
    async (after) => (await client.customer({ id: customer.id }, timelineSelection(after)))?.timeline,
  );
  return (
    <Part title={text.timeline}>
      {!nodes[0] && <p className="mute">{text.noTimeline}</p>}
      <ol className="timeline">
        {nodes.map((event) => (
          <EventItem key={event.id} event={event} customer={customer} />
        ))}
      </ol>
      <More {...more} />
    </Part>
  );
}

function EventItem({ event, customer }: { event: Event; customer: Details }) {
  const text = useTexts(timelineTexts);
  const format = useFormat();
  const labels = useLabels();
  const { actor, action, occurredAt, onBehalfOfCustomer } = event;
  const change = customer.contractChanges.nodes.find(({ id }) => id === event.contractChangeId);
  // Of an upgrade or an overage, only the change is refused.
  const isRefusal = change && change.type !== 'RENEWAL' && (action === 'REQUEST_CANCELLATION' || action === 'WITHDRAW_CANCELLATION');
  const details = [
    useDetailOf(event, customer),
    change && `${labels.value('contractType', change.type)} ${format.date(change.effectiveDate)}`,
    onBehalfOfCustomer && text.onBehalf,
  ].filter(Boolean);
  return (
    <li>
      <time dateTime={occurredAt}>{format.moment(occurredAt)}</time>
      <span>
        <b>{actor.kind ? text.actor[actor.kind](actor.name) : actor.name}</b>{' '}
        {isKept(event, customer) ? text.kept : isRefusal ? text.refusal[action] : text.action[action]}
        {details[0] && <span className="sub">{details.join(' · ')}</span>}
      </span>
    </li>
  );
}

/** Whether the reminder that the event tells of stayed at the server. The event does not say so; the reminder does. */
function isKept({ action, contractChangeId, changes }: Event, customer: Details): boolean {
  if (action !== 'SEND_REMINDER') return false;
  const of = (field: string) => changes.find((change) => change.field === field)?.after;
  return customer.reminders.nodes.some(
    ({ state, kind, contractChange, daysBefore, recipientAddress }) =>
      state === 'KEPT' &&
      kind === of('kind') &&
      recipientAddress === of('address') &&
      (contractChange?.id ?? null) === contractChangeId &&
      (daysBefore === null || daysBefore === of('daysBefore')),
  );
}

/** What an event changed, in words: of the fields that people ask for. */
function useDetailOf({ action, changes }: Event, customer: Details): string | null {
  const text = useTexts(timelineTexts);
  const reminder = useTexts(reminderWords);
  const labels = useLabels();
  const format = useFormat();
  const of = (field: string) => changes.find((change) => change.field === field);
  const [owner, contact, until, reason, kind, address] = [
    'communicationOwner',
    'primaryContactId',
    'until',
    'reason',
    'kind',
    'address',
  ].map(of);

  const ownerLabel = (value: unknown): string =>
    value === null ? text.theDefault : labels.value('communicationOwner', value as CommunicationOwner);
  const contactName = (id: unknown): string =>
    id === null ? text.nobody : (customer.users.nodes.find((user) => user.id === id)?.name ?? text.formerContact);

  // What an association loses at its end says the sentence.
  if (action === 'END_ASSOCIATION') return null;
  if (owner) return text.from(ownerLabel(owner.before), ownerLabel(owner.after));
  if (contact) return text.from(contactName(contact.before), contactName(contact.after));
  if (kind) {
    const told = reason && reminder.reasons[reason.after as ReminderReason];
    return [reminder.kinds[kind.after as ReminderKind], typeof address?.after === 'string' && text.to(address.after), told]
      .filter(Boolean)
      .join(' · ');
  }
  const isForEveryone = of('forEveryone')?.after === true;
  const untilDate = typeof until?.after === 'string' ? text.until(format.date(until.after)) : null;
  return [isForEveryone && text.forEveryone, untilDate].filter(Boolean).join(' · ') || null;
}
