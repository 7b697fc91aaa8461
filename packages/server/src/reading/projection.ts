import type { Viewer } from '../access/viewer.ts';
import { globalId, type NodeType } from '../graphql/global-id.ts';

/** A field of the API that ends a path: where its values come from and, unless it is the one value as it is, how they become it. */
export type Leaf = {
  /** SQL expressions; their aliases are those of the noun's `from` clause */
  sql: readonly string[];
  /** names of joins these expressions need, added only when the field is asked for */
  joins?: readonly string[];
  value?: (values: readonly never[], viewer: Viewer) => unknown;
};

/** A leaf that makes the global id of a type from its uuid; null where a left join found nothing. */
export const idLeaf = (type: NodeType, sql: string, joins: readonly string[] = []): Leaf => ({
  sql: [sql],
  joins,
  value: ([uuid]) => (uuid === null ? null : globalId(type, uuid as never)),
});

/** All leaves of an object type by their path, `customer.name`; and which leaf, when null, says that an object is not there. */
export type FieldTable = {
  leaves: Readonly<Record<string, Leaf>>;
  nullable?: Readonly<Record<string, string>>;
};

/** A choice of fields, turned into what to select and how to build objects from the rows that come back. */
export type Projection = {
  /** tells projections of one table apart */
  key: string;
  sources: readonly string[];
  joins: ReadonlySet<string>;
  shape: (row: readonly unknown[], viewer: Viewer) => Record<string, unknown>;
};

type Slot = { name: string; at: readonly number[]; value: Leaf['value'] };
type Node = { slots: Slot[]; children: { name: string; node: Node }[]; presence?: number };

/** Equal sets of paths give the same sources in the same order, so that equal selections give equal statements. */
export function projectionOf(table: FieldTable, selected: Iterable<string>): Projection {
  const key = [...selected].sort().join();
  const known = projections.get(table) ?? new Map<string, Projection>();
  projections.set(table, known);
  let projection = known.get(key);
  if (projection === undefined) {
    projection = makeProjection(table, key);
    if (known.size < maxProjections) known.set(key, projection);
  }
  return projection;
}

// Selections are few in practice and as many as there are subsets of fields in theory.
const maxProjections = 1000;
const projections = new WeakMap<FieldTable, Map<string, Projection>>();

function makeProjection(table: FieldTable, key: string): Projection {
  const paths = new Set(key === '' ? [] : key.split(','));
  for (const path of [...paths]) {
    const parts = path.split('.');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const presence = table.nullable?.[parts.slice(0, depth).join('.')];
      if (presence !== undefined) paths.add(presence);
    }
  }
  const sources: string[] = [];
  const joins = new Set<string>();
  const root: Node = { slots: [], children: [] };
  for (const path of [...paths].sort()) {
    const leaf = table.leaves[path];
    if (leaf === undefined) throw new Error(`There is no field ${path}.`);
    leaf.joins?.forEach((join) => joins.add(join));
    const at = leaf.sql.map((sql) => (sources.includes(sql) ? sources.indexOf(sql) : sources.push(sql) - 1));
    place(root, path.split('.'), { at, value: leaf.value });
  }
  for (const [object, leaf] of Object.entries(table.nullable ?? {})) {
    const node = find(root, object.split('.'));
    if (node !== undefined) node.presence = sources.indexOf(table.leaves[leaf]?.sql[0] ?? '');
  }
  return { key, sources, joins, shape: compile(root) };
}

function place(node: Node, [name = '', ...rest]: string[], slot: Omit<Slot, 'name'>): void {
  if (rest.length === 0) {
    node.slots.push({ name, ...slot });
    return;
  }
  let child = node.children.find((candidate) => candidate.name === name);
  if (child === undefined) node.children.push((child = { name, node: { slots: [], children: [] } }));
  place(child.node, rest, slot);
}

function find(node: Node | undefined, [name, ...rest]: string[]): Node | undefined {
  if (name === undefined) return node;
  return find(node?.children.find((child) => child.name === name)?.node, rest);
}

/** Every row of every page goes through this: as a literal with its names written out it is made several times faster than name by name. */
function compile(root: Node): Projection['shape'] {
  const values: NonNullable<Leaf['value']>[] = [];
  const valueOf = ({ at, value }: Slot) => {
    if (value === undefined) return `row[${at[0]}]`;
    return `values[${values.push(value) - 1}]([${at.map((index) => `row[${index}]`).join()}], viewer)`;
  };
  const objectOf = (node: Node): string => {
    const slots = node.slots.map((slot) => `${JSON.stringify(slot.name)}: ${valueOf(slot)}`);
    const children = node.children.map((child) => `${JSON.stringify(child.name)}: ${objectOf(child.node)}`);
    const object = `{ ${[...slots, ...children].join(', ')} }`;
    return node.presence === undefined ? object : `row[${node.presence}] === null ? null : ${object}`;
  };
  // Its text is made of names in our own field tables.
  // oxlint-disable-next-line typescript/no-implied-eval
  return new Function('values', `return (row, viewer) => (${objectOf(root)})`)(values) as Projection['shape'];
}

/** A table with further tables nested in it, as when a contract change carries its customer; its own leaves win. */
export function withNested(table: FieldTable, nested: Readonly<Record<string, FieldTable>>): FieldTable {
  const leaves: Record<string, Leaf> = {};
  const nullable: Record<string, string> = {};
  for (const [object, inner] of Object.entries(nested)) {
    for (const [path, leaf] of Object.entries(inner.leaves)) leaves[`${object}.${path}`] = leaf;
    for (const [path, leaf] of Object.entries(inner.nullable ?? {})) nullable[`${object}.${path}`] = `${object}.${leaf}`;
  }
  return { leaves: { ...leaves, ...table.leaves }, nullable: { ...nullable, ...table.nullable } };
}
