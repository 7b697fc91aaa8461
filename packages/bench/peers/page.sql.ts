// The statement of an endpoint written by hand: over the joined tables, or over the dashboard's own table.
// $1 is the partner, $2 today; after a cursor, $3 is its date and $4 its id. It reads 51 rows to know whether a page of 50 has a next one.

/** The columns of a page, by their names in a row. */
const columns = {
  all: [
    ...[
      'id',
      'customer_name',
      'communication_owner',
      'type',
      'status',
      'renewal_deadline',
      'primary_contact_name',
      'primary_contact_email',
    ],
    ...['website', 'hub_id', 'renewal_start_date', 'max_contacts', 'email_limit', 'billing_frequency', 'billing_interval_months'],
    ...['subscription_term_months', 'current_mrr', 'current_currency', 'new_mrr', 'new_currency'],
  ],
  locked: ['id', 'customer_name', 'communication_owner', 'type', 'status', 'renewal_deadline'],
};
export type ColumnSet = keyof typeof columns;
export type Source = 'joined' | 'wide';

const status = (type: string, date: string, notice: string, accepted: string, cancelled: string) => `case
  when ${cancelled} then 'CANCELLATION_REQUESTED'
  when ${type} <> 'RENEWAL' then case when ${accepted} then 'CONFIRMED' else 'PENDING' end
  when ${accepted} or ${date} - $2::date < ${notice} then 'RENEWED'
  else 'PENDING' end`;

// A subquery, so that PostgreSQL reads the setting once per statement, not once per row.
const setting = '(select owns_all_transactional_conversations from partner where id = $1)';

const joined: Record<string, string> = {
  id: 'c.id',
  effective_date: 'c.effective_date',
  customer_name: 'm.name',
  communication_owner: `coalesce(a.communication_owner::text, case when ${setting} then 'PARTNER' else 'VENDOR' end)`,
  type: 'c.type',
  status: status(
    'c.type',
    'c.effective_date',
    'c.notice_period_days',
    `coalesce(d.action = 'ACCEPT', false)`,
    `d.action = 'REQUEST_CANCELLATION'`,
  ),
  renewal_deadline: 'c.renewal_deadline',
  primary_contact_name: 'u.name',
  primary_contact_email: 'u.email',
  website: 'm.website',
  hub_id: 'm.hub_id',
  renewal_start_date: `case when c.type = 'RENEWAL' then c.effective_date end`,
  max_contacts: 'k.max_contacts',
  email_limit: 'k.email_limit',
  billing_frequency: 'k.billing_frequency',
  billing_interval_months: 'k.billing_interval_months',
  subscription_term_months: 'k.subscription_term_months',
  current_mrr: 'k.mrr',
  current_currency: 'k.currency_code',
  new_mrr: 'coalesce(c.new_mrr, k.mrr)',
  new_currency: 'coalesce(c.new_currency_code, k.currency_code)',
};

export const wide: Record<string, string> = {
  ...joined,
  id: 'c.id',
  customer_name: 'c.customer_name',
  communication_owner: joined['communication_owner']!.replace('a.communication_owner', 'c.manual_owner'),
  status: status('c.type', 'c.effective_date', 'c.notice_period_days', 'c.is_accepted', 'c.is_cancelled'),
  primary_contact_name: 'c.primary_contact_name',
  primary_contact_email: 'c.primary_contact_email',
  website: 'c.website',
  hub_id: 'c.hub_id',
  max_contacts: 'c.current_max_contacts',
  email_limit: 'c.current_email_limit',
  billing_frequency: 'c.current_billing_frequency',
  billing_interval_months: 'c.current_billing_interval_months',
  subscription_term_months: 'c.current_subscription_term_months',
  current_mrr: 'c.current_mrr',
  current_currency: 'c.current_currency_code',
  new_mrr: 'c.new_mrr',
  new_currency: 'c.new_currency_code',
};

const window = (row: string) => `${row}.effective_date between $2::date and $2::date + 120`;

// One decision per change is the easiest case for reading the log: no decision is withdrawn or late. One change per contract is the easiest
// case for new terms: no earlier change of the contract is part of them.
const joinedFrom = (set: ColumnSet) => `contract_change c
  join customer_association a on a.partner_id = c.partner_id and a.customer_id = c.customer_id and a.ended_at is null
  join customer m on m.partner_id = c.partner_id and m.id = c.customer_id
  join contract k on k.partner_id = c.partner_id and k.id = c.contract_id
  ${set === 'all' ? 'left join customer_user u on u.partner_id = a.partner_id and u.id = a.primary_contact_id' : ''}
  left join lateral (select d.action from contract_change_decision d
    where d.partner_id = c.partner_id and d.contract_change_id = c.id and d.decided_on <= least($2::date, c.renewal_deadline)
    order by d.sequence desc limit 1) d on true`;
const joinedWhere = `c.settled_on is null and (c.type <> 'RENEWAL' or c.effective_date = k.renewal_start_date)
  and (k.ended_on is null or k.ended_on >= $2::date or c.effective_date <= k.ended_on)`;

export function pageSql(source: Source, set: ColumnSet, isAfter: boolean): string {
  const table = source === 'joined' ? joined : wide;
  const list = [...columns[set], 'effective_date'].map((name) => `${table[name]} as ${name}`).join(', ');
  const from = source === 'joined' ? page(joinedFrom(set), joinedWhere, isAfter) : wideFrom(isAfter);
  return `/* ${source} */ select ${list} ${from}`;
}

/** The rows of a page, from the dashboard's own table. */
export const wideFrom = (isAfter: boolean): string => page('dashboard_row c', null, isAfter);

function page(from: string, where: string | null, isAfter: boolean): string {
  const conditions = ['c.partner_id = $1', window('c'), ...(where === null ? [] : [where])];
  if (isAfter) conditions.push('(c.effective_date, c.id) > ($3::date, $4::uuid)');
  return `from ${from} where ${conditions.join(' and ')} order by c.effective_date, c.id limit 51`;
}

/**
 * The same statement as a view, for peers that derive an API from the database. With inner joins, the planner would expect hardly any row,
 * and would read and sort all rows of a big partner for one page. Outer joins and a lateral join prevent that.
 */
export function viewSql(name: string, today: string): string {
  const list = [...columns.all, 'effective_date'].map((column) =>
    `${joined[column]} as ${column}`.replace(setting, 'p.owns_all_transactional_conversations'),
  );
  const from = joinedFrom('all')
    .replace(/join customer_association a on (.*)/, 'cross join lateral (select a.* from customer_association a where $1 limit 1) a')
    .replace('join customer m', 'left join customer m')
    .replace('join contract k', 'left join contract k');
  const select = `select c.partner_id, ${list.join(', ')} from ${from} left join partner p on p.id = c.partner_id where ${joinedWhere} and ${window('c')}`;
  return `create view ${name} as ${select.replaceAll('$2::date', `'${today}'::date`)}`;
}
