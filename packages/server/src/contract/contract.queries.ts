import { customersSql } from '../customer/customer.queries.ts';
import type { Reader } from '../database/reader.ts';
import { maxListLength } from '../graphql/connection.type.ts';
import { Parameters } from '../database/sql.ts';
import { selectKeyed } from '../reading/keyed.queries.ts';
import { selectFirstRows } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';

const contractsSql = (projection: Projection) =>
  `${customersSql(projection)} join contract on contract.partner_id = scope.partner_id and contract.customer_id = customer.id`;

export async function findContracts(reader: Reader, projection: Projection, ids: readonly string[]) {
  return await selectKeyed(reader, projection, {
    name: 'findContracts',
    key: 'contract.id',
    ids,
    from: contractsSql(projection),
    where: 'customer.partner_id = scope.partner_id',
    parameters: new Parameters(),
  });
}

const productOrder = {
  name: 'products of a customer',
  keys: [
    { sql: 'contract.product collate "und-x-icu"', type: 'text', isRequired: true, isDescending: false },
    { sql: 'contract.external_id', type: 'text', isRequired: true, isDescending: false },
  ],
  id: 'contract.id',
} as const;

/** For each of many customers, the products of its contracts that have not ended, by name. */
export async function findProductsOfCustomers(reader: Reader, projection: Projection, customerIds: readonly string[]) {
  return await selectFirstRows(reader, projection, maxListLength, {
    name: 'findProductsOfCustomers',
    from: contractsSql(projection),
    where: 'customer.partner_id = scope.partner_id and (contract.ended_on is null or contract.ended_on >= :today)',
    owner: 'customer.id',
    ownerIds: customerIds,
    order: productOrder,
    parameters: new Parameters({ asOf: reader.today, today: reader.today }),
  });
}
