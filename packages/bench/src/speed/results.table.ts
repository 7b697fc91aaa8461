import type { Bar, BenchResults } from './bars.ts';
import type { Measured } from './race.ts';
import { names } from './serving.measure.ts';

/** Prints a run's results to the terminal. */
export function printResults(
  { serving, details, database, mutation, days, import: imported }: BenchResults,
  bars: readonly Bar[],
  isQuick: boolean,
): void {
  if (serving) {
    print('16 clients, 50 × 15 columns', serving.loaded);
    print('one client', serving.unloaded);
    print('16 clients, the 5 locked columns', serving.locked);
    print('processes', serving.processes, 'one');
  }
  for (const [rows, { orders, searches, pageSizes, columnCounts, depths, ...times }] of Object.entries(database ?? {})) {
    console.log(`\nmilliseconds in the database, ${rows} changes`);
    for (const [what, each] of Object.entries({ ...times, orders, searches, pageSizes, columnCounts, depths })) {
      const text =
        typeof each === 'number'
          ? each.toFixed(2)
          : Object.entries(each)
              .map(([name, ms]) => `${name} ${ms.toFixed(2)}`)
              .join(' · ');
      console.log(`  ${what}: ${text}`);
    }
  }
  for (const [kind, { ours, byHand }] of Object.entries(details ?? {}))
    print(`${kind}, 16 clients`, { ours, 'by hand': byHand }, 'by hand');
  if (mutation) {
    print('mutations, 16 clients', { ours: mutation.ours, 'by hand': mutation.byHand }, 'by hand');
    console.log(`  statements: ours ${mutation.statements.ours}, by hand ${mutation.statements.byHand}`);
  }
  if (imported) {
    const { contracts, importSeconds, bareCopySeconds, peak, idlePeak } = imported;
    console.log(
      `\nimport of ${contracts} contracts: ${importSeconds.toFixed(1)} s, bare COPY ${bareCopySeconds.toFixed(1)} s; ${peak.toFixed(0)} MB, idle ${idlePeak.toFixed(0)} MB`,
    );
  }
  if (days) {
    const { ofOne, ofAll } = days;
    const sizes = Object.entries(ofOne).map(([customers, seconds]) => `${customers} customers ${seconds.toFixed(1)} s`);
    console.log(
      `\na day: ${sizes.join(', ')}; ${ofAll.partners} partners ${ofAll.seconds.toFixed(1)} s, pages p99 ${ofAll.quiet.p99.toFixed(0)} → ${ofAll.passing.p99.toFixed(0)} ms`,
    );
  }
  console.log(isQuick ? '\nbars (a quick run is too small and too short to judge by)' : '\nbars');
  for (const { bar, value, unit, wanted, isMet } of bars) {
    console.log(`  ${isMet ? 'met   ' : 'MISSED'}  ${shown(value, unit).padStart(9)}  ${wanted.padEnd(7)}  ${bar}`);
  }
}

export function shown(value: number, unit: string): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit === '×' ? '' : ` ${unit}`}`;
}

function print(title: string, measured: Record<string, Measured>, unit: string = names.byHand): void {
  const base = measured[unit]?.rate ?? Number.NaN;
  console.log(
    `\n${title.padEnd(32)}    rate/s  ÷ ${unit === names.byHand ? 'L1' : unit.slice(0, 7)}     p50     p99 ms   CPU ms node + PostgreSQL    MB`,
  );
  for (const [name, each] of Object.entries(measured)) {
    const { rate, p50, p99, nodeCpu, postgresCpu, resident } = each;
    const cells = [
      rate.toFixed(0).padStart(8),
      (rate / base).toFixed(2).padStart(7),
      p50.toFixed(2).padStart(8),
      p99.toFixed(1).padStart(8),
    ];
    console.log(
      `  ${name.padEnd(30)}  ${cells.join(' ')}   ${nodeCpu.toFixed(2).padStart(10)} + ${postgresCpu.toFixed(2).padEnd(8)}  ${resident.toFixed(0).padStart(6)}`,
    );
  }
}
