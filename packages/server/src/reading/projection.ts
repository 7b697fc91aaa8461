import type { Viewer } from '../access/viewer.ts';
import { globalId, type NodeType } from '../graphql/global-id.ts';

/** A field at the end of a path: the SQL of its values, and how to compute the field unless it is the plain value. */
export type Leaf = {
  /** SQL expressions over the aliases of the noun's `from` clause. */
  sql: readonly string[];
  /** Names of joins that these expressions need; joined only if the field is selected. */
  joins?: readonly string[];
  value?: (values: readonly never[], viewer: Viewer) => unknown;
  /** What `value` puts before the text of its only value, if it does nothing else. */
  prefix?: string;
};

/** A leaf that turns a uuid into a global ID; null where a left join found nothing. */
export const idLeaf = (type: NodeType, sql: string, joins: readonly string[] = []): Leaf => ({
  sql: [sql],
  joins,
  value: ([uuid]) => (uuid === null ? null : globalId(type, uuid as never)),
  prefix: globalId(type, ''),
});

/** All leaves of an object type by path, such as `customer.name`. `nullable` names the leaf whose null makes an object null. */
export type FieldTable = {
  leaves: Readonly<Record<string, Leaf>>;
  nullable?: Readonly<Record<string, string>>;
};

/** The selected fields of a table: which values to select, and how to build objects from the rows. */
export type Projection = {
  /** Unique among the projections of one table. */
  key: string;
  sources: readonly string[];
  joins: ReadonlySet<string>;
  shape: (row: readonly unknown[], viewer: Viewer) => Record<string, unknown>;
};

type Slot = { name: string; at: readonly number[]; value: Leaf['value'] };
type Node = { slots: Slot[]; children: { name: string; node: Node }[]; presence?: number };

/** Equal sets of paths return the same sources in the same order, so that equal selections produce equal statements. */
export function projectionOf(table: FieldTable, selected: Iterable<string>): Projection {
  const key = [...selected].sort().join();
  const known = projections.get(table) ?? new Map<string, Projection>();
  projections.set(table, known);
  const projection = known.get(key) ?? makeProjection(table, key);
  // Moves it to the end, so that the first one is the least recently used.
  known.delete(key);
  known.set(key, projection);
  if (known.size > maxProjections) known.delete(known.keys().next().value!);
  return projection;
}

// Clients use few selections, but could send any subset of fields; the limit bounds the memory. To make one again takes 0.1 ms.
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
    if (leaf === undefined) throw new Error(`Unknown field ${path}.`);
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

/** Compiled because it runs for every row: an object literal with fixed names is several times faster than setting them in a loop. */
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
  // The source text contains only names from our own field tables.
  // oxlint-disable-next-line typescript/no-implied-eval
  return new Function('values', `return (row, viewer) => (${objectOf(root)})`)(values) as Projection['shape'];
}

/** A table with nested tables, such as a contract change with its customer; the table's own leaves take precedence. */
export function withNested(table: FieldTable, nested: Readonly<Record<string, FieldTable>>): FieldTable {
  const leaves: Record<string, Leaf> = {};
  const nullable: Record<string, string> = {};
  for (const [object, inner] of Object.entries(nested)) {
    for (const [path, leaf] of Object.entries(inner.leaves)) leaves[`${object}.${path}`] = leaf;
    for (const [path, leaf] of Object.entries(inner.nullable ?? {})) nullable[`${object}.${path}`] = `${object}.${leaf}`;
  }
  return { leaves: { ...leaves, ...table.leaves }, nullable: { ...nullable, ...table.nullable } };
}
