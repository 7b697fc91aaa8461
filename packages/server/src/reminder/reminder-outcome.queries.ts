import { systemActor } from '../access/actor.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import type { OutboxMessage, Outcome } from '../outbox/outbox.types.ts';
import { recordAuditEvents } from '../writing/audit-event.queries.ts';
import { suppress } from './suppression.writers.ts';

const actionOf = { SENT: 'SEND_REMINDER', KEPT: 'SEND_REMINDER', SKIPPED: 'SKIP_REMINDER', FAILED: 'FAIL_REMINDER' } as const;

/** Records how reminders ended, each in the timeline of its customer and change. An address that refused them gets no more mail. */
export async function recordOutcome(tx: PartnerTransaction, messages: readonly OutboxMessage[], outcome: Outcome): Promise<void> {
  const reason = 'reason' in outcome ? outcome.reason : null;
  const author = { tx, actor: systemActor('reminders'), requestId: null };
  const concerned = messages.filter(({ customerId }) => customerId !== null);
  if (concerned.length > 0) {
    await recordAuditEvents(
      author,
      { action: actionOf[outcome.state] },
      {
        eachHasChange: true,
        sql: `select told.customer_id, told.contract_change_id, null::jsonb as before, told.after
          from jsonb_to_recordset($2::jsonb) told(customer_id uuid, contract_change_id uuid, after jsonb)`,
        values: [JSON.stringify(concerned.map((message) => eventOf(message, outcome, reason)))],
      },
    );
  }
  if (outcome.state === 'FAILED' && reason === 'ADDRESS_REJECTED') {
    await suppress(tx, {
      sql: `select $2::text as address, 'BOUNCED' as reason, null::text as kind, $3::text as detail, $4::uuid as outbox_message_id`,
      values: [outcome.address, outcome.detail, messages[0]!.id],
    });
  }
}

const eventOf = (message: OutboxMessage, outcome: Outcome, reason: string | null) => ({
  customer_id: message.customerId,
  contract_change_id: message.contractChangeId,
  after: {
    ...{ kind: message.kind, recipientKind: message.recipientKind, recipientId: message.recipientId },
    ...(message.details['daysBefore'] !== undefined && { daysBefore: message.details['daysBefore'] }),
    ...('address' in outcome && outcome.address !== null && { address: outcome.address }),
    ...(reason !== null && { reason }),
  },
});
