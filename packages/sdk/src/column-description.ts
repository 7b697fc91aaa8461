import type { RenewalColumn } from './generated/columns.ts';
import type { ContractChangeOrderField, DashboardColumnKey } from './generated/graph.types.ts';

/** A text in the languages of the dashboard. */
export interface Translated {
  readonly en: string;
  readonly de: string;
}

/** Description of a column, for column pickers. */
export interface ColumnDescription {
  /** The column's key in the API. */
  readonly key: DashboardColumnKey;
  /** Whether every row has the column. Users can move it, but not remove it. */
  readonly locked: boolean;
  /** Whether a viewer who has not chosen columns sees it. */
  readonly default: boolean;
  /** Whether its value can be null. */
  readonly nullable: boolean;
  /** The GraphQL type of its value. */
  readonly type: string;
  /** The field to order by for this column; null if it has no order. */
  readonly orderField: ContractChangeOrderField | null;
  readonly label: Translated;
  readonly description: Translated;
  /** The label of each value; null if the values are not a fixed set. */
  readonly values: { readonly [value: string]: Translated } | null;
}

/** @internal Reads the generated texts: class and type, order field, labels, descriptions, and values. */
export function describeColumns(texts: { readonly [column in RenewalColumn]: string }): {
  readonly [column in RenewalColumn]: ColumnDescription;
} {
  const described = Object.entries(texts).map(([name, text]) => {
    const [kind = '', order = '', en = '', de = '', english = '', german = '', ...values] = text.split('|');
    const key = name.replaceAll(/[A-Z]/g, '_$&').toUpperCase() as DashboardColumnKey;
    const column: ColumnDescription = {
      key,
      locked: kind.startsWith('!'),
      default: !kind.startsWith(':'),
      nullable: kind.includes('?'),
      type: kind.replace(/\W+/, ''),
      orderField: order === '=' ? (key as ContractChangeOrderField) : ((order || null) as ContractChangeOrderField | null),
      label: { en: en || words(key), de },
      description: { en: english, de: german },
      values: values[0] ? Object.fromEntries(values.map(translated)) : null,
    };
    return [name, column];
  });
  return Object.fromEntries(described) as { [column in RenewalColumn]: ColumnDescription };
}

function translated(text: string): [string, Translated] {
  const [value = '', en = '', de = ''] = text.split('=');
  return [value, { en: en || words(value), de }];
}

/** CUSTOMER_NAME → Customer name: the label, if there is none. */
const words = (key: string) => key[0] + key.slice(1).toLowerCase().replaceAll('_', ' ');
