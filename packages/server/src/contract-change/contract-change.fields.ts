import { mayDecide } from '../access/role.rules.ts';
import { ownContractFields, termsFields } from '../contract/contract.fields.ts';
import { communicationOwner } from '../customer/communication-owner.rules.ts';
import { customerFields, primaryContactFields } from '../customer/customer.fields.ts';
import { idOnDay } from '../graphql/global-id.ts';
import { idLeaf, withNested, type FieldTable, type Leaf } from '../reading/projection.ts';
import { asOfSql, columns, statusFacts, statusSources } from './contract-change.columns.ts';
import type { Dates } from './contract-change.queries.ts';
import { availableActions, lastDecisionDateSql, statusReason } from './contract-change.rules.ts';

// Every leaf of ContractChange, over the dashboard row: those of the columns, and the others here. Further tables are joined only for the
// fields that need them.

const columnFields: Record<string, Leaf> = Object.assign({}, ...Object.values(columns).map((column) => column.fields));

/** The customer: values of the row where it has them, others from the association. */
const customer: FieldTable = {
  ...customerFields,
  leaves: {
    ...customerFields.leaves,
    id: idLeaf('Customer', 'row.customer_id'),
    name: columns.CUSTOMER_NAME.fields['customer.name'],
    website: columns.WEBSITE.fields['customer.website'],
    hubId: columns.HUB_ID.fields['customer.hubId'],
    'association.version': { sql: ['row.association_version'] },
  },
};

export const estimatedMrrChangeSql = {
  amount: 'row.estimated_mrr_change',
  currency: '(case when row.estimated_mrr_change is not null then row.new_currency_code end)',
};

/** A decision at a path, from the join of the same name. */
const decisionLeaves = (path: string, join = path): Record<string, Leaf> => ({
  [`${path}.action`]: { sql: [`${join}.action`], joins: [join] },
  [`${path}.decidedOn`]: { sql: [`${join}.decided_on`], joins: [join] },
  [`${path}.recordedBy`]: { sql: [`${join}.recorded_by`], joins: [join] },
  [`${path}.onBehalfOfCustomer`]: { sql: [`${join}.on_behalf_of_customer`], joins: [join] },
});

export const contractChangeFields: FieldTable = withNested(
  {
    leaves: {
      ...columnFields,
      id: idLeaf('ContractChange', 'row.id'),
      statusReason: { sql: statusSources, value: (values) => statusReason(statusFacts(values)) },
      lateCancellationRequest: { sql: ['row.has_late_cancellation'] },
      effectiveDate: { sql: ['row.effective_date'] },
      daysUntilEffective: { sql: [`row.effective_date - ${asOfSql}`] },
      daysUntilDeadline: { sql: [`row.renewal_deadline - ${asOfSql}`] },
      lastDecisionDate: { sql: [lastDecisionDateSql('row')] },
      daysUntilLastDecision: { sql: [`${lastDecisionDateSql('row')} - ${asOfSql}`] },
      'primaryContact.id': idLeaf('CustomerUser', 'row.primary_contact_id'),
      'estimatedMrrChange.amount': { sql: [estimatedMrrChangeSql.amount] },
      'estimatedMrrChange.currencyCode': { sql: [estimatedMrrChangeSql.currency] },
      // Actions depend on today (alias `today`), regardless of `asOf`.
      availableActions: {
        sql: [
          'today.type',
          'today.effective_date - :today',
          'today.notice_period_days',
          'today.is_accepted',
          'today.is_cancelled',
          'today.has_late_cancellation',
          'row.manual_owner',
          'settings.owns_all_transactional_conversations',
        ],
        joins: ['today'],
        value: (values, { role }) => {
          if (values[0] === null) return [];
          const owner = communicationOwner(values[6] ?? null, values[7] as never);
          return availableActions({ ...statusFacts(values), hasLateCancellation: values[5] as never }, mayDecide(role, owner));
        },
      },
      ...decisionLeaves('decision'),
      ...decisionLeaves('lateRequest', 'late_request'),
      version: { sql: ['row.version'] },
      'contract.id': idLeaf('Contract', 'row.contract_id'),
      'contract.customer.id': idLeaf('Customer', 'row.customer_id'),
    },
    nullable: {
      ...{ primaryContact: 'primaryContact.name', decision: 'decision.action', lateRequest: 'lateRequest.action' },
      estimatedMrrChange: 'estimatedMrrChange.currencyCode',
    },
  },
  {
    customer,
    primaryContact: primaryContactFields,
    contract: withNested(ownContractFields, { customer }),
    currentTerms: termsFields('row.current_'),
    newTerms: termsFields('row.new_'),
  },
);

/** The same on another day than today: each change has an ID of that day. */
export const fieldsOnDay: FieldTable = {
  ...contractChangeFields,
  leaves: {
    ...contractChangeFields.leaves,
    id: { sql: ['row.id', asOfSql], value: ([uuid, day]) => idOnDay(uuid as never, day as never) },
  },
};

export const fieldsAsOf = ({ asOf, today }: Dates): FieldTable => (asOf === today ? contractChangeFields : fieldsOnDay);
