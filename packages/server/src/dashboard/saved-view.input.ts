import { GraphQLError } from 'graphql';
import { Field, ID, InputType, Int } from 'type-graphql';
import { Parameters } from '../database/sql.ts';
import { IsText, textFault } from '../graphql/input-limits.ts';
import { inputError, type UserError } from '../graphql/user-error.type.ts';
import { columnChoiceError } from './column-choice.error.ts';
import type { ColumnKey } from '../contract-change/contract-change.columns.ts';
import { DashboardColumnKeyEnum } from './dashboard-column.enums.ts';
import { ContractChangeFilter, filterSql } from './dashboard.filter.ts';
import { ContractChangeOrder, orderOf } from './dashboard.order.ts';

const maxNameLength = 100;
const maxQueryLength = 200;

const descriptions = {
  name: `The name, at most ${maxNameLength} characters; no other view of its owner has it.`,
  columns: 'The columns in order, the locked ones included.',
  query: `The search, at most ${maxQueryLength} characters; null for none.`,
  filter: 'The conditions; null for none. Days until the deadline count from the day on which the view is opened.',
  orderBy: 'The order, at most 3 keys; null for the usual one.',
  isShared: 'Whether everybody at the partner is to see it; that needs the role MANAGER or ADMIN.',
};

@InputType({ description: 'A view to save.' })
export class CreateSavedViewInput {
  @IsText({ min: 1, max: maxNameLength })
  @Field(() => String, { description: descriptions.name })
  name!: string;

  @Field(() => [DashboardColumnKeyEnum], { description: descriptions.columns })
  columns!: ColumnKey[];

  @IsText({ max: maxQueryLength })
  @Field(() => String, { nullable: true, description: descriptions.query })
  query?: string | null;

  @Field(() => ContractChangeFilter, { nullable: true, description: descriptions.filter })
  filter?: ContractChangeFilter | null;

  @Field(() => [ContractChangeOrder], { nullable: true, description: descriptions.orderBy })
  orderBy?: ContractChangeOrder[] | null;

  @Field(() => Boolean, { defaultValue: false, description: descriptions.isShared })
  isShared!: boolean;
}

@InputType({ description: 'What to change of a saved view; what is not given stays.' })
export class UpdateSavedViewInput {
  @Field(() => ID, { description: 'The view.' })
  id!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the view that the change is based on; a newer one is a conflict. Not compared unless given.',
  })
  expectedVersion?: number | null;

  @IsText({ min: 1, max: maxNameLength })
  @Field(() => String, { nullable: true, description: descriptions.name })
  name?: string | null;

  @Field(() => [DashboardColumnKeyEnum], { nullable: true, description: descriptions.columns })
  columns?: ColumnKey[] | null;

  @IsText({ max: maxQueryLength })
  @Field(() => String, { nullable: true, description: descriptions.query })
  query?: string | null;

  @Field(() => ContractChangeFilter, { nullable: true, description: descriptions.filter })
  filter?: ContractChangeFilter | null;

  @Field(() => [ContractChangeOrder], { nullable: true, description: descriptions.orderBy })
  orderBy?: ContractChangeOrder[] | null;

  @Field(() => Boolean, { nullable: true, description: descriptions.isShared })
  isShared?: boolean | null;
}

@InputType({ description: 'A view to delete.' })
export class DeleteSavedViewInput {
  @Field(() => ID, { description: 'The view.' })
  id!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The version that was looked at; a newer one is a conflict. Not compared unless given.',
  })
  expectedVersion?: number | null;
}

type Content = Partial<Pick<CreateSavedViewInput, 'filter' | 'orderBy'>> & { columns?: ColumnKey[] | null };

/** Errors in the parts that are given. A view can't keep what the dashboard would refuse. */
export function savedViewErrors({ columns, filter, orderBy }: Content): UserError[] {
  const errors = [
    columns != null && columnChoiceError(columns),
    filter != null && (refusal(() => filterSql(filter, new Parameters()), 'filter') ?? unstorable(filter)),
    orderBy != null && refusal(() => orderOf(orderBy), 'orderBy'),
  ];
  return errors.filter((error) => typeof error === 'object' && error !== null);
}

function unstorable(filter: ContractChangeFilter): UserError | null {
  const message = textFault(JSON.stringify(filter), { max: Infinity });
  return message === null ? null : inputError('INVALID', message, 'filter');
}

/** What the dashboard says against it. */
function refusal(use: () => unknown, field: string): UserError | null {
  try {
    use();
    return null;
  } catch (error) {
    if (error instanceof GraphQLError) return inputError('INVALID', error.message, field);
    throw error;
  }
}
