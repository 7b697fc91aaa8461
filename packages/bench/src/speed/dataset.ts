import { makeApiKey } from '../../../server/src/api-key/api-key.ts';
import { dashboardRowsSql } from '../../../server/src/contract-change/dashboard-row.queries.ts';
import { bigPartnerId } from '../../../server/testing/dashboard-rows.ts';
import type { PoolClient } from 'pg';
import type { BenchDatabase } from './bench-database.ts';

export type Partner = { id: string; key: string };

/**
 * Loads partners from tiny to big. Each row has one customer, contract and change, in all tables and in the dashboard's own table. Dates
 * spread over a year and a half, of which the window is a fifth. All dates of the big partner are in the window. Rows are ordered by
 * partner, as imports write them.
 */
export async function loadDataset({ superuser }: BenchDatabase, today: string, rows: number): Promise<Partner[]> {
  // So many partners that most still have a full page.
  const partnerCount = Math.max(10, Math.min(2000, Math.floor(rows / 500)));
  const customersOfBigPartner = Math.min(20_000, Math.floor(rows / 5));
  const client = await superuser.connect();
  try {
    // The foreign keys are right by construction, and checking them would take longer than all the rest.
    await client.query('set session_replication_role = replica');
    await client.query("set work_mem = '256MB'");
    await client.query("set maintenance_work_mem = '1GB'");
    // The indexes are created after the rows: updating them with each of millions of rows would take longer than all the rest.
    const indexes = await dropIndexes(client);
    await client.query('select setseed(0.5)');
    await client.query(
      `insert into partner (id, name, owns_all_transactional_conversations, passed_through)
       select case when n = 0 then $1::uuid else md5('partner ' || n)::uuid end, 'Partner ' || n, n % 2 = 1, $2 from generate_series(0, $3 - 1) n`,
      [bigPartnerId, today, partnerCount],
    );
    await client.query(
      `create unlogged table laid_out as
       select n, partner_id, md5('customer ' || n)::uuid as customer_id, md5('user ' || n)::uuid as user_id, md5('contract ' || n)::uuid as contract_id,
         md5('change ' || n)::uuid as change_id, day as effective_date, day < $2::date as is_past,
         (case when n % 10 < 7 then 'RENEWAL' when n % 10 < 9 then 'CONTACT_TIER_UPGRADE' else 'EMAIL_OVERAGE' end)::contract_change_type as type,
         (array['acme', 'globex', 'initech', 'umbrella', 'hooli', 'vandelay', 'wonka', 'soylent'])[1 + n % 8] as word,
         (case when n % 5 = 0 then 'ACCEPT' when n % 7 = 0 then 'REQUEST_CANCELLATION' end)::contract_change_action as action
       from (
         select n, case when n <= $3 then $1::uuid else md5('partner ' || 1 + floor(($4 - 1) * power(random(), 2)))::uuid end as partner_id,
           case when n <= $3 then $2::date + n % 121 else $2::date - 100 + n % 550 end as day
         from generate_series(1, $5::int) n
       ) laid order by partner_id, md5(n::text)`,
      [bigPartnerId, today, customersOfBigPartner, partnerCount, rows],
    );
    await client.query(
      `insert into customer (partner_id, id, hub_id, name, website, website_key, search_text)
       select partner_id, customer_id, 4000000 + n, initcap(word) || ' ' || n, 'https://www.' || word || n || '.example', word || n || '.example',
         word || ' ' || n || E'\\n\\n' || 'www.' || word || n || E'.example\\n\\n' from laid_out`,
    );
    await client.query(
      `insert into customer_user (partner_id, id, customer_id, name, email, is_active)
       select partner_id, user_id, customer_id, 'Person ' || n % 997, 'person' || n || '@example.com', true from laid_out`,
    );
    await client.query(
      `insert into customer_association (partner_id, id, customer_id, communication_owner, primary_contact_id)
       select partner_id, md5('association ' || n)::uuid, customer_id, (case when n % 4 = 0 then 'PARTNER' end)::communication_owner,
         case when n % 3 > 0 then user_id end from laid_out`,
    );
    await client.query(
      `insert into contract (partner_id, id, external_id, customer_id, product, max_contacts, email_limit, billing_frequency, billing_interval_months,
         subscription_term_months, mrr, currency_code, anchor_date, term_start_months, renewal_months, cancelled_on)
       select partner_id, contract_id, 'C-' || n, customer_id, 'Marketing Hub', 1000 * (n % 50), 5000 * (n % 40), 'MONTHLY', 1, 12, (n % 9000) + 0.25,
         (array['EUR', 'USD', 'JPY', 'GBP'])[1 + n % 4], effective_date - interval '12 months', 0, 12,
         case when is_past and type = 'RENEWAL' and action = 'REQUEST_CANCELLATION' then effective_date end from laid_out`,
    );
    await client.query(
      `insert into contract_change (partner_id, id, contract_id, customer_id, type, effective_date, new_max_contacts, new_email_limit, new_mrr, new_currency_code,
         settled_on, is_applied, from_max_contacts, from_email_limit, from_billing_frequency, from_billing_interval_months,
         from_subscription_term_months, from_mrr, from_currency_code)
       select l.partner_id, change_id, contract_id, l.customer_id, type, effective_date, 1000 * (n % 60), 5000 * (n % 40), (n % 9500) + 0.5, k.currency_code,
         case when is_past then effective_date + 1 end,
         case when is_past then case when type = 'RENEWAL' then action is distinct from 'REQUEST_CANCELLATION' else coalesce(action = 'ACCEPT', false) end end,
         case when is_past then k.max_contacts end, case when is_past then k.email_limit end, case when is_past then k.billing_frequency end,
         case when is_past then 1 end, case when is_past then 12 end, case when is_past then k.mrr end, case when is_past then k.currency_code end
       from laid_out l join contract k on k.partner_id = l.partner_id and k.id = l.contract_id order by l.partner_id, md5(n::text)`,
    );
    await client.query(
      `insert into contract_change_decision (partner_id, contract_change_id, sequence, action, decided_on, recorded_by, on_behalf_of_customer, source)
       select partner_id, change_id, 1, action, least($1::date - 1, effective_date - 60), 'bench', false, 'MANUAL' from laid_out where action is not null`,
      [today],
    );
    await client.query('drop table laid_out');
    for (const { table, definition } of indexes) if (table !== 'dashboard_row') await client.query(definition);
    await client.query('analyze');
    const columns = await client.query<{ names: string }>(
      `select string_agg(attname, ', ') as names from pg_attribute where attrelid = 'dashboard_row'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    );
    await client.query(
      `insert into dashboard_row (${columns.rows[0]!.names}) select ${columns.rows[0]!.names}
       from (${dashboardRowsSql({ partnerId: 'change.partner_id', asOf: `'${today}'::date`, direction: 'present' })} order by change.partner_id, md5(change.id::text)) defined`,
    );
    for (const { table, definition } of indexes) if (table === 'dashboard_row') await client.query(definition);
    const partners = (await client.query<{ id: string }>('select id from partner order by id')).rows.map(({ id }) => ({
      id,
      made: makeApiKey(),
    }));
    await client.query(
      `insert into api_key (partner_id, id, role, secret_hash) select partner_id, id, 'MANAGER', decode(hash, 'base64')
       from unnest($1::uuid[], $2::text[], $3::text[]) made(partner_id, id, hash)`,
      [partners.map(({ id }) => id), partners.map(({ made }) => made.id), partners.map(({ made }) => made.secretHash.toString('base64'))],
    );
    // An index for pages over the joined tables. The product does not use it.
    await client.query(
      'create index contract_change_page_idx on contract_change (partner_id, effective_date, id) where settled_on is null',
    );
    await client.query('vacuum analyze');
    return partners.map(({ id, made }) => ({ id, key: made.key }));
  } finally {
    client.release(true);
  }
}

/** Drops all indexes that belong to no constraint, and returns their definitions. */
async function dropIndexes(client: PoolClient): Promise<{ table: string; definition: string }[]> {
  const { rows } = await client.query<{ name: string; table: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, i.indrelid::regclass::text as "table", pg_get_indexdef(i.indexrelid) as definition
     from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows;
}

/** The start of a page: the first page, or a page after a row. Most of these pages are full. */
export type PagePick = { partnerId: string; after: { date: string; id: string } | null };

export async function pickPages({ superuser }: BenchDatabase, today: string, count: number): Promise<PagePick[]> {
  const { rows } = await superuser.query<{ partner_id: string; date: string; id: string }>(
    `select distinct on (partner_id) partner_id, effective_date::text as date, id from (
       select partner_id, effective_date, id, row_number() over (partition by partner_id order by effective_date, id) as position,
         count(*) over (partition by partner_id) as size
       from dashboard_row where effective_date between $1::date and $1::date + 120
     ) placed where position <= greatest(1, size - 50) order by partner_id, md5(id::text)`,
    [today],
  );
  const random = randomNumbers(7);
  return Array.from({ length: count }, () => {
    const { partner_id: partnerId, date, id } = rows[Math.floor(random() * rows.length)]!;
    return { partnerId, after: random() < 0.7 ? null : { date, id } };
  });
}

/** Returns the same sequence in every run, so that every server gets the same requests. (Mulberry32.) */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
