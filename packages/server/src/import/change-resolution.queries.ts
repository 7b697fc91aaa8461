import type { PartnerTransaction } from '../database/transaction.ts';
import { changesFile } from './changes.columns.ts';
import { isLaterRenewalSql } from './renewal.rules.ts';
import { codesSql, outcomeSql } from './rows.queries.ts';

/**
 * Finds what each row of changes.csv is about. An upgrade or overage is the change with its id; a renewal is the contract's renewal
 * on that date, whichever id that has: the open one, one that is settled, or one that has not opened yet and is announced here.
 */
export async function resolveChanges(tx: PartnerTransaction): Promise<void> {
  const outcome = outcomeSql({
    file: changesFile,
    codes: 'x.codes',
    isSkipped: 'skipped.external_id is not null or a.id is null',
    has: 'e.id is not null',
    digest: 'e.imported_digest',
  });
  // A row that says what it said last time is not examined again: its renewal may have passed since.
  const isNews = 'a.id is not null and e.imported_digest is distinct from s.digest';
  const codes = codesSql({
    UNKNOWN_CONTRACT: 's.contract_external_id is not null and c.id is null and skipped.external_id is null',
    MOVED: `${isNews} and e.contract_id <> c.id`,
    OTHER_TYPE: `${isNews} and (e.type = 'RENEWAL') <> (s.type = 'RENEWAL')`,
    NO_RENEWAL_DATE: `${isNews} and s.type = 'RENEWAL' and n.id is null and s.effective_date is not null and s.effective_date <> c.renewal_start_date
      and not ${isLaterRenewalSql({ anchor: 'c.anchor_date', renewal: 'c.renewal_months', term: 't.term_months', day: 's.effective_date' })}`,
    ANNOUNCED: `${isNews} and s.type = 'RENEWAL' and (n.external_id <> s.external_id or twice.line < s.line)`,
  });
  await tx.query(
    `/* resolveChanges */ insert into import_change_row
     select s.line, ${outcome}, x.codes, coalesce(w.id, gen_random_uuid()), w.id is not null, case when e.id <> w.id or w.id is null then e.id end,
       c.id, c.customer_id, c.renewal_start_date
     from import_change s
     left join contract c on c.partner_id = $1 and c.external_id = s.contract_external_id
     left join customer_association a on a.partner_id = $1 and a.customer_id = c.customer_id and a.ended_at is null
     left join contract_change e on e.partner_id = $1 and e.external_id = s.external_id
     left join contract_change n on s.type = 'RENEWAL' and n.partner_id = $1 and n.contract_id = c.id and n.type = 'RENEWAL'
       and n.effective_date = s.effective_date
     left join contract_change o on s.type = 'RENEWAL' and o.partner_id = $1 and o.contract_id = c.id and o.type = 'RENEWAL'
       and o.effective_date = c.renewal_start_date
     left join (
       select distinct on (contract_external_id, effective_date) contract_external_id, effective_date, new_subscription_term_months
       from import_change where type = 'RENEWAL' and faults is null order by contract_external_id, effective_date, line
     ) announced on announced.contract_external_id = s.contract_external_id and announced.effective_date = c.renewal_start_date
     left join (
       select contract_external_id, effective_date, min(line) as line from import_change where type = 'RENEWAL'
       group by contract_external_id, effective_date having count(distinct external_id) > 1
     ) twice on s.type = 'RENEWAL' and twice.contract_external_id = s.contract_external_id and twice.effective_date = s.effective_date
     left join (
       select k.external_id from import_contract k join import_contract_row r using (line) where r.outcome = 'SKIPPED'
     ) skipped on skipped.external_id = s.contract_external_id and c.id is null
     cross join lateral (select case when s.type = 'RENEWAL' then n.id else e.id end as id) w
     -- terms after the open renewal last as long as that renewal announces
     cross join lateral (select coalesce(case when announced.effective_date is null then o.new_subscription_term_months
       else announced.new_subscription_term_months end, c.subscription_term_months) as term_months) t
     cross join lateral (select ${codes} as codes) x`,
    [tx.partnerId],
  );
  await tx.query('/* resolveChanges */ analyze import_change_row');
}
