import { GraphQLError } from 'graphql';
import { Field, ID, InputType } from 'type-graphql';
import { maxSearchLength } from '../customer/search.sql.ts';
import { Parameters } from '../database/sql.ts';
import { ExpectedVersion } from '../graphql/expected-version.field.ts';
import { IsText } from '../graphql/input-limits.ts';
import { textFault } from '../graphql/text-faults.ts';
import { inputError } from '../graphql/user-error.ts';
import type { UserError } from '../graphql/user-error.type.ts';
import { columnChoiceError } from './column-choice.error.ts';
import type { ColumnKey } from '../contract-change/contract-change.columns.ts';
import { DashboardColumnKeyEnum } from './dashboard-column.enums.ts';
import { ContractChangeFilter, filterSql } from './dashboard.filter.ts';
import { ContractChangeOrder, maxOrderFields, orderOf } from './dashboard.order.ts';

const maxNameLength = 100;
const maxFilterKilobytes = 16;

const descriptions = {
  name: `The name, 1 to ${maxNameLength} characters; unique among the views of its owner, ignoring case.`,
  columns: 'The columns, in order; must include the locked columns.',
  query: `The search text, at most ${maxSearchLength} characters; null for none.`,
  filter: `The filter, at most ${maxFilterKilobytes} KB; null for none. daysUntilDeadline counts from the day the view is opened.`,
  orderBy: `The order, at most ${maxOrderFields} keys; null for the default order, by effective date.`,
  isShared: 'Whether all users of the partner see the view; true requires role MANAGER or ADMIN.',
};

const asInCreate = 'As in CreateSavedViewInput.';
const keptByNull = 'As in CreateSavedViewInput. Null keeps the value.';

@InputType({ description: 'Input of createSavedView.' })
export class CreateSavedViewInput {
  @IsText({ min: 1, max: maxNameLength })
  @Field(() => String, { description: descriptions.name })
  name!: string;

  @Field(() => [DashboardColumnKeyEnum], { description: descriptions.columns })
  columns!: ColumnKey[];

  @IsText({ max: maxSearchLength })
  @Field(() => String, { nullable: true, description: descriptions.query })
  query?: string | null;

  @Field(() => ContractChangeFilter, { nullable: true, description: descriptions.filter })
  filter?: ContractChangeFilter | null;

  @Field(() => [ContractChangeOrder], { nullable: true, description: descriptions.orderBy })
  orderBy?: ContractChangeOrder[] | null;

  @Field(() => Boolean, { defaultValue: false, description: descriptions.isShared })
  isShared!: boolean;
}

@InputType({ description: 'Input of updateSavedView. Omitted fields keep their values.' })
export class UpdateSavedViewInput {
  @Field(() => ID, { description: 'ID of the view.' })
  id!: string;

  @ExpectedVersion()
  expectedVersion?: number | null;

  @IsText({ min: 1, max: maxNameLength })
  @Field(() => String, { nullable: true, description: keptByNull })
  name?: string | null;

  @Field(() => [DashboardColumnKeyEnum], { nullable: true, description: keptByNull })
  columns?: ColumnKey[] | null;

  @IsText({ max: maxSearchLength })
  @Field(() => String, { nullable: true, description: asInCreate })
  query?: string | null;

  @Field(() => ContractChangeFilter, { nullable: true, description: asInCreate })
  filter?: ContractChangeFilter | null;

  @Field(() => [ContractChangeOrder], { nullable: true, description: asInCreate })
  orderBy?: ContractChangeOrder[] | null;

  @Field(() => Boolean, { nullable: true, description: keptByNull })
  isShared?: boolean | null;
}

@InputType({ description: 'Input of deleteSavedView.' })
export class DeleteSavedViewInput {
  @Field(() => ID, { description: 'ID of the view.' })
  id!: string;

  @ExpectedVersion()
  expectedVersion?: number | null;
}

type Content = Partial<Pick<CreateSavedViewInput, 'filter' | 'orderBy'>> & { columns?: ColumnKey[] | null };

/** Errors in the given parts. A view cannot store what the dashboard would refuse. */
export function savedViewErrors({ columns, filter, orderBy }: Content): UserError[] {
  const errors = [
    columns != null && columnChoiceError(columns),
    filter != null && (tooLarge(filter) ?? refusal(() => filterSql(filter, new Parameters()), 'filter') ?? unstorable(filter)),
    orderBy != null && refusal(() => orderOf(orderBy), 'orderBy'),
  ];
  return errors.filter((error) => typeof error === 'object' && error !== null);
}

function tooLarge(filter: ContractChangeFilter): UserError | null {
  const bytes = Buffer.byteLength(JSON.stringify(filter));
  if (bytes <= maxFilterKilobytes * 1_000) return null;
  const size = `${Math.ceil(bytes / 1_000)} KB`;
  return inputError('INVALID', `The filter of a view can have at most ${maxFilterKilobytes} KB; this one has ${size}.`, 'filter');
}

function unstorable(filter: ContractChangeFilter): UserError | null {
  const message = textFault(JSON.stringify(filter), { max: Infinity });
  return message === null ? null : inputError('INVALID', message, 'filter');
}

/** The dashboard's error for it, as an error of the user. */
function refusal(use: () => unknown, field: string): UserError | null {
  try {
    use();
    return null;
  } catch (error) {
    if (error instanceof GraphQLError) return inputError('INVALID', error.message, field);
    throw error;
  }
}
