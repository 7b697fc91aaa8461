import pg from 'pg';
import { jsonPageSql } from './page.json.sql.ts';
import { pageSql, type ColumnSet, type Source } from './page.sql.ts';

/** Dates stay the text that PostgreSQL sends. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.DATE ? String : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
};

export const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL']!,
  max: 10,
  types,
  // Measured as faster for these statements; the product's connections use it too.
  options: '-c plan_cache_mode=force_generic_plan',
  // As in the product: the servers take turns, and a new connection is slow.
  idleTimeoutMillis: 45_000,
});

export const today = process.env['BUSINESS_DATE']!;

// The SQL statement defines the names in a row.
// oxlint-disable-next-line typescript/no-explicit-any
type Row = any;

const nodeOf: Record<ColumnSet, (row: Row) => unknown> = {
  all: (r) => ({
    id: `cch_${r.id}`,
    customer: { name: r.customer_name, website: r.website, hubId: r.hub_id },
    communicationOwner: r.communication_owner,
    type: r.type,
    status: r.status,
    renewalDeadline: r.renewal_deadline,
    primaryContact: r.primary_contact_name === null ? null : { name: r.primary_contact_name, email: r.primary_contact_email },
    renewalStartDate: r.renewal_start_date,
    currentTerms: {
      maxContacts: r.max_contacts,
      emailLimit: r.email_limit,
      billingFrequency: r.billing_frequency,
      billingIntervalMonths: r.billing_interval_months,
      subscriptionTermMonths: r.subscription_term_months,
      mrr: { amount: r.current_mrr, currencyCode: r.current_currency },
    },
    newTerms: { mrr: { amount: r.new_mrr, currencyCode: r.new_currency } },
  }),
  locked: (r) => ({
    id: `cch_${r.id}`,
    customer: { name: r.customer_name },
    communicationOwner: r.communication_owner,
    type: r.type,
    status: r.status,
    renewalDeadline: r.renewal_deadline,
  }),
};

type After = string | null | undefined;

const isGiven = (after: After): after is string => after != null && after !== '';
const valuesOf = (partnerId: string, after: After) =>
  isGiven(after) ? [partnerId, today, after.slice(0, 10), after.slice(11)] : [partnerId, today];

/** Reads a page with one named prepared statement, in the shape of the product's API. The cursor is `<date>,<id>`. */
export async function readPage(source: Source, set: ColumnSet, partnerId: string, after: After) {
  const isAfter = isGiven(after);
  const { rows } = await pool.query({
    name: `${source} ${set} ${isAfter}`,
    text: texts[source][set][isAfter ? 1 : 0],
    values: valuesOf(partnerId, after),
  });
  const hasNextPage = rows.length > 50;
  if (hasNextPage) rows.length = 50;
  const last = rows.at(-1);
  return { nodes: rows.map(nodeOf[set]), pageInfo: { hasNextPage, endCursor: last ? `${last.effective_date},${last.id}` : null } };
}

const jsonTexts = [jsonPageSql(false), jsonPageSql(true)] as const;

/** The same page as JSON text: PostgreSQL puts each node together. */
export async function readJsonPage(partnerId: string, after: After): Promise<string> {
  const isAfter = isGiven(after);
  const { rows } = await pool.query<string[]>({
    name: `json ${isAfter}`,
    text: jsonTexts[isAfter ? 1 : 0],
    values: valuesOf(partnerId, after),
    rowMode: 'array',
  });
  const hasNextPage = rows.length > 50;
  if (hasNextPage) rows.length = 50;
  const last = rows.at(-1);
  const endCursor = last ? `"${last[1]},${last[2]}"` : 'null';
  return `{"nodes":[${rows.map(([node]) => node).join(',')}],"pageInfo":{"hasNextPage":${hasNextPage},"endCursor":${endCursor}}}`;
}

const of = (source: Source, set: ColumnSet) => [pageSql(source, set, false), pageSql(source, set, true)] as const;
const texts = {
  joined: { all: of('joined', 'all'), locked: of('joined', 'locked') },
  wide: { all: of('wide', 'all'), locked: of('wide', 'locked') },
};
