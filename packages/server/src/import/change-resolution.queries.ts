import type { PartnerTransaction } from '../database/transaction.ts';
import { changesFile } from './changes.columns.ts';
import { isLaterRenewalSql } from './renewal.rules.ts';
import { codesSql, isChangedSql, outcomeSql } from './rows.queries.ts';

/**
 * Finds the change of each row of changes.csv. An upgrade or overage is found by its id; a renewal by contract and
 * date, regardless of its id. That renewal may be open or settled, or not open yet and announced here. A change from before its contract's
 * last import is history. For others from the past, `day` is the day from which the contract's days pass again.
 */
export async function resolveChanges(tx: PartnerTransaction): Promise<void> {
  const outcome = outcomeSql({
    file: changesFile,
    codes: 'found.codes',
    isSkipped: 'skipped.external_id is not null or association.id is null',
    has: 'change.id is not null',
    digest: 'change.imported_digest',
  });
  // An unchanged row is not checked again: its renewal may have passed since.
  const isNews = `association.id is not null and staged.digest is not null and ${isChangedSql(changesFile, 'staged.digest', 'change.imported_digest')}`;
  const isLaterRenewal = isLaterRenewalSql({
    anchor: 'contract.anchor_date',
    renewal: 'contract.renewal_months',
    term: 'later.term_months',
    day: 'staged.effective_date',
  });
  const codes = codesSql({
    UNKNOWN_CONTRACT: 'staged.contract_external_id is not null and contract.id is null and skipped.external_id is null',
    MOVED: `${isNews} and change.contract_id <> contract.id`,
    OTHER_TYPE: `${isNews} and (change.type = 'RENEWAL') <> (staged.type = 'RENEWAL')`,
    NO_RENEWAL_DATE: `${isNews} and staged.type = 'RENEWAL' and renewal.id is null and not past.is_history
      and staged.effective_date is distinct from contract.renewal_start_date and not coalesce(${isLaterRenewal}, false)`,
    ANNOUNCED: `${isNews} and staged.type = 'RENEWAL' and (renewal.external_id <> staged.external_id or twice.line < staged.line)`,
  });
  await tx.query(
    `/* resolveChanges */ insert into import_change_row
     select staged.line, ${outcome}, found.codes, coalesce(meant.id, gen_random_uuid()), meant.id is not null,
       case when change.id <> meant.id or meant.id is null then change.id end, before.is_over,
       contract.id, contract.customer_id, contract.renewal_start_date,
       past.is_history and not meets.is_known,
       past.is_history and staged.type <> 'RENEWAL' and meant.id is not null and not meant.is_history,
       case when not past.is_history or meets.is_known
         then least(staged.effective_date, meant.effective_date, case when not before.is_over then change.effective_date end)
         -- the request may count for a renewal since the contract's last import
         when staged.type = 'RENEWAL' and staged.cancellation_requested_on is not null then contract.imported_on end
     from import_change staged
     left join contract on contract.partner_id = $1 and contract.external_id = staged.contract_external_id
     left join customer_association association on association.partner_id = $1 and association.customer_id = contract.customer_id
       and association.ended_at is null
     left join contract_change change on change.partner_id = $1 and change.external_id = staged.external_id
     left join contract_change renewal on staged.type = 'RENEWAL' and renewal.partner_id = $1 and renewal.contract_id = contract.id
       and renewal.type = 'RENEWAL' and renewal.effective_date = staged.effective_date
     left join contract_change open_renewal on staged.type = 'RENEWAL' and open_renewal.partner_id = $1
       and open_renewal.contract_id = contract.id and open_renewal.type = 'RENEWAL'
       and open_renewal.effective_date = contract.renewal_start_date
     left join (
       select distinct on (contract_external_id, effective_date) contract_external_id, effective_date, new_subscription_term_months
       from import_change where type = 'RENEWAL' and faults is null order by contract_external_id, effective_date, line
     ) announced on announced.contract_external_id = staged.contract_external_id
       and announced.effective_date = contract.renewal_start_date
     left join (
       select contract_external_id, effective_date, min(line) as line from import_change where type = 'RENEWAL'
       group by contract_external_id, effective_date having count(distinct external_id) > 1
     ) twice on staged.type = 'RENEWAL' and twice.contract_external_id = staged.contract_external_id
       and twice.effective_date = staged.effective_date
     -- contracts of ended customers; a repeated row says nothing of its contract
     left join (
       select of_contract.external_id from import_contract of_contract join import_contract_row judged using (line)
       where judged.outcome = 'SKIPPED' and of_contract.digest is not null
     ) skipped on skipped.external_id = staged.contract_external_id and contract.id is null
     left join contract_change meant on meant.partner_id = $1
       and meant.id = case when staged.type = 'RENEWAL' then renewal.id else change.id end
     cross join lateral (select coalesce(staged.effective_date < contract.imported_on, false) as is_history) past
     -- a Change ID used again for a later renewal says nothing new of the renewal that has passed
     cross join lateral (select coalesce(staged.type = 'RENEWAL' and change.settled_on is not null
       and change.effective_date < staged.effective_date, false) as is_over) before
     -- a known renewal may still end the contract; a known change after the contract's end waits
     cross join lateral (select coalesce(not meant.is_history and (staged.type = 'RENEWAL' or (
         meant.settled_on is null and meant.effective_date < contract.imported_on)), false) as is_known) meets
     -- terms after the open renewal last as long as that renewal announces
     cross join lateral (select coalesce(case when announced.effective_date is null then open_renewal.new_subscription_term_months
       else announced.new_subscription_term_months end, contract.subscription_term_months) as term_months) later
     cross join lateral (select ${codes} as codes) found`,
    [tx.partnerId],
  );
  await tx.query('/* resolveChanges */ analyze import_change_row');
}
