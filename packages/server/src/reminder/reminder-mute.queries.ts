import type { CalendarDate } from '../calendar-date.ts';
import type { PartnerReader, Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import { countOfOwners, selectPages } from '../reading/page.queries.ts';
import type { Wanted } from '../reading/wanted.ts';
import { mutesNowSql } from './reminder-mute.sql.ts';

/** A mute that holds: of all changes of a customer, or of one change; for one user, or for everyone. */
export type ReminderMute = {
  id: string;
  userId: string | null;
  customerId: string | null;
  contractChangeId: string | null;
  isSnooze: boolean;
  until: CalendarDate | null;
};

/** The mutes that hold on a day, of the whole partner. */
export async function readMutes(reader: PartnerReader, day: CalendarDate): Promise<ReminderMute[]> {
  const rows = await reader.select<[string, string | null, string | null, string | null, boolean, CalendarDate | null]>({
    name: 'readMutes',
    select: `select mute.id, mute.partner_user_id, mute.customer_id, mute.contract_change_id, mute.is_snooze, mute.until
      from reminder_mute mute where mute.partner_id = scope.partner_id and ${mutesNowSql('$2::date')}`,
    values: [day],
  });
  return rows.map(([id, userId, customerId, contractChangeId, isSnooze, until]) => ({
    ...{ id, userId, customerId, contractChangeId, isSnooze, until },
  }));
}

/** The mutes of a customer, or of a change and of its customer; SQL of the object that they belong to. */
const listed = {
  customer: { from: '', owner: 'mute.customer_id' },
  contractChange: {
    from: 'join contract_change row on row.partner_id = scope.partner_id and (mute.contract_change_id = row.id or mute.customer_id = row.customer_id)',
    owner: 'row.id',
  },
} as const;
export type MutedKind = keyof typeof listed;

const fromSql = (kind: MutedKind) =>
  `reminder_mute mute ${listed[kind].from} left join partner_user person
     on person.partner_id = scope.partner_id and person.id = mute.partner_user_id and person.removed_at is null`;
const whereSql = `mute.partner_id = scope.partner_id and ${mutesNowSql(':today')}`;

const muteOrder = {
  name: 'mutes of reminders',
  keys: [{ sql: 'mute.created_at', type: 'timestamptz', isRequired: true, isDescending: true }],
  id: 'mute.id',
} as const;

/** For each of many customers or changes, a page of the mutes that hold today. */
export const findMutesOf = (kind: MutedKind) => async (reader: Reader, wanted: Wanted, ids: readonly string[]) =>
  await selectPages(reader, wanted, {
    name: 'findMutesOf',
    from: fromSql(kind),
    where: whereSql,
    owner: listed[kind].owner,
    ownerIds: ids,
    order: muteOrder,
    parameters: new Parameters({ asOf: reader.today, today: reader.today }),
  });

export const countMutesOf = (kind: MutedKind) => async (reader: Reader, ids: readonly string[]) =>
  await countOfOwners(reader, {
    name: 'countMutesOf',
    from: fromSql(kind),
    where: whereSql,
    owner: listed[kind].owner,
    ownerIds: ids,
    parameters: new Parameters({ asOf: reader.today, today: reader.today }),
  });
