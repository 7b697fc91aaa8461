import { isCalendarDate, type CalendarDate } from '../calendar-date.ts';

/** The prefix of each type's IDs. IDs are opaque to clients. */
const prefixes = {
  Partner: 'par',
  PartnerUser: 'usr',
  Customer: 'cus',
  CustomerUser: 'cusr',
  CustomerAssociation: 'asc',
  Contract: 'con',
  ContractChange: 'cch',
  SavedView: 'vie',
  Reminder: 'rem',
  Suppression: 'sup',
  Session: 'ses',
} as const;

export type NodeType = keyof typeof prefixes;

const types = new Map<string, NodeType>(Object.entries(prefixes).map(([type, prefix]) => [prefix, type as NodeType]));
const shape = /^([a-z]+)_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:_(\d{4}-\d\d-\d\d))?$/;

export function globalId(type: NodeType, uuid: string): string {
  return `${prefixes[type]}_${uuid}`;
}

/** The ID of a contract change as it is on another day than today: another object for clients, whose caches merge equal IDs. */
export const idOnDay = (uuid: string, day: CalendarDate): string => `${globalId('ContractChange', uuid)}_${day}`;

/** An object by its type and uuid; the day is null unless a contract change is evaluated for another day than today. */
export type NodeKey = { type: NodeType; uuid: string; day: CalendarDate | null };

/** What a global ID names; null for a malformed one, which gets the same answer as an ID that does not exist. */
export function parseGlobalId(id: string): NodeKey | null {
  const [, prefix = '', uuid = '', day = null] = shape.exec(id) ?? [];
  const type = types.get(prefix);
  if (type === undefined || (day !== null && (type !== 'ContractChange' || !isCalendarDate(day)))) return null;
  return { type, uuid, day };
}

/** The uuid of a global ID of one type; null for any other ID. The ID of a contract change on another day stands for the change itself. */
export function uuidOf(type: NodeType, id: string): string | null {
  const parsed = parseGlobalId(id);
  return parsed?.type === type ? parsed.uuid : null;
}
