import { randomUUID } from 'node:crypto';
import { createApiKey } from '../../../server/src/api-key/api-key.queries.ts';
import { addDays, type CalendarDate } from '../../../server/src/calendar-date.ts';
import { refreshDashboardRows } from '../../../server/src/contract-change/dashboard-row.queries.ts';
import type { Database } from '../../../server/src/database/database.ts';
import { inPartnerTransaction } from '../../../server/src/database/transaction.ts';

export type ReminderPartner = {
  id: string;
  /** A key of an ADMIN. */
  token: string;
  customerIds: string[];
};

/** Each partner has five customers with one renewal each, and four ADMINs who are all reminded of it: twenty mails, none in a bundle. */
export const [customersEach, usersEach] = [5, 4] as const;

/** Days until the deadline: the usual reminder of 14 days before it is due. */
const daysLeft = 14;
const noticeDays = 45;

/** Users whose address begins with this have no mailbox. */
export const goneMailbox = 'gone-';

const partnersOfGone = 50;

/** Lays out partners with a reminder due for each customer and user; the send window is always open. */
export async function layOutReminders({ pool }: Database, today: CalendarDate, partners: number): Promise<ReminderPartner[]> {
  const effectiveDate = addDays(today, daysLeft + noticeDays);
  const laidOut: ReminderPartner[] = [];
  for (let number = 1; number <= partners; number += 1) {
    const id = randomUUID();
    const customerIds = Array.from({ length: customersEach }, () => randomUUID());
    const userIds = Array.from({ length: usersEach }, () => randomUUID());
    await inPartnerTransaction(
      pool,
      id,
      async (tx) => {
        await tx.query('insert into partner (id, name, passed_through) values ($1, $2, $3)', [id, `Partner ${number} of ${id}`, today]);
        const gone = number % partnersOfGone === 0 ? goneMailbox : '';
        await tx.query(
          `insert into partner_user (partner_id, id, name, email, role)
           select $1, id, 'User ' || n, case when n = 1 then $3 else '' end || 'user-' || n || '@partner-' || $4::int || '.example', 'ADMIN'
           from unnest($2::uuid[]) with ordinality as user_id (id, n)`,
          [id, userIds, gone, number],
        );
        await tx.query(
          `insert into customer (partner_id, id, hub_id, name, search_text)
           select $1, id, 1000 + n, 'Customer ' || n || ' of partner ' || $3::int, 'customer ' || n from unnest($2::uuid[]) with ordinality as c (id, n)`,
          [id, customerIds, number],
        );
        await tx.query(
          `insert into customer_association (partner_id, id, customer_id, communication_owner)
           select $1, gen_random_uuid(), id, 'PARTNER' from unnest($2::uuid[]) as c (id)`,
          [id, customerIds],
        );
        await tx.query(
          `insert into contract (partner_id, id, external_id, customer_id, product, billing_frequency, billing_interval_months,
             subscription_term_months, mrr, currency_code, anchor_date, term_start_months, renewal_months)
           select $1, id, 'C-' || id, id, 'Marketing Hub', 'MONTHLY', 1, 12, 100, 'EUR', $3::date - interval '4 years', 36, 48
           from unnest($2::uuid[]) as c (id)`,
          [id, customerIds, effectiveDate],
        );
        await tx.query(
          `insert into contract_change (partner_id, id, contract_id, customer_id, type, effective_date, new_mrr)
           select $1, gen_random_uuid(), id, id, 'RENEWAL', $3::date, 110 from unnest($2::uuid[]) as c (id)`,
          [id, customerIds, effectiveDate],
        );
        // Other reminders than these would leave too: the digest, and after the fact.
        await tx.query(
          `insert into reminder_settings (partner_id, send_from_hour, send_until_hour, weekly_digest, after_the_fact) values ($1, 0, 24, false, false)`,
          [id],
        );
        await refreshDashboardRows(tx, 'all');
      },
      { isRoutine: true },
    );
    const { key } = await createApiKey(pool, id, { role: 'ADMIN', partnerUserId: userIds[0]!, expiresAt: null, actor: 'bench' });
    laidOut.push({ id, token: key, customerIds });
  }
  return laidOut;
}
