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
} as const;

export type NodeType = keyof typeof prefixes;

const types = new Map<string, NodeType>(Object.entries(prefixes).map(([type, prefix]) => [prefix, type as NodeType]));
const shape = /^([a-z]+)_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

export function globalId(type: NodeType, uuid: string): string {
  return `${prefixes[type]}_${uuid}`;
}

/** The type and uuid of a global ID; null for a malformed one, which gets the same answer as an ID that does not exist. */
export function parseGlobalId(id: string): { type: NodeType; uuid: string } | null {
  const [, prefix = '', uuid = ''] = shape.exec(id) ?? [];
  const type = types.get(prefix);
  return type === undefined ? null : { type, uuid };
}

/** The uuid of a global ID of one type; null for any other ID. */
export function uuidOf(type: NodeType, id: string): string | null {
  const parsed = parseGlobalId(id);
  return parsed?.type === type ? parsed.uuid : null;
}
