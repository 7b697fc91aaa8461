import type { CalendarDate } from '../calendar-date.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { followAutoRenew } from './auto-renew.queries.ts';
import { contractsFile } from './contracts.columns.ts';
import { recordReferenceFaults, unknownCustomer } from './faults.queries.ts';
import { nextRenewalMonthsSql } from './renewal.rules.ts';
import { rescheduleRenewals } from './rescheduled-renewals.queries.ts';
import { codesSql, createRowTable, outcomeSql, touchCustomers } from './rows.queries.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';

export async function createContractRows(tx: PartnerTransaction): Promise<void> {
  await createRowTable(tx, contractsFile, 'contract_id uuid not null, customer_id uuid');
  // What a changed row does to the dates of its contract.
  await tx.query(`/* createContractRows */ create temporary table import_contract_plan (
    line integer not null, contract_id uuid not null, is_rescheduled boolean not null, renewal_months integer not null,
    previous_renewal_date date not null, previous_auto_renew boolean
  ) on commit drop`);
}

export async function writeContracts(tx: PartnerTransaction, staged: StagedFile, businessDate: CalendarDate): Promise<void> {
  await resolveContracts(tx);
  await recordReferenceFaults(tx, staged, {
    ...unknownCustomer('Hub ID'),
    MOVED: { header: 'Hub ID', value: 's.hub_id::text', reason: `'The contract belongs to another Hub ID and cannot move.'` },
  });
  await planContractUpdates(tx, businessDate);
  await updateContracts(tx);
  await rescheduleRenewals(tx);
  await followAutoRenew(tx, businessDate);
  await createContracts(tx, businessDate);
  await refreshStatistics(tx, staged, ['contract']);
  await openFirstRenewals(tx);
  await refreshStatistics(tx, staged, ['contract_change']);
  await cancelFirstRenewals(tx, businessDate);
  await refreshStatistics(tx, staged, ['contract_change_decision']);
  await touchCustomers(tx, contractsFile);
}

async function resolveContracts(tx: PartnerTransaction): Promise<void> {
  const outcome = outcomeSql({
    file: contractsFile,
    codes: 'x.codes',
    isSkipped: 'a.id is null',
    has: 'c.id is not null',
    digest: 'c.imported_digest',
  });
  const codes = codesSql({ UNKNOWN_CUSTOMER: 's.hub_id is not null and m.id is null', MOVED: 'c.customer_id <> m.id' });
  await tx.query(
    `/* resolveContracts */ insert into import_contract_row
     select s.line, ${outcome}, x.codes, coalesce(c.id, gen_random_uuid()), m.id
     from import_contract s
     left join customer m on m.partner_id = $1 and m.hub_id = s.hub_id
     left join customer_association a on a.partner_id = $1 and a.customer_id = m.id and a.ended_at is null
     left join contract c on c.partner_id = $1 and c.external_id = s.external_id
     cross join lateral (select ${codes} as codes) x`,
    [tx.partnerId],
  );
  await tx.query('/* resolveContracts */ analyze import_contract_row');
}

/** Only another start date or term than the last imported one moves the contract's dates: terms applied since then count. */
async function planContractUpdates(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  const months = nextRenewalMonthsSql({ anchor: 's.start_date', elapsed: 'e.elapsed', term: 's.term_months', day: '$2::date' });
  await tx.query(
    `/* planContractUpdates */ insert into import_contract_plan
     select r.line, c.id, c.anchor_date <> s.start_date or c.imported_term_months is distinct from s.term_months,
       d.months, c.renewal_start_date, c.auto_renew
     from import_contract_row r join import_contract s using (line)
     join contract c on c.partner_id = $1 and c.id = r.contract_id
     cross join lateral (select case when c.anchor_date = s.start_date then c.term_start_months else 0 end as elapsed) e
     cross join lateral (${months}) d
     where r.outcome = 'UPDATED'`,
    [tx.partnerId, businessDate],
  );
  await tx.query('/* planContractUpdates */ analyze import_contract_plan');
}

async function updateContracts(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    `/* updateContracts */ update contract c
     set product = s.product, max_contacts = s.max_contacts, email_limit = s.email_limit, billing_frequency = s.billing_frequency,
       billing_interval_months = s.billing_interval_months, subscription_term_months = s.term_months, mrr = s.mrr,
       currency_code = s.currency_code, auto_renew = coalesce(s.auto_renew, c.auto_renew), anchor_date = s.start_date,
       term_start_months = case when p.is_rescheduled then p.renewal_months - s.term_months else c.term_start_months end,
       renewal_months = case when p.is_rescheduled then p.renewal_months else c.renewal_months end,
       ended_on = case when p.is_rescheduled then null else c.ended_on end,
       imported_term_months = s.term_months, imported_digest = s.digest
     from import_contract_plan p join import_contract s using (line)
     where c.partner_id = $1 and c.id = p.contract_id`,
    [tx.partnerId],
  );
}

async function createContracts(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  const months = nextRenewalMonthsSql({ anchor: 's.start_date', elapsed: '0', term: 's.term_months', day: '$2::date' });
  await tx.query(
    `/* createContracts */ insert into contract (partner_id, id, external_id, customer_id, product, max_contacts, email_limit, billing_frequency,
       billing_interval_months, subscription_term_months, mrr, currency_code, anchor_date, term_start_months, renewal_months,
       auto_renew, imported_term_months, imported_digest)
     select $1, r.contract_id, s.external_id, r.customer_id, s.product, s.max_contacts, s.email_limit, s.billing_frequency,
       s.billing_interval_months, s.term_months, s.mrr, s.currency_code, s.start_date, d.months - s.term_months, d.months,
       s.auto_renew, s.term_months, s.digest
     from import_contract_row r join import_contract s using (line) cross join lateral (${months}) d
     where r.outcome = 'CREATED'`,
    [tx.partnerId, businessDate],
  );
}

async function openFirstRenewals(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    `/* openFirstRenewals */ insert into contract_change (partner_id, id, contract_id, customer_id, type, effective_date, notice_period_days)
     select $1, gen_random_uuid(), c.id, c.customer_id, 'RENEWAL', c.renewal_start_date, c.notice_period_days
     from import_contract_row r join contract c on c.partner_id = $1 and c.id = r.contract_id where r.outcome = 'CREATED'`,
    [tx.partnerId],
  );
}

/** A new contract that does not renew by itself. */
async function cancelFirstRenewals(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  await tx.query(
    `/* cancelFirstRenewals */ insert into contract_change_decision
       (partner_id, contract_change_id, sequence, action, decided_on, recorded_by, on_behalf_of_customer, source)
     select $1, o.id, 1, 'REQUEST_CANCELLATION', least($2::date, o.renewal_deadline), 'import', false, 'AUTO_RENEW'
     from import_contract_row r join import_contract s using (line)
     join contract_change o on o.partner_id = $1 and o.contract_id = r.contract_id
     where r.outcome = 'CREATED' and s.auto_renew = false`,
    [tx.partnerId, businessDate],
  );
}
