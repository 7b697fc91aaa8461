import { GraphQLError } from 'graphql';
import { Field, ID, InputType, Int } from 'type-graphql';
import { Parameters } from '../database/sql.ts';
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
  @Field(() => String, { description: descriptions.name })
  name!: string;

  @Field(() => [DashboardColumnKeyEnum], { description: descriptions.columns })
  columns!: ColumnKey[];

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

  @Field(() => String, { nullable: true, description: descriptions.name })
  name?: string | null;

  @Field(() => [DashboardColumnKeyEnum], { nullable: true, description: descriptions.columns })
  columns?: ColumnKey[] | null;

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

type Content = Partial<Pick<CreateSavedViewInput, 'query' | 'filter' | 'orderBy'>> & { name?: string | null; columns?: ColumnKey[] | null };

/** What a person has to mend in the parts that are given; a part that the dashboard would refuse cannot be kept either. */
export function savedViewErrors({ name, columns, query, filter, orderBy }: Content): UserError[] {
  const errors = [
    name != null && nameError(name.trim()),
    columns != null && columnChoiceError(columns),
    query != null && textError(query, maxQueryLength, 'query'),
    filter != null &&
      (refusal(() => filterSql(filter, new Parameters()), 'filter') ?? textError(JSON.stringify(filter), Infinity, 'filter')),
    orderBy != null && refusal(() => orderOf(orderBy), 'orderBy'),
  ];
  return errors.filter((error) => typeof error === 'object' && error !== null);
}

function nameError(name: string): UserError | null {
  return name === '' ? inputError('INVALID', 'Give the view a name.', 'name') : textError(name, maxNameLength, 'name');
}

function textError(text: string, maxLength: number, field: string): UserError | null {
  if (text.length > maxLength) return inputError('INVALID', `At most ${maxLength} characters; these are ${text.length}.`, field);
  // Half a character or NUL: JSON spells them out, the database takes neither.
  const isStorable = !/\\u(0000|d[89a-f])/i.test(field === 'filter' ? text : JSON.stringify(text));
  return isStorable ? null : inputError('INVALID', 'This holds a character that cannot be stored.', field);
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
