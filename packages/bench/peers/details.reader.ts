import 'reflect-metadata';
import { summarizeUpcoming } from '../../server/src/dashboard/dashboard-summary.queries.ts';
import type { Reader, ReadStatement } from '../../server/src/database/reader.ts';
import { pool, today } from './page.reader.ts';
import { wide } from './page.sql.ts';

// The other reads of the dashboard by hand, in the shape of the product's answers.

export type DetailKind = 'totalCount' | 'summary' | 'customer';

const texts = {
  count: `/* count */ select count(*)::int as count from dashboard_row where partner_id = $1 and effective_date between $2::date and $2::date + 120`,
  customer: `/* customer */ select c.name, c.website, c.hub_id, a.version, coalesce(a.communication_owner::text,
      case when (select owns_all_transactional_conversations from partner where id = $1) then 'PARTNER' else 'VENDOR' end) as owner,
      u.id as contact_id, u.name as contact_name, u.email as contact_email
    from customer c join customer_association a on a.partner_id = c.partner_id and a.customer_id = c.id and a.ended_at is null
      left join customer_user u on u.partner_id = a.partner_id and u.id = a.primary_contact_id
    where c.partner_id = $1 and c.id = $2`,
  users: `/* users */ select id, name, email, is_active from customer_user where partner_id = $1 and customer_id = $2
    order by name collate "und-x-icu", id limit 26`,
  products: `/* products */ select id, product from contract
    where partner_id = $1 and customer_id = $2 and (ended_on is null or ended_on >= $3::date)
    order by product collate "und-x-icu", external_id limit 250`,
  changes: `/* changes */ select c.id, c.type, ${wide['status']} as status, c.effective_date, c.renewal_deadline from dashboard_row c
    where c.partner_id = $1 and c.effective_date between $2::date and $2::date + 120 and c.customer_id = $3
    order by c.effective_date, c.id limit 250`,
};

// The SQL statement defines the names in a row.
// oxlint-disable-next-line typescript/no-explicit-any
type Row = any;

const run = async (name: keyof typeof texts, ...values: unknown[]): Promise<Row[]> =>
  (await pool.query<Row>({ name, text: texts[name], values })).rows;

export async function readDetails(kind: DetailKind, partnerId: string, customerId: string | null): Promise<unknown> {
  if (kind === 'totalCount') {
    const [row] = await run('count', partnerId, today);
    return { upcomingContractChanges: { totalCount: row.count } };
  }
  if (kind === 'summary') return { upcomingContractChangesSummary: await summarizeUpcoming(handReader(partnerId), { asOf: today, today }) };
  const [[customer], users, products, changes] = await Promise.all([
    run('customer', partnerId, customerId),
    run('users', partnerId, customerId),
    run('products', partnerId, customerId, today),
    run('changes', partnerId, today, customerId),
  ]);
  return {
    customer: {
      id: `cus_${customerId}`,
      name: customer.name,
      website: customer.website,
      hubId: customer.hub_id,
      association: {
        communicationOwner: customer.owner,
        version: customer.version,
        primaryContact: customer.contact_id === null ? null : { name: customer.contact_name, email: customer.contact_email },
      },
      products: products.map(({ id, product }) => ({ contract: { id: `con_${id}` }, product })),
      users: { nodes: users.slice(0, 25).map((user) => ({ name: user.name, email: user.email, isActive: user.is_active })) },
      upcomingContractChanges: changes.map((change) => ({
        id: `cch_${change.id}`,
        type: change.type,
        status: change.status,
        effectiveDate: change.effective_date,
        renewalDeadline: change.renewal_deadline,
      })),
    },
  };
}

/** Runs the product's own statement, so that both stay the same, but without its isolation. */
function handReader(partnerId: string): Reader {
  const select = async ({ name, select: text, values, output = 'found.*', orderBy }: ReadStatement) => {
    const found = text
      .replaceAll('scope.partner_id', '$1::uuid')
      .replaceAll(
        'settings.owns_all_transactional_conversations',
        '(select owns_all_transactional_conversations from partner where id = $1)',
      );
    const statement = `/* ${name} */ select ${output} from (${found}) found${orderBy === undefined ? '' : ` order by ${orderBy}`}`;
    const { rows } = await pool.query<unknown[]>({ name, text: statement, values: [partnerId, ...values], rowMode: 'array' });
    return rows as never;
  };
  return { partnerId, select, today } as unknown as Reader;
}
