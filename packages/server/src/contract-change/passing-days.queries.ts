import type { Pool } from 'pg';
import type { CalendarDate } from '../calendar-date.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import { refreshDashboardRows } from './dashboard-row.queries.ts';
import { decisionStateSql, standingDecisionSql } from './contract-change.rules.ts';

// A change is settled the day after its effective date: what was agreed is applied to the contract, and after a renewal the
// next one opens. What is settled depends on the change's own date alone, never on the day the work is done, so days passed one
// by one or many at once leave the same tables.

const terms = [
  'max_contacts',
  'email_limit',
  'billing_frequency',
  'billing_interval_months',
  'subscription_term_months',
  'mrr',
  'currency_code',
];

/** Lets all days up to the business date pass for every partner. Unscoped: it visits each partner in turn, each in its own context. */
export async function passDaysForAllPartnersUnscoped(pool: Pool, businessDate: CalendarDate): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(
    `/* passDaysForAllPartnersUnscoped */ select id from list_partners() where passed_through is null or passed_through < $1`,
    [businessDate],
  );
  for (const { id } of rows) await passDays(pool, id, businessDate);
}

/** Lets all days up to the business date pass for one partner; a second call, or one of another process, finds nothing to do. */
export async function passDays(pool: Pool, partnerId: string, businessDate: CalendarDate): Promise<void> {
  await inPartnerTransaction(pool, partnerId, async (tx) => {
    const passed = await tx.query<{ passed_through: CalendarDate | null }>(
      `/* passDays */ select passed_through from partner where id = $1 for no key update`,
      [partnerId],
    );
    const from = passed.rows[0]?.passed_through;
    if (from === undefined || (from !== null && from >= businessDate)) return;
    await tx.query(`/* passDays */ update partner set passed_through = $2 where id = $1`, [partnerId, businessDate]);
    const customerIds = await settleDueChanges(tx, businessDate);
    const decided = await customersWithDecisionsDated(tx, from, businessDate);
    await refreshDashboardRows(tx, { customerIds: [...new Set([...customerIds, ...decided])] });
  });
}

/** A decision dated ahead counts from its date on; rows derived before that do not know it yet. */
async function customersWithDecisionsDated(tx: PartnerTransaction, after: CalendarDate | null, through: CalendarDate): Promise<string[]> {
  const { rows } = await tx.query<{ customer_id: string }>(
    `/* customersWithDecisionsDated */ select distinct c.customer_id
     from contract_change_decision d join contract_change c on c.partner_id = d.partner_id and c.id = d.contract_change_id
     where d.partner_id = $1 and d.decided_on > $2 and d.decided_on <= $3`,
    [tx.partnerId, after ?? '-infinity', through],
  );
  return rows.map((row) => row.customer_id);
}

/** An open change that is the next to be settled; announced renewals that have not opened, and what follows the end, never are. */
const dueSql = (due: string) => `
  select c.* from contract_change c join contract k on k.partner_id = c.partner_id and k.id = c.contract_id
  where c.partner_id = $1 and c.settled_on is null and c.effective_date < ${due}
    and (c.type <> 'RENEWAL' or c.effective_date = k.renewal_start_date)
    and (k.ended_on is null or c.effective_date <= k.ended_on)`;

/** Settles what took effect before the business date and answers the customers concerned; the caller refreshes their rows. */
export async function settleDueChanges(tx: PartnerTransaction, businessDate: CalendarDate): Promise<string[]> {
  const concerned = await tx.query<{ customer_id: string }>(
    `/* settleDueChanges */ select distinct due.customer_id from (${dueSql('$2')}) due`,
    [tx.partnerId, businessDate],
  );
  const customerIds = concerned.rows.map((row) => row.customer_id);
  if (customerIds.length === 0) return [];
  await tx.query(
    `/* settleDueChanges */ select from customer_association
     where partner_id = $1 and customer_id = any($2) and ended_at is null order by id for update`,
    [tx.partnerId, customerIds],
  );
  // Each round settles the first due change of every contract; a renewal it opens may be due in the next round.
  for (;;) {
    const settled = await tx.query<{ count: number }>(settleRoundSql, [tx.partnerId, businessDate]);
    if (settled.rows[0]?.count === 0) return customerIds;
  }
}

const applied = (term: string) => `${term} = case when o.is_now_applied then coalesce(o.new_${term}, k.${term}) else k.${term} end`;

const settleRoundSql = `/* settleDueChanges */
  with due as (
    -- on one date upgrades come before the renewal
    select distinct on (due.contract_id) due.* from (${dueSql('$2')}) due
    order by due.contract_id, due.effective_date, (due.type = 'RENEWAL'), due.id
  ),
  outcome as (
    select due.*, z.has_late_cancellation,
      case when due.type = 'RENEWAL' then not z.is_cancelled else z.is_accepted end as is_now_applied,
      due.type = 'RENEWAL' and z.is_cancelled as ends_contract
    from due cross join lateral (${decisionStateSql('due', 'due.effective_date')}) z
  ),
  settled as (
    update contract_change c set settled_on = c.effective_date + 1, is_applied = o.is_now_applied,
      ${terms.map((term) => `from_${term} = k.${term}`).join(', ')}
    from outcome o join contract k on k.partner_id = o.partner_id and k.id = o.contract_id
    where c.partner_id = $1 and c.id = o.id
    returning c.id
  ),
  changed as (
    update contract k set ${terms.map(applied).join(', ')},
      term_start_months = case when o.type = 'RENEWAL' and o.is_now_applied then k.renewal_months else k.term_start_months end,
      renewal_months = case when o.type = 'RENEWAL' and o.is_now_applied
        then k.renewal_months + coalesce(o.new_subscription_term_months, k.subscription_term_months) else k.renewal_months end,
      ended_on = case when o.ends_contract then o.effective_date else k.ended_on end
    from outcome o
    where k.partner_id = $1 and k.id = o.contract_id and (o.is_now_applied or o.ends_contract)
  ),
  opened as (
    -- the id follows from the predecessor's, so that whoever does the work opens the same renewal
    insert into contract_change as c (partner_id, id, contract_id, customer_id, type, effective_date, notice_period_days, opened_on)
    select o.partner_id, md5(o.id || ' next')::uuid, o.contract_id, o.customer_id, 'RENEWAL',
      (k.anchor_date + make_interval(months =>
        k.renewal_months + coalesce(o.new_subscription_term_months, k.subscription_term_months)))::date,
      k.notice_period_days, o.effective_date + 1
    from outcome o join contract k on k.partner_id = o.partner_id and k.id = o.contract_id
    where o.type = 'RENEWAL' and o.is_now_applied
    -- it may have been announced before it opens
    on conflict (partner_id, contract_id, effective_date) where type = 'RENEWAL' do update
      set opened_on = excluded.opened_on
    returning c.partner_id, c.id, c.contract_id
  ),
  carried as (
    -- a cancellation that came too late for this renewal counts for the first later one whose deadline it meets
    insert into contract_change_decision (partner_id, contract_change_id, sequence, action, decided_on, recorded_by,
      on_behalf_of_customer, source, recorded_at)
    select n.partner_id, n.id, 1 + coalesce(
        (select max(e.sequence) from contract_change_decision e where e.partner_id = n.partner_id and e.contract_change_id = n.id), 0),
      d.action, d.decided_on, d.recorded_by, d.on_behalf_of_customer, 'CARRIED', d.recorded_at
    from opened n join outcome o on o.contract_id = n.contract_id
    cross join lateral (${standingDecisionSql('o', 'o.effective_date')}) d
    where o.has_late_cancellation
  )
  select count(*)::int as count from settled`;
