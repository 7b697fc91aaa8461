import { companiesFile } from './companies.columns.ts';
import type { ReferenceFault } from './faults.queries.ts';
import type { ImportFile } from './import-file.ts';

/** Whether rows of the file may name an account of another system. */
const namesAccounts = (file: ImportFile) => file.columns.some(({ into }) => 'external_account_id' in into);

/** SQL: customers by their ids; an account that was merged into another means the other customer. */
const accountsSql = `(
  select account.hub_id, account.external_id, coalesce(account.merged_into_id, account.id) as id, account.merged_into_id is not null as is_merged
  from customer account where account.partner_id = $1)`;

/**
 * SQL: joins the customer that a row `staged` names, by its Hub ID first, else by its account id. `customer.id` is null if there is none;
 * `customer.is_merged` tells that the row names an account that was merged into this customer. $1 is the partner.
 */
export const namedCustomerSql = (file: ImportFile): string =>
  namesAccounts(file)
    ? `left join ${accountsSql} by_hub_id on by_hub_id.hub_id = staged.hub_id
       left join ${accountsSql} by_account on by_account.external_id = staged.external_account_id
       cross join lateral (select coalesce(by_hub_id.id, by_account.id) as id,
         coalesce(by_hub_id.is_merged, by_account.is_merged, false) as is_merged) customer`
    : `left join ${accountsSql} customer on customer.hub_id = staged.hub_id`;

const isTornSql = 'by_hub_id.id <> by_account.id or (by_hub_id.id is null and by_account.hub_id <> staged.hub_id)';

/** The fault codes of rows that must name a customer, with their conditions; see {@link customerFaults}. */
export const customerCodes = (file: ImportFile): Record<string, string> => ({
  UNKNOWN_CUSTOMER: 'staged.hub_id is not null and customer.id is null',
  ...(namesAccounts(file) && {
    UNKNOWN_ACCOUNT: 'staged.hub_id is null and staged.external_account_id is not null and customer.id is null',
    TWO_CUSTOMERS: isTornSql,
  }),
});

export const twoCustomers: Record<'TWO_CUSTOMERS', ReferenceFault> = {
  TWO_CUSTOMERS: {
    header: 'Account ID',
    value: 'staged.external_account_id',
    reason: `'The Hub ID and the account ID belong to two customers.'`,
  },
};

/** The faults of those codes; `header` is the file's column with the Hub ID. */
export const customerFaults = (file: ImportFile, header: string): Record<string, ReferenceFault> => ({
  UNKNOWN_CUSTOMER: unknown({ header, value: 'staged.hub_id::text', key: 'hub_id', id: 'Hub ID', staged: 'hub_id' }),
  ...(namesAccounts(file) && {
    UNKNOWN_ACCOUNT: unknown({
      ...{ header: 'Account ID', value: 'staged.external_account_id' },
      ...{ key: 'external_account_id', id: 'account ID', staged: 'external_account_id' },
    }),
    ...twoCustomers,
  }),
});

/** The customer is neither one of the partner nor in a company of this import. */
const unknown = ({ header, value, key, id, staged }: Record<'header' | 'value' | 'key' | 'id' | 'staged', string>): ReferenceFault => ({
  header,
  value,
  reason: `'No customer has this ${id}.'`,
  origin: { file: companiesFile, record: 'company', key, reference: staged },
});
