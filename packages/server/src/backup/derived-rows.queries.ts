import { definedRowsSql, firstKeptDaySql, storedRowsSql } from '../contract-change/dashboard-row.queries.ts';
import { partnerSetting, type Db } from '../database/transaction.ts';
import { listPartnersUnscoped } from '../partner/partner-directory.queries.ts';

export type WrongRows = { partner: string; rows: number };

// The definition is costly, so it is evaluated once. Rows of changes from long ago may still be there.
const differingSql = `/* countWrongRows */ with defined as materialized (${definedRowsSql()}), stored as materialized (${storedRowsSql} and effective_date >= ${firstKeptDaySql('$1')})
  select count(*)::float8 as rows from (
    (table defined except all table stored) union all (table stored except all table defined)) differing`;

/** Compares the dashboard rows of each partner with their definition. A partner whose days are just passing is left out. */
export async function countWrongRows(owner: Db): Promise<WrongRows[]> {
  const wrong: WrongRows[] = [];
  await owner.query('begin');
  for (const { id, name } of await listPartnersUnscoped(owner)) {
    await owner.query(`/* countWrongRows */ ${partnerSetting(id)}`);
    const { rows: days } = await owner.query<{ settled: boolean }>(
      '/* countWrongRows */ select passed_through is not null and passing_through is null as settled from partner where id = $1',
      [id],
    );
    if (days[0]?.settled !== true) continue;
    const { rows } = await owner.query<{ rows: number }>(differingSql, [id]);
    if (rows[0]!.rows > 0) wrong.push({ partner: name, rows: rows[0]!.rows });
  }
  await owner.query('commit');
  return wrong;
}
