import { chromium } from 'playwright-core';
import { startServer } from '../../explorer/check/server-process.mjs';
import { launchOptions } from './chromium.mjs';
import { today } from './worlds.mjs';
const server = await startServer({ variables: { BUSINESS_DATE: today } });
const browser = await chromium.launch(launchOptions);
const sum = new Map();
for (let i = 0; i < 5; i++) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: server.url });
  const fresh = await context.newPage();
  const cdp = await context.newCDPSession(fresh);
  await cdp.send('Profiler.enable');
  await cdp.send('Profiler.setSamplingInterval', { interval: 500 });
  await cdp.send('Profiler.start');
  await fresh.goto('/', { waitUntil: 'commit' });
  await fresh.locator('table.rows tbody tr').first().waitFor();
  await fresh.waitForTimeout(100);
  const { profile } = await cdp.send('Profiler.stop');
  if (i > 0) {
    const by = new Map(profile.nodes.map((n) => [n.id, n]));
    const parent = new Map();
    for (const n of profile.nodes) for (const c of n.children ?? []) parent.set(c, n.id);
    profile.samples.forEach((id, k) => {
      const n = by.get(id);
      const p = by.get(parent.get(id));
      const f = (x) =>
        x
          ? `${x.callFrame.functionName || '?'} ${x.callFrame.url.split('/').pop()}:${x.callFrame.lineNumber}:${x.callFrame.columnNumber}`
          : '';
      const key = f(n) + '   < ' + f(p);
      sum.set(key, (sum.get(key) ?? 0) + profile.timeDeltas[k] / 4000);
    });
  }
  await context.close();
}
for (const [k, v] of [...sum].sort((a, b) => b[1] - a[1]).slice(0, 45)) console.log(v.toFixed(1).padStart(7), k);
await browser.close();
await server.stop();
