import { Field, InputType } from 'type-graphql';
import { CommunicationOwnerEnum } from '../customer/customer.entity.ts';
import type { Parameters } from '../database/sql.ts';
import {
  comparatorSql,
  DateComparator,
  enumComparator,
  IDComparator,
  IntComparator,
  uuidComparator,
  type Comparator,
} from '../reading/comparators.ts';
import { badInput } from '../graphql/errors.ts';
import { asOfSql, rowOwnerSql } from '../contract-change/contract-change.columns.ts';
import { ContractChangeStatusEnum, ContractChangeTypeEnum } from '../contract-change/contract-change.enums.ts';
import { actionRequiredSql, lastDecisionDateSql, statusSql } from '../contract-change/contract-change.rules.ts';

const TypeComparator = enumComparator('ContractChangeTypeComparator', ContractChangeTypeEnum);
const StatusComparator = enumComparator('ContractChangeStatusComparator', ContractChangeStatusEnum);
const OwnerComparator = enumComparator('CommunicationOwnerComparator', CommunicationOwnerEnum);

const maxDepth = 10;
const maxConditions = 100;

@InputType({
  description:
    'Conditions on contract changes; all given conditions must hold. ' +
    `With and, or and not, at most ${maxConditions} filters in total, nested at most ${maxDepth} levels deep.`,
})
export class ContractChangeFilter {
  @Field(() => TypeComparator, { nullable: true, description: 'Type of the change.' })
  type?: Comparator;

  @Field(() => StatusComparator, { nullable: true, description: 'Status on the requested business date.' })
  status?: Comparator;

  @Field(() => OwnerComparator, { nullable: true, description: 'Who communicates the change.' })
  communicationOwner?: Comparator;

  @Field(() => IDComparator, { nullable: true, description: 'ID of the customer whose contract changes.' })
  customerId?: IDComparator;

  @Field(() => DateComparator, { nullable: true, description: 'The day the new terms take effect.' })
  effectiveDate?: DateComparator;

  @Field(() => DateComparator, {
    nullable: true,
    description: 'Last day on which the terms of a renewal can change; null for other types.',
  })
  renewalDeadline?: DateComparator;

  @Field(() => IntComparator, {
    nullable: true,
    description: 'Whole days from the business date to the deadline, so that a saved view stays current.',
  })
  daysUntilDeadline?: IntComparator;

  @Field(() => IntComparator, {
    nullable: true,
    description: 'Whole days from the business date to the last day on which the change can be decided; of all types.',
  })
  daysUntilLastDecision?: IntComparator;

  @Field(() => Boolean, { nullable: true, description: 'Whether a primary contact is set.' })
  hasPrimaryContact?: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the change is pending, can still be decided, and the partner is the communication owner.',
  })
  actionRequired?: boolean;

  @Field(() => [ContractChangeFilter], { nullable: true, description: 'All of these hold; an empty list matches everything.' })
  and?: ContractChangeFilter[];

  @Field(() => [ContractChangeFilter], { nullable: true, description: 'At least one of these holds; an empty list matches nothing.' })
  or?: ContractChangeFilter[];

  @Field(() => ContractChangeFilter, { nullable: true, description: 'The exact complement of this filter.' })
  not?: ContractChangeFilter;
}

/** SQL of a filter over the dashboard row; never null, so that `not` is the exact complement. */
export function filterSql(filter: ContractChangeFilter, parameters: Parameters, depth = 1): string {
  if (depth > maxDepth) throw badInput(`Nest a filter at most ${maxDepth} levels deep with and, or and not.`);
  if (depth === 1 && countFilters(filter) > maxConditions) throw badInput(`Combine at most ${maxConditions} filters with and, or and not.`);
  const conditions: string[] = [];
  const compare = (comparator: Comparator | null | undefined, sql: string, type: string) => {
    if (comparator != null) conditions.push(comparatorSql(sql, type, comparator, parameters));
  };
  const hold = (wanted: boolean | null | undefined, sql: string) => {
    if (wanted != null) conditions.push(wanted ? sql : `not ${sql}`);
  };
  compare(filter.type, 'row.type', 'contract_change_type');
  compare(filter.status, statusSql('row', asOfSql), 'contract_change_status');
  compare(filter.communicationOwner, rowOwnerSql, 'communication_owner');
  compare(filter.customerId && uuidComparator('Customer', filter.customerId), 'row.customer_id', 'uuid');
  compare(filter.effectiveDate, 'row.effective_date', 'date');
  compare(filter.renewalDeadline, 'row.renewal_deadline', 'date');
  compare(filter.daysUntilDeadline, `(row.renewal_deadline - ${asOfSql})`, 'integer');
  compare(filter.daysUntilLastDecision, `(${lastDecisionDateSql('row')} - ${asOfSql})`, 'integer');
  hold(filter.hasPrimaryContact, '(row.primary_contact_id is not null)');
  hold(filter.actionRequired, actionRequiredSql('row', asOfSql, rowOwnerSql));
  const nested = (filters: readonly ContractChangeFilter[]) => filters.map((inner) => filterSql(inner, parameters, depth + 1));
  if (filter.and != null) conditions.push(...nested(filter.and));
  if (filter.or != null) conditions.push(filter.or.length === 0 ? 'false' : `(${nested(filter.or).join(' or ')})`);
  if (filter.not != null) conditions.push(`not (${filterSql(filter.not, parameters, depth + 1)})`);
  return conditions.length === 0 ? 'true' : conditions.join(' and ');
}

function countFilters({ and, or, not }: ContractChangeFilter): number {
  return [...(and ?? []), ...(or ?? []), ...(not ? [not] : [])].reduce((count, inner) => count + countFilters(inner), 1);
}
