import { managerRoles } from '../access/role.rules.ts';
import type { CalendarDate } from '../calendar-date.ts';
import { lastMomentOf } from './last-day.rules.ts';
import { itemOf, type ItemRow } from './mail-item.sql.ts';
import type { CheckedMessage, MailFrame, MessageRecipient, MessageToCheck } from './reminder-check.queries.ts';
import type { ReminderKind } from './reminder-kind.ts';
import { actingLinkExpiry, linkUrl, unsubscribeLinkExpiry, type LinkPurpose, type LinkSecrets } from './reminder-link.ts';
import type { MailItem, MailReason, ReminderMail } from './reminder-mail.types.ts';
import { readerTimeZone } from './send-time.ts';

/** A mail lists at most so many changes; of the others it says how many they are. */
const mostItems = 50;

export type MailFacts = {
  now: Date;
  today: CalendarDate;
  businessTimeZone: string;
  vendorAddress: string | null;
  /** Null in a preview: its links lead nowhere. */
  links: { secrets: LinkSecrets; publicUrl: string } | null;
};

/** A message that may leave, with what its mail says. */
export type ReadyMessage = { message: MessageToCheck; checked: CheckedMessage };

type Contents = Pick<ReminderMail, 'items' | 'more' | 'totals'>;

/** The changes of one message or of a bundle, the next last day to act first. */
export function contentsOf(partnerId: string, ready: readonly ReadyMessage[], facts: MailFacts): Contents {
  const withItem = ready.flatMap(({ message, checked: { item, recipient } }) => (item && recipient ? [{ message, item, recipient }] : []));
  const items = withItem
    .map((each) => ({ ...each, place: placeOf(each) }))
    .toSorted((one, other) => compare(one.place, other.place))
    .slice(0, mostItems)
    .map(({ message, item, recipient }) => itemOf(item, linksOf(partnerId, { message, item, recipient }, facts), facts.businessTimeZone));
  return { items, more: withItem.length - items.length, totals: [] };
}

/** The same each time, so that a mail that is tried again says the same. */
const placeOf = ({ item, message }: { item: ItemRow; message: MessageToCheck }) =>
  [item.lastDay, item.customerName, item.product, message.contractChangeId ?? ''] as const;

const compare = (one: readonly string[], other: readonly string[]): number => {
  const at = one.findIndex((each, index) => each !== other[index]);
  return at === -1 ? 0 : one[at]!.localeCompare(other[at]!);
};

/** Only a user can act, and only while the change can be decided; to decide takes the role for it, and the partner as the owner. */
function linksOf(
  partnerId: string,
  { message, item, recipient }: { message: MessageToCheck; item: ItemRow; recipient: MessageRecipient },
  { links, businessTimeZone }: MailFacts,
): MailItem['links'] {
  if (links === null || message.kind !== 'DEADLINE_REMINDER' || recipient.role === undefined) return {};
  const expiresAt = actingLinkExpiry(lastMomentOf(item.lastDay, businessTimeZone));
  const link = (purpose: LinkPurpose) => linkUrl(links.secrets, links.publicUrl, { purpose, partnerId, messageId: message.id, expiresAt });
  const mayDecide = item.owner === 'PARTNER' && managerRoles.includes(recipient.role);
  return {
    ...(mayDecide && { accept: link('ACCEPT'), requestCancellation: link('REQUEST_CANCELLATION') }),
    snooze: link('SNOOZE'),
  };
}

/** The mail of messages that leave as one, as data. */
export function mailOf(
  partnerId: string,
  { frame, ready, contents }: { frame: MailFrame; ready: readonly ReadyMessage[]; contents: Contents },
  facts: MailFacts,
): ReminderMail {
  const [first] = ready;
  const recipient = first!.checked.recipient!;
  const { kind, recipientKind, id } = first!.message;
  const { now, businessTimeZone, links } = facts;
  const readerKind = recipientKind ?? 'USER';
  return {
    kind: kind as ReminderKind,
    language: recipient.language,
    timeZone: readerKind === 'VENDOR' ? businessTimeZone : readerTimeZone(frame.timeZone, businessTimeZone),
    now,
    reader: { kind: readerKind, name: recipient.name },
    partnerName: frame.partnerName,
    ask: readerKind === 'USER' ? vendorOf(facts) : frame.contact,
    ...contents,
    why: whyOf(kind, recipient, ready),
    unsubscribeUrl:
      links === null || kind === 'TEST'
        ? null
        : linkUrl(links.secrets, links.publicUrl, {
            purpose: 'UNSUBSCRIBE',
            partnerId,
            messageId: id,
            expiresAt: unsubscribeLinkExpiry(now),
          }),
    dashboardUrl: null,
  };
}

const vendorOf = ({ vendorAddress }: MailFacts) => (vendorAddress === null ? null : { name: vendorAddress, email: vendorAddress });

function whyOf(kind: string, recipient: MessageRecipient, ready: readonly ReadyMessage[]): MailReason {
  if (kind === 'TEST') return 'TEST';
  if (kind === 'CUSTOMER_NOTICE') return 'PRIMARY_CONTACT';
  if (recipient.role === undefined) return 'VENDOR_ADDRESS';
  if (ready.every(({ message }) => message.details['afterSnooze'] === true)) return 'SNOOZE_ENDED';
  return recipient.hasChosen || recipient.usual == null ? 'CHOSEN' : recipient.usual;
}
