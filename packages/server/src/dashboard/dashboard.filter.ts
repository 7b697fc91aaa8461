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
const maxFilters = 100;
const maxConditions = 100;
// With at most so many conditions, the expressions are written out: the statement stays short.
const mostWrittenOut = 10;

@InputType({
  description:
    'Conditions on contract changes; all given conditions must hold. ' +
    `With and, or and not, at most ${maxFilters} filters with ${maxConditions} conditions in total, nested at most ${maxDepth} levels deep.`,
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

/** SQL of the derived values that conditions compare. */
type Terms = { status: string; owner: string; daysUntilDeadline: string; daysUntilLastDecision: string; isActionRequired: string };

const writtenOutTerms: Terms = {
  status: statusSql('row', asOfSql),
  owner: rowOwnerSql,
  daysUntilDeadline: `(row.renewal_deadline - ${asOfSql})`,
  daysUntilLastDecision: `(${lastDecisionDateSql('row')} - ${asOfSql})`,
  isActionRequired: actionRequiredSql('row', asOfSql, rowOwnerSql),
};
const termNames = Object.keys(writtenOutTerms) as (keyof Terms)[];
const namedTerms = Object.fromEntries(termNames.map((name) => [name, `terms."${name}"`])) as Terms;
const termsSql = ` cross join lateral (select ${termNames.map((name) => `${writtenOutTerms[name]} as "${name}"`).join(', ')}) terms`;

/**
 * SQL of a filter over the dashboard row: its condition, and a join that follows the row. The condition is never null, so that `not` is the
 * exact complement. With many conditions, the join has what they compare: written out, 100 of them take 70 KB in each statement.
 */
export function filterSql(filter: ContractChangeFilter, parameters: Parameters): { join: string; where: string } {
  const { filters, conditions } = sizeOf(filter);
  if (filters > maxFilters) throw badInput(`Combine at most ${maxFilters} filters with and, or and not.`);
  if (conditions > maxConditions) throw badInput(`Use at most ${maxConditions} conditions in a filter.`);
  if (conditions <= mostWrittenOut) return { join: '', where: conditionSql(filter, parameters, writtenOutTerms) };
  return { join: termsSql, where: conditionSql(filter, parameters, namedTerms) };
}

function conditionSql(filter: ContractChangeFilter, parameters: Parameters, terms: Terms, depth = 1): string {
  if (depth > maxDepth) throw badInput(`Nest a filter at most ${maxDepth} levels deep with and, or and not.`);
  const conditions: string[] = [];
  const compare = (comparator: Comparator | null | undefined, sql: string, type: string) => {
    if (comparator != null) conditions.push(comparatorSql(sql, type, comparator, parameters));
  };
  const hold = (wanted: boolean | null | undefined, sql: string) => {
    if (wanted != null) conditions.push(wanted ? sql : `not ${sql}`);
  };
  compare(filter.type, 'row.type', 'contract_change_type');
  compare(filter.status, terms.status, 'contract_change_status');
  compare(filter.communicationOwner, terms.owner, 'communication_owner');
  compare(filter.customerId && uuidComparator('Customer', filter.customerId), 'row.customer_id', 'uuid');
  compare(filter.effectiveDate, 'row.effective_date', 'date');
  compare(filter.renewalDeadline, 'row.renewal_deadline', 'date');
  compare(filter.daysUntilDeadline, terms.daysUntilDeadline, 'integer');
  compare(filter.daysUntilLastDecision, terms.daysUntilLastDecision, 'integer');
  hold(filter.hasPrimaryContact, '(row.primary_contact_id is not null)');
  hold(filter.actionRequired, terms.isActionRequired);
  const nested = (filters: readonly ContractChangeFilter[]) => filters.map((inner) => conditionSql(inner, parameters, terms, depth + 1));
  if (filter.and != null) conditions.push(...nested(filter.and));
  if (filter.or != null) conditions.push(filter.or.length === 0 ? 'false' : `(${nested(filter.or).join(' or ')})`);
  if (filter.not != null) conditions.push(`not (${conditionSql(filter.not, parameters, terms, depth + 1)})`);
  return conditions.length === 0 ? 'true' : conditions.join(' and ');
}

/** How many filters one combines, and how many conditions they have: operators and facts. */
function sizeOf({ and, or, not, ...own }: ContractChangeFilter): { filters: number; conditions: number } {
  const operatorsOf = (condition: unknown) => (typeof condition === 'object' ? given(condition ?? {}) : [condition]).length;
  const conditions = given(own).reduce<number>((count, condition) => count + operatorsOf(condition), 0);
  return [...(and ?? []), ...(or ?? []), ...(not ? [not] : [])]
    .map(sizeOf)
    .reduce((sum, inner) => ({ filters: sum.filters + inner.filters, conditions: sum.conditions + inner.conditions }), {
      filters: 1,
      conditions,
    });
}

const given = (values: object): unknown[] => Object.values(values).filter((value) => value !== undefined);
