import { Parameters } from '../database/sql.ts';
import { readAs } from '../database/reader.ts';
import type { Db } from '../database/transaction.ts';
import type { Page } from '../reading/connection.type.ts';
import { selectKeyed, selectPage, selectPages, type FoundPage, type PageFacts } from '../reading/page.queries.ts';
import type { Projection } from '../reading/projection.ts';
import { searchSql } from './search-text.ts';

// Whatever is read of a customer is read through its active association: once that has ended, nothing of the customer is there.

const associationSql = (customerId: string) =>
  `join customer_association a on a.partner_id = s.partner_id and a.customer_id = ${customerId} and a.ended_at is null`;
const contactSql = 'left join customer_user u on u.partner_id = s.partner_id and u.id = a.primary_contact_id';

/** Customers m with an active association a, and u, the primary contact, where it is asked for. */
export const customersSql = (projection: Projection) =>
  `customer m ${associationSql('m.id')} ${projection.joins.has('u') ? contactSql : ''}`;

export const customerOrder = {
  name: 'customers',
  keys: [{ sql: 'm.name collate "und-x-icu"', type: 'text', isRequired: true, isDescending: false }],
  id: 'm.id',
} as const;

export async function findCustomers(
  db: Db,
  partnerId: string,
  projection: Projection,
  query: string | null | undefined,
  page: Page,
  facts: PageFacts,
): Promise<FoundPage> {
  const parameters = new Parameters();
  return await selectPage(db, partnerId, {
    name: 'findCustomers',
    projection,
    from: customersSql(projection),
    where: `m.partner_id = s.partner_id and ${searchSql(query, 'm', parameters)}`,
    order: customerOrder,
    page,
    facts,
    parameters,
  });
}

export async function countCustomers(db: Db, partnerId: string, query: string | null | undefined): Promise<number> {
  const parameters = new Parameters();
  const select = `select count(*)::int from customer m ${associationSql('m.id')} where m.partner_id = s.partner_id and ${searchSql(query, 'm', parameters)}`;
  const rows = await readAs(db, partnerId).select<[number]>({ name: 'countCustomers', select, values: parameters.values });
  return rows[0]?.[0] ?? 0;
}

/** How a customer can be named; a website by its key (see parseWebsite). */
export type CustomerName = { ids: readonly string[] } | { hubId: string } | { websiteKey: string };

/** Customers by name, each under its id; of several with one website the one with the smallest Hub ID comes first. */
export async function findCustomersBy(db: Db, partnerId: string, projection: Projection, name: CustomerName) {
  const parameters = new Parameters();
  const named =
    'ids' in name
      ? `m.id = any (${parameters.add(name.ids, 'uuid[]')})`
      : 'hubId' in name
        ? `m.hub_id = ${parameters.add(name.hubId, 'bigint')}`
        : `m.website_key = ${parameters.add(name.websiteKey, 'text')}`;
  return await selectKeyed(db, partnerId, {
    name: 'findCustomersBy',
    projection,
    key: 'm.id',
    from: customersSql(projection),
    where: `m.partner_id = s.partner_id and ${named}`,
    orderBy: ['m.hub_id'],
    parameters,
  });
}

export async function findAssociations(
  db: Db,
  partnerId: string,
  projection: Projection,
  ids: readonly string[],
  /** what ending one answers shows it ended */
  { includeEnded = false } = {},
) {
  const parameters = new Parameters();
  return await selectKeyed(db, partnerId, {
    name: 'findAssociations',
    projection,
    key: 'a.id',
    from: `customer_association a ${contactSql}`,
    where: `a.partner_id = s.partner_id and ${includeEnded ? 'true' : 'a.ended_at is null'} and a.id = any (${parameters.add(ids, 'uuid[]')})`,
    parameters,
  });
}

export async function findCustomerUsers(db: Db, partnerId: string, projection: Projection, ids: readonly string[]) {
  const parameters = new Parameters();
  return await selectKeyed(db, partnerId, {
    name: 'findCustomerUsers',
    projection,
    key: 'u.id',
    from: `customer_user u ${associationSql('u.customer_id')}`,
    where: `u.partner_id = s.partner_id and u.id = any (${parameters.add(ids, 'uuid[]')})`,
    parameters,
  });
}

export const customerUserOrder = {
  name: 'users of a customer',
  keys: [{ sql: 'u.name collate "und-x-icu"', type: 'text', isRequired: true, isDescending: false }],
  id: 'u.id',
} as const;

/** A page of the users of each of many customers. */
export async function findUsersOfCustomers(
  db: Db,
  partnerId: string,
  projection: Projection,
  customerIds: readonly string[],
  page: Page,
  facts: PageFacts,
): Promise<Map<string, FoundPage>> {
  return await selectPages(db, partnerId, {
    name: 'findUsersOfCustomers',
    projection,
    from: `customer_user u ${associationSql('u.customer_id')}`,
    where: 'u.partner_id = s.partner_id',
    owner: 'u.customer_id',
    ownerIds: customerIds,
    order: customerUserOrder,
    page,
    facts,
    parameters: new Parameters(),
  });
}

export async function countUsersOfCustomers(db: Db, partnerId: string, customerIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await readAs(db, partnerId).select<[string, number]>({
    name: 'countUsersOfCustomers',
    select:
      `select u.customer_id, count(*)::int from customer_user u ${associationSql('u.customer_id')} ` +
      `where u.partner_id = s.partner_id and u.customer_id = any ($2::uuid[]) group by 1`,
    values: [customerIds],
  });
  return new Map(rows);
}

/** App usage of each of many customers since a date, the latest first. */
export async function findUsageOfCustomers(
  db: Db,
  partnerId: string,
  projection: Projection,
  customerIds: readonly string[],
  since: string | null,
) {
  const parameters = new Parameters();
  return await selectKeyed(db, partnerId, {
    name: 'findUsageOfCustomers',
    projection,
    key: 'g.customer_id',
    from: `app_usage g ${associationSql('g.customer_id')}`,
    where:
      `g.partner_id = s.partner_id and g.customer_id = any (${parameters.add(customerIds, 'uuid[]')}) ` +
      `and g.date >= ${parameters.add(since ?? '-infinity', 'date')}`,
    // Days counted backward put the latest first.
    orderBy: [`date '4000-01-01' - g.date`, 'g.app'],
    parameters,
  });
}
