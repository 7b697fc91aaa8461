import { customersSql } from '../customer/customer.queries.ts';
import { Parameters } from '../database/sql.ts';
import type { Db } from '../database/transaction.ts';
import { selectKeyed } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';

const contractsSql = (projection: Projection) =>
  `${customersSql(projection)} join contract k on k.partner_id = s.partner_id and k.customer_id = m.id`;

export async function findContracts(db: Db, partnerId: string, projection: Projection, ids: readonly string[]) {
  const parameters = new Parameters();
  return await selectKeyed(db, partnerId, {
    name: 'findContracts',
    projection,
    key: 'k.id',
    from: contractsSql(projection),
    where: `m.partner_id = s.partner_id and k.id = any (${parameters.add(ids, 'uuid[]')})`,
    parameters,
  });
}

/** Products of each of many customers by name; those of ended contracts are gone. */
export async function findProductsOfCustomers(db: Db, partnerId: string, projection: Projection, customerIds: readonly string[]) {
  const parameters = new Parameters();
  return await selectKeyed(db, partnerId, {
    name: 'findProductsOfCustomers',
    projection,
    key: 'm.id',
    from: contractsSql(projection),
    where: `m.partner_id = s.partner_id and k.ended_on is null and m.id = any (${parameters.add(customerIds, 'uuid[]')})`,
    orderBy: ['k.product collate "und-x-icu"', 'k.external_id'],
    parameters,
  });
}
