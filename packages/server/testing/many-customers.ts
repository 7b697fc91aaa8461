import type { Db } from '../src/database/transaction.ts';
import type { TestData } from './test-data.ts';

/** Customers with a contract each whose renewal is on the date; every third has a decision, every fifth an upgrade of that day. */
export async function manyCustomers(data: TestData, customers: number, date: string, termMonths = 12, from = 1): Promise<void> {
  await data.change(async (tx) => {
    const each = `from generate_series(${from}, ${from + customers - 1}) n`;
    const id = (what: string) => `md5('${what} ' || n || ' ' || $1::uuid)::uuid`;
    await tx.query(
      `insert into customer (partner_id, id, hub_id, name, search_text) select $1::uuid, ${id('customer')}, n, 'Customer ' || n, '' ${each}`,
      [tx.partnerId],
    );
    await tx.query(
      `insert into customer_association (partner_id, id, customer_id) select $1::uuid, ${id('association')}, ${id('customer')} ${each}`,
      [tx.partnerId],
    );
    await tx.query(
      `insert into contract (partner_id, id, external_id, customer_id, product, billing_frequency, billing_interval_months,
         subscription_term_months, mrr, currency_code, anchor_date, term_start_months, renewal_months)
       select $1::uuid, ${id('contract')}, 'C-' || n, ${id('customer')}, 'Hub', 'MONTHLY', 1, $3::int, 100, 'EUR', ($2::date - interval '48 months')::date, 48 - $3::int, 48 ${each}`,
      [tx.partnerId, date, termMonths],
    );
    const change = 'insert into contract_change (partner_id, id, contract_id, customer_id, type, effective_date, new_mrr)';
    await tx.query(`${change} select $1::uuid, ${id('renewal')}, ${id('contract')}, ${id('customer')}, 'RENEWAL', $2::date, 110 ${each}`, [
      tx.partnerId,
      date,
    ]);
    await tx.query(
      `${change} select $1::uuid, ${id('upgrade')}, ${id('contract')}, ${id('customer')}, 'CONTACT_TIER_UPGRADE', $2::date, 120 ${each} where n % 5 = 0`,
      [tx.partnerId, date],
    );
    const decision =
      'insert into contract_change_decision (partner_id, contract_change_id, sequence, action, decided_on, recorded_by, on_behalf_of_customer, source)';
    await tx.query(
      `${decision} select $1::uuid, ${id('renewal')}, 1, (case n % 2 when 0 then 'ACCEPT' else 'REQUEST_CANCELLATION' end)::contract_change_action,
         $2::date - case when n % 7 = 0 then 10 else 60 end, 'test', false, 'MANUAL' ${each} where n % 3 = 0`,
      [tx.partnerId, date],
    );
    await tx.query(
      `${decision} select $1::uuid, ${id('upgrade')}, 1, 'ACCEPT', $2::date - 5, 'test', false, 'MANUAL' ${each} where n % 10 = 0`,
      [tx.partnerId, date],
    );
  });
}

/** All that passing days writes of a partner, under names without random ids. */
export async function tablesOf(db: Db, partnerId: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const table of ['contract', 'contract_change', 'contract_change_decision', 'dashboard_row']) {
    const { rows } = await db.query<{ row: object }>(`select to_jsonb(t) as row from ${table} t where partner_id = $1`, [partnerId]);
    const isNamed = ([column]: [string, unknown]) => !/(^|_)id$|digest|recorded_at/.test(column) || /^(external|hub)_id$/.test(column);
    found[table] = rows.map(({ row }) => JSON.stringify(Object.entries(row).filter(isNamed))).toSorted();
  }
  return found;
}
