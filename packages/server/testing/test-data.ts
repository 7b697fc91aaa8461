import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { refreshDashboardRows } from '../src/contract-change/dashboard-row.queries.ts';
import { searchText } from '../src/customer/search-text.ts';
import { parseWebsite } from '../src/customer/website.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../src/database/transaction.ts';
import { globalId } from '../src/graphql/global-id.ts';

type Values = Record<string, unknown>;

async function insert(tx: PartnerTransaction, table: string, values: Values): Promise<void> {
  const columns = Object.keys(values);
  await tx.query(
    `insert into ${table} (partner_id, ${columns.join(', ')}) values ($1, ${columns.map((_, index) => `$${index + 2}`).join(', ')})`,
    [tx.partnerId, ...Object.values(values)],
  );
}

/** Creates one partner's data row by row, as the serving role; dashboard rows are derived as in the product. */
export class TestData {
  private constructor(
    readonly pool: Pool,
    readonly partnerId: string,
  ) {}

  static async of(pool: Pool, partner: { name: string; passedThrough: string; ownsAll?: boolean }): Promise<TestData> {
    const partnerId = randomUUID();
    await inPartnerTransaction(pool, partnerId, (tx) =>
      tx.query('insert into partner (id, name, passed_through, owns_all_transactional_conversations) values ($1, $2, $3, $4)', [
        partnerId,
        partner.name,
        partner.passedThrough,
        partner.ownsAll ?? false,
      ]),
    );
    return new TestData(pool, partnerId);
  }

  get globalId(): string {
    return globalId('Partner', this.partnerId);
  }

  #isTogether = false;

  async change(work: (tx: PartnerTransaction) => Promise<unknown>): Promise<void> {
    await inPartnerTransaction(this.pool, this.partnerId, async (tx) => {
      await work(tx);
      if (!this.#isTogether) await refreshDashboardRows(tx, 'all');
    });
  }

  /** Creates many rows, and derives the dashboard's once: each time takes longer than the time before. */
  async together(work: () => Promise<void>): Promise<void> {
    this.#isTogether = true;
    await work();
    this.#isTogether = false;
    await this.change(async () => {});
  }

  #hubId = 1000;

  /** A customer with an active association; returns its uuid. */
  async customer(values: { name: string; website?: string; hubId?: string; owner?: 'VENDOR' | 'PARTNER' }): Promise<string> {
    const id = randomUUID();
    const website = values.website === undefined ? null : parseWebsite(values.website);
    await this.change(async (tx) => {
      await insert(tx, 'customer', {
        id,
        hub_id: values.hubId ?? String((this.#hubId += 1)),
        name: values.name,
        website: website?.website ?? null,
        website_key: website?.key ?? null,
        search_text: searchText(values.name, website?.website ?? null),
      });
      await insert(tx, 'customer_association', { id: randomUUID(), customer_id: id, communication_owner: values.owner ?? null });
    });
    return id;
  }

  async user(
    customerId: string,
    values: { name: string; email?: string; isActive?: boolean; isPrimaryContact?: boolean },
  ): Promise<string> {
    const id = randomUUID();
    await this.change(async (tx) => {
      await insert(tx, 'customer_user', {
        id,
        customer_id: customerId,
        name: values.name,
        email: values.email ?? `${id}@example.com`,
        is_active: values.isActive ?? true,
      });
      if (values.isPrimaryContact) {
        await tx.query('update customer_association set primary_contact_id = $3 where partner_id = $1 and customer_id = $2', [
          this.partnerId,
          customerId,
          id,
        ]);
      }
    });
    return id;
  }

  /** A contract without a renewal; {@link renewingContract} creates both. */
  async contract(customerId: string, values: Values = {}): Promise<string> {
    const id = randomUUID();
    await this.change((tx) =>
      insert(tx, 'contract', {
        id,
        external_id: `C-${id}`,
        customer_id: customerId,
        product: 'GTX Basic',
        max_contacts: 1000,
        email_limit: 10_000,
        billing_frequency: 'MONTHLY',
        billing_interval_months: 1,
        subscription_term_months: 12,
        mrr: '100.00',
        currency_code: 'EUR',
        anchor_date: '2020-01-01',
        term_start_months: 0,
        renewal_months: 12,
        ...values,
      }),
    );
    return id;
  }

  async changeOf(customerId: string, contractId: string, values: Values & { type: string; effective_date: string }): Promise<string> {
    const id = randomUUID();
    await this.change((tx) => insert(tx, 'contract_change', { id, customer_id: customerId, contract_id: contractId, ...values }));
    return id;
  }

  /** A contract whose first term ends on the date, with its open renewal. The anchor is four years earlier, so that 29 February works. */
  async renewal(customerId: string, date: string, contract: Values = {}, change: Values = {}): Promise<{ contractId: string; id: string }> {
    const anchor = `${Number(date.slice(0, 4)) - 4}${date.slice(4)}`;
    const contractId = await this.contract(customerId, { anchor_date: anchor, term_start_months: 36, renewal_months: 48, ...contract });
    const id = await this.changeOf(customerId, contractId, { type: 'RENEWAL', effective_date: date, ...change });
    return { contractId, id };
  }

  async decide(changeId: string, action: string, decidedOn: string, source = 'MANUAL'): Promise<void> {
    await this.change((tx) =>
      tx.query(
        `insert into contract_change_decision (partner_id, contract_change_id, sequence, action, decided_on, recorded_by, on_behalf_of_customer, source)
         select $1, $2, 1 + (select count(*) from contract_change_decision where partner_id = $1 and contract_change_id = $2), $3, $4, 'test', false, $5`,
        [this.partnerId, changeId, action, decidedOn, source],
      ),
    );
  }
}
