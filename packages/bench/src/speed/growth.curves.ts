import type { BenchResults } from './bars.ts';
import type { Curve, Series } from './plot.svg.ts';

/** Curves of growth: the measured times and rates, and what was expected before the measurement. */
export function growthCurves({ database, serving }: BenchResults): Curve[] {
  const curves: Curve[] = [];
  const sizes = Object.keys(database ?? {})
    .map(Number)
    .sort((a, b) => a - b);
  const ms = 'ms in the database';
  if (database && sizes.length > 0) {
    const { depths, pageSizes, columnCounts } = database[sizes.at(-1)!]!;
    const ofBig = sizes.map((size) => [size, database[size]!.firstPage] as const);
    const ofUsual = sizes.map((size) => [size, database[size]!.firstPageOfUsualPartner] as const);
    const growth = { title: 'Changes in the table', x: 'changes', y: ms, isLogarithmic: true };
    curves.push(
      { ...growth, series: [measured('big partner', ofBig), measured('usual', ofUsual), level(ofBig)] },
      {
        title: 'How deep the page lies',
        x: 'row',
        y: ms,
        isLogarithmic: true,
        series: [measured('page', pairs(depths)), level(pairs(depths))],
      },
      { title: 'Rows of a page', x: 'rows', y: ms, series: [measured('page', pairs(pageSizes)), straight(pairs(pageSizes))] },
      { title: 'Columns', x: 'columns', y: ms, series: [measured('page', pairs(columnCounts)), straight(pairs(columnCounts))] },
    );
  }
  if (serving) {
    const { clients, processes } = serving;
    const [ours, byHand] = [pairs(clients.ours), pairs(clients.byHand)];
    // Expected: each client adds the rate of a single client until the processors are full. Then the rate stays the same.
    const full = Math.max(...ours.map(([, rate]) => rate));
    const ideal = ours.map(([count]) => [count, Math.min(count * ours[0]![1], full)] as const);
    curves.push(
      {
        ...{ title: 'Clients', x: 'clients', y: 'pages a second', isLogarithmic: true },
        series: [measured('ours', ours), measured('by hand', byHand), expected(ideal)],
      },
      {
        ...{ title: 'Processes', x: 'processes', y: 'pages a second' },
        series: [
          measured('ours', [
            [1, processes.one.rate],
            [2, processes.two.rate],
          ]),
          // The two processors also run PostgreSQL and the load.
          expected([
            [1, processes.one.rate],
            [2, 1.2 * processes.one.rate],
          ]),
        ],
      },
    );
  }
  return curves;
}

type Points = readonly (readonly [number, number])[];

const pairs = (values: Record<string, number>): Points =>
  Object.entries(values)
    .map(([x, y]) => [Number(x), y] as const)
    .sort((a, b) => a[0] - b[0]);
const measured = (name: string, points: Points): Series => ({ name, points });
const expected = (points: Points): Series => ({ name: 'expected', points, isExpected: true });
/** Expected to stay level. */
const level = (points: Points): Series => expected(points.map(([x]) => [x, points[0]![1]] as const));

/** Expected to grow linearly: the line of least squares. */
function straight(points: Points): Series {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const slope = mean(points.map(([x, y]) => (x - x0) * (y - y0))) / mean(points.map(([x]) => (x - x0) ** 2));
  return expected(points.map(([x]) => [x, Math.max(0, y0 + slope * (x - x0))] as const));
}
