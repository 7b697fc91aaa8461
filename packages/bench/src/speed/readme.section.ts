import type { Bar, BenchResults } from './bars.ts';
import { shown } from './results.table.ts';
import { names } from './serving.measure.ts';

const begin = '<!-- `npm run report` writes what follows. -->';
const end = '<!-- End of what `npm run report` writes. -->';

/** Inserts the results of one run into the bench's README. Paths are relative to packages/bench. */
export function withSection(readme: string, results: BenchResults & { bars: readonly Bar[] }, resultsPath: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The README has no place for the results: ${begin} … ${end}`);
  return `${readme.slice(0, from)}${begin}\n${section(results, resultsPath)}${readme.slice(to)}`;
}

function section(
  { date, rows, machine, versions, note, serving, bars }: BenchResults & { bars: readonly Bar[] },
  resultsPath: string,
): string {
  const base = serving!.loaded[names.byHand]!.rate;
  const servers = Object.entries(serving!.loaded).map(([name, { rate, p50, p99, nodeCpu, postgresCpu }]) => {
    const cpu = `${nodeCpu.toFixed(2)} + ${postgresCpu.toFixed(2)}`;
    return `| ${name} | ${rate.toFixed(0)} | ${(rate / base).toFixed(2)} | ${p50.toFixed(1)} / ${p99.toFixed(0)} | ${cpu} |`;
  });
  const missed = bars.filter(({ isMet }) => !isMet).length;
  const rowsOfBars = bars.map(
    ({ bar, value, unit, wanted, isMet }) => `| ${bar} | ${shown(value, unit)} | ${wanted} | ${isMet ? 'met' : '**missed**'} |`,
  );
  return [
    '',
    `${date}, ${rows.toLocaleString('en')} changes, ${machine}; Node ${versions['node']} unless said, PostgreSQL ${versions['postgresql']}.`,
    `[All figures](${resultsPath}). Ratios of the run count, and less than 20 % is a tie.${note === undefined ? '' : ` ${note}`}`,
    '',
    `| a page of 50 × 15, 16 clients | pages/s | ÷ by hand | p50 / p99 ms | CPU ms: Node + PostgreSQL |`,
    '|---|---|---|---|---|',
    ...servers,
    '',
    `| bar (${missed === 0 ? 'all met' : `${missed} of ${bars.length} missed`}) | measured | wanted | |`,
    '|---|---|---|---|',
    ...rowsOfBars,
    '',
    '![Pages a second](results/pages.svg)',
    '![How it grows](results/growth.svg)',
    '',
  ].join('\n');
}
