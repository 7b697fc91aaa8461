import { Field, InputType } from 'type-graphql';
import { badInput } from '../graphql/errors.ts';
import type { DirectedKey, SortKey } from '../reading/keyset.ts';
import { registerEnum } from '../graphql/register-enum.ts';
import { columns, type Column } from '../contract-change/contract-change.columns.ts';
import { estimatedMrrChangeSql } from '../contract-change/contract-change.fields.ts';

/** Orders beyond those of the columns. */
const furtherOrders: Record<string, { description: string; sort: readonly SortKey[] }> = {
  EFFECTIVE_DATE: { description: 'The day the new terms apply.', sort: [{ sql: 'row.effective_date', type: 'date', isRequired: true }] },
  ESTIMATED_MRR_CHANGE: {
    description: 'New MRR less current MRR: by currency, then by amount; changes across currencies last.',
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
  'What contract changes are ordered by. Names by the ICU root collation, enums in their declared order, money by currency, then amount.',
  Object.fromEntries(Object.entries(orders).map(([field, { description }]) => [field, description])),
);

export const OrderDirectionEnum = registerEnum('OrderDirection', 'Which way an order runs; nulls come last both ways.', {
  ASC: 'From the smallest to the largest.',
  DESC: 'From the largest to the smallest.',
});

@InputType({ description: 'One key of an order. Nulls come last; at equal keys the id decides.' })
export class ContractChangeOrder {
  @Field(() => ContractChangeOrderFieldEnum, { description: 'What to order by.' })
  field!: string;

  @Field(() => OrderDirectionEnum, { defaultValue: 'ASC', description: 'Which way; ascending unless told.' })
  direction!: 'ASC' | 'DESC';
}

const maxOrderFields = 3;

/** The keys of an order and its name, by which a cursor knows it; effective date unless told. */
export function orderOf(orderBy: readonly ContractChangeOrder[] | null | undefined): { name: string; keys: DirectedKey[] } {
  if (orderBy != null && orderBy.length > maxOrderFields) throw badInput(`An order has at most ${maxOrderFields} fields.`);
  const given = orderBy?.length ? orderBy : [{ field: 'EFFECTIVE_DATE', direction: 'ASC' as const }];
  return {
    name: given.map(({ field, direction }) => `${field} ${direction}`).join(', '),
    keys: given.flatMap(({ field, direction }) =>
      (orders[field]?.sort ?? []).map((key) => ({ ...key, isDescending: direction === 'DESC' })),
    ),
  };
}
