import type { CalendarDate } from '../calendar-date.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { changesFile } from './changes.columns.ts';
import { resolveChanges } from './change-resolution.queries.ts';
import { recordReferenceFaults } from './faults.queries.ts';
import { reopenWhenSql } from './rescheduled-renewals.queries.ts';
import { createRowTable, touchCustomers } from './rows.queries.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';

export const createChangeRows = (tx: PartnerTransaction) =>
  createRowTable(
    tx,
    changesFile,
    // change_id: the change that the row is about, there already or not; detached_id: a renewal that it no longer is about
    'change_id uuid not null, is_there boolean not null, detached_id uuid, contract_id uuid, customer_id uuid, next_renewal date',
  );

const renewalReasons = {
  notADate: `'The contract has no renewal on this date; its next one is on ' || r.next_renewal || '.'`,
  announced: `'This renewal is announced by another change already.'`,
};

export async function writeChanges(tx: PartnerTransaction, staged: StagedFile, businessDate: CalendarDate): Promise<void> {
  await resolveChanges(tx);
  await recordReferenceFaults(tx, staged, {
    UNKNOWN_CONTRACT: { header: 'Contract ID', value: 's.contract_external_id', reason: `'There is no contract with this ID.'` },
    MOVED: { header: 'Contract ID', value: 's.contract_external_id', reason: `'The change belongs to another contract and cannot move.'` },
    OTHER_TYPE: {
      header: 'Type',
      value: 's.type::text',
      reason: `'A renewal cannot turn into another type, nor another type into a renewal.'`,
    },
    NO_RENEWAL_DATE: { header: 'Effective date', value: 's.effective_date::text', reason: renewalReasons.notADate },
    ANNOUNCED: { header: 'Effective date', value: 's.effective_date::text', reason: renewalReasons.announced },
  });
  await detachAnnouncements(tx);
  await updateChanges(tx, businessDate);
  await createChanges(tx);
  await refreshStatistics(tx, staged, ['contract_change']);
  await logDecisions(tx);
  await refreshStatistics(tx, staged, ['contract_change_decision']);
  await touchCustomers(tx, changesFile);
}

const newTerms = [
  ...['new_max_contacts', 'new_email_limit', 'new_billing_frequency', 'new_billing_interval_months'],
  ...['new_subscription_term_months', 'new_mrr', 'new_currency_code'],
];

/** An announcement that now names another renewal leaves the one it named. */
async function detachAnnouncements(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    `/* detachAnnouncements */ update contract_change c
     set external_id = null, imported_digest = null, ${newTerms.map((term) => `${term} = null`).join(', ')}, version = c.version + 1
     from import_change_row r
     where c.partner_id = $1 and c.id = r.detached_id and r.outcome in ('CREATED', 'UPDATED')`,
    [tx.partnerId],
  );
}

/**
 * A settled change whose row differs is open again when it takes effect on the business date or later, or was never applied: then
 * days pass over it once more. What was applied stays applied.
 */
async function updateChanges(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  const isOpenAgain = `c.type <> 'RENEWAL' and (s.effective_date >= $2::date or not c.is_applied)`;
  await tx.query(
    `/* updateChanges */ update contract_change c
     set external_id = s.external_id, type = s.type, effective_date = s.effective_date,
       ${newTerms.map((term) => `${term} = s.${term}`).join(', ')},
       settled_on = case when c.settled_on is not null and not (${isOpenAgain}) then s.effective_date + 1 end,
       ${reopenWhenSql(isOpenAgain)},
       version = c.version + 1, imported_digest = s.digest
     from import_change_row r join import_change s using (line)
     where c.partner_id = $1 and c.id = r.change_id and r.is_there and r.outcome in ('CREATED', 'UPDATED')`,
    [tx.partnerId, businessDate],
  );
}

async function createChanges(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    `/* createChanges */ insert into contract_change
       (partner_id, id, contract_id, customer_id, external_id, type, effective_date, notice_period_days, ${newTerms.join(', ')}, imported_digest)
     select $1, r.change_id, r.contract_id, r.customer_id, s.external_id, s.type, s.effective_date, k.notice_period_days,
       ${newTerms.map((term) => `s.${term}`).join(', ')}, s.digest
     from import_change_row r join import_change s using (line) join contract k on k.partner_id = $1 and k.id = r.contract_id
     where not r.is_there and r.outcome in ('CREATED', 'UPDATED')`,
    [tx.partnerId],
  );
}

/** A decision cell adds a line to the log, once; an empty cell takes none away. */
async function logDecisions(tx: PartnerTransaction): Promise<void> {
  await tx.query(
    `/* logDecisions */ insert into contract_change_decision
       (partner_id, contract_change_id, sequence, action, decided_on, recorded_by, on_behalf_of_customer, source)
     select $1, r.change_id, coalesce(l.last, 0) + row_number() over (partition by r.change_id order by d.decided_on, d.action),
       d.action, d.decided_on, 'import', false, 'IMPORT'
     from import_change_row r join import_change s using (line)
     cross join lateral (values
       ('ACCEPT'::contract_change_action, s.accepted_on),
       ('REQUEST_CANCELLATION'::contract_change_action, s.cancellation_requested_on)) d(action, decided_on)
     left join lateral (
       select max(o.sequence) as last from contract_change_decision o where o.partner_id = $1 and o.contract_change_id = r.change_id) l on true
     where r.outcome in ('CREATED', 'UPDATED') and d.decided_on is not null and not exists (
       select from contract_change_decision o where o.partner_id = $1 and o.contract_change_id = r.change_id
         and o.source = 'IMPORT' and o.action = d.action and o.decided_on = d.decided_on)`,
    [tx.partnerId],
  );
}
