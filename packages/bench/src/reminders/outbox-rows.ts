import type { Database } from '../../../server/src/database/database.ts';
import { readAs } from '../../../server/src/database/reader.ts';
import type { ReminderPartner } from './reminders.dataset.ts';

export type OutboxRow = {
  id: string;
  customerId: string | null;
  state: string;
  reason: string | null;
  messageId: string | null;
  isClaimed: boolean;
};

/** Beside each reminder, the one of 30 days before is skipped at once. */
export const isDue = ({ reason }: OutboxRow) => reason !== 'OVERTAKEN';

/** What the outbox says of each reminder, partner by partner. */
export async function readOutbox({ pool }: Database, partners: readonly ReminderPartner[]): Promise<OutboxRow[]> {
  const rows: OutboxRow[] = [];
  for (const { id } of partners) {
    const found = await readAs(pool, id).select<[string, string | null, string, string | null, string | null, boolean]>({
      name: 'readOutbox',
      select: `select message.id, message.customer_id, message.state::text, message.reason, message.message_id, message.claimed_by is not null
        from outbox_message message where message.partner_id = scope.partner_id`,
      values: [],
    });
    for (const [messageOf, customerId, state, reason, messageId, isClaimed] of found)
      rows.push({ id: messageOf, customerId, state, reason, messageId, isClaimed });
  }
  return rows;
}
