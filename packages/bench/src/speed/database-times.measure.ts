import { columns } from '../../../server/src/contract-change/contract-change.columns.ts';
import { contractChangeFields } from '../../../server/src/contract-change/contract-change.fields.ts';
import { ContractChangeOrderFieldEnum, orderOf } from '../../../server/src/dashboard/dashboard.order.ts';
import { countUpcoming, findUpcoming } from '../../../server/src/dashboard/dashboard.queries.ts';
import { openDatabase } from '../../../server/src/database/database.ts';
import type { Reader } from '../../../server/src/database/reader.ts';
import { encodeCursor } from '../../../server/src/reading/cursor.ts';
import { projectionOf } from '../../../server/src/reading/projection.ts';
import { bigPartnerId } from '../../../server/testing/dashboard-rows.ts';
import { executions, statementOf, wantedPage } from '../../../server/testing/statement-plan.ts';
import type { BenchDatabase } from './bench-database.ts';
import { median } from './race.ts';

/** Median milliseconds in the database with a warm cache, as PostgreSQL reports them. */
export type DatabaseTimes = {
  firstPage: number;
  deepPage: number;
  /** a first page of a partner of the usual size */
  firstPageOfUsualPartner: number;
  count: number;
  orders: Record<string, number>;
  searches: Record<string, number>;
  pageSizes: Record<string, number>;
  columnCounts: Record<string, number>;
  depths: Record<string, number>;
};

type Query = (reader: Reader) => Promise<unknown>;

/** Measures the product's own statements for the partner with the most customers, prepared on a serving connection. */
export async function measureDatabaseTimes(database: BenchDatabase, today: string, isQuick: boolean): Promise<DatabaseTimes> {
  const served = await openDatabase(
    { databaseUrl: database.variables.DATABASE_URL, dataDir: '', environment: 'production', poolSize: 2, statementTimeoutMs: 60_000 },
    { migrate: false },
  );
  const { superuser } = database;
  try {
    const dates = { asOf: today, today };
    const order = orderOf(null);
    const fieldsOf = (keys: readonly (keyof typeof columns)[]) =>
      projectionOf(contractChangeFields, ['id', ...keys.flatMap((key) => Object.keys(columns[key].fields))]);
    const keys = Object.keys(columns) as (keyof typeof columns)[];
    const all = fieldsOf(keys);
    const first = { size: 50, cursor: null as string | null };
    const find =
      (options: { set?: object; by?: typeof order; at?: typeof first; projection?: typeof all }): Query =>
      (reader) =>
        findUpcoming(reader, wantedPage(options.projection ?? all, options.at ?? first), {
          set: { ...dates, ...options.set },
          order: options.by ?? order,
        });
    const { rows } = await superuser.query<{ date: string; id: string }>(
      `select effective_date::text as date, id from dashboard_row where partner_id = $1 and effective_date between $2::date and $2::date + 120
       order by effective_date, id`,
      [bigPartnerId, today],
    );
    const after = (position: number) => {
      const row = rows[Math.min(position, rows.length - 60)]!;
      return { ...first, cursor: encodeCursor(bigPartnerId, order.name, { keys: [row.date], id: row.id }) };
    };
    const usual = await superuser.query<{ id: string }>(
      `select partner_id as id from dashboard_row group by 1 order by count(*) offset (select count(distinct partner_id) / 2 from dashboard_row) limit 1`,
    );

    /** Runs the queries in turns, so that other work on the machine affects all equally. */
    const times = async <Name extends string>(
      queries: Record<Name, Query>,
      rounds: number,
      partnerId = bigPartnerId,
    ): Promise<Record<Name, number>> => {
      const seen = Object.fromEntries(Object.keys(queries).map((name) => [name, [] as number[]])) as Record<Name, number[]>;
      for (let round = 0; round < (isQuick ? 1 : rounds); round += 1) {
        for (const [name, query] of Object.entries(queries) as [Name, Query][]) {
          const found = await executions(served.pool, await statementOf({ partnerId, today }, query), isQuick ? 5 : 21);
          seen[name].push(...found.map(({ milliseconds }) => milliseconds));
        }
      }
      return Object.fromEntries(Object.entries(seen).map(([name, each]) => [name, median(each as number[])])) as Record<Name, number>;
    };
    const table = (pairs: [string, Query][], rounds: number) => times(Object.fromEntries(pairs), rounds);

    return {
      ...(await times(
        {
          firstPage: find({}),
          deepPage: find({ at: after(5000) }),
          count: (reader) => countUpcoming(reader, dates),
        },
        9,
      )),
      ...(await times({ firstPageOfUsualPartner: find({}) }, 9, usual.rows[0]!.id)),
      orders: await table(
        Object.keys(ContractChangeOrderFieldEnum)
          .filter((field) => field !== 'EFFECTIVE_DATE')
          .map((field) => [field, find({ by: orderOf([{ field, direction: 'ASC' }]) })]),
        1,
      ),
      searches: await table(
        ['vande', 'vandelay 77', 'nowhere'].map((query) => [query, find({ set: { query } })]),
        1,
      ),
      pageSizes: await table(
        [10, 25, 50, 100].map((size) => [String(size), find({ at: { ...first, size } })]),
        3,
      ),
      columnCounts: await table(
        [1, 5, 10, 15].map((count) => [String(count), find({ projection: fieldsOf(keys.slice(0, count)) })]),
        3,
      ),
      depths: await table(
        [50, 500, 5000, 15_000].map((depth) => [String(depth), find({ at: after(depth) })]),
        3,
      ),
    };
  } finally {
    await served.close();
  }
}
