import type { PartnerTransaction } from '../database/transaction.ts';

const fromColumns = [
  ...['from_max_contacts', 'from_email_limit', 'from_billing_frequency', 'from_billing_interval_months'],
  ...['from_subscription_term_months', 'from_mrr', 'from_currency_code'],
];

/** SQL: forgets that days have passed over a change. */
const reopenSql = ['settled_on', 'is_applied', ...fromColumns].map((column) => `${column} = null`).join(', ');

/** SQL: the same for the changes that fulfil the condition; the others (alias c) keep what they have. */
export const reopenWhenSql = (condition: string) =>
  ['is_applied', ...fromColumns].map((column) => `${column} = case when ${condition} then null else c.${column} end`).join(', ');

/** Where a contract's dates have moved, its open renewal moves with them; a contract that had ended gets one again. */
export async function rescheduleRenewals(tx: PartnerTransaction): Promise<void> {
  // A renewal may stand on the new date already: announced for later, or settled once.
  await tx.query(
    `/* reopenRenewals */ update contract_change n set ${reopenSql}, version = n.version + 1
     from import_contract_plan p join contract c on c.partner_id = $1 and c.id = p.contract_id
     where n.partner_id = $1 and n.contract_id = c.id and n.type = 'RENEWAL' and n.effective_date = c.renewal_start_date
       and n.settled_on is not null and p.is_rescheduled`,
    [tx.partnerId],
  );
  await tx.query(
    `/* moveOpenRenewals */ update contract_change o set effective_date = c.renewal_start_date, version = o.version + 1
     from import_contract_plan p join contract c on c.partner_id = $1 and c.id = p.contract_id
     where o.partner_id = $1 and o.contract_id = c.id and o.type = 'RENEWAL' and o.effective_date = p.previous_renewal_date
       and o.settled_on is null and p.is_rescheduled and ${hasNoRenewalSql}`,
    [tx.partnerId],
  );
  await tx.query(
    `/* openRenewals */ insert into contract_change (partner_id, id, contract_id, customer_id, type, effective_date, notice_period_days)
     select $1, gen_random_uuid(), c.id, c.customer_id, 'RENEWAL', c.renewal_start_date, c.notice_period_days
     from import_contract_plan p join contract c on c.partner_id = $1 and c.id = p.contract_id
     where p.is_rescheduled and ${hasNoRenewalSql}`,
    [tx.partnerId],
  );
}

const hasNoRenewalSql = `not exists (select from contract_change t where t.partner_id = $1 and t.contract_id = c.id
  and t.type = 'RENEWAL' and t.effective_date = c.renewal_start_date)`;
