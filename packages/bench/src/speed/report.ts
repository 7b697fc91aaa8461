import 'reflect-metadata';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Bar, BenchResults } from './bars.ts';
import { growthCurves } from './growth.curves.ts';
import { barPlot, curvePlots } from './plot.svg.ts';
import { withSection } from './readme.section.ts';

// Draws the plots and writes the README's results from the latest run; --check only compares both with that run.

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const folder = new URL('../../results/', import.meta.url);
const latest = readdirSync(folder)
  // Other programs store their results here under other names.
  .filter((name) => /^\d{4}-\d\d-\d\d-\d+\.json$/.test(name))
  .sort()
  .at(-1);
if (latest === undefined) throw new Error('There are no results yet: npm run bench writes them.');
const results = JSON.parse(readFileSync(new URL(latest, folder), 'utf8')) as BenchResults & { bars: Bar[] };
const readme = new URL('../../README.md', import.meta.url);
const rates = Object.fromEntries(Object.entries(results.serving!.loaded).map(([name, { rate }]) => [name, rate]));
const made: [URL, string][] = [
  [new URL('pages.svg', folder), barPlot('Pages of 50 × 15 columns a second, 16 clients', rates, 'ours')],
  [new URL('growth.svg', folder), curvePlots(growthCurves(results))],
  [readme, withSection(readFileSync(readme, 'utf8'), results, `results/${latest}`)],
];
for (const [file, content] of made) {
  if (!options.check) writeFileSync(file, content);
  else if (readFileSync(file, 'utf8') !== content) {
    console.error(`${file.pathname.split('/').at(-1)} differs from ${latest}: run npm run report in packages/bench.`);
    process.exitCode = 1;
  }
}
