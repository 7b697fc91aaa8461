import type { ContractChangeFilter, ContractChangeOrderField, RenewalColumn } from '@partner-renewals/sdk';
import type { Conditions, Order } from './conditions.ts';

// The address of the list tells all that narrows, orders and shapes it, so that a link shows the same.

const statuses = ['RENEWED', 'CONFIRMED', 'PENDING', 'CANCELLATION_REQUESTED'] as const;
const types = ['RENEWAL', 'CONTACT_TIER_UPGRADE', 'EMAIL_OVERAGE'] as const;
const owners = ['VENDOR', 'PARTNER'] as const;

/** `-RENEWAL_DEADLINE` is descending. */
const writeOrder = ({ field, direction }: Order): string => (direction === 'DESC' ? `-${field}` : field);
const readOrder = (text: string): Order =>
  text.startsWith('-')
    ? { field: text.slice(1) as ContractChangeOrderField, direction: 'DESC' }
    : { field: text as ContractChangeOrderField, direction: 'ASC' };

const names = ['q', 'action', 'status', 'type', 'owner', 'due', 'contact', 'sort', 'more', 'columns'] as const;

/** The conditions that an address names; null if it names none. */
export function readConditions(search: string): Conditions | null {
  const parameters = new URLSearchParams(search);
  if (!names.some((name) => parameters.has(name))) return null;
  const listed = (name: string): string[] => (parameters.get(name) ?? '').split(',').filter(Boolean);
  const known = <T extends string>(name: string, values: readonly T[]): readonly T[] =>
    values.filter((value) => listed(name).includes(value));
  const due = parameters.get('due');
  return {
    query: (parameters.get('q') ?? '').slice(0, 200),
    isActionRequired: parameters.get('action') === 'required',
    status: known('status', statuses),
    type: known('type', types),
    owner: known('owner', owners)[0] ?? null,
    dueIn: due !== null && /^\d{1,3}$/.test(due) ? Number(due) : null,
    hasNoContact: parameters.get('contact') === 'none',
    sort: listed('sort')
      .filter((text) => /^-?[A-Z_]+$/.test(text))
      .slice(0, 3)
      .map(readOrder),
    more: readFilter(parameters.get('more')),
    columns: parameters.has('columns') ? (listed('columns') as RenewalColumn[]) : null,
  };
}

function readFilter(text: string | null): ContractChangeFilter | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** The search part of an address. `isWhole` names even conditions that are empty, as those that differ from a view do. */
export function writeConditions(view: string | null, conditions: Conditions | null): string {
  const parameters = new URLSearchParams();
  if (view) parameters.set('view', view);
  if (conditions) {
    const { query, isActionRequired, status, type, owner, dueIn, hasNoContact, sort, more, columns } = conditions;
    const put = (name: (typeof names)[number], value: string | null | undefined) => value && parameters.set(name, value);
    put('q', query);
    put('action', isActionRequired ? 'required' : null);
    put('status', status.join());
    put('type', type.join());
    put('owner', owner);
    put('due', dueIn?.toString());
    put('contact', hasNoContact ? 'none' : null);
    put('sort', sort.map(writeOrder).join());
    put('more', more && JSON.stringify(more));
    put('columns', columns?.join());
    // A view without any of its conditions.
    if (view && !names.some((name) => parameters.has(name))) parameters.set('q', '');
  }
  // Commas of lists stay readable.
  const text = parameters.toString().replaceAll('%2C', ',');
  return text && `?${text}`;
}

export const readView = (search: string): string | null => new URLSearchParams(search).get('view');
