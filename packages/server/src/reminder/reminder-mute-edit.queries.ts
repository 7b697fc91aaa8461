import { addDays, type CalendarDate } from '../calendar-date.ts';
import { managerRoles } from '../access/role.rules.ts';
import { visibleChangesSql } from '../contract-change/dashboard-row.queries.ts';
import { lockAssociation } from '../customer/customer-lock.queries.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { inputError, notFound } from '../graphql/user-error.ts';
import type { UserError } from '../graphql/user-error.type.ts';
import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';
import { createMutes, endMutes } from './reminder-mute.writers.ts';

/** What is muted: all changes of a customer, or one change. A null ID is one that was malformed; 'not one': both or neither were given. */
export type MuteTarget = { customerId: string | null } | { contractChangeId: string | null } | 'not one';

/** The customer is the one whose rows changed. */
export type MuteOutcome = Outcome<'customer'>;

type Mute = { target: MuteTarget; until: CalendarDate | null; forEveryone: boolean };

/** Mutes reminders for the viewer or for everyone. The same mute again changes nothing; another day replaces it. */
export async function muteReminders(write: Write, { target, until, forEveryone }: Mute): Promise<MuteOutcome> {
  const error = ownerError(write, forEveryone) ?? untilError(write, until);
  if (error !== null) return failed(error);
  const found = await lockTarget(write.tx, target);
  if ('code' in found) return failed(found);
  return await place(write, found, { until, userId: forEveryone ? null : write.viewer.partnerUserId, isSnooze: false });
}

/** Postpones the reminders of a change for the viewer; on the day `until`, one comes if the change can still be decided. */
export async function snoozeReminders(
  write: Write,
  { contractChangeId, until }: { contractChangeId: string | null; until: CalendarDate },
): Promise<MuteOutcome> {
  const error = ownerError(write, false) ?? untilError(write, until);
  if (error !== null) return failed(error);
  const found = await lockTarget(write.tx, { contractChangeId });
  if ('code' in found) return failed(found);
  const { lastDay } = found;
  if (lastDay !== null && until > lastDay) {
    const message =
      lastDay <= write.today ? 'Its last day to act is over, or is today.' : `Choose a day up to ${lastDay}, the last day to act.`;
    return failed(inputError('INVALID', message, 'until'));
  }
  return await place(write, found, { until, userId: write.viewer.partnerUserId, isSnooze: true });
}

/** Ends the mutes and snoozes of the target, those of the viewer or those for everyone. */
export async function unmuteReminders(
  write: Write,
  { target, forEveryone }: { target: MuteTarget; forEveryone: boolean },
): Promise<MuteOutcome> {
  const error = ownerError(write, forEveryone);
  if (error !== null) return failed(error);
  const found = await lockTarget(write.tx, target);
  if ('code' in found) return failed(found);
  const userId = forEveryone ? null : write.viewer.partnerUserId;
  const held = await findHeld(write, found, userId);
  if (held.length > 0) {
    await endMutes(write.tx, idsOf(held), write.actor.name);
    await recordAuditEvent(write, {
      action: 'UNMUTE_REMINDERS',
      customerId: found.customerId,
      ...(found.changeId !== null && { contractChangeId: found.changeId }),
      before: { until: held[0]!.until, forEveryone },
    });
  }
  return { customerId: found.customerId, userErrors: [] };
}

/** Only users of the partner get reminders, so only they can mute their own. */
function ownerError({ viewer }: Write, forEveryone: boolean): UserError | null {
  if (!forEveryone) {
    if (viewer.partnerUserId !== null) return null;
    return inputError('INVALID', 'Reminders go to users, and this API key has none. Use a key of a user, or mute them for everyone.');
  }
  if (managerRoles.includes(viewer.role)) return null;
  return inputError('NOT_ALLOWED', 'To mute for everyone needs the role MANAGER or ADMIN. You can mute your own.', 'forEveryone');
}

const maxDays = 3_660;

function untilError({ today }: Write, until: CalendarDate | null): UserError | null {
  if (until === null || (until > today && until <= addDays(today, maxDays))) return null;
  return inputError('INVALID', 'Choose a day after today, within ten years.', 'until');
}

type Found = { customerId: string; changeId: string | null; lastDay: CalendarDate | null };

/** The target, with the lock that keeps two mutes of it apart, while its association is active. */
async function lockTarget(tx: PartnerTransaction, target: MuteTarget): Promise<Found | UserError> {
  if (target === 'not one') return inputError('INVALID', 'Give either customerId or contractChangeId.');
  if ('customerId' in target) {
    const { customerId } = target;
    const association = customerId === null ? null : await lockAssociation(tx, customerId);
    if (association === null || customerId === null) return notFound('customer', 'customerId');
    return { customerId, changeId: null, lastDay: null };
  }
  const { contractChangeId: changeId } = target;
  const { rows } = await tx.query<{ customerId: string; lastDay: CalendarDate }>(
    `/* lockTarget */ select change.customer_id as "customerId", coalesce(change.renewal_deadline, change.effective_date - 1) as "lastDay"
     from (${visibleChangesSql('$1')}) change where change.id = $2`,
    [tx.partnerId, changeId],
  );
  const [row] = rows;
  if (row === undefined || (await lockAssociation(tx, row.customerId)) === null) return notFound('contract change', 'contractChangeId');
  return { ...row, changeId };
}

type Placed = { until: CalendarDate | null; userId: string | null; isSnooze: boolean };

async function place(write: Write, { customerId, changeId }: Found, { until, userId, isSnooze }: Placed): Promise<MuteOutcome> {
  const { tx, actor } = write;
  const held = (await findHeld(write, { customerId, changeId }, userId)).filter((mute) => mute.isSnooze === isSnooze);
  const done: MuteOutcome = { customerId, userErrors: [] };
  if (held.length === 1 && held[0]!.until === until) return done;
  await endMutes(tx, idsOf(held), actor.name);
  await createMutes(
    tx,
    {
      sql: `select $2::uuid as partner_user_id, $3::uuid as customer_id, $4::uuid as contract_change_id,
        $5::boolean as is_snooze, $6::date as until`,
      values: [userId, changeId === null ? customerId : null, changeId, isSnooze, until],
    },
    actor.name,
  );
  const forEveryone = userId === null;
  await recordAuditEvent(write, {
    action: isSnooze ? 'SNOOZE_REMINDERS' : 'MUTE_REMINDERS',
    customerId,
    ...(changeId !== null && { contractChangeId: changeId }),
    ...(held.length > 0 && { before: { until: held[0]!.until, forEveryone } }),
    after: { until, forEveryone },
  });
  return done;
}

type Held = { id: string; isSnooze: boolean; until: CalendarDate | null };

/** The mutes of exactly this target that hold for the user, or for everyone if null. */
async function findHeld(
  { tx, today }: Write,
  { customerId, changeId }: Pick<Found, 'customerId' | 'changeId'>,
  userId: string | null,
): Promise<Held[]> {
  const { rows } = await tx.query<Held>(
    `/* findHeld */ select mute.id, mute.is_snooze as "isSnooze", mute.until from reminder_mute mute
     where mute.partner_id = $1 and ${changeId === null ? 'mute.customer_id' : 'mute.contract_change_id'} = $2
       and mute.ended_at is null and (mute.until is null or mute.until > $3::date) and mute.partner_user_id is not distinct from $4
     order by mute.id`,
    [tx.partnerId, changeId ?? customerId, today, userId],
  );
  return rows;
}

const idsOf = (mutes: readonly Held[]) => ({ sql: 'select unnest($2::uuid[]) as id', values: [mutes.map(({ id }) => id)] });
