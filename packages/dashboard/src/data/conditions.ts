import type {
  CommunicationOwner,
  ContractChangeFilter,
  ContractChangeOrderField,
  ContractChangeStatus,
  ContractChangeType,
  OrderDirection,
  RenewalColumn,
} from '@partner-renewals/sdk';
import type { Row } from './row.selection.ts';

export type Order = { readonly field: ContractChangeOrderField; readonly direction: OrderDirection };

/** What narrows and orders the list, as the filters beside the table show it. */
export type Conditions = {
  readonly query: string;
  readonly isActionRequired: boolean;
  readonly status: readonly ContractChangeStatus[];
  readonly type: readonly ContractChangeType[];
  readonly owner: CommunicationOwner | null;
  /** The last day for a decision is within so many days. */
  readonly dueIn: number | null;
  readonly hasNoContact: boolean;
  readonly sort: readonly Order[];
  /** Conditions of a view that no filter beside the table can show. */
  readonly more: ContractChangeFilter | null;
  /** Columns that differ from those of the view, in a view. */
  readonly columns: readonly RenewalColumn[] | null;
};

export const noConditions: Conditions = {
  query: '',
  isActionRequired: false,
  status: [],
  type: [],
  owner: null,
  dueIn: null,
  hasNoContact: false,
  sort: [],
  more: null,
  columns: null,
};

/** The filter of the API for these conditions; null if they let every row pass. */
export function filterOf({ isActionRequired, status, type, owner, dueIn, hasNoContact, more }: Conditions): ContractChangeFilter | null {
  const filter: ContractChangeFilter = {
    ...(isActionRequired && { actionRequired: true }),
    ...(status[0] && { status: { in: status } }),
    ...(type[0] && { type: { in: type } }),
    ...(owner && { communicationOwner: { eq: owner } }),
    ...(dueIn !== null && { daysUntilLastDecision: { gte: 0, lte: dueIn } }),
    ...(hasNoContact && { hasPrimaryContact: false }),
  };
  if (!more) return Object.keys(filter)[0] ? filter : null;
  return Object.keys(filter)[0] ? { and: [filter, more] } : more;
}

/** The conditions that a filter of the API consists of. What no condition can say is kept whole in `more`. */
export function conditionsOf(filter: ContractChangeFilter | null): Conditions {
  if (!filter) return noConditions;
  const and = filter.and;
  // What filterOf writes for conditions with more.
  if (Object.keys(filter).length === 1 && and?.length === 2) {
    const shown = conditionsOf(and[0]!);
    if (!shown.more) return { ...shown, more: and[1]! };
  }
  const { actionRequired, status, type, communicationOwner, daysUntilLastDecision: days, hasPrimaryContact } = filter;
  const conditions: Conditions = {
    ...noConditions,
    isActionRequired: actionRequired === true,
    status: status?.in ?? (status?.eq ? [status.eq] : []),
    type: type?.in ?? (type?.eq ? [type.eq] : []),
    owner: communicationOwner?.eq ?? null,
    dueIn: days?.gte === 0 ? (days.lte ?? null) : null,
    hasNoContact: hasPrimaryContact === false,
  };
  return isSameFilter(filterOf(conditions), filter) ? conditions : { ...noConditions, more: filter };
}

/** Nulls count as left out, and a single value as a list of one. */
function isSameFilter(one: ContractChangeFilter | null, other: ContractChangeFilter): boolean {
  return plain(one) === plain(other);
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).sort().join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const entries = Object.entries(value)
    .filter(([, each]) => each !== null && each !== undefined)
    .map(([name, each]) => (name === 'eq' ? `in:[${plain(each)}]` : `${name}:${plain(each)}`));
  return `{${entries.sort().join()}}`;
}

export const isSameConditions = (one: Conditions, other: Conditions): boolean =>
  plain({ ...one, sort: JSON.stringify(one.sort), columns: JSON.stringify(one.columns) }) ===
  plain({ ...other, sort: JSON.stringify(other.sort), columns: JSON.stringify(other.columns) });

/** Whether they leave out any change. */
type Judged = Pick<Row, 'type' | 'status' | 'communicationOwner' | 'daysUntilLastDecision' | 'primaryContact'>;

/** Whether the filters beside the table let a row pass. The search and `more` are the API's to judge. */
export const fits = (row: Judged, { isActionRequired, status, type, owner, dueIn, hasNoContact }: Conditions): boolean =>
  (!isActionRequired || (row.status === 'PENDING' && row.communicationOwner === 'PARTNER' && row.daysUntilLastDecision >= 0)) &&
  (status.length === 0 || status.includes(row.status)) &&
  (type.length === 0 || type.includes(row.type)) &&
  (owner === null || row.communicationOwner === owner) &&
  (dueIn === null || (row.daysUntilLastDecision >= 0 && row.daysUntilLastDecision <= dueIn)) &&
  (!hasNoContact || row.primaryContact === null);

export const isFiltered = (conditions: Conditions): boolean => !isSameConditions({ ...conditions, sort: [], columns: null }, noConditions);
