import { Parameters } from '../database/sql.ts';
import type { Reader } from '../database/reader.ts';
import { asOfSql, rowOwnerSql } from '../contract-change/contract-change.columns.ts';
import { setSql, type ChangeSet } from './dashboard.queries.ts';
import {
  actionRequiredSql,
  contractChangeStatuses,
  contractChangeTypes,
  statusSql,
  type ContractChangeStatus,
  type ContractChangeType,
} from '../contract-change/contract-change.rules.ts';
import type { UpcomingContractChangesSummary } from './dashboard-summary.type.ts';

/** Amounts as text, in the order current, new, renewed, pending, at risk. */
type Totals = [currency: string, ...amounts: string[]];
type SummaryRow = [action: number, counts: [ContractChangeType, ContractChangeStatus, number][] | null, totals: Totals[] | null];

/** Counts and totals of a set, in one statement. */
export async function summarizeUpcoming(reader: Reader, set: ChangeSet): Promise<UpcomingContractChangesSummary> {
  const parameters = new Parameters(set);
  const { from, where } = setSql(set, parameters);
  const rows = await reader.select<SummaryRow>({
    name: 'summarizeUpcoming',
    select: parameters.bind(`
      with changes as materialized (
        select contract_id, type, effective_date, position, status, is_action_required, current_mrr, current_currency_code, is_dropped,
          case when is_dropped then current_mrr else new_mrr end as new_mrr,
          case when is_dropped then current_currency_code else new_currency_code end as new_currency_code
        from (
          select *, type <> 'RENEWAL' and status = 'CANCELLATION_REQUESTED' as is_dropped
          from (
            select row.contract_id, row.type, row.effective_date, row.position, ${statusSql('row', asOfSql)} as status,
              ${actionRequiredSql('row', asOfSql, rowOwnerSql)} as is_action_required,
              row.current_mrr, row.current_currency_code, row.new_mrr, row.new_currency_code
            from ${from} where ${where}
          ) as shown
        ) as told
      ),
      -- A contract counts once: its current MRR, the new MRR of its latest change that is not dropped, its renewal's status. Its new MRR is 0
      -- if that renewal is cancelled. Most contracts have one change; only the changes of the others are sorted.
      several as materialized (select contract_id from changes group by contract_id having count(*) > 1),
      placed as (
        select *, true as is_latest, type = 'RENEWAL' as is_first_renewal,
          type = 'RENEWAL' and status = 'CANCELLATION_REQUESTED' as is_cancelled
        from changes where contract_id not in (select contract_id from several)
        union all
        select *,
          row_number() over (partition by contract_id order by is_dropped, position desc) = 1,
          type = 'RENEWAL' and effective_date = min(effective_date) filter (where type = 'RENEWAL') over (partition by contract_id),
          bool_or(type = 'RENEWAL' and status = 'CANCELLATION_REQUESTED') over (partition by contract_id)
        from changes where contract_id in (select contract_id from several)
      ),
      -- One pass over the changes; later steps read a few dozen groups.
      groups as materialized (
        select type, status, is_action_required, is_latest, is_first_renewal, current_currency_code, new_currency_code,
          count(*) as count, sum(current_mrr) as current, sum(case when is_cancelled then 0 else new_mrr end) as new
        from placed group by 1, 2, 3, 4, 5, 6, 7
      ),
      counts as (select type, status, sum(count)::int as count from groups group by type, status),
      amounts as (
        select current_currency_code as currency, case when is_latest then current else 0 end as current, 0 as new,
          case when is_first_renewal then current end as of_renewal, status
        from groups where is_latest or is_first_renewal
        union all
        select new_currency_code, 0, new, null, null from groups where is_latest
      ),
      totals as (
        select currency, sum(current) as current, sum(new) as new,
          coalesce(sum(of_renewal) filter (where status = 'RENEWED'), 0) as renewed,
          coalesce(sum(of_renewal) filter (where status = 'PENDING'), 0) as pending,
          coalesce(sum(of_renewal) filter (where status = 'CANCELLATION_REQUESTED'), 0) as at_risk
        from amounts group by currency
      )
      select (select coalesce(sum(count), 0)::int from groups where is_action_required) as action,
        (select json_agg(json_build_array(type, status, count)) from counts) as counts,
        (select json_agg(json_build_array(currency, current::text, new::text, renewed::text, pending::text, at_risk::text) order by currency) from totals) as totals`),
    values: parameters.values,
  });
  const [actionRequiredCount, counts, totals] = rows[0] ?? [0, null, null];
  const countOf = (index: 0 | 1, value: string) =>
    (counts ?? []).filter((entry) => entry[index] === value).reduce((sum, entry) => sum + entry[2], 0);
  return {
    totalCount: (counts ?? []).reduce((sum, entry) => sum + entry[2], 0),
    actionRequiredCount,
    byStatus: contractChangeStatuses.map((status) => ({ status, count: countOf(1, status) })),
    byType: contractChangeTypes.map((type) => ({ type, count: countOf(0, type) })),
    totals: (totals ?? []).map(([currencyCode, ...amounts]) => {
      const [currentMrr, estimatedNewMrr, renewedMrr, pendingMrr, atRiskMrr] = amounts.map((amount) => ({ amount, currencyCode }));
      return {
        currencyCode,
        currentMrr,
        estimatedNewMrr,
        renewedMrr,
        pendingMrr,
        atRiskMrr,
      } as UpcomingContractChangesSummary['totals'][number];
    }),
  };
}
