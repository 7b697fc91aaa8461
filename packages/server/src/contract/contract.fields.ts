import { customerFields } from '../customer/customer.fields.ts';
import { noticeDaysSql } from './contract.terms.ts';
import { idLeaf, withNested, type FieldTable } from '../reading/projection.ts';

/** Contract terms in columns with a common prefix. */
export const termsFields = (prefix: string, joins: readonly string[] = []): FieldTable => ({
  leaves: {
    maxContacts: { sql: [`${prefix}max_contacts`], joins },
    emailLimit: { sql: [`${prefix}email_limit`], joins },
    billingFrequency: { sql: [`${prefix}billing_frequency`], joins },
    billingIntervalMonths: { sql: [`${prefix}billing_interval_months`], joins },
    subscriptionTermMonths: { sql: [`${prefix}subscription_term_months`], joins },
    'mrr.amount': { sql: [`${prefix}mrr`], joins },
    'mrr.currencyCode': { sql: [`${prefix}currency_code`], joins },
  },
});

/** A contract without its customer. */
export const ownContractFields: FieldTable = withNested(
  {
    leaves: {
      id: idLeaf('Contract', 'contract.id', ['contract']),
      externalId: { sql: ['contract.external_id'], joins: ['contract'] },
      termStart: { sql: ['contract.term_start'], joins: ['contract'] },
      renewalStartDate: { sql: ['case when contract.ended_on is null then contract.renewal_start_date end'], joins: ['contract'] },
      endedOn: { sql: ['contract.ended_on'], joins: ['contract'] },
      noticePeriodDays: {
        sql: [`coalesce(${noticeDaysSql('contract.renewal_start_date')}, contract.notice_period_days)`],
        joins: ['contract'],
      },
      noticePeriodMonths: { sql: ['contract.notice_period_months'], joins: ['contract'] },
    },
  },
  { terms: termsFields('contract.', ['contract']) },
);

export const contractFields: FieldTable = withNested(ownContractFields, { customer: customerFields });

export const productFields: FieldTable = withNested(
  { leaves: { id: { sql: ['contract.id'], value: ([id]) => `sub_${id as unknown as string}` }, product: { sql: ['contract.product'] } } },
  { contract: contractFields },
);
