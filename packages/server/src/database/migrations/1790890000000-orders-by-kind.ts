import type { MigrationInterface, QueryRunner } from 'typeorm';

export class OrdersByKind1790890000000 implements MigrationInterface {
  name = 'OrdersByKind1790890000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index dashboard_row_any_order_idx;

      -- A sort reads every row in the window from one of these. PostgreSQL decodes each entry as a whole, so three narrow indexes are read a
      -- quarter faster than one with all columns. The columns that people combine are together: an order with keys of several indexes reads
      -- the rows themselves.
      create index dashboard_row_any_order_idx on dashboard_row (partner_id, effective_date, id) include (
        type, notice_period_days, is_accepted, is_cancelled, current_billing_interval_months, current_subscription_term_months,
        renewal_deadline, current_max_contacts, current_email_limit, manual_owner, customer_name);
      create index dashboard_row_by_money_idx on dashboard_row (partner_id, effective_date, id) include (
        current_currency_code, current_mrr, new_currency_code, new_mrr, estimated_mrr_change);
      create index dashboard_row_by_names_idx on dashboard_row (partner_id, effective_date, id) include (
        primary_contact_name, website);

      -- The narrow index stays the newest: of two indexes with the same cost, the planner uses that. A restored dump creates indexes in the
      -- order of their names.
      drop index dashboard_row_effective_date_idx;
      create index dashboard_row_effective_date_idx on dashboard_row (partner_id, effective_date, id) include (search_text, hub_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index dashboard_row_any_order_idx, dashboard_row_by_money_idx, dashboard_row_by_names_idx;
      create index dashboard_row_any_order_idx on dashboard_row (partner_id, effective_date, id) include (
        type, notice_period_days, is_accepted, is_cancelled, current_billing_interval_months, current_subscription_term_months,
        renewal_deadline, current_max_contacts, current_email_limit, manual_owner, current_currency_code, current_mrr, new_currency_code,
        new_mrr, estimated_mrr_change, customer_name, primary_contact_name, website);
      drop index dashboard_row_effective_date_idx;
      create index dashboard_row_effective_date_idx on dashboard_row (partner_id, effective_date, id) include (search_text, hub_id);
    `);
  }
}
