import type { PartnerReader } from '../database/reader.ts';
import type { ListStatement } from './page.queries.ts';
import type { Projection } from './projection.ts';

type KeyedStatement = Pick<ListStatement, 'name' | 'from' | 'where' | 'parameters'> & {
  /** SQL of the key under which a row is returned. */
  key: string;
  orderBy?: readonly string[];
  /** The most rows of one key. */
  max?: number;
  /** The most rows in all, whichever. */
  limit?: number;
};

const mostShortKeys = 10;

/** Rows of projected values by key. */
export type KeyedRows = ReadonlyMap<string, readonly (readonly unknown[])[]>;

/** Rows without paging, grouped by key; `orderBy` orders both keys and rows. */
export async function selectKeyed(reader: PartnerReader, projection: Projection, statement: KeyedStatement): Promise<KeyedRows> {
  const { parameters, orderBy = [], max, limit } = statement;
  const columns = [
    `${statement.key} as key`,
    ...projection.sources.map((sql, index) => `${sql} as v${index}`),
    ...orderBy.map((sql, index) => `${sql} as k${index}`),
  ];
  if (max !== undefined) columns.push(`row_number() over (partition by ${statement.key} order by ${orderBy.join(', ')}) as place`);
  const all = `select ${columns.join(', ')} from ${statement.from} where ${statement.where}${limit === undefined ? '' : ` limit ${limit}`}`;
  const found = await reader.select<unknown[]>({
    name: statement.name,
    select: parameters.bind(max === undefined ? all : `select * from (${all}) placed where placed.place <= ${max}`),
    output: ['found.key', ...projection.sources.map((_, index) => `found.v${index}`)].join(', '),
    ...(orderBy.length > 0 && { orderBy: orderBy.map((_, index) => `found.k${index}`).join(', ') }),
    values: parameters.values,
    // Rows of a few keys are found by an index.
    isShort: parameters.values.every((value) => !Array.isArray(value) || value.length <= mostShortKeys),
  });
  const byKey = new Map<string, unknown[][]>();
  for (const [key, ...row] of found) {
    const rows = byKey.get(key as string);
    if (rows === undefined) byKey.set(key as string, [row]);
    else rows.push(row);
  }
  return byKey;
}
