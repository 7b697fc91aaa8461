import type { CalendarDate } from '../calendar-date.ts';
import { openedOnSql, openRenewals, rescheduleRenewals } from '../contract-change/open-renewals.queries.ts';
import { rewindContracts } from '../contract-change/rewinding.queries.ts';
import { eachTerm } from '../contract/contract.terms.ts';
import { createContracts, moveContracts, updateContracts } from '../contract/contract.writers.ts';
import { forgetImportedTerms, importedColumns, keepImportedTerms } from '../contract/imported-terms.writers.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { recordAuditEvents } from '../writing/audit-event.queries.ts';
import { cancelFirstRenewals, followAutoRenew } from './auto-renew.queries.ts';
import { createEndTable, rememberEnds } from './contract-ends.queries.ts';
import { contractsFile } from './contracts.columns.ts';
import { followEndDates } from './end-date.queries.ts';
import { recordReferenceFaults } from './faults.queries.ts';
import { importAuthor } from './import.queries.ts';
import { customerCodes, customerFaults, namedCustomerSql } from './named-customer.queries.ts';
import { isRenewalDateSql, nextRenewalMonthsSql } from './renewal.rules.ts';
import {
  cellSql,
  codesSql,
  createRowTable,
  goodRowsSql,
  isCellChangedSql,
  mergedDigestSql,
  outcomeSql,
  touchCustomers,
} from './rows.queries.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';
import { createDecisionTable } from './told-decisions.queries.ts';

export async function createContractRows(tx: PartnerTransaction): Promise<void> {
  await createRowTable(tx, contractsFile, 'contract_id uuid not null, customer_id uuid, previous_customer_id uuid');
  // How a changed row moves the dates of its contract.
  await tx.query(`/* createContractRows */ create temporary table import_contract_plan (
    line integer not null, contract_id uuid not null, is_rescheduled boolean not null, renewal_months integer,
    previous_renewal_date date, previous_auto_renew boolean, is_end_changed boolean not null, stated_end date
  ) on commit drop`);
  await createDecisionTable(tx);
  await createEndTable(tx);
}

export async function writeContracts(tx: PartnerTransaction, staged: StagedFile, businessDate: CalendarDate): Promise<void> {
  await resolveContracts(tx);
  await recordReferenceFaults(tx, staged, customerFaults(contractsFile, 'Hub ID'));
  await moveToOtherCustomers(tx);
  await planContractUpdates(tx, staged, businessDate);
  await updateChangedContracts(tx, staged, businessDate);
  await followAutoRenew(tx, businessDate);
  await createNewContracts(tx, staged, businessDate);
  await cancelFirstRenewals(tx, businessDate);
  await followEndDates(tx, staged, businessDate);
  await refreshStatistics(tx, staged, ['contract_change_decision']);
  await touchCustomers(tx, contractsFile);
  await touchCustomers(tx, contractsFile, 'previous_customer_id');
}

/** A contract moves between the partner's own customers when the export says so. Both see it in their timelines. */
async function moveToOtherCustomers(tx: PartnerTransaction): Promise<void> {
  const moved = `${goodRowsSql(contractsFile, 'UPDATED', 'join contract on contract.partner_id = $1 and contract.id = judged.contract_id')}
    and contract.customer_id <> judged.customer_id`;
  await recordAuditEvents(
    importAuthor(tx),
    { action: 'MOVE_CONTRACT' },
    {
      sql: `select event.customer_id, jsonb_build_object('contract', moved.external_id, 'customerId', 'cus_' || moved.old_id) as before,
          jsonb_build_object('contract', moved.external_id, 'customerId', 'cus_' || moved.new_id) as after
        from (select contract.external_id, contract.customer_id as old_id, judged.customer_id as new_id from ${moved}) moved
        cross join lateral unnest(array[moved.old_id, moved.new_id]) event(customer_id)`,
    },
  );
  await moveContracts(tx, { sql: `select contract.id as contract_id, judged.customer_id from ${moved}` });
}

async function updateChangedContracts(tx: PartnerTransaction, staged: StagedFile, businessDate: CalendarDate): Promise<void> {
  await rememberEnds(tx, { sql: 'select contract_id from import_contract_plan where is_end_changed or is_rescheduled' });
  // An end that has passed takes later changes with it, also settled ones.
  await rewindContracts(tx, {
    sql: 'select contract_id, stated_end + 1 as day from import_contract_plan where is_end_changed and stated_end < $2::date',
    values: [businessDate],
  });
  const changed = `import_contract_plan plan join import_contract staged using (line)
    join contract on contract.partner_id = $1 and contract.id = plan.contract_id`;
  const cell = (name: string, kept: string, told = `staged.${name}`) => cellSql(staged, name, { told, kept });
  const terms = `${eachTerm((term) => `${cell(stagedTerm(term), `contract.${term}`)} as ${term}`)},
    ${cell('notice_period_days', 'contract.notice_period_days', noticeDays)} as notice_period_days,
    ${cell('notice_period_months', 'contract.notice_period_months')} as notice_period_months`;
  const isTold = (column: string) => cellSql(staged, stagedTerm(column), { told: 'true', kept: 'false' });
  const told = `array_remove(array[${importedColumns.map((column) => `case when ${isTold(column)} then '${column}' end`).join(', ')}], null)`;
  await forgetImportedTerms(tx, { sql: 'select contract_id from import_contract_plan where is_rescheduled' });
  await keepImportedTerms(tx, {
    sql: `select contract.id as contract_id, $2::date as imported_on, ${terms}, ${told} as told from ${changed} where not plan.is_rescheduled`,
    values: [businessDate],
  });
  await updateContracts(tx, {
    sql: `select contract.id, staged.product, ${terms}, staged.start_date as anchor_date, plan.renewal_months, plan.is_rescheduled,
        coalesce(staged.auto_renew, contract.auto_renew) as auto_renew, plan.stated_end, $2::date as imported_on,
        ${mergedDigestSql(contractsFile, 'staged.digest', 'contract.imported_digest')} as imported_digest
      from ${changed}`,
    values: [businessDate],
  });
  await rescheduleRenewals(tx, {
    sql: 'select contract_id, previous_renewal_date as previous_date from import_contract_plan where is_rescheduled',
  });
}

