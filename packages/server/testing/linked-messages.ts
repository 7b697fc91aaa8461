import { randomUUID } from 'node:crypto';
import { signLink, type LinkPurpose } from '../src/reminder/reminder-link.ts';
import { testLinkSecret, type TestServer } from './test-server.ts';

export type LinkedMessage = {
  partnerId: string;
  kind?: string;
  customerId?: string;
  changeId?: string;
  recipient: { kind: 'USER' | 'CONTACT' | 'VENDOR'; id: string | null; address?: string };
  language?: 'en' | 'de';
};

/** A message that was kept, as the worker leaves it; returns its ID. */
export async function keptMessage({ database }: TestServer, message: LinkedMessage): Promise<string> {
  const id = randomUUID();
  const { partnerId, kind = 'DEADLINE_REMINDER', customerId, changeId, recipient, language } = message;
  await database.superuserPool.query(
    `insert into outbox_message (partner_id, id, kind, key, customer_id, contract_change_id, recipient_kind, recipient_id, address,
       details, not_before, state, ended_at)
     values ($1, $2, $3, $2::uuid::text, $4, $5, $6, $7, $8, $9, now(), 'KEPT', now())`,
    [
      ...[partnerId, id, kind, customerId ?? null, changeId ?? null, recipient.kind, recipient.id, recipient.address ?? null],
      JSON.stringify(language === undefined ? {} : { language }),
    ],
  );
  return id;
}

/** The token of a link in that message. */
export function tokenOf(purpose: LinkPurpose, partnerId: string, messageId: string, expiresAt: string): string {
  return signLink([testLinkSecret], { purpose, partnerId, messageId, expiresAt: new Date(`${expiresAt}T23:00:00Z`) });
}
