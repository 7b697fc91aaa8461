import type { PartnerReader } from '../database/reader.ts';
import type { Parameters } from '../database/sql.ts';
import type { Projection } from './projection.ts';

type KeyedStatement = {
  name: string;
  /** SQL over scope and settings; `where` restricts it to the partner. */
  from: string;
  where: string;
  parameters: Parameters;
  /** SQL of the key under which a row is returned. */
  key: string;
  /** The only keys, looked up one after another; see `selectPages`. */
  ids?: readonly string[];
  /** Of the keys; uuid unless given. */
  idType?: 'text';
  orderBy?: readonly string[];
  /** Whether the rows are computed: then even one takes its time. */
  isDerived?: boolean;
  /** The most rows in all, whichever. */
  limit?: number;
};

/** Rows of so few keys are found in a moment by an index. */
export const mostShortKeys = 10;

/** Rows of projected values by key. */
export type KeyedRows = ReadonlyMap<string, readonly (readonly unknown[])[]>;

/** Rows without paging, grouped by key; `orderBy` orders both keys and rows. */
export async function selectKeyed(reader: PartnerReader, projection: Projection, statement: KeyedStatement): Promise<KeyedRows> {
  const { parameters, ids, idType = 'uuid', orderBy = [], limit, isDerived = false } = statement;
  const columns = [
    `${statement.key} as key`,
    ...projection.sources.map((sql, index) => `${sql} as v${index}`),
    ...orderBy.map((sql, index) => `${sql} as k${index}`),
  ];
  const only = ids === undefined ? '' : ` and ${statement.key} = wanted.id`;
  const all = `select ${columns.join(', ')} from ${statement.from} where ${statement.where}${only}${limit === undefined ? '' : ` limit ${limit}`}`;
  const select =
    ids === undefined
      ? all
      : `select one.* from unnest(${parameters.add([...new Set(ids)], `${idType}[]`)}) wanted(id) cross join lateral (${all} offset 0) one`;
  const found = await reader.select<unknown[]>({
    name: statement.name,
    select: parameters.bind(select),
    output: ['found.key', ...projection.sources.map((_, index) => `found.v${index}`)].join(', '),
    ...(orderBy.length > 0 && { orderBy: orderBy.map((_, index) => `found.k${index}`).join(', ') }),
    values: parameters.values,
    isShort: !isDerived && parameters.values.every((value) => !Array.isArray(value) || value.length <= mostShortKeys),
  });
  const byKey = new Map<string, unknown[][]>();
  for (const [key, ...row] of found) {
    const rows = byKey.get(key as string);
    if (rows === undefined) byKey.set(key as string, [row]);
    else rows.push(row);
  }
  return byKey;
}
