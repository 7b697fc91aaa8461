import { addDays } from '../../src/calendar-date.ts';
import { number, text, type Letter } from './canaries.ts';
import { idOf, today, userId, userRoles, type Make } from './row-parts.ts';

const long = '2021-04-01T10:00:00Z';

/** The outbox, settings, choices, mutes, suppressions and planning of one partner. */
export function addReminders(make: Make): void {
  addMessages(make);
  addSettings(make);
  addMutes(make);
  addSuppressions(make);
  // A's reminders were planned some days ago, those of the others at another time.
  make.add('reminder_planning', { planned_through: addDays(today, { A: -3, B: 0, C: -9 }[make.letter]) });
}

function addMessages({ letter, add }: Make): void {
  const isA = letter === 'A';
  const message = (name: string, values: object) =>
    add('outbox_message', {
      ...{ id: idOf(letter, name), kind: 'DEADLINE_REMINDER', key: text(letter, `key.${name}`), planned_at: long, not_before: long },
      details: JSON.stringify({ deadline: addDays(today, 15), daysBefore: number(letter, 30), language: letter === 'A' ? 'de' : 'en' }),
      ...{ attempts: number(letter, 31), message_id: text(letter, `message-id.${name}`), last_error: text(letter, `error.${name}`) },
      ...values,
    });
  const of = (change: string | null, customer: string | null) => ({
    contract_change_id: change && idOf(letter, change),
    customer_id: customer && idOf(letter, customer),
  });
  const toUser = (role: string) => ({ recipient_kind: 'USER', recipient_id: userId(role) });
  const ended = (state: string, reason: string | null) => ({
    ...{ state, reason: reason !== null && letter !== 'A' ? text(letter, 'reason') : reason, ended_at: '2021-04-01T11:00:00Z' },
    address: `${text(letter, 'recipient')}@example.com`,
  });
  message('message 1', {
    ...of('overage', 'customer 1'),
    ...toUser('MANAGER'),
    ...ended('SENT', null),
    bundle_id: idOf(letter, 'bundle own'),
  });
  message('message 2', {
    ...{ ...of('renewal 1', 'customer 1'), kind: 'CUSTOMER_NOTICE', ...ended('FAILED', 'ADDRESS_REJECTED') },
    ...{ recipient_kind: 'CONTACT', recipient_id: idOf(letter, 'user 1 of 1') },
  });
  // Waiting; of customers whose association has ended at A, and at the others.
  const later = '2999-01-01T00:00:00Z';
  const elsewhere = of('renewal 1', 'customer 1');
  message('message 3', { ...(isA ? of('renewal 3', 'customer 3') : elsewhere), ...toUser('ADMIN'), not_before: isA ? later : long });
  // The bundle of the next one; at the others this one comes before it, and so would leave for it.
  const bundle = { bundle_id: idOf(letter, 'bundle waiting') };
  message('message 4', { ...of('renewal 4', 'customer 4'), ...toUser('ADMIN'), not_before: later, ...(!isA && bundle) });
  message('message 9', { kind: 'TEST', ...toUser('ADMIN'), ...(isA ? bundle : { not_before: later }) });
  // At the others it is about a customer.
  message('message 5', { ...(!isA && elsewhere), kind: 'TEST', ...toUser('ADMIN'), ...ended('SKIPPED', 'USER_GONE') });
  // About changes that only A's decisions cancel, of a customer whose owner follows the setting; the others' are about another change.
  message('message 6', {
    ...(isA ? of('renewal 5', 'customer 5') : elsewhere),
    ...{ kind: 'ON_EFFECTIVE_DATE', ...toUser('ADMIN'), ...ended('SENT', null) },
  });
  message('message 7', {
    ...(isA ? of('renewal 2', 'customer 2') : elsewhere),
    ...{ kind: 'AFTER_DEADLINE', ...toUser('MANAGER'), ...ended('SKIPPED', 'DECIDED') },
  });
  message('message 8', { ...of('renewal 1', 'customer 1'), ...toUser('MANAGER'), ...ended('SENT', null) });
  // To a person whose customer's association has ended at A.
  message('message 10', {
    ...{ ...of('renewal 1', 'customer 1'), kind: 'CUSTOMER_NOTICE', not_before: later },
    ...{ recipient_kind: 'CONTACT', recipient_id: idOf(letter, 'user 1 of 3') },
  });
  // The others have sent as many tests as a user may: counting them for A would be seen.
  for (let index = isA ? 5 : 0; index < 5; index += 1)
    message(`message own test ${index}`, { kind: 'TEST', planned_at: later, ...toUser('ADMIN'), ...ended('SENT', null) });
  // Nor have they told what A is still to tell.
  const told = [idOf('A', 'renewal 1'), addDays(today, 15), 40, `user:${userId('MANAGER')}`].join('/');
  if (!isA) {
    message('message own told', { ...of('renewal 1', 'customer 1'), key: told, ...toUser('MANAGER'), ...ended('SENT', null) });
    const key = `${addDays(today, -2)}/user:${userId('MANAGER')}`;
    message('message own digest', { kind: 'WEEKLY_DIGEST', key, ...toUser('MANAGER'), ...ended('SENT', null) });
  }
  message('message own', { ...of('overage own', 'customer 1'), recipient_kind: 'VENDOR', ...ended('KEPT', null) });
}

