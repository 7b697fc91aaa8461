import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';

/** Sizes: the customers of one big partner, and the rows of all other partners together. */
export type RowCounts = { customersOfBigPartner: number; rowsInAll: number };

export const bigPartnerId = '00000000-0000-4000-8000-000000000001';

/**
 * Fills only the dashboard table, for query plans and times. Partners range from tiny to big; dates spread over a year and a half, of
 * which the window is a fifth. The big partner's dates all lie in the window. Needs a superuser, since the rows reference no tables.
 */
export async function loadDashboardRows(
  superuserPool: Pool,
  today: string,
  { customersOfBigPartner, rowsInAll }: RowCounts,
): Promise<void> {
  const client = await superuserPool.connect();
  try {
    // An asynchronous commit would leave rows without hint bits, and every reader would look up their transaction again.
    await client.query('set synchronous_commit = on');
    await client.query('set session_replication_role = replica');
    await client.query(
      `insert into partner (id, name, passed_through)
       select case when n = 0 then $1::uuid else md5('partner ' || n)::uuid end, 'Partner ' || n, $2 from generate_series(0, 1999) n`,
      [bigPartnerId, today],
    );
    const columns = `
      partner_id, id, customer_id, contract_id, type, effective_date, renewal_deadline, notice_period_days, is_accepted, is_cancelled,
      has_late_cancellation, customer_name, website, hub_id, search_text, manual_owner, primary_contact_id, primary_contact_name,
      primary_contact_email, association_version, version, current_max_contacts, current_email_limit, current_billing_frequency,
      current_billing_interval_months, current_subscription_term_months, current_mrr, current_currency_code, new_max_contacts, new_email_limit,
      new_billing_frequency, new_billing_interval_months, new_subscription_term_months, new_mrr, new_currency_code`;
    const rows = (partner: string, day: string) => `
      select ${partner}, gen_random_uuid(), md5('customer ' || n)::uuid, md5('contract ' || n)::uuid, t.type,
        ${day}, case when t.type = 'RENEWAL' then ${day} - 45 end, 45, n % 5 = 0, n % 7 = 0, false,
        initcap(t.word) || ' ' || n, 'https://www.' || t.word || n || '.example', 4000000 + n, t.word || ' ' || n || chr(10) || 'www.' || t.word || n || '.example',
        case when n % 4 = 0 then 'PARTNER'::communication_owner end, md5('user ' || n)::uuid, 'Person ' || n % 997, 'person' || n || '@example.com', 1, 1,
        1000 * (n % 50), 5000 * (n % 40), 'MONTHLY'::billing_frequency, 1, 12, (n % 9000) + 0.25, (array['EUR', 'USD', 'JPY', 'GBP'])[1 + n % 4],
        1000 * (n % 60), 5000 * (n % 40), 'MONTHLY'::billing_frequency, 1, 12, (n % 9500) + 0.5, (array['EUR', 'USD', 'JPY', 'GBP'])[1 + n % 4]`;
    const facts = `cross join lateral (select
      (case when n % 10 < 7 then 'RENEWAL' when n % 10 < 9 then 'CONTACT_TIER_UPGRADE' else 'EMAIL_OVERAGE' end)::contract_change_type as type,
      (array['acme', 'globex', 'initech', 'umbrella', 'hooli', 'vandelay', 'wonka', 'soylent'])[1 + n % 8] as word) t`;
    await client.query(
      `insert into dashboard_row (${columns}) ${rows('$1::uuid', '$2::date + n % 121')} from generate_series(1, $3::int) n ${facts}`,
      [bigPartnerId, today, customersOfBigPartner],
    );
    await client.query(
      `insert into dashboard_row (${columns})
       ${rows(`md5('partner ' || 1 + floor(1999 * power(random(), 2)))::uuid`, '$1::date - 100 + n % 550')} from generate_series(1, $2::int) n ${facts}`,
      [today, rowsInAll - customersOfBigPartner],
    );
    await vacuumWhole(client);
  } finally {
    client.release(true);
  }
}

/** Fills the tables that lists below the customers of these rows read, for query plans. */
export async function loadCustomersOfRows(superuserPool: Pool): Promise<void> {
  const client = await superuserPool.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(`
      insert into customer (partner_id, id, hub_id, name, website, website_key, search_text)
        select partner_id, customer_id, hub_id, customer_name, website, substr(website, 13), search_text from dashboard_row;
      insert into customer_association (partner_id, id, customer_id, primary_contact_id)
        select partner_id, gen_random_uuid(), customer_id, primary_contact_id from dashboard_row;
      insert into customer_user (partner_id, id, customer_id, external_id, name, email, is_active)
        select partner_id, primary_contact_id, customer_id, 'U-' || hub_id, primary_contact_name, primary_contact_email, true from dashboard_row;
      insert into contract (partner_id, id, external_id, customer_id, product, max_contacts, email_limit, billing_frequency, billing_interval_months,
          subscription_term_months, mrr, currency_code, anchor_date, term_start_months, renewal_months)
        select partner_id, contract_id, 'C-' || hub_id, customer_id, 'Marketing Hub', 1000, 5000, 'MONTHLY', 1, 12, 500, 'EUR', effective_date, 0, 12
        from dashboard_row;
      insert into contract_change (partner_id, id, contract_id, customer_id, type, effective_date)
        select partner_id, id, contract_id, customer_id, type, effective_date from dashboard_row;
      insert into audit_event (partner_id, id, customer_id, contract_change_id, action, actor)
        select partner_id, gen_random_uuid(), customer_id, id, 'DECIDE', 'test' from dashboard_row;
      insert into app_usage (partner_id, customer_id, app, date, contacts_used, emails_sent, active_users)
        select partner_id, customer_id, 'Mail', effective_date, 1, 1, 1 from dashboard_row`);
    await client.query('vacuum analyze');
  } finally {
    client.release(true);
  }
}

/**
 * Plans read an index alone only where all rows are visible to everybody. While any transaction of this database runs that began before the rows
 * were committed, such as one of autovacuum, a vacuum leaves their pages unmarked, and without an error.
 */
async function vacuumWhole(client: PoolClient): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await sleep(200)) {
    await client.query('vacuum analyze dashboard_row');
    const { rows } = await client.query<{ marked: number; pages: number }>(
      `select relallvisible as marked, relpages as pages from pg_class where oid = 'dashboard_row'::regclass`,
    );
    if (rows[0]!.marked === rows[0]!.pages) return;
    if (Date.now() > deadline)
      throw new Error(`After a minute, ${rows[0]!.marked} of ${rows[0]!.pages} pages are marked as visible to all.`);
  }
}
