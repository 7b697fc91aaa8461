import { makeApiKey } from '../../../server/src/api-key/api-key.ts';
import { dashboardRowsSql } from '../../../server/src/contract-change/dashboard-row.queries.ts';
import type { BenchDatabase } from './bench-database.ts';

export type DuePartner = { id: string; key: string };

/**
 * Lays out partners on a day: the first with customers whose renewals are all of that day, the second with a few whose are of the month
 * after, and many without anything. Each customer of the first has some contracts.
 */
export async function loadDuePartners(
  { superuser }: BenchDatabase,
  day: string,
  { contractsEach = 1, termMonths = 12, ...counts }: { customers: number; partners: number; contractsEach?: number; termMonths?: number },
): Promise<{ big: DuePartner; other: DuePartner }> {
  const client = await superuser.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(
      `insert into partner (id, name, passed_through) select md5('partner ' || n)::uuid, 'Partner ' || n, $1 from generate_series(1, $2 + 2) n`,
      [day, counts.partners],
    );
    await client.query(
      `create unlogged table laid_out as
       select n, md5('partner ' || case when n <= $2::int then 1 else 2 end)::uuid as partner_id, md5('customer ' || case when n <= $2::int then (n - 1) / $3::int else n end)::uuid as customer_id,
         md5('contract ' || n)::uuid as contract_id, md5('change ' || n)::uuid as change_id,
         $1::date + case when n <= $2::int then 0 else 30 end as effective_date
       from generate_series(1, $2::int + 200) n`,
      [day, counts.customers * contractsEach, contractsEach],
    );
    await client.query(
      `insert into customer (partner_id, id, hub_id, name, search_text) select partner_id, customer_id, min(n), 'Customer ' || min(n), 'customer ' || min(n)
       from laid_out group by 1, 2`,
    );
    await client.query(
      `insert into customer_association (partner_id, id, customer_id) select partner_id, md5('association ' || min(n))::uuid, customer_id
       from laid_out group by 1, 3`,
    );
    await client.query(
      `insert into contract (partner_id, id, external_id, customer_id, product, billing_frequency, billing_interval_months,
         subscription_term_months, mrr, currency_code, anchor_date, term_start_months, renewal_months)
       select partner_id, contract_id, 'C-' || n, customer_id, 'Marketing Hub', 'MONTHLY', 1, $1::int, 100, 'EUR',
         (effective_date - make_interval(months => $1))::date, 0, $1 from laid_out`,
      [termMonths],
    );
    await client.query(
      `insert into contract_change (partner_id, id, contract_id, customer_id, type, effective_date, new_mrr)
       select partner_id, change_id, contract_id, customer_id, 'RENEWAL', effective_date, 110 from laid_out`,
    );
    await client.query('drop table laid_out');
    const columns = await client.query<{ names: string }>(
      `select string_agg(attname, ', ') as names from pg_attribute where attrelid = 'dashboard_row'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    );
    const { names } = columns.rows[0]!;
    await client.query(
      `insert into dashboard_row (${names}) select ${names}
       from (${dashboardRowsSql({ partnerId: 'change.partner_id', asOf: `'${day}'::date`, direction: 'present' })}) defined`,
    );
    const found = (await client.query<{ id: string }>(`select md5('partner ' || n)::uuid as id from generate_series(1, 2) n`)).rows;
    const keys = found.map(({ id }) => ({ id, made: makeApiKey() }));
    for (const { id, made } of keys)
      await client.query(`insert into api_key (partner_id, id, role, secret_hash) values ($1, $2, 'MANAGER', $3)`, [
        id,
        made.id,
        made.secretHash,
      ]);
    await client.query('vacuum analyze');
    const [big, other] = keys.map(({ id, made }) => ({ id, key: made.key }));
    return { big: big!, other: other! };
  } finally {
    client.release(true);
  }
}
