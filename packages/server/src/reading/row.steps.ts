import {
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import { shapeOf, type Shape } from './object.shape.ts';
import type { FieldTable, Leaf, Projection } from './projection.ts';

type Of = {
  /** Keys and brackets since the step before. */
  before: Buffer;
  /** Whether a null may stand there. */
  isNullable: boolean;
};

/** What is written one after another for a row. Columns count from the first value of the projection. */
export type Step =
  | { kind: 'end'; before: Buffer }
  | (Of & { kind: 'plain'; column: number; prefix: Buffer | null })
  | (Of & { kind: 'computed'; columns: readonly number[]; value: NonNullable<Leaf['value']>; shape: Shape | null })
  /** An object that is null if this column is; `next` is the step after it. */
  | (Of & { kind: 'object'; column: number; next: number })
  | (Of & { kind: 'cursor' });

/** The steps for rows of a type, as these nodes select its fields; null if the table lacks one of them. */
export function rowSteps(
  info: GraphQLResolveInfo,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  { table, projection }: { table: FieldTable; projection: Projection },
): readonly Step[] | null {
  const steps: Step[] = [];
  let pending = '';
  let isComplete = true;
  const before = (): Buffer => {
    const bytes = Buffer.from(pending);
    pending = '';
    return bytes;
  };
  const columnOf = (sql: string) => projection.sources.indexOf(sql);

  /** With a shape, the value is an object or a list of objects. */
  const leaf = ({ sql, value = firstOf, prefix }: Leaf, isNullable: boolean, shape: Shape | null) => {
    const of = { before: before(), isNullable };
    const columns = sql.map(columnOf);
    if (columns.includes(-1)) isComplete = false;
    if (shape === null && (value === firstOf || prefix !== undefined))
      steps.push({ kind: 'plain', ...of, column: columns[0]!, prefix: prefix === undefined ? null : Buffer.from(prefix) });
    else steps.push({ kind: 'computed', ...of, columns, value, shape });
  };

  const nested = (at: GraphQLObjectType, below: readonly FieldNode[], path: string, isNullable: boolean) => {
    const presence = table.nullable?.[path];
    if (presence === undefined) {
      object(at, below, `${path}.`);
      return;
    }
    const column = columnOf(table.leaves[presence]?.sql[0] ?? '');
    if (column < 0) isComplete = false;
    const step: Step = { kind: 'object', before: before(), isNullable, column, next: 0 };
    steps.push(step);
    object(at, below, `${path}.`);
    steps.push({ kind: 'end', before: before() });
    step.next = steps.length;
  };

  const object = (at: GraphQLObjectType, below: readonly FieldNode[], path: string) => {
    pending += '{';
    let separator = '';
    for (const [key, group] of collectSubfields(info.schema, info.fragments, info.variableValues, at, below)) {
      pending += `${separator}${JSON.stringify(key)}:`;
      separator = ',';
      field(at, group, path);
    }
    pending += '}';
  };

  const field = (at: GraphQLObjectType, group: readonly FieldNode[], path: string) => {
    const name = group[0]!.name.value;
    if (name === '__typename') {
      pending += JSON.stringify(at.name);
      return;
    }
    const output = at.getFields()[name]!.type;
    const isNullable = !isNonNullType(output);
    const fieldType = getNamedType(output);
    if (path === edge) {
      if (name === 'cursor') steps.push({ kind: 'cursor', before: before(), isNullable });
      else object(fieldType as GraphQLObjectType, group, '');
      return;
    }
    const found = table.leaves[path + name];
    if (isLeafType(fieldType) && found) leaf(found, isNullable, null);
    else if (isObjectType(fieldType) && found) leaf(found, isNullable, shapeOf(info, fieldType, group));
    else if (isObjectType(fieldType) && !isListType(getNullableType(output))) nested(fieldType, group, path + name, isNullable);
    else isComplete = false;
  };

  object(type, nodes, isEdge(type) ? edge : '');
  steps.push({ kind: 'end', before: before() });
  return isComplete ? steps : null;
}

const firstOf = ([value]: readonly unknown[]) => value;

// Fields have no such names.
const edge = '<edge>';

/** Whether a type is the edge of a connection. */
const isEdge = (type: GraphQLObjectType) => 'cursor' in type.getFields() && 'node' in type.getFields();
