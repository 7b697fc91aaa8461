import type { DayResults } from './days.measure.ts';
import type { DatabaseTimes } from './database-times.measure.ts';
import { detailKinds, type DetailResults } from './details.measure.ts';
import type { ImportResults } from './import.measure.ts';
import type { MutationResults } from './mutation.measure.ts';
import { names, type ServingResults } from './serving.measure.ts';

export type BenchResults = {
  date: string;
  rows: number;
  machine: string;
  versions: Record<string, string>;
  /** remark on the run, for readers of the figures */
  note?: string;
  serving?: ServingResults;
  /** by number of changes in the table */
  database?: Record<string, DatabaseTimes>;
  details?: DetailResults;
  mutation?: MutationResults;
  days?: DayResults;
  import?: ImportResults;
};

/** A limit for the product, and the measured value. */
export type Bar = { bar: string; value: number; unit: string; wanted: string; isMet: boolean };

export function barsOf({ rows, serving, database, details, mutation, days, import: imported }: BenchResults): Bar[] {
  const bars: Bar[] = [];
  const atLeast = (bar: string, value: number, limit: number, unit = '×') =>
    bars.push({ bar, value, unit, wanted: `≥ ${limit}`, isMet: value >= limit });
  const atMost = (bar: string, value: number, limit: number, unit = '×') =>
    bars.push({ bar, value, unit, wanted: `≤ ${limit}`, isMet: value <= limit });

  if (serving) {
    const { loaded, unloaded, locked, processes } = serving;
    const ours = loaded[names.ours]!;
    const rateTo = (other: string) => ours.rate / (loaded[other]?.rate ?? Number.NaN);
    atLeast('page of 50 × 15 ÷ by hand over joins', rateTo(names.byHand), 2);
    atLeast('page of 50 × 15 ÷ by hand over the wide table', rateTo(names.wide), 1);
    atLeast('page of 50 × 15 ÷ PostGraphile', rateTo(names.postgraphile), 5);
    // Results from before this peer have no such bar.
    if (loaded[names.json]) atLeast('page of 50 × 15 ÷ by hand with JSON by PostgreSQL', rateTo(names.json), 0.6);
    atMost('one client, p50 ÷ by hand over joins', unloaded[names.ours]!.p50 / unloaded[names.byHand]!.p50, 0.8);
    atMost('16 clients, p99 ÷ p50', ours.p99 / ours.p50, 3);
    atMost(
      'PostgreSQL CPU of the 5 locked columns ÷ all 15',
      locked[names.ours]!.postgresCpu / locked[`${names.ours}, all columns`]!.postgresCpu,
      0.6,
    );
    atLeast('two processes ÷ one', processes.two.rate / processes.one.rate, 1.2);
    const rounds = [ours, unloaded[names.ours]!, locked[names.ours]!, processes.one];
    atMost('resident memory of a serving process, the most seen', Math.max(...rounds.map(({ resident }) => resident)), 160, 'MB');
  }
  const sizes = Object.keys(database ?? {}).map(Number);
  if (database && sizes.length > 0) {
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
    const [small, large] = [database[least]!, database[most]!];
    if (least < most) {
      const growth = Math.max(large.firstPage / small.firstPage, large.firstPageOfUsualPartner / small.firstPageOfUsualPartner);
      atMost(`${shortened(least)} → ${shortened(most)} changes, a page in the database`, growth, 3);
    }
    const served = database[rows]!;
    atMost('page at row 5,000 ÷ first page', served.deepPage / served.firstPage, 1.1);
    const slowest = (times: Record<string, number>) => Object.entries(times).sort((a, b) => b[1] - a[1])[0]!;
    const [order, orderMs] = slowest(served.orders);
    atMost(`sort by any column, big partner (slowest: ${order})`, orderMs, 5, 'ms');
    const [search, searchMs] = slowest(served.searches);
    atMost(`search by part of a name, big partner (slowest: "${search}")`, searchMs, 10, 'ms');
  }
  if (details) {
    for (const kind of detailKinds)
      atLeast(`${detailNames[kind]} ÷ the same by hand`, details[kind].ours.rate / details[kind].byHand.rate, 0.8);
  }
  if (mutation) atLeast('mutation ÷ the same statements by hand', mutation.ours.rate / mutation.byHand.rate, 0.9);
  if (imported) {
    atMost(`import of ${shortened(imported.contracts)} contracts ÷ bare COPY`, imported.importSeconds / imported.bareCopySeconds, 2);
    atMost('memory of the import over idle', imported.peak - imported.idlePeak, 100, 'MB');
  }
  if (days) {
    const [[fewer, fewerSeconds], [more, moreSeconds]] = Object.entries(days.ofOne) as [[string, number], [string, number]];
    const { ofAll } = days;
    atMost(`days passing: ${shortened(Number(more))} customers of one partner`, moreSeconds, 10, 's');
    // Starting the server is part of both, so linear is at most the ratio of the sizes.
    atMost(
      `days passing: ${shortened(Number(more))} customers ÷ ${shortened(Number(fewer))}`,
      moreSeconds / fewerSeconds,
      Number(more) / Number(fewer),
    );
    atMost(`days passing: ${ofAll.partners} partners, ${shortened(rows)} changes`, ofAll.seconds, 60, 's');
    atMost('p99 of pages while days pass ÷ on a quiet day', ofAll.passing.p99 / ofAll.quiet.p99, 3);
    atMost('pages not answered while days pass', ofAll.passing.failures, 0, 'pages');
  }
  return bars;
}

const detailNames = { totalCount: 'totalCount', summary: 'summary', customer: 'customer details' } as const;

function shortened(count: number): string {
  if (count >= 1_000_000) return `${count / 1_000_000}M`;
  return count >= 1000 ? `${count / 1000}k` : String(count);
}
