import { test } from '@jest/globals';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { startTestServer } from '../test-server.ts';
import { featuresOf } from './features.ts';
import { worlds } from './world-stories.ts';
import { inWorld } from './world-run.ts';
const runs = Number(process.env['SURVEY_RUNS'] ?? 60);
const sets = (process.env['SURVEY'] ?? '').split(';');
const signatureOf = (e: unknown) => {
  const m = (e as Error).message;
  const line = m.split('\n').find((l) => /^[A-Z].* differs in /.test(l));
  return (
    line ??
    'OTHER ' +
      m
        .split('\n')
        .filter((l) => /^\s*[-+] /.test(l))
        .slice(0, 6)
        .join(' | ')
  ).replace(/ \(\d{4}-\d\d-\d\d\)/, '');
};
test('survey', async () => {
  const server = await startTestServer({ businessDate: '2090-01-01', config: { maxQueryCost: 1e9, costBucket: 1e12 } });
  let out = '';
  const met: Record<string, number> = {};
  for (const set of sets) {
    const features = featuresOf(set === 'all' ? undefined : set);
    const t = performance.now();
    const found = new Map<string, { count: number; plan: number; size: number }>();
    let index = -1;
    await fc.check(
      fc.asyncProperty(worlds(features), async (plan) => {
        index++;
        try {
          for (const m of await inWorld(server, plan, features)) met[m] = (met[m] ?? 0) + 1;
        } catch (e) {
          const s = signatureOf(e);
          const f = found.get(s);
          if (!f) found.set(s, { count: 1, plan: index, size: JSON.stringify(plan).length });
          else {
            f.count++;
            if (JSON.stringify(plan).length < f.size) [f.plan, f.size] = [index, JSON.stringify(plan).length];
          }
        }
      }),
      { seed: Number(process.env['SURVEY_SEED'] ?? 11), numRuns: runs },
    );
    out += `\n##### ${set}: ${[...found.values()].reduce((a, b) => a + b.count, 0)} of ${runs} worlds, ${Math.round(performance.now() - t)} ms\n`;
    for (const [s, { count }] of [...found].sort((a, b) => b[1].count - a[1].count)) out += `  ${count} × ${s}\n`;
    const top = [...found].sort((a, b) => b[1].count - a[1].count).slice(0, Number(process.env['SURVEY_TOP'] ?? 3));
    for (const [wanted] of top) {
      let last = '';
      const end = performance.now() + Number(process.env['SURVEY_MS'] ?? 12000);
      await fc.check(
        fc.asyncProperty(worlds(features), async (plan) => {
          if (performance.now() > end) return;
          try {
            await inWorld(server, plan, features);
          } catch (e) {
            if (signatureOf(e) === wanted) {
              last = (e as Error).message;
              throw e;
            }
          }
        }),
        { seed: Number(process.env['SURVEY_SEED'] ?? 11), numRuns: runs },
      );
      out += `\n--- ${wanted}\n${last.split('\n').slice(0, 75).join('\n')}\n`;
    }
    writeFileSync(process.env['SURVEY_OUT'] ?? '/tmp/m11-survey.txt', out + '\n' + JSON.stringify(met, null, 1));
  }
  await server.close();
}, 3_600_000);
