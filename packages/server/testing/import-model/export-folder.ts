import { csvFolder } from '../csv-folder.ts';
import { dateOf } from '../model/civil-day.ts';
import type { ChangeRow, CompanyRow, ContractRow } from './export-rows.ts';

// Rows of the model as the files of an export. A file has the columns that its rows have properties for.

export type Files = { companies?: CompanyRow[]; contracts?: ContractRow[]; changes?: ChangeRow[] };

const date = (day: unknown) => dateOf(day as number);
const types = { RENEWAL: 'renewal', CONTACT_TIER_UPGRADE: 'contact upgrade', EMAIL_OVERAGE: 'email overage' };

type Columns = Record<string, [header: string, cell: (value: never) => string]>;
const companyColumns: Columns = { hubId: ['Record ID', String], name: ['Company name', String], website: ['Company Domain Name', String] };
const contractColumns: Columns = {
  externalId: ['Contract ID', String],
  hubId: ['Hub ID', String],
  product: ['Product', String],
  anchor: ['Subscription start date', String],
  term: ['Term', (months) => `P${months as number}M`],
  billingFrequency: ['Billing frequency', String],
  amount: ['MRR', String],
  currencyCode: ['Currency', String],
  maxContacts: ['Max contacts', String],
  emailLimit: ['Email limit', String],
  autoRenew: ['Auto-renew', String],
  notice: ['Notice period', String],
  endDate: ['End date', date],
  status: ['Status', String],
};
const changeColumns: Columns = {
  externalId: ['Change ID', String],
  contract: ['Contract ID', String],
  type: ['Type', (type) => types[type as keyof typeof types]],
  on: ['Effective date', date],
  newMaxContacts: ['New max contacts', String],
  newEmailLimit: ['New email limit', String],
  newTerm: ['New term', String],
  newAmount: ['Estimated new MRR', String],
  acceptedOn: ['Accepted on', date],
  cancellationRequestedOn: ['Cancellation requested on', date],
};

function lines(columns: Columns, rows: readonly object[]): string[] {
  const used = Object.keys(columns).filter((name) => rows.some((row) => name in row));
  const cells = (row: object) =>
    used.map((name) => {
      const value = (row as Record<string, unknown>)[name] ?? null;
      return value === null ? '' : columns[name]![1](value as never);
    });
  return [used.map((name) => columns[name]![0]).join(','), ...rows.map((row) => cells(row).join(','))];
}

/** Contract ids are the partner's own: an operator's decision reaches every partner that holds the same contract. */
export function exportFolder({ companies, contracts, changes }: Files, prefix: string): string {
  return csvFolder({
    ...(companies && { 'companies.csv': lines(companyColumns, companies) }),
    ...(contracts && {
      'contracts.csv': lines(
        contractColumns,
        contracts.map((row) => ({ ...row, externalId: `${prefix}${row.externalId}` })),
      ),
    }),
    ...(changes && {
      'changes.csv': lines(
        changeColumns,
        changes.map((row) => ({ ...row, contract: `${prefix}${row.contract}` })),
      ),
    }),
  });
}

export const told = (files: Files): string =>
  [
    ...(files.companies ? ['companies.csv', ...lines(companyColumns, files.companies)] : []),
    ...(files.contracts ? ['contracts.csv', ...lines(contractColumns, files.contracts)] : []),
    ...(files.changes ? ['changes.csv', ...lines(changeColumns, files.changes)] : []),
  ].join('\n    ');
