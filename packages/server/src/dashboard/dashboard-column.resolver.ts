import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, Info, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { partnerRoles } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { mutate } from '../writing/mutation.ts';
import { registerEnum } from '../graphql/register-enum.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { resolveViewer, Viewer } from '../partner/viewer.resolver.ts';
import { columnKeys, columns, type Column, type ColumnKey, type Translated } from '../contract-change/contract-change.columns.ts';
import { columnChoiceError } from './column-choice.error.ts';
import { DashboardColumnKeyEnum } from './dashboard-column.enums.ts';
import { ContractChangeOrderFieldEnum } from './dashboard.order.ts';
import { chooseColumns, findChosenColumns } from './dashboard-column.queries.ts';

const LocaleEnum = registerEnum<keyof Translated>('Locale', 'A language of labels and descriptions.', { EN: 'English.', DE: 'German.' });

const allColumns: Record<ColumnKey, Column> = columns;

@ObjectType({ description: 'A value of a column that has a fixed set of them.', simpleResolvers: true })
class DashboardColumnValue {
  @Field(() => String, { description: 'The value as the API has it.' })
  value!: string;

  @Field(() => String, { description: 'What people read.' })
  label!: string;
}

@ObjectType({ description: 'A column of the dashboard.', simpleResolvers: true })
export class DashboardColumn {
  @Field(() => DashboardColumnKeyEnum, { description: 'Names the column for ever.' })
  key!: ColumnKey;

  @Field(() => Boolean, { description: 'Whether the column cannot be removed; it can be moved.' })
  isLocked!: boolean;

  @Field(() => Boolean, { description: 'Whether the column is shown to those who have not chosen.' })
  isDefault!: boolean;

  @Field(() => ContractChangeOrderFieldEnum, { nullable: true, description: 'What to order by for this column; null if it has no order.' })
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
  @Query(() => [DashboardColumn], { description: 'All columns that can be chosen, in their standard order.' })
  dashboardColumns(): DashboardColumn[] {
    return columnKeys.map(columnOf);
  }

  @FieldResolver(() => String, { description: 'The heading of the column.' })
  label(@Root() { key }: DashboardColumn, @Arg('locale', () => LocaleEnum, localeDescription) locale: keyof Translated): string {
    return allColumns[key].label[locale];
  }

  @FieldResolver(() => String, { description: 'What the column tells.' })
  description(@Root() { key }: DashboardColumn, @Arg('locale', () => LocaleEnum, localeDescription) locale: keyof Translated): string {
    return allColumns[key].description[locale];
  }

  @FieldResolver(() => [DashboardColumnValue], {
    nullable: true,
    description: 'The values the column can have, in their order; null where they are free.',
  })
  values(
    @Root() { key }: DashboardColumn,
    @Arg('locale', () => LocaleEnum, localeDescription) locale: keyof Translated,
  ): DashboardColumnValue[] | null {
    const { values } = allColumns[key];
    return values === undefined ? null : Object.entries(values).map(([value, label]) => ({ value, label: label[locale] }));
  }
}

@InputType({ description: 'The columns a viewer wants to see.' })
class UpdateDashboardColumnsInput {
  @Field(() => [DashboardColumnKeyEnum], { description: 'The whole list in order, the locked columns included.' })
  columns!: ColumnKey[];
}

const UpdateDashboardColumnsPayload = payloadOf(
  'UpdateDashboardColumnsPayload',
  { description: 'What came of choosing columns.', userErrors: 'What a person can mend; empty when it was done.' },
  { viewer: [Viewer, 'The viewer with the columns as they now are; null when nothing was changed.'] },
);

@Resolver(() => Viewer)
export class ViewerColumnsResolver {
  @Mutation(() => UpdateDashboardColumnsPayload, {
    description:
      "Chooses the viewer's own columns and their order; with a key that belongs to no user, those of the partner. VIEWER, MANAGER, ADMIN.",
  })
  async updateDashboardColumns(
    @Arg('input', () => UpdateDashboardColumnsInput, { description: 'What to do.' }) input: UpdateDashboardColumnsInput,
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

  @FieldResolver(() => [DashboardColumn], { description: "The viewer's own columns in the viewer's order; the default ones until chosen." })
  async dashboardColumns(@Ctx() { reader }: RequestContext): Promise<DashboardColumn[]> {
    return (await findChosenColumns(reader)).map(columnOf);
  }
}
