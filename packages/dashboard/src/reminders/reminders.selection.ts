import type { Customer, Reminder, Selected, Selection, Viewer } from '@partner-renewals/sdk';
import { client } from '../data/client.ts';
import { filterOf, type Asked } from './reminders.address.ts';

const pageSize = 50;

const reminderSelection = {
  ...{ id: true, kind: true, state: true, reason: true, daysBefore: true, deadline: true, endedAt: true, notBefore: true },
  bundle: true,
  ...{ recipientName: true, recipientAddress: true, recipientKind: true },
  customer: { id: true, name: true },
  user: { id: true },
  contact: { id: true },
  contractChange: {
    id: true,
    type: true,
    status: true,
    daysUntilLastDecision: true,
    effectiveDate: true,
    primaryContact: { id: true, name: true },
  },
} as const satisfies Selection<Reminder>;
export type ReminderRow = Selected<Reminder, typeof reminderSelection>;

const customerSelection = {
  ...{ id: true, name: true },
  upcomingContractChanges: {
    ...{ id: true, type: true, status: true, effectiveDate: true, renewalDeadline: true, daysUntilDeadline: true },
    ...{ statusReason: true, lastDecisionDate: true, daysUntilLastDecision: true },
  },
  reminderMutes: { $: { first: 5 }, nodes: { id: true, mutedBy: true, mutedAt: true, until: true, forEveryone: true, isSnooze: true } },
} as const satisfies Selection<Customer>;
const settingsSelection = {
  partner: { reminderSettings: { deadlineReminders: true, deadlineOffsets: true } },
} as const satisfies Selection<Viewer>;

/** What may follow for a customer. */
export type CustomerOutlook = {
  readonly customer: Selected<Customer, typeof customerSelection>;
  readonly settings: Selected<Viewer, typeof settingsSelection>['partner']['reminderSettings'];
};

/** What still awaits a decision, of which reminders may come: facts of the API. */
export const isOpen = ({ status, daysUntilLastDecision }: CustomerOutlook['customer']['upcomingContractChanges'][number]): boolean =>
  status === 'PENDING' && daysUntilLastDecision >= 0;

/** A page of reminders, and what the page says about the chosen customer: one request. */
export async function readReminders(asked: Asked, signal: AbortSignal) {
  const { after, before, customer: id } = asked;
  const answer = await client.query(
    {
      reminders: {
        $: { filter: filterOf(asked), ...(before ? { last: pageSize, before } : { first: pageSize, ...(after && { after }) }) },
        totalCount: true,
        nodes: reminderSelection,
        pageInfo: { hasNextPage: true, hasPreviousPage: true, startCursor: true, endCursor: true },
      },
      customer: id !== null && { $: { by: { id } }, ...customerSelection },
      viewer: id !== null && settingsSelection,
    },
    { signal },
  );
  const { customer, viewer } = answer;
  const outlook: CustomerOutlook | null = customer && viewer ? { customer, settings: viewer.partner.reminderSettings } : null;
  return { reminders: answer.reminders, outlook };
}

export const findCustomers = async (query: string, signal: AbortSignal) => {
  const { customers } = await client.query(
    { customers: { $: { first: 20, ...(query && { query }) }, totalCount: true, nodes: { id: true, name: true, website: true } } },
    { signal },
  );
  return customers;
};
