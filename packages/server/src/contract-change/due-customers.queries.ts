import type { PartnerTransaction } from '../database/transaction.ts';
import { concernedCustomersSql } from './settling.queries.ts';

/** Customers with something to do on the way to a date, in the order of their ids, each with its number of open changes. */
export type DueCustomers = readonly { id: string; weight: number }[];

/**
 * SQL: customers with decisions dated after one day and through another. A decision with a future date counts from that date on, so rows
 * derived earlier do not include it.
 */
export const customersOfDatesSql = (partnerId: string, after: string, through: string) => `
  select change.customer_id
  from contract_change_decision decision
  cross join lateral (
    select customer_id from contract_change where partner_id = ${partnerId} and id = decision.contract_change_id offset 0) change
  where decision.partner_id = ${partnerId} and decision.decided_on + 0 > ${after} and decision.decided_on + 0 <= ${through}`;

const weighedSql = (name: string, customers: string) => `/* ${name} */
  select concerned.customer_id as id, 1 + (
    -- a filter, since a predicate would let the planner take the index of all open changes
    select (count(*) filter (where change.settled_on is null))::integer from contract_change change
    where change.partner_id = $1 and change.customer_id = concerned.customer_id) as weight
  from (${customers}) concerned order by concerned.customer_id`;

/** $2: through; $3: after, null for all customers: a migration that changes what rows hold forgets the day. */
export const customersSql = weighedSql(
  'concernedCustomers',
  `${concernedCustomersSql()} union ${customersOfDatesSql('$1', '$3::date', '$2')}
   union select customer.id from customer where customer.partner_id = $1 and $3::date is null`,
);
export const lateSql = weighedSql('lateCustomers', concernedCustomersSql());

export async function readCustomers(tx: PartnerTransaction, sql: string, values: unknown[]): Promise<DueCustomers> {
  const { rows } = await tx.query<{ id: string; weight: number }>(sql, values);
  return rows;
}

export async function hasContracts(tx: PartnerTransaction): Promise<boolean> {
  return (await tx.query('/* hasContracts */ select from contract where partner_id = $1 limit 1', [tx.partnerId])).rows.length > 0;
}
