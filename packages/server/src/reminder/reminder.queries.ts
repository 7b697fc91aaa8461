import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import { associationSql } from '../customer/customer.queries.ts';
import { joinsSql, rowsSql } from '../contract-change/contract-change.queries.ts';
import { selectKeyed } from '../reading/keyed.queries.ts';
import { countOfOwners, selectPage, selectPages } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import type { Wanted } from '../reading/wanted.ts';
import { reminderFilterSql, type ReminderFilter } from './reminder.filter.ts';
import { reminderKinds } from './reminder-kind.ts';

// Like the customer, its reminders are not found after the association ends.

const kinds = reminderKinds.map((kind) => `'${kind}'`).join(', ');

/** SQL: a reminder of the partner that the viewer may see; further joins only for what a projection or filter needs. */
function remindersSql(...joinSets: readonly Iterable<string>[]): string {
  const joins = new Set(joinSets.flatMap((set) => [...set]));
  const sql = [`outbox_message reminder left ${associationSql('reminder.customer_id')}`];
  if (joins.has('person'))
    sql.push(
      `left join partner_user person on person.partner_id = scope.partner_id and person.id = reminder.recipient_id and reminder.recipient_kind = 'USER'`,
    );
  if (joins.has('member'))
    sql.push(
      `left join (customer_user member join customer_association employer on employer.partner_id = member.partner_id
         and employer.customer_id = member.customer_id and employer.ended_at is null)
       on member.partner_id = scope.partner_id and member.id = reminder.recipient_id and reminder.recipient_kind = 'CONTACT'`,
    );
  if (joins.has('customer'))
    sql.push('left join customer on customer.partner_id = scope.partner_id and customer.id = reminder.customer_id');
  if (joins.has('contact'))
    sql.push('left join customer_user contact on contact.partner_id = scope.partner_id and contact.id = association.primary_contact_id');
  return sql.join(' ');
}

const visibleSql =
  `reminder.partner_id = scope.partner_id and reminder.kind in (${kinds}) ` +
  'and (reminder.customer_id is null or association.id is not null)';

const reminderOrder = {
  name: 'reminders',
  keys: [{ sql: 'reminder.planned_at', type: 'timestamptz', isRequired: true, isDescending: true }],
  id: 'reminder.id',
} as const;

/** Reminders that a filter finds, or only the one with this ID. */
export async function findReminders(reader: Reader, wanted: Wanted, { filter = {}, id }: { filter?: ReminderFilter; id?: string }) {
  const parameters = new Parameters();
  const { where, joins } = reminderFilterSql(filter, parameters);
  const only = id === undefined ? '' : ` and reminder.id = ${parameters.add(id, 'uuid')}`;
  return await selectPage(reader, wanted, {
    name: 'findReminders',
    from: remindersSql(wanted.projection.joins, joins),
    where: `${visibleSql}${only} and ${where}`,
    order: reminderOrder,
    parameters,
  });
}

export async function countReminders(reader: Reader, filter: ReminderFilter): Promise<number> {
  const parameters = new Parameters();
  const { where, joins } = reminderFilterSql(filter, parameters);
  const select = `select count(*)::int from ${remindersSql(joins)} where ${visibleSql} and ${where}`;
  const rows = await reader.select<[number]>({ name: 'countReminders', select, values: parameters.values });
  return rows[0]?.[0] ?? 0;
}

export async function findRemindersByIds(reader: Reader, projection: Projection, ids: readonly string[]) {
  return await selectKeyed(reader, projection, {
    name: 'findRemindersByIds',
    key: 'reminder.id',
    ids,
    from: remindersSql(projection.joins),
    where: visibleSql,
    parameters: new Parameters(),
  });
}

/** SQL of the customer or contract change that a reminder is about. */
const owners = { customer: 'reminder.customer_id', contractChange: 'reminder.contract_change_id' } as const;
export type ReminderOwner = keyof typeof owners;

/** For each of many customers or contract changes, a page of its reminders. */
export const findRemindersOf = (owner: ReminderOwner) => async (reader: Reader, wanted: Wanted, ids: readonly string[]) =>
  await selectPages(reader, wanted, {
    name: 'findRemindersOf',
    from: remindersSql(wanted.projection.joins),
    where: visibleSql,
    owner: owners[owner],
    ownerIds: ids,
    order: reminderOrder,
    parameters: new Parameters(),
  });

export const countRemindersOf = (owner: ReminderOwner) => async (reader: Reader, ids: readonly string[]) =>
  await countOfOwners(reader, {
    name: 'countRemindersOf',
    from: remindersSql(),
    where: visibleSql,
    owner: owners[owner],
    ownerIds: ids,
    parameters: new Parameters(),
  });

/** The change that each of many reminders is about, by the reminder's ID; none if it is gone. */
export async function findChangesOfReminders(reader: Reader, projection: Projection, reminderIds: readonly string[]) {
  const dates = { asOf: reader.today, today: reader.today };
  return await selectKeyed(reader, projection, {
    name: 'findChangesOfReminders',
    key: 'reminder.id',
    ids: reminderIds,
    from: `outbox_message reminder join ${rowsSql(dates)} on row.partner_id = scope.partner_id and row.id = reminder.contract_change_id
      ${joinsSql(projection.joins, dates)}`,
    where: 'reminder.partner_id = scope.partner_id',
    parameters: new Parameters(dates),
  });
}
