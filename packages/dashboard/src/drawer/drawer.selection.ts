import type { ContractTerms, Customer, Query, QuerySelection, ReminderMute, Selected, Selection } from '@partner-renewals/sdk';
import { moneySelection, personSelection } from '../data/row.selection.ts';

/** Entries of a list that the drawer shows first, and of each page that comes on demand. */
const paging = (first: number, after: string | null | undefined) => (after ? { first: 25, after } : { first });
const pageInfo = { hasNextPage: true, endCursor: true } as const;

const termsSelection = {
  ...{ maxContacts: true, emailLimit: true, billingFrequency: true, billingIntervalMonths: true, subscriptionTermMonths: true },
  mrr: moneySelection,
} as const satisfies Selection<ContractTerms>;

const muteSelection = {
  ...{ id: true, coversCustomer: true, coversViewer: true, forEveryone: true, isSnooze: true, mutedBy: true, until: true },
} as const satisfies Selection<ReminderMute>;

export const changesSelection = (after?: string | null) =>
  ({
    contractChanges: {
      $: paging(20, after),
      pageInfo,
      nodes: {
        ...{ id: true, version: true, type: true, status: true, statusReason: true, effectiveDate: true, renewalDeadline: true },
        ...{ daysUntilDeadline: true, daysUntilEffective: true, lastDecisionDate: true, daysUntilLastDecision: true },
        ...{ availableActions: true, nextCancellableRenewalDate: true, lateCancellationRequest: true },
        ...{ communicationOwner: true, communicationOwnerSource: true, contract: { id: true }, estimatedMrrChange: moneySelection },
        decision: { action: true, decidedOn: true, recordedBy: true, onBehalfOfCustomer: true },
        currentTerms: { mrr: moneySelection },
        newTerms: { mrr: moneySelection },
        reminderMutes: { $: { first: 10 }, nodes: muteSelection },
      },
    },
  }) as const satisfies Selection<Customer>;

export const timelineSelection = (after?: string | null) =>
  ({
    timeline: {
      $: paging(10, after),
      pageInfo,
      nodes: {
        ...{ id: true, occurredAt: true, action: true, onBehalfOfCustomer: true, contractChangeId: true },
        actor: { kind: true, name: true },
        changes: { field: true, before: true, after: true },
      },
    },
  }) as const satisfies Selection<Customer>;

export const remindersSelection = (after?: string | null) =>
  ({
    reminders: {
      $: paging(20, after),
      pageInfo,
      nodes: {
        ...{ id: true, kind: true, state: true, reason: true, daysBefore: true, deadline: true, endedAt: true, notBefore: true },
        ...{ recipientKind: true, recipientName: true, recipientAddress: true, contractChange: { id: true } },
      },
    },
  }) as const satisfies Selection<Customer>;

/** Usage since the first day of the plot; `from` is the first day of a month. */
export const usageSelection = (from: string, after?: string | null) =>
  ({
    appUsage: {
      $: { from, first: 100, ...(after && { after }) },
      pageInfo,
      nodes: { app: true, date: true, contactsUsed: true, emailsSent: true, activeUsers: true },
    },
  }) as const satisfies Selection<Customer>;

/** All that the drawer shows of a customer: one request. */
const customerSelection = (usageFrom: string) =>
  ({
    ...{ id: true, name: true, hubId: true, website: true },
    association: {
      ...{ version: true, startedAt: true, communicationOwner: true, communicationOwnerSource: true },
      primaryContact: personSelection,
    },
    users: { $: { first: 50 }, totalCount: true, nodes: { ...personSelection, isActive: true, jobTitle: true } },
    products: {
      ...{ id: true, product: true },
      contract: { ...{ id: true, termStart: true, renewalStartDate: true, endedOn: true, noticePeriodDays: true }, terms: termsSelection },
    },
    reminderMutes: { $: { first: 10 }, nodes: muteSelection },
    ...usageSelection(usageFrom),
    ...changesSelection(),
    ...timelineSelection(),
    ...remindersSelection(),
  }) as const satisfies Selection<Customer>;

export const drawerSelection = (id: string, usageFrom: string) =>
  ({
    customer: { $: { by: { id } }, ...customerSelection(usageFrom) },
    viewer: { partner: { reminderSettings: { deadlineReminders: true, deadlineOffsets: true } } },
  }) as const satisfies QuerySelection;

type Answer = Selected<Query, ReturnType<typeof drawerSelection>>;
/** When reminders go out, by the settings of the partner. */
export type Settings = NonNullable<Answer['viewer']>['partner']['reminderSettings'];
/** A customer as the drawer shows it. */
export type Details = NonNullable<Answer['customer']>;
export type Change = Details['contractChanges']['nodes'][number];
export type Event = Details['timeline']['nodes'][number];
export type Reminder = Details['reminders']['nodes'][number];
export type Usage = Details['appUsage']['nodes'][number];
export type Mute = Details['reminderMutes']['nodes'][number];
