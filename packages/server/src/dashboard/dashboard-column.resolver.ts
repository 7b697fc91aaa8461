import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, Info, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { partnerRoles } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { mutate } from '../writing/mutation.ts';
import { Input } from '../graphql/input.arg.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { resolveViewer, Viewer } from '../partner/viewer.resolver.ts';
import { columnKeys, columns, type Column, type ColumnKey, type Translated } from '../contract-change/contract-change.columns.ts';
import { columnChoiceError } from './column-choice.error.ts';
import { DashboardColumnKeyEnum, LocaleEnum } from './dashboard-column.enums.ts';
import { ContractChangeOrderFieldEnum } from './dashboard.order.ts';
import { chooseColumns, findChosenColumns } from './dashboard-column.queries.ts';

const allColumns: Record<ColumnKey, Column> = columns;

@ObjectType({ description: 'A value of a column with a fixed set of values.', simpleResolvers: true })
class DashboardColumnValue {
  @Field(() => String, { description: 'The value in the API.' })
  value!: string;

  @Field(() => String, { description: 'The label of the value.' })
  label!: string;
}

@ObjectType({ description: 'A column of the dashboard.', simpleResolvers: true })
export class DashboardColumn {
  @Field(() => DashboardColumnKeyEnum, { description: 'Permanent key of the column.' })
  key!: ColumnKey;

  @Field(() => Boolean, { description: 'Whether the column cannot be removed, only moved.' })
  isLocked!: boolean;

  @Field(() => Boolean, { description: 'Whether the column is shown by default.' })
  isDefault!: boolean;

  @Field(() => ContractChangeOrderFieldEnum, {
    nullable: true,
    description: 'The field to order by for this column; null if it cannot be ordered.',
  })
  orderField!: string | null;
}

export const columnOf = (key: ColumnKey): DashboardColumn => ({
  key,
  isLocked: allColumns[key].class === 'LOCKED',
  isDefault: allColumns[key].class !== 'OPTIONAL',
  orderField: allColumns[key].orderField,
});

const localeDescription = { defaultValue: 'EN', description: 'The language.' } as const;

@Resolver(() => DashboardColumn)
export class DashboardColumnResolver {
  @Query(() => [DashboardColumn], { description: 'All columns of the dashboard, in standard order.' })
  dashboardColumns(): DashboardColumn[] {
    return columnKeys.map(columnOf);
  }

  @FieldResolver(() => String, { description: 'Heading of the column.' })
  label(@Root() { key }: DashboardColumn, @Arg('locale', () => LocaleEnum, localeDescription) locale: keyof Translated): string {
    return allColumns[key].label[locale];
  }

  @FieldResolver(() => String, { description: 'Meaning of the column.' })
  description(@Root() { key }: DashboardColumn, @Arg('locale', () => LocaleEnum, localeDescription) locale: keyof Translated): string {
    return allColumns[key].description[locale];
  }

  @FieldResolver(() => [DashboardColumnValue], {
    nullable: true,
    description: 'Possible values of the column, in order; null if there is no fixed set.',
  })
  values(
    @Root() { key }: DashboardColumn,
    @Arg('locale', () => LocaleEnum, localeDescription) locale: keyof Translated,
  ): DashboardColumnValue[] | null {
    const { values } = allColumns[key];
    return values === undefined ? null : Object.entries(values).map(([value, label]) => ({ value, label: label[locale] }));
  }
}

@InputType({ description: 'Input of updateDashboardColumns.' })
class UpdateDashboardColumnsInput {
  @Field(() => [DashboardColumnKeyEnum], { description: 'All columns to show, in order; must include the locked columns.' })
  columns!: ColumnKey[];
}

const UpdateDashboardColumnsPayload = payloadOf('UpdateDashboardColumns', { viewer: Viewer });

@Resolver(() => Viewer)
export class ViewerColumnsResolver {
  @Mutation(() => UpdateDashboardColumnsPayload, {
    description:
      "Sets the viewer's columns and their order. An API key without a user sets those of the partner. Requires role VIEWER, MANAGER or ADMIN.",
  })
  async updateDashboardColumns(
    @Input(() => UpdateDashboardColumnsInput) input: UpdateDashboardColumnsInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { userErrors } = await mutate({ context, info, input, allowed: partnerRoles }, async (write) => {
      const error = columnChoiceError(input.columns);
      if (error === null) await chooseColumns(write, input.columns);
      return { userErrors: error === null ? [] : [error] };
    });
    return { viewer: userErrors.length === 0 ? await resolveViewer(context, info, 'viewer') : null, userErrors };
  }

  @FieldResolver(() => [DashboardColumn], {
    description: "The viewer's columns, in order. Default: the columns with isDefault.",
  })
  async dashboardColumns(@Ctx() { reader }: RequestContext): Promise<DashboardColumn[]> {
    return (await findChosenColumns(reader)).map(columnOf);
  }
}
