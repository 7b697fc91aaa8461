import type { Type } from '../model/dashboard.model.ts';

// Rows of an export: a row has the properties whose columns its file has, and no others. Days are whole numbers.

export type CompanyRow = { hubId: string; name: string; website?: string | null };
export type ContractRow = {
  externalId: string;
  hubId: string;
  product: string;
  anchor: string;
  term: number;
  billingFrequency: string;
  billingIntervalMonths: number;
  amount: string;
  currencyCode: string;
  maxContacts?: number | null;
  emailLimit?: number | null;
  autoRenew?: boolean | null;
  notice?: number | null;
  endDate?: number | null;
  status?: string | null;
};
export type ChangeRow = {
  externalId: string;
  contract: string;
  type: Type;
  on: number;
  newMaxContacts?: number | null;
  newEmailLimit?: number | null;
  newTerm?: number | null;
  newAmount?: string | null;
  acceptedOn?: number | null;
  cancellationRequestedOn?: number | null;
};
