import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import { selectKeyed } from '../reading/keyed.queries.ts';
import { countOfOwners, selectPage, selectPages } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import type { Wanted } from '../reading/wanted.ts';
import { contactsSql, type ContactSearch } from './contact-search.ts';
import { searchSql } from './search.sql.ts';

// Customers are read through their active association: after it ends, the customer is not found.

export const associationSql = (customerId: string) =>
  `join customer_association association on association.partner_id = scope.partner_id and association.customer_id = ${customerId} and association.ended_at is null`;
const contactSql =
  'left join customer_user contact on contact.partner_id = scope.partner_id and contact.id = association.primary_contact_id';

/** Customers with their active association; with the primary contact only if a field needs it. */
export const customersSql = (projection: Projection) =>
  `customer ${associationSql('customer.id')} ${projection.joins.has('contact') ? contactSql : ''}`;

const customerOrder = {
  name: 'customers',
  keys: [{ sql: 'customer.name collate "und-x-icu"', type: 'text', isRequired: true, isDescending: false }],
  id: 'customer.id',
} as const;

/** Customers that a search finds, or only the one with this ID. */
export async function findCustomers(reader: Reader, wanted: Wanted, { query, id }: { query?: string | null | undefined; id?: string }) {
  const parameters = new Parameters();
  const only = id === undefined ? '' : ` and customer.id = ${parameters.add(id, 'uuid')}`;
  return await selectPage(reader, wanted, {
    name: 'findCustomers',
    from: customersSql(wanted.projection),
    where: `customer.partner_id = scope.partner_id${only} and ${searchSql(query, 'customer', parameters)}`,
    order: customerOrder,
    parameters,
  });
}

export async function countCustomers(reader: Reader, query: string | null | undefined): Promise<number> {
  const parameters = new Parameters();
  const select =
    `select count(*)::int from customer ${associationSql('customer.id')} ` +
    `where customer.partner_id = scope.partner_id and ${searchSql(query, 'customer', parameters)}`;
  const rows = await reader.select<[number]>({ name: 'countCustomers', select, values: parameters.values });
  return rows[0]?.[0] ?? 0;
}

/** An identifier of a customer; for a website, its key (see parseWebsite). */
export type CustomerName = { ids: readonly string[] } | { hubId: string } | { websiteKey: string };

/** Customers by ID, by Hub ID, or by website, which several can share. */
export async function findCustomersBy(reader: Reader, projection: Projection, name: CustomerName) {
  const parameters = new Parameters();
  const named =
    'ids' in name
      ? ''
      : 'hubId' in name
        ? ` and customer.hub_id = ${parameters.add(name.hubId, 'bigint')}`
        : ` and customer.website_key = ${parameters.add(name.websiteKey, 'text')}`;
  return await selectKeyed(reader, projection, {
    name: 'findCustomersBy',
    key: 'customer.id',
    from: customersSql(projection),
    where: `customer.partner_id = scope.partner_id${named}`,
    ...('ids' in name && { ids: name.ids }),
    orderBy: ['customer.hub_id', 'customer.id'],
    // A careless import gives thousands one website, and two are as many as no answer.
    ...('websiteKey' in name && { limit: 2 }),
    parameters,
  });
}

/** Associations by ID; ended ones only with `includeEnded`, for the result of endAssociation. */
export async function findAssociations(reader: Reader, projection: Projection, ids: readonly string[], { includeEnded = false } = {}) {
  return await selectKeyed(reader, projection, {
    name: 'findAssociations',
    key: 'association.id',
    ids,
    from: `customer_association association ${contactSql}`,
    where: `association.partner_id = scope.partner_id${includeEnded ? '' : ' and association.ended_at is null'}`,
    parameters: new Parameters(),
  });
}

const membersSql = `customer_user member ${associationSql('member.customer_id')}`;

export async function findCustomerUsers(reader: Reader, projection: Projection, ids: readonly string[]) {
  return await selectKeyed(reader, projection, {
    name: 'findCustomerUsers',
    key: 'member.id',
    ids,
    from: membersSql,
    where: 'member.partner_id = scope.partner_id',
    parameters: new Parameters(),
  });
}

const customerUserOrder = {
  name: 'users of a customer',
  keys: [{ sql: 'member.name collate "und-x-icu"', type: 'text', isRequired: true, isDescending: false }],
  id: 'member.id',
} as const;

/** For each of many customers, a page of its users. */
export async function findUsersOfCustomers(reader: Reader, wanted: Wanted, customerIds: readonly string[], search: ContactSearch) {
  const parameters = new Parameters();
  return await selectPages(reader, wanted, {
    name: 'findUsersOfCustomers',
    from: membersSql,
    where: `member.partner_id = scope.partner_id and ${contactsSql(search, parameters)}`,
    owner: 'member.customer_id',
    ownerIds: customerIds,
    order: customerUserOrder,
    parameters,
    // An index has the users of a customer in this order.
    isShort: search.query == null,
  });
}

export async function countUsersOfCustomers(
  reader: Reader,
  customerIds: readonly string[],
  search: ContactSearch,
): Promise<Map<string, number>> {
  const parameters = new Parameters();
  return await countOfOwners(reader, {
    name: 'countUsersOfCustomers',
    from: membersSql,
    where: `member.partner_id = scope.partner_id and ${contactsSql(search, parameters)}`,
    owner: 'member.customer_id',
    ownerIds: customerIds,
    parameters,
  });
}
