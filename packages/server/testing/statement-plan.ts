import type { Pool } from 'pg';
import { createReader, type Reader } from '../src/database/reader.ts';
import type { Db } from '../src/database/transaction.ts';
import type { Page } from '../src/graphql/connection.type.ts';
import type { Projection } from '../src/reading/projection.ts';
import type { Wanted } from '../src/reading/wanted.ts';

export type PlanNode = {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
  'Plan Width'?: number;
  'Actual Loops'?: number;
  'Shared Hit Blocks'?: number;
};
export type Execution = { plan: PlanNode; milliseconds: number; nodes: PlanNode[] };

/** The statement that a query function would run for a partner; it is captured, not run. */
export async function statementOf(
  { partnerId, today }: { partnerId: string; today: string },
  run: (reader: Reader) => Promise<unknown>,
): Promise<{ text: string; values: unknown[] }> {
  let seen: { text: string; values: unknown[] } | undefined;
  const db = {
    query: (statement: { text: string; values: unknown[] }) => {
      seen = statement;
      return Promise.resolve({ rows: [] });
    },
  } as unknown as Db;
  await run(createReader(db, { partnerId, role: 'VIEWER', partnerUserId: null, credentialId: 'test' }, today));
  if (seen === undefined) throw new Error('No statement was run.');
  return seen;
}

/** The selection of a dashboard page: its rows with their cursors. */
export const wantedPage = (projection: Projection, page: Partial<Page> = {}): Wanted => ({
  projection,
  page: { size: 50, cursor: null, isBackward: false, ...page },
  ...{ rows: true, count: false, cursors: true, hasBefore: false, hasAfter: true, byteSteps: null },
});

/** Plans and times of a statement that is prepared on a serving connection, for each execution. */
export async function executions(pool: Pool, { text, values }: { text: string; values: unknown[] }, count: number): Promise<Execution[]> {
  const client = await pool.connect();
  try {
    await client.query(`prepare measured as ${text}`);
    const literals = values
      .map((value) => (Array.isArray(value) ? `'{${value.join(',')}}'` : `'${String(value).replaceAll("'", "''")}'`))
      .join(', ');
    const found: Execution[] = [];
    for (let index = 0; index < count; index += 1) {
      const { rows } = await client.query(`explain (analyze, buffers, timing off, format json) execute measured (${literals})`);
      const [{ Plan: plan, 'Execution Time': milliseconds }] = rows[0]['QUERY PLAN'] as [{ Plan: PlanNode; 'Execution Time': number }];
      found.push({ plan, milliseconds, nodes: flatten(plan) });
    }
    await client.query('deallocate measured');
    return found;
  } finally {
    client.release();
  }
}

function flatten(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flatten)];
}