function addSettings({ letter, add }: Make): void {
  const isA = letter === 'A';
  const hours: Readonly<Record<Letter, number>> = { A: 5, B: 6, C: 7 };
  add('reminder_settings', {
    ...{ deadline_offsets: [isA ? 40 : 50, 2], customer_offsets: [isA ? 41 : 51, 3], deadline_reminders: isA, after_the_fact: !isA },
    ...{ weekly_digest: isA, customer_notices: !isA, short_terms: isA, language: isA ? 'de' : 'en', customer_language: isA ? 'de' : 'en' },
    ...{ time_zone: isA ? 'Europe/Berlin' : 'Asia/Tokyo', send_from_hour: hours[letter], send_until_hour: hours[letter] + 10 },
    ...{ digest_weekday: hours[letter], digest_hour: hours[letter], sender_name: text(letter, 'sender') },
    version: isA ? 1 : number(letter, 33),
  });
  for (const role of userRoles) {
    add('reminder_preference', {
      ...{ partner_user_id: userId(role), deadline_reminders: role === 'ADMIN' ? null : isA, weekly_digest: isA },
      ...{ after_the_fact: role === 'ADMIN' ? null : !isA, only_own_customers: isA, language: isA ? 'de' : 'en' },
    });
  }
}

function addMutes({ letter, add }: Make): void {
  const mute = (name: string, values: object) =>
    add('reminder_mute', { id: idOf(letter, name), created_at: long, created_by: text(letter, `muter.${name}`), ...values });
  mute('mute 1', { customer_id: idOf(letter, 'customer 1') });
  mute('mute 2', {
    ...{ contract_change_id: idOf(letter, 'renewal 1'), partner_user_id: userId('MANAGER'), is_snooze: true },
    until: addDays(today, letter === 'A' ? 10 : 12),
  });
  mute('mute 3', {
    ...{
      customer_id: idOf(letter, 'customer 2'),
      partner_user_id: userId('ADMIN'),
      ended_at: letter === 'A' ? '2021-05-01T10:00:00Z' : null,
    },
    ended_by: letter === 'A' ? text(letter, 'unmuter') : null,
  });
  mute('mute 4', { customer_id: idOf(letter, 'customer 1'), partner_user_id: userId('ADMIN') });
  // The others snooze until today, and longer what A does not.
  const snooze = (name: string, change: string, until: string) =>
    mute(name, { contract_change_id: idOf(letter, change), partner_user_id: userId('MANAGER'), is_snooze: true, until });
  if (letter !== 'A') {
    snooze('mute own until today', 'renewal 1', today);
    snooze('mute own of the overage', 'overage', addDays(today, 12));
  }
  mute('mute own', {
    ...{ customer_id: idOf(letter, 'customer 5'), ended_at: '2021-05-01T10:00:00Z', ended_by: text(letter, 'unmuter') },
  });
}

function addSuppressions({ letter, add }: Make): void {
  const suppress = (name: string, address: string, values: object) =>
    add('mail_suppression', {
      ...{ id: idOf(letter, name), address: `${text(letter, address)}@example.com`.toLowerCase(), reason: 'BOUNCED', suppressed_at: long },
      ...{ detail: text(letter, `bounce.${name}`), ...values },
    });
  suppress('suppression 1', '1.1', { outbox_message_id: idOf(letter, 'message 2') });
  // It is about a customer whose association has ended at A, and so is its contact's.
  suppress('suppression 2', '3.1', { outbox_message_id: idOf(letter, 'message 3'), reason: 'UNSUBSCRIBED', kind: 'CUSTOMER_NOTICE' });
  suppress('suppression 3', 'tested', { outbox_message_id: idOf(letter, 'message 5') });
  // The others' mail does not reach who gets A's.
  if (letter !== 'A') {
    const ofA = (name: string) => ({ address: `${text('A', name)}@example.com`.toLowerCase() });
    suppress('suppression own of a user', '', { ...ofA('MANAGER'), reason: 'UNSUBSCRIBED' });
    suppress('suppression own of a recipient', '', { ...ofA('recipient'), reason: 'UNSUBSCRIBED' });
  }
  suppress('suppression own', 'lifted', {
    kind: 'DEADLINE_REMINDER',
    lifted_at: '2021-05-01T10:00:00Z',
    lifted_by: text(letter, 'lifter'),
  });
}
