import { appendDecisions, reviseChanges } from '../contract-change/decision-log.queries.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { importedDecision } from './rows.queries.ts';

// Decisions that follow from a contract's row. A table holds them between finding and writing: together, the statements become so long
// that the planner may find them again for every change of the partner.

export async function createDecisionTable(tx: PartnerTransaction): Promise<void> {
  await tx.query(`/* createDecisionTable */ create temporary table import_decision (
    contract_change_id uuid not null, action contract_change_action not null, decided_on date not null) on commit drop`);
}

/** Records decisions: a select of contract_change_id, action and decided_on, in which $1 is the partner and `values` start at $2. */
export async function recordToldDecisions(
  tx: PartnerTransaction,
  source: 'AUTO_RENEW' | 'END_DATE',
  decisions: { sql: string; values: readonly unknown[] },
): Promise<void> {
  await tx.query('/* recordToldDecisions */ truncate import_decision');
  const { rowCount } = await tx.query(`/* recordToldDecisions */ insert into import_decision ${decisions.sql}`, [
    tx.partnerId,
    ...decisions.values,
  ]);
  if (rowCount === 0) return;
  await tx.query('/* recordToldDecisions */ analyze import_decision');
  await reviseChanges(tx, { sql: 'select contract_change_id from import_decision' });
  await appendDecisions(tx, { sql: `select told.*, 1 as position, ${importedDecision(source)} from import_decision told` });
}
