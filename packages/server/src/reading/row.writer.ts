import type { Viewer } from '../access/viewer.ts';
import { nullLength, type UnparsedRows } from '../database/unparsed-rows.ts';
import { jsonKind, valueParser } from '../database/value-types.ts';
import { JsonBytes, longestEscape } from './json.bytes.ts';
import { selectFrom } from './object.shape.ts';
import type { Step } from './row.steps.ts';

/** Rows of a page, in its order, before they are parsed. */
export type WritableRows = {
  rows: UnparsedRows;
  indexes: readonly number[];
  /** The first column of the projection. */
  firstColumn: number;
  viewer: Viewer;
  cursorAt: (place: number) => string | null;
};

const words = { null: Buffer.from('null'), true: Buffer.from('true'), false: Buffer.from('false') };
const [opening, comma, closing] = [Buffer.from('['), Buffer.from(','), Buffer.from(']')];
const letterT = 't'.charCodeAt(0);

/** The most bytes of a row beside its values, and how often one value is written: aliases repeat it. */
function extentOf(steps: readonly Step[]): { fixed: number; mostOfOne: number } {
  const times = new Map<number, number>();
  let fixed = 0;
  let mostOfOne = 1;
  for (const step of steps) {
    // Two quotes, or a word; what is left is enough for commas.
    fixed += step.before.byteLength + words.false.byteLength + 2;
    if (step.kind !== 'plain') continue;
    fixed += step.prefix?.byteLength ?? 0;
    times.set(step.column, (times.get(step.column) ?? 0) + 1);
    mostOfOne = Math.max(mostOfOne, times.get(step.column)!);
  }
  return { fixed, mostOfOne };
}

/** What became of a step: only graphql-js can word an error for what is refused. */
type Outcome = 'written' | 'null' | 'refused';

// Writing does not wait for anything, so all pages are put together in the same bytes; `take` copies them.
const json = new JsonBytes();

/** The JSON of these rows; null if a value is null that may not be. */
export function writeRows(steps: readonly Step[], page: WritableRows): Buffer | null {
  const { rows, indexes } = page;
  const bounds = new Int32Array(2 * rows.columnTypes.length);
  const kinds = rows.columnTypes.map(jsonKind);
  const { fixed, mostOfOne } = extentOf(steps);
  json.clear();
  json.reserve(opening.byteLength + closing.byteLength);
  json.copy(opening);
  for (let place = 0; place < indexes.length; place += 1) {
    const room = fixed + longestEscape * mostOfOne * rows.locate(indexes[place]!, bounds);
    json.reserve(room);
    if (place > 0) json.copy(comma);
    for (let at = 0; at < steps.length; at += 1) {
      const step = steps[at]!;
      json.copy(step.before);
      if (step.kind === 'end') continue;
      const outcome = step.kind === 'plain' ? writePlain(step, page, bounds, kinds, room) : writeOther(step, page, bounds, { place, room });
      if (outcome === 'written') continue;
      if (outcome === 'refused' || !step.isNullable) return null;
      json.copy(words.null);
      if (step.kind === 'object') at = step.next - 1;
    }
  }
  json.copy(closing);
  return json.take();
}

function writePlain(
  { column, prefix }: Step & { kind: 'plain' },
  { rows, firstColumn }: WritableRows,
  bounds: Int32Array,
  kinds: readonly ReturnType<typeof jsonKind>[],
  room: number,
): Outcome {
  const at = column + firstColumn;
  const start = bounds[2 * at]!;
  const length = bounds[2 * at + 1]!;
  if (length === nullLength) return 'null';
  const kind = kinds[at]!;
  if (kind === 'number') json.copy(rows.bytes, start, start + length);
  else if (kind === 'boolean') json.copy(rows.bytes[start] === letterT ? words.true : words.false);
  else if (kind === 'parsed') return writeJson(valueOf(rows, bounds, at), room);
  else {
    json.quote();
    if (prefix !== null) json.copy(prefix);
    if (kind === 'text') json.copyEscaped(rows.bytes, start, start + length);
    else json.copy(rows.bytes, start, start + length);
    json.quote();
  }
  return 'written';
}

/** Writes what is no plain value. */
function writeOther(
  step: Exclude<Step, { kind: 'end' | 'plain' }>,
  page: WritableRows,
  bounds: Int32Array,
  { place, room }: { place: number; room: number },
): Outcome {
  const { rows, firstColumn, viewer, cursorAt } = page;
  // Of an object only its presence is told here: the steps after it write it.
  if (step.kind === 'object') return bounds[2 * (step.column + firstColumn) + 1] === nullLength ? 'null' : 'written';
  if (step.kind === 'cursor') return writeJson(cursorAt(place), room);
  const value = step.value(step.columns.map((column) => valueOf(rows, bounds, column + firstColumn)) as never, viewer);
  if (step.shape === null) return writeJson(value, room);
  const selected = selectFrom(value, step.shape);
  return selected === undefined ? 'refused' : writeJson(selected, room);
}

/** Of what is no plain value, the length is known now; `room` is what the rest of the row needs. */
function writeJson(value: unknown, room: number): Outcome {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value) && value.some((each) => each == null)) return 'refused';
  const bytes = Buffer.from(JSON.stringify(value));
  json.reserve(bytes.byteLength + room);
  json.copy(bytes);
  return 'written';
}

function valueOf({ bytes, columnTypes }: UnparsedRows, bounds: Int32Array, column: number): unknown {
  const start = bounds[2 * column]!;
  const length = bounds[2 * column + 1]!;
  return length === nullLength ? null : valueParser(columnTypes[column]!)(bytes.toString('utf8', start, start + length));
}
