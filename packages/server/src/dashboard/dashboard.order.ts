import { Field, InputType } from 'type-graphql';
import { badInput } from '../graphql/errors.ts';
import type { DirectedKey, SortKey } from '../reading/keyset.ts';
import { registerEnum } from '../graphql/register-enum.ts';
import { columns, type Column } from '../contract-change/contract-change.columns.ts';
import { estimatedMrrChangeSql } from '../contract-change/contract-change.fields.ts';
import { lastDecisionDateSql } from '../contract-change/contract-change.rules.ts';

/** Orders in addition to those of the columns. */
const furtherOrders: Record<string, { description: string; sort: readonly SortKey[] }> = {
  EFFECTIVE_DATE: {
    description: 'The day the new terms take effect.',
    sort: [{ sql: 'row.effective_date', type: 'date', isRequired: true }],
  },
  LAST_DECISION_DATE: {
    description: 'Last day on which the change can be decided.',
    sort: [{ sql: lastDecisionDateSql('row'), type: 'date', isRequired: true }],
  },
  ESTIMATED_MRR_CHANGE: {
    description: 'New MRR minus current MRR: by currency, then by amount; changes across currencies last.',
    sort: [
      { sql: estimatedMrrChangeSql.currency, type: 'text' },
      { sql: estimatedMrrChangeSql.amount, type: 'numeric' },
    ],
  },
};

const orders: Record<string, { description: string; sort: readonly SortKey[] }> = {
  ...furtherOrders,
  ...Object.fromEntries(
    Object.values<Column>(columns).map(({ orderField, label, sort }) => [orderField, { description: `The column "${label.EN}".`, sort }]),
  ),
};

export const ContractChangeOrderFieldEnum = registerEnum(
  'ContractChangeOrderField',
  'Field by which contract changes are ordered. Names follow the ICU root collation, enums their own order. ' +
    'Money is ordered by currency, then by amount; billing frequency by months.',
  Object.fromEntries(Object.entries(orders).map(([field, { description }]) => [field, description])),
);

export const OrderDirectionEnum = registerEnum('OrderDirection', 'Direction of an order; nulls are last in both directions.', {
  ASC: 'From smallest to largest.',
  DESC: 'From largest to smallest.',
});

@InputType({ description: 'One key of an order. Nulls are last; equal keys are ordered by ID.' })
export class ContractChangeOrder {
  @Field(() => ContractChangeOrderFieldEnum, { description: 'The field to order by.' })
  field!: string;

  @Field(() => OrderDirectionEnum, { defaultValue: 'ASC', description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

export const maxOrderFields = 3;

/** The keys of an order and its name, which binds cursors to it. Default: by effective date. */
export function orderOf(orderBy: readonly ContractChangeOrder[] | null | undefined): { name: string; keys: DirectedKey[] } {
  if (orderBy != null && orderBy.length > maxOrderFields) throw badInput(`Order by at most ${maxOrderFields} fields.`);
  const given = orderBy?.length ? orderBy : [{ field: 'EFFECTIVE_DATE', direction: 'ASC' as const }];
  return {
    name: given.map(({ field, direction }) => `${field} ${direction}`).join(', '),
    keys: given.flatMap(({ field, direction }) =>
      (orders[field]?.sort ?? []).map((key) => ({ ...key, isDescending: direction === 'DESC' })),
    ),
  };
}
