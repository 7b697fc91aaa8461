import type { CalendarDate } from '../calendar-date.ts';
import { openRenewals, rescheduleRenewals } from '../contract-change/open-renewals.queries.ts';
import { eachTerm, type ContractTerm } from '../contract/contract.terms.ts';
import { createContracts, updateContracts } from '../contract/contract.writers.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { cancelFirstRenewals, followAutoRenew } from './auto-renew.queries.ts';
import { contractsFile } from './contracts.columns.ts';
import { recordReferenceFaults } from './faults.queries.ts';
import { customerCodes, customerFaults, namedCustomerSql } from './named-customer.queries.ts';
import { nextRenewalMonthsSql } from './renewal.rules.ts';
import { codesSql, createRowTable, goodRowsSql, outcomeSql, touchCustomers } from './rows.queries.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';

export async function createContractRows(tx: PartnerTransaction): Promise<void> {
  await createRowTable(tx, contractsFile, 'contract_id uuid not null, customer_id uuid');
  // How a changed row moves the dates of its contract.
  await tx.query(`/* createContractRows */ create temporary table import_contract_plan (
    line integer not null, contract_id uuid not null, is_rescheduled boolean not null, renewal_months integer not null,
    previous_renewal_date date not null, previous_auto_renew boolean
  ) on commit drop`);
}

export async function writeContracts(tx: PartnerTransaction, staged: StagedFile, businessDate: CalendarDate): Promise<void> {
  await resolveContracts(tx);
  await recordReferenceFaults(tx, staged, {
    ...customerFaults(contractsFile, 'Hub ID'),
    MOVED: { header: 'Hub ID', value: 'staged.hub_id::text', reason: `'The contract belongs to another Hub ID and cannot move.'` },
  });
  await planContractUpdates(tx, businessDate);
  await updateContracts(tx, {
    sql: `select plan.contract_id as id, ${cells}, case when plan.is_rescheduled then plan.renewal_months end as renewal_months
      from import_contract_plan plan join import_contract staged using (line)`,
  });
  await rescheduleRenewals(tx, {
    sql: 'select contract_id, previous_renewal_date as previous_date from import_contract_plan where is_rescheduled',
  });
  await followAutoRenew(tx, businessDate);
  await createContracts(tx, {
    sql: `select judged.contract_id as id, judged.customer_id, staged.external_id, ${cells}, next.months as renewal_months
      from import_contract_row judged join import_contract staged using (line)
      cross join lateral (${nextRenewalMonthsSql({ anchor: 'staged.start_date', elapsed: '0', term: 'staged.term_months', day: '$2::date' })}) next
      where judged.outcome = 'CREATED'`,
    values: [businessDate],
  });
  await refreshStatistics(tx, staged, ['contract']);
  await openRenewals(tx, {
    sql: `select judged.contract_id, gen_random_uuid() as id, null::date as opened_on from ${goodRowsSql(contractsFile, 'CREATED')}`,
  });
  await refreshStatistics(tx, staged, ['contract_change']);
  await cancelFirstRenewals(tx, businessDate);
  await refreshStatistics(tx, staged, ['contract_change_decision']);
  await touchCustomers(tx, contractsFile);
}

const stagedTerm = (term: ContractTerm) => (term === 'subscription_term_months' ? 'staged.term_months' : `staged.${term}`);

const cells = `staged.product, ${eachTerm((term) => `${stagedTerm(term)} as ${term}`)}, staged.start_date as anchor_date, staged.auto_renew,
  staged.digest as imported_digest`;

async function resolveContracts(tx: PartnerTransaction): Promise<void> {
  const outcome = outcomeSql({
    file: contractsFile,
    codes: 'found.codes',
    isSkipped: 'association.id is null',
    has: 'contract.id is not null',
    digest: 'contract.imported_digest',
  });
  const codes = codesSql({
    ...customerCodes(contractsFile),
    MOVED: 'contract.customer_id <> customer.id',
  });
  await tx.query(
    `/* resolveContracts */ insert into import_contract_row
     select staged.line, ${outcome}, found.codes, coalesce(contract.id, gen_random_uuid()), customer.id
     from import_contract staged
     ${namedCustomerSql(contractsFile)}
     left join customer_association association on association.partner_id = $1 and association.customer_id = customer.id
       and association.ended_at is null
     left join contract on contract.partner_id = $1 and contract.external_id = staged.external_id
     cross join lateral (select ${codes} as codes) found`,
    [tx.partnerId],
  );
  await tx.query('/* resolveContracts */ analyze import_contract_row');
}

/** The contract's dates move only if start date or term differ from the last import, since applied terms count from then on. */
async function planContractUpdates(tx: PartnerTransaction, businessDate: CalendarDate): Promise<void> {
  const months = nextRenewalMonthsSql({
    anchor: 'staged.start_date',
    elapsed: 'since.elapsed',
    term: 'staged.term_months',
    day: '$2::date',
  });
  await tx.query(
    `/* planContractUpdates */ insert into import_contract_plan
     select judged.line, contract.id,
       contract.anchor_date <> staged.start_date or contract.imported_term_months is distinct from staged.term_months,
       next.months, contract.renewal_start_date, contract.auto_renew
     from import_contract_row judged join import_contract staged using (line)
     join contract on contract.partner_id = $1 and contract.id = judged.contract_id
     cross join lateral (
       select case when contract.anchor_date = staged.start_date then contract.term_start_months else 0 end as elapsed) since
     cross join lateral (${months}) next
     where judged.outcome = 'UPDATED'`,
    [tx.partnerId, businessDate],
  );
  await tx.query('/* planContractUpdates */ analyze import_contract_plan');
}
