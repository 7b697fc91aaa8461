import { customersSql } from '../customer/customer.queries.ts';
import type { Reader } from '../database/reader.ts';
import { maxListLength } from '../graphql/connection.type.ts';
import { Parameters } from '../database/sql.ts';
import { selectKeyed } from '../reading/keyed.queries.ts';
import type { Projection } from '../reading/projection.ts';

const contractsSql = (projection: Projection) =>
  `${customersSql(projection)} join contract on contract.partner_id = scope.partner_id and contract.customer_id = customer.id`;

export async function findContracts(reader: Reader, projection: Projection, ids: readonly string[]) {
  const parameters = new Parameters();
  return await selectKeyed(reader, projection, {
    name: 'findContracts',
    key: 'contract.id',
    from: contractsSql(projection),
    where: `customer.partner_id = scope.partner_id and contract.id = any (${parameters.add(ids, 'uuid[]')})`,
    parameters,
  });
}

/** For each of many customers, the products of its contracts that have not ended, by name. */
export async function findProductsOfCustomers(reader: Reader, projection: Projection, customerIds: readonly string[]) {
  const parameters = new Parameters({ asOf: reader.today, today: reader.today });
  return await selectKeyed(reader, projection, {
    name: 'findProductsOfCustomers',
    key: 'customer.id',
    from: contractsSql(projection),
    where:
      'customer.partner_id = scope.partner_id and (contract.ended_on is null or contract.ended_on >= :today) ' +
      `and customer.id = any (${parameters.add(customerIds, 'uuid[]')})`,
    orderBy: ['contract.product collate "und-x-icu"', 'contract.external_id'],
    max: maxListLength,
    parameters,
  });
}
