/** The terms of a contract; a change announces them as new_…, and keeps those it changed from as from_…. */
export const contractTerms = [
  'max_contacts',
  'email_limit',
  'billing_frequency',
  'billing_interval_months',
  'subscription_term_months',
  'mrr',
  'currency_code',
] as const;

export type ContractTerm = (typeof contractTerms)[number];

/** SQL: a list with an item for each term. */
export const eachTerm = (item: (term: ContractTerm) => string): string => contractTerms.map(item).join(', ');

/** SQL: whole months from the anchor of the contract (alias `contract`) to one of its renewals. */
export const monthsSinceAnchorSql = (date: string) => `((extract(year from ${date}) - extract(year from contract.anchor_date)) * 12
  + extract(month from ${date}) - extract(month from contract.anchor_date))::integer`;

/** The columns that an import sets beside the terms, and that days which pass again need. */
export const noticeColumns = ['notice_period_days', 'notice_period_months'] as const;

/** SQL: the notice period of a contract, or of its imported terms, before a date, in days. Months of the calendar differ in length. */
export const noticeDaysSql = (date: string, of = 'contract') => `(case when ${of}.notice_period_months is null then ${of}.notice_period_days
  else ${date} - (${date} - make_interval(months => ${of}.notice_period_months))::date end)`;
