import { mayDecide } from '../access/role.rules.ts';
import { ownContractFields, termsFields } from '../contract/contract.fields.ts';
import { communicationOwner } from '../customer/communication-owner.rules.ts';
import { customerFields, joinedCustomerUserFields } from '../customer/customer.fields.ts';
import { idLeaf, withNested, type FieldTable, type Leaf } from '../reading/projection.ts';
import { asOfSql, columns, statusFacts, statusSources } from './contract-change.columns.ts';
import { availableActions, statusReason } from './contract-change.rules.ts';

// Every field of ContractChange that ends a path, over the dashboard row r. The columns bring theirs; what else a client may ask
// for stands here. Joins beyond the row are added only for the fields that need them.

const columnFields: Record<string, Leaf> = Object.assign({}, ...Object.values(columns).map((column) => column.fields));

/** The customer as the row has it; what the row lacks comes from the association. */
const customer: FieldTable = {
  ...customerFields,
  leaves: {
    ...customerFields.leaves,
    id: idLeaf('Customer', 'r.customer_id'),
    name: columns.CUSTOMER_NAME.fields['customer.name'],
    website: columns.WEBSITE.fields['customer.website'],
    hubId: columns.HUB_ID.fields['customer.hubId'],
    'association.version': { sql: ['r.association_version'] },
  },
};

export const estimatedMrrChangeSql = {
  amount: 'r.estimated_mrr_change',
  currency: '(case when r.estimated_mrr_change is not null then r.new_currency_code end)',
};

export const contractChangeFields: FieldTable = withNested(
  {
    leaves: {
      ...columnFields,
      id: idLeaf('ContractChange', 'r.id'),
      statusReason: { sql: statusSources, value: (values) => statusReason(statusFacts(values)) },
      lateCancellationRequest: { sql: ['r.has_late_cancellation'] },
      effectiveDate: { sql: ['r.effective_date'] },
      daysUntilEffective: { sql: [`r.effective_date - ${asOfSql}`] },
      daysUntilDeadline: { sql: [`r.renewal_deadline - ${asOfSql}`] },
      'primaryContact.id': idLeaf('CustomerUser', 'r.primary_contact_id'),
      'estimatedMrrChange.amount': { sql: [estimatedMrrChangeSql.amount] },
      'estimatedMrrChange.currencyCode': { sql: [estimatedMrrChangeSql.currency] },
      // Today's facts (alias t), whatever date was asked for.
      availableActions: {
        sql: [
          't.type',
          't.effective_date - :today',
          't.notice_period_days',
          't.is_accepted',
          't.is_cancelled',
          't.has_late_cancellation',
          'r.manual_owner',
          'p.owns_all_transactional_conversations',
        ],
        joins: ['t'],
        value: (values, { role }) => {
          if (values[0] === null) return [];
          const owner = communicationOwner(values[6] ?? null, values[7] as never);
          return availableActions({ ...statusFacts(values), hasLateCancellation: values[5] as never }, mayDecide(role, owner));
        },
      },
      'decision.action': { sql: ['d.action'], joins: ['d'] },
      'decision.decidedOn': { sql: ['d.decided_on'], joins: ['d'] },
      'decision.recordedBy': { sql: ['d.recorded_by'], joins: ['d'] },
      'decision.onBehalfOfCustomer': { sql: ['d.on_behalf_of_customer'], joins: ['d'] },
      version: { sql: ['r.version'] },
      'contract.id': idLeaf('Contract', 'r.contract_id'),
      'contract.customer.id': idLeaf('Customer', 'r.customer_id'),
    },
    nullable: { primaryContact: 'primaryContact.name', decision: 'decision.action', estimatedMrrChange: 'estimatedMrrChange.currencyCode' },
  },
  {
    customer,
    primaryContact: joinedCustomerUserFields(['a', 'u']),
    contract: withNested(ownContractFields, { customer }),
    currentTerms: termsFields('r.current_'),
    newTerms: termsFields('r.new_'),
  },
);
