import { definedRowsSql, storedRowsSql } from '../src/contract-change/dashboard-row.queries.ts';
import type { Db } from '../src/database/transaction.ts';

// Customer by customer. Statistics that autovacuum made while the tables were nearly empty let the planner join the whole partner with nested
// loops: 1,200 contracts then took 30 s.
const byCustomer = definedRowsSql({ column: 'customer_id', ids: 'array(select id from customer where partner_id = $1)' });

/** The dashboard rows of a partner that only one side has: the table or its definition. */
export async function rowDifferences(db: Db, partnerId: string): Promise<Row[]> {
  return await differences(db, partnerId, storedRowsSql, byCustomer);
}

/** The rows that only one form of the definition has. Writes derive rows by customer, so they must not be its only judge. */
export async function definitionDifferences(db: Db, partnerId: string): Promise<Row[]> {
  return await differences(db, partnerId, definedRowsSql(), byCustomer);
}

type Row = Record<string, unknown>;

async function differences(db: Db, partnerId: string, one: string, other: string): Promise<Row[]> {
  const { rows } = await db.query<Row>(
    `select 'the first' as only, first.* from (${one} except all ${other}) first
     union all select 'the second', second.* from (${other} except all ${one}) second`,
    [partnerId],
  );
  return rows;
}
