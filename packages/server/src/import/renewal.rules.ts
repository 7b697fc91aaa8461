// Renewals are counted in whole months from the contract's anchor, and each date is computed from it and clamped to the month's
// end. SQL, because an import reckons them for many contracts at once.

/** SQL: whole months from the month of one date to the month of another; the days do not count. */
const monthsBetweenSql = (from: string, to: string) =>
  `((extract(year from ${to}) - extract(year from ${from})) * 12 + extract(month from ${to}) - extract(month from ${from}))::integer`;

const datePlusMonthsSql = (anchor: string, months: string) => `(${anchor} + make_interval(months => ${months}))::date`;

/**
 * SQL: a select of `months`: the smallest elapsed + k · term (k ≥ 1), in months from the anchor, whose date is on or after `day`.
 * Fewer months than lie between the two dates' months fall before the day, more fall after it; the same number may do either.
 */
export const nextRenewalMonthsSql = ({ anchor, elapsed, term, day }: Record<'anchor' | 'elapsed' | 'term' | 'day', string>) => `
  select case when ${datePlusMonthsSql(anchor, 'whole.months')} < ${day} then whole.months + ${term} else whole.months end as months
  from (select ${elapsed} + ${term} * greatest(1, ceil((${monthsBetweenSql(anchor, day)} - ${elapsed})::numeric / ${term}))::integer as months) whole`;

/** SQL: is the day a renewal's: anchor + renewal + k · term (k ≥ 0)? False without a term. */
export const isRenewalDateSql = (of: Record<'anchor' | 'renewal' | 'term' | 'day', string>) =>
  `coalesce(${of.day} = ${datePlusMonthsSql(of.anchor, of.renewal)} or ${isLaterRenewalSql(of)}, false)`;

/** SQL: is the day a later renewal's: anchor + renewal + k · term (k ≥ 1)? */
export const isLaterRenewalSql = ({ anchor, renewal, term, day }: Record<'anchor' | 'renewal' | 'term' | 'day', string>) => {
  const months = monthsBetweenSql(anchor, day);
  return `(${months} > ${renewal} and (${months} - ${renewal}) % ${term} = 0 and ${datePlusMonthsSql(anchor, months)} = ${day})`;
};
