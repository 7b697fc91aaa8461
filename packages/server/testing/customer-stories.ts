import type { TestData } from './test-data.ts';

/** A customer with one contract and some changes; its name is unique. */
export type CustomerStory = {
  name: string;
  owner: 'VENDOR' | 'PARTNER';
  /** Address of the primary contact; without it there is none. */
  contact?: string;
  anchor: string;
  termMonths: number;
  /** Months from the anchor to the end of the running term. */
  renewalMonths: number;
  changes: { type: string; on: string; decisions?: { action: string; on: string }[] }[];
};

const id = (what: string) => `md5('${what} ' || story.name || ' ' || $1::uuid)::uuid`;

/** Creates many customers at once, each table in one statement. */
export async function createStories(data: TestData, stories: readonly CustomerStory[]): Promise<void> {
  await data.change(async (tx) => {
    await tx.query(
      `create temporary table story (name text, owner text, contact text, anchor date, "termMonths" int, "renewalMonths" int) on commit drop`,
    );
    await tx.query(`create temporary table story_change (name text, place int, type text, day date, decisions json) on commit drop`);
    await tx.query('insert into story select * from json_populate_recordset(null::story, $1::json)', [JSON.stringify(stories)]);
    await tx.query('insert into story_change select * from json_populate_recordset(null::story_change, $1::json)', [
      JSON.stringify(
        stories.flatMap(({ name, changes }) => changes.map(({ on, ...change }, place) => ({ name, place, day: on, ...change }))),
      ),
    ]);
    const run = (sql: string) => tx.query(sql, [tx.partnerId]);
    await run(
      `insert into customer (partner_id, id, hub_id, name, search_text) select $1::uuid, ${id('customer')}, row_number() over (), name, '' from story`,
    );
    await run(
      `insert into customer_user (partner_id, id, customer_id, name, email, is_active)
       select $1::uuid, ${id('contact')}, ${id('customer')}, 'Contact of ' || name, contact, true from story where contact is not null`,
    );
    await run(
      `insert into customer_association (partner_id, id, customer_id, communication_owner, primary_contact_id)
       select $1::uuid, ${id('association')}, ${id('customer')}, owner::communication_owner, case when contact is not null then ${id('contact')} end from story`,
    );
    await run(
      `insert into contract (partner_id, id, external_id, customer_id, product, billing_frequency, billing_interval_months,
         subscription_term_months, mrr, currency_code, anchor_date, term_start_months, renewal_months)
       select $1::uuid, ${id('contract')}, name, ${id('customer')}, 'Hub', 'MONTHLY', 1, "termMonths", 100, 'EUR', anchor,
         "renewalMonths" - "termMonths", "renewalMonths" from story`,
    );
    const changeId = `md5('change ' || story.place || ' ' || story.name || ' ' || $1::uuid)::uuid`;
    await run(
      `insert into contract_change (partner_id, id, contract_id, customer_id, type, effective_date)
       select $1::uuid, ${changeId}, ${id('contract')}, ${id('customer')}, type::contract_change_type, day from story_change story`,
    );
    await run(
      `insert into contract_change_decision (partner_id, contract_change_id, sequence, action, decided_on, recorded_by, on_behalf_of_customer, source)
       select $1::uuid, ${changeId}, decision.place, (decision.value ->> 'action')::contract_change_action, (decision.value ->> 'on')::date, 'test', false, 'MANUAL'
       from story_change story cross join lateral json_array_elements(story.decisions) with ordinality decision(value, place)`,
    );
  });
}
