import type { CalendarDate } from '../calendar-date.ts';
import {
  createChanges,
  detachAnnouncements,
  keepResults,
  settleAsHistory,
  updateChanges,
} from '../contract-change/contract-change.writers.ts';
import { appendDecisions } from '../contract-change/decision-log.queries.ts';
import { carryLateRequestsOfHistory } from '../contract-change/late-request.queries.ts';
import { rewindContracts } from '../contract-change/rewinding.queries.ts';
import { eachTerm } from '../contract/contract.terms.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { changesFile } from './changes.columns.ts';
import { rememberEnds } from './contract-ends.queries.ts';
import { resolveChanges } from './change-resolution.queries.ts';
import { recordReferenceFaults, unknownContract } from './faults.queries.ts';
import { cellSql, createRowTable, goodRowsSql, importedDecision, mergedDigestSql, touchCustomers } from './rows.queries.ts';
import { refreshStatistics, type StagedFile } from './staging.queries.ts';

export const createChangeRows = (tx: PartnerTransaction) =>
  createRowTable(
    tx,
    changesFile,
    // change_id: the row's change, existing or new; detached_id: a renewal that the row named before; it keeps its terms if it is over
    `change_id uuid not null, is_there boolean not null, detached_id uuid, is_over boolean not null, contract_id uuid, customer_id uuid, next_renewal date,
     is_history boolean not null, keeps_result boolean not null, day date`,
  );

const renewalReasons = {
  notADate: `coalesce('The contract has no renewal on this date; its next one is on ' || judged.next_renewal || '.',
    'The contract has no term, and so no renewal.')`,
  announced: `'This renewal is announced by another change already.'`,
};

export async function writeChanges(tx: PartnerTransaction, staged: StagedFile, businessDate: CalendarDate): Promise<void> {
  await resolveChanges(tx);
  await recordReferenceFaults(tx, staged, {
    ...unknownContract,
    MOVED: {
      header: 'Contract ID',
      value: 'staged.contract_external_id',
      reason: `'The change belongs to another contract and cannot move.'`,
    },
    OTHER_TYPE: {
      header: 'Type',
      value: 'staged.type::text',
      reason: `'A renewal cannot turn into another type, nor another type into a renewal.'`,
    },
    NO_RENEWAL_DATE: { header: 'Effective date', value: 'staged.effective_date::text', reason: renewalReasons.notADate },
    ANNOUNCED: { header: 'Effective date', value: 'staged.effective_date::text', reason: renewalReasons.announced },
  });
  await detachAnnouncements(tx, {
    sql: `select judged.detached_id as id, judged.is_over from ${goodRowsSql(changesFile)} and judged.detached_id is not null`,
  });
  await createChanges(tx, { sql: createdSql });
  // An applied change that moves to before the contract's last import gives back the terms that it changed.
  await rememberEnds(tx, { sql: movedToHistorySql });
  await rewindContracts(tx, { sql: movedToHistorySql });
  // Before the days pass again, so that those of these changes do not.
  await keepResults(tx, { sql: `select judged.change_id as id from ${goodRowsSql(changesFile)} and judged.keeps_result` });
  await settleAsHistory(tx, { sql: `select judged.change_id as id from ${goodRowsSql(changesFile)} and judged.is_history` });
  const late = {
    sql: `select judged.contract_id, judged.day from ${goodRowsSql(changesFile)} and judged.day < $2::date`,
    values: [businessDate],
  };
  await rememberEnds(tx, late);
  await rewindContracts(tx, late);
  await updateChanges(tx, { sql: updatedSql(staged) }, businessDate);
  await refreshStatistics(tx, staged, ['contract_change']);
  await appendDecisions(tx, { sql: newDecisionsSql });
  // The renewals of history settle no more, so their late requests go straight to the open one.
  await carryLateRequestsOfHistory(tx, {
    sql: `select change.id from ${goodRowsSql(changesFile, undefined, changeOfRow)} and change.type = 'RENEWAL' and change.is_history`,
  });
  await refreshStatistics(tx, staged, ['contract_change_decision']);
  await touchCustomers(tx, changesFile);
}

const changeOfRow = 'join contract_change change on change.partner_id = $1 and change.id = judged.change_id';

const movedToHistorySql = `select judged.contract_id, change.effective_date as day
  from ${goodRowsSql(changesFile, 'UPDATED', `${changeOfRow} join contract on contract.partner_id = $1 and contract.id = judged.contract_id`)}
    and judged.is_history and change.settled_position is not null and change.effective_date >= contract.imported_on`;

const createdSql = `
  select judged.change_id as id, judged.contract_id, staged.external_id, staged.type, staged.effective_date,
    ${eachTerm((term) => `staged.new_${term}`)}, staged.digest as imported_digest
  from ${goodRowsSql(changesFile)} and not judged.is_there`;

/** SQL: a column that the file lacks keeps its value, unless the row means another renewal than before. */
const updatedSql = (staged: StagedFile) => `
  select judged.change_id as id, judged.contract_id, staged.external_id, staged.type, staged.effective_date,
    ${eachTerm((term) => `${cellSql(staged, `new_${term}`, { told: `staged.new_${term}`, kept: `change.new_${term}` })} as new_${term}`)},
    ${mergedDigestSql(changesFile, 'staged.digest', 'change.imported_digest')} as imported_digest
  from ${goodRowsSql(changesFile, undefined, changeOfRow)}
    and judged.is_there`;

/** A decision cell adds one line to the log; an empty cell removes none. */
const newDecisionsSql = `
  select told.change_id as contract_change_id, told.action, told.decided_on, told.position, ${importedDecision('IMPORT')}
  from (
    select judged.change_id, cell.* from import_change_row judged join import_change staged using (line)
    cross join lateral (values
      ('ACCEPT'::contract_change_action, staged.accepted_on, 1),
      ('REQUEST_CANCELLATION', staged.cancellation_requested_on, 2)) cell(action, decided_on, position)
    where judged.outcome in ('CREATED', 'UPDATED') and cell.decided_on is not null
  ) told
  where not exists (
    select from contract_change_decision decision where decision.partner_id = $1 and decision.contract_change_id = told.change_id
      and decision.source = 'IMPORT' and decision.action = told.action and decision.decided_on = told.decided_on)`;