/** SQL: the notice period in days, 45 by default. */
const noticeDays = 'coalesce(staged.notice_period_days, 45)';

async function createNewContracts(tx: PartnerTransaction, staged: StagedFile, businessDate: CalendarDate): Promise<void> {
  const next = nextRenewalMonthsSql({ anchor: 'staged.start_date', elapsed: '0', term: 'staged.term_months', day: '$2::date' });
  await createContracts(tx, {
    sql: `select judged.contract_id as id, judged.customer_id, staged.external_id, staged.product,
        ${eachTerm((term) => `staged.${stagedTerm(term)} as ${term}`)}, staged.start_date as anchor_date, staged.auto_renew,
        ${noticeDays} as notice_period_days, staged.notice_period_months, ${statedEndSql('next.months', 'null::date')} as stated_end,
        $2::date as imported_on, staged.digest as imported_digest, next.months as renewal_months
      from import_contract_row judged join import_contract staged using (line) cross join lateral (${next}) next
      where judged.outcome = 'CREATED'`,
    values: [businessDate],
  });
  await refreshStatistics(tx, staged, ['contract']);
  await openRenewals(
    tx,
    { sql: `select judged.contract_id, gen_random_uuid() as id from ${goodRowsSql(contractsFile, 'CREATED')}` },
    openedOnSql,
  );
  await refreshStatistics(tx, staged, ['contract_change']);
}

/** SQL: the end that a row states. One on a later renewal's date cancels that renewal instead; without a date it is the day of the import. */
const statedEndSql = (renewalMonths: string, before: string) => {
  const isRenewal = isRenewalDateSql({
    anchor: 'staged.start_date',
    renewal: renewalMonths,
    term: 'staged.term_months',
    day: 'staged.end_date',
  });
  return `case when staged.end_date > $2::date and ${isRenewal} then null
    when staged.end_date is not null then staged.end_date
    when staged.status = 'ENDED' then least(${before}, $2::date) end`;
};

const stagedTerm = (term: string) => (term === 'subscription_term_months' ? 'term_months' : term);

async function resolveContracts(tx: PartnerTransaction): Promise<void> {
  const outcome = outcomeSql({
    file: contractsFile,
    codes: 'found.codes',
    isSkipped: 'association.id is null',
    has: 'contract.id is not null',
    digest: 'contract.imported_digest',
  });
  const codes = codesSql(customerCodes(contractsFile));
  await tx.query(
    `/* resolveContracts */ insert into import_contract_row
     select staged.line, ${outcome}, found.codes, coalesce(contract.id, gen_random_uuid()), customer.id,
       contract.customer_id
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

/**
 * The contract's dates move only if start date or term differ from the last import, since applied terms count from then on. Then its end
 * date may be a renewal's, or be one no longer.
 */
async function planContractUpdates(tx: PartnerTransaction, staged: StagedFile, businessDate: CalendarDate): Promise<void> {
  const months = nextRenewalMonthsSql({
    anchor: 'staged.start_date',
    elapsed: 'since.elapsed',
    term: 'staged.term_months',
    day: '$2::date',
  });
  const isEndChanged = ['End date', 'Status']
    .map((header) => isCellChangedSql(contractsFile, header, 'staged.digest', 'contract.imported_digest'))
    .join(' or ');
  const tellsEnd = staged.header!.staged.has('end_date') || staged.header!.staged.has('status');
  await tx.query(
    `/* planContractUpdates */ insert into import_contract_plan
     select judged.line, contract.id, moved.is_rescheduled, next.months, contract.renewal_start_date, contract.auto_renew, ended.is_changed,
       case when ended.is_changed then ${statedEndSql('case when moved.is_rescheduled then next.months else contract.renewal_months end', 'contract.stated_end')}
         else contract.stated_end end
     from import_contract_row judged join import_contract staged using (line)
     join contract on contract.partner_id = $1 and contract.id = judged.contract_id
     cross join lateral (
       select contract.anchor_date <> staged.start_date or contract.imported_term_months is distinct from staged.term_months as is_rescheduled) moved
     cross join lateral (select ${tellsEnd ? `coalesce(${isEndChanged} or (moved.is_rescheduled and staged.end_date is not null), true)` : 'false'} as is_changed) ended
     cross join lateral (
       select case when contract.anchor_date = staged.start_date then contract.term_start_months else 0 end as elapsed) since
     cross join lateral (${months}) next
     where judged.outcome = 'UPDATED'`,
    [tx.partnerId, businessDate],
  );
  await tx.query('/* planContractUpdates */ analyze import_contract_plan');
}
