import { customerFields } from '../customer/customer.fields.ts';
import { idLeaf, withNested, type FieldTable } from '../reading/projection.ts';

/** Contract terms whose columns are named prefix + max_contacts and so on. */
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

/** A contract under the alias k, without its customer. */
export const ownContractFields: FieldTable = withNested(
  {
    leaves: {
      id: idLeaf('Contract', 'k.id', ['k']),
      externalId: { sql: ['k.external_id'], joins: ['k'] },
      termStart: { sql: ['k.term_start'], joins: ['k'] },
      renewalStartDate: { sql: ['case when k.ended_on is null then k.renewal_start_date end'], joins: ['k'] },
      noticePeriodDays: { sql: ['k.notice_period_days'], joins: ['k'] },
    },
  },
  { terms: termsFields('k.', ['k']) },
);

export const contractFields: FieldTable = withNested(ownContractFields, { customer: customerFields });

/** A product the customer is subscribed to, under its contract's alias k. */
export const productFields: FieldTable = withNested({ leaves: { product: { sql: ['k.product'] } } }, { contract: contractFields });
