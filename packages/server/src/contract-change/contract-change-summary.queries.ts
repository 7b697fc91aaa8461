import { Parameters } from '../database/parameters.ts';
import { queryAsPartner, type Db } from '../database/partner-scope.ts';
import { asOfSql, rowOwnerSql } from './contract-change.columns.ts';
import { setSql, type ChangeSet } from './contract-change.queries.ts';
import {
  actionRequiredSql,
  contractChangeStatuses,
  contractChangeTypes,
  statusSql,
  type ContractChangeStatus,
  type ContractChangeType,
} from './contract-change.rules.ts';
import type { UpcomingContractChangesSummary } from './contract-change-summary.type.ts';

/** amounts as text, in the order current, new, renewed, pending, at risk */
type Totals = [currency: string, ...amounts: string[]];
type SummaryRow = [action: number, counts: [ContractChangeType, ContractChangeStatus, number][] | null, totals: Totals[] | null];

/** Counts and totals of a set in one statement. */
export async function summarizeUpcoming(db: Db, partnerId: string, set: ChangeSet): Promise<UpcomingContractChangesSummary> {
  const parameters = new Parameters(set);
  const { from, where } = setSql(set, parameters);
  const rows = await queryAsPartner<SummaryRow>(db, partnerId, {
    name: 'summarizeUpcoming',
    select: parameters.bind(`
      with changes as materialized (
        select r.id, r.contract_id, r.type, r.effective_date, ${statusSql('r', asOfSql)} as status,
          ${actionRequiredSql('r', asOfSql, rowOwnerSql)} as is_action_required,
          r.current_mrr, r.current_currency_code, r.new_mrr, r.new_currency_code
        from ${from} where ${where}
      ),
      counts as (select type, status, count(*)::int as count from changes group by type, status),
      -- a contract counts once: its current MRR, the new MRR of its latest change, its renewal's status
      contracts as (
        select (array_agg(current_mrr))[1] as current_mrr, (array_agg(current_currency_code))[1] as current_currency_code,
          (array_agg(new_mrr order by effective_date desc, type = 'RENEWAL' desc, id desc))[1] as new_mrr,
          (array_agg(new_currency_code order by effective_date desc, type = 'RENEWAL' desc, id desc))[1] as new_currency_code,
          (array_agg(status order by effective_date) filter (where type = 'RENEWAL'))[1] as renewal_status
        from changes group by contract_id
      ),
      amounts as (
        select current_currency_code as currency, current_mrr as current, 0 as new, renewal_status from contracts
        union all
        select new_currency_code, 0, new_mrr, null from contracts
      ),
      totals as (
        select currency, sum(current) as current, sum(new) as new,
          coalesce(sum(current) filter (where renewal_status = 'RENEWED'), 0) as renewed,
          coalesce(sum(current) filter (where renewal_status = 'PENDING'), 0) as pending,
          coalesce(sum(current) filter (where renewal_status = 'CANCELLATION_REQUESTED'), 0) as at_risk
        from amounts group by currency
      )
      select (select count(*)::int from changes where is_action_required) as action,
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
