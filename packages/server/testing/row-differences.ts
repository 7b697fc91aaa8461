import { definedRowsSql, storedRowsSql } from '../src/contract-change/dashboard-row.queries.ts';
import type { Db } from '../src/database/transaction.ts';

// Customer by customer. Statistics that autovacuum made while the tables were nearly empty let the planner join the whole partner with nested
// loops: 1,200 contracts then took 30 s.
const defined = definedRowsSql({ column: 'customer_id', ids: 'array(select id from customer where partner_id = $1)' });

/** The dashboard rows of a partner that only one side has: the table or its definition. */
export async function rowDifferences(db: Db, partnerId: string): Promise<Record<string, unknown>[]> {
  const { rows } = await db.query<Record<string, unknown>>(
    `select 'stored' as only, stored.* from (${storedRowsSql} except all ${defined}) stored
     union all select 'defined', defined.* from (${defined} except all ${storedRowsSql}) defined`,
    [partnerId],
  );
  return rows;
}
