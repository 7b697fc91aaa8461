import { randomUUID } from 'node:crypto';
import { inputError } from '../graphql/user-error.ts';
import { enqueue } from '../outbox/outbox.writers.ts';
import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';
import { lockPreference } from './reminder-preference.writers.ts';
import { noUserError } from './reminder-settings-edit.queries.ts';
import type { ReminderLanguage } from './reminder-kind.ts';

const maxPerHour = 5;
// An administrator can give users the addresses of strangers.
const maxPerHourOfPartner = 50;

/** Plans a reminder with made-up contents to the viewer's own address; the worker sends it at once. */
export async function planTestReminder(
  write: Write,
  { language, isSent }: { language: ReminderLanguage | null; isSent: boolean },
): Promise<Outcome<'reminder'>> {
  const { tx } = write;
  const userId = write.viewer.partnerUserId;
  if (userId === null) return failed(noUserError);
  if (!isSent) return failed(inputError('INVALID', 'This server sends no mail: its operator has to set SMTP_URL.'));
  // Two requests at once count each other's.
  await lockPreference(tx, userId);
  const { rows } = await tx.query<{ own: number; all: number }>(
    `/* planTestReminder */ select count(*) filter (where message.recipient_id = $2)::int as own, count(*)::int as all
     from outbox_message message
     where message.partner_id = $1 and message.planned_at > statement_timestamp() - interval '1 hour' and message.kind = 'TEST'`,
    [tx.partnerId, userId],
  );
  const { own, all } = rows[0]!;
  if (own >= maxPerHour)
    return failed(inputError('TOO_MANY_REQUESTS', `You can send ${maxPerHour} test reminders an hour. Try again later.`));
  if (all >= maxPerHourOfPartner)
    return failed(
      inputError('TOO_MANY_REQUESTS', `The users of a partner can send ${maxPerHourOfPartner} test reminders an hour. Try again later.`),
    );
  const key = randomUUID();
  await enqueue(tx, {
    sql: `select 'TEST' as kind, $2::text as key, null::uuid as bundle_id, null::uuid as customer_id, null::uuid as contract_change_id,
      'USER' as recipient_kind, $3::uuid as recipient_id, $4::jsonb as details, statement_timestamp() as not_before, null::text as skip_reason`,
    values: [key, userId, JSON.stringify(language === null ? {} : { language })],
  });
  const planned = await tx.query<{ id: string }>(
    `/* planTestReminder */ select id from outbox_message where partner_id = $1 and kind = 'TEST' and key = $2`,
    [tx.partnerId, key],
  );
  await recordAuditEvent(write, { action: 'SEND_TEST_REMINDER', after: { partnerUserId: userId } });
  return { reminderId: planned.rows[0]!.id, userErrors: [] };
}
