// Leaves the page open while others change the same customers every second. Memory and nodes must stay bounded, and acting on a row that
// somebody else has changed must show the conflict. The exit code is 0 on success.
//   npm run hour -- [--minutes 60] [--every 20]
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { startServer } from '../../explorer/check/server-process.mjs';
import { launchOptions } from './chromium.mjs';
import { signInByKey } from './sign-in.mjs';
import { openWorlds, today } from './worlds.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' }, every: { type: 'string', default: '20' } } });
const minutes = Number(values.minutes);
/** Seconds from one use of the page to the next. */
const roundMs = Number(values.every) * 1_000;
const changesEveryMs = 1_000;
/** What a page may grow by after its first rounds: caches of the browser, and the list of the timeline. */
const mostGrowth = { heap: 1.25, nodes: 1.25 };

const customers = Array.from({ length: 200 }, (_, index) => ({
  name: `Customer ${String(index).padStart(3, '0')}`,
  host: `customer${index}.example`,
  renewal: 46 + (index % 70),
  mrr: '100.00',
}));

const server = await startServer({ variables: { BUSINESS_DATE: today } });
const worlds = await openWorlds(server);
const browser = await chromium.launch(launchOptions);
const over = new AbortController();
let changing;
try {
  const world = await worlds.createWorld({ stories: customers });
  const { customers: all } = await world.api.query({ customers: { $: { first: 100 }, nodes: { id: true, name: true } } });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: server.url });
  await signInByKey(context, server.url, world.keys.ADMIN);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error.stack ?? error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto('/?sort=CUSTOMER_NAME');
  await page.locator('table.rows tbody tr').first().waitFor();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable');

  let changes = 0;
  changing = keepChanging(world, all.nodes.slice(10), () => (changes += 1));
  const rounds = Math.max(6, Math.round((minutes * 60_000) / roundMs));
  const seen = [];
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    await useThePage(page, world, all.nodes[round % 10]);
    seen.push(await measure(devtools));
    const { heap, nodes, listeners } = seen.at(-1);
    if (round < 3 || round % Math.max(1, Math.floor(rounds / 20)) === 0 || round === rounds - 1)
      console.log(
        `${Math.round((round * roundMs) / 1000)} s: heap ${(heap / 1e6).toFixed(1)} MB, ${nodes} nodes, ${listeners} listeners, ${changes} changes by others`,
      );
    await sleep(Math.max(0, roundMs - (performance.now() - begun)));
  }
  assert.deepEqual(faults, [], 'the page reported errors');
  const third = Math.floor(seen.length / 3);
  for (const what of ['heap', 'nodes']) {
    const [early, late] = [seen.slice(0, third), seen.slice(-third)].map((some) => medianOf(some.map((each) => each[what])));
    console.log(`${what}: ${Math.round(early)} in the first third, ${Math.round(late)} in the last: × ${(late / early).toFixed(2)}`);
    assert.ok(late <= early * mostGrowth[what], `${what} grew`);
  }
  console.log(`${rounds} rounds, ${changes} changes by others: each conflict was shown.`);
} finally {
  over.abort();
  await changing;
  await browser.close();
  await worlds.close();
  await server.stop();
}

/** A colleague, or a program, changes one customer after another. */
async function keepChanging(world, others, onChanged) {
  for (let turn = 0; !over.signal.aborted; turn += 1) {
    const { id } = others[turn % others.length];
    const outcome = await world.api.setCommunicationOwner({ customerId: id, owner: turn % 2 ? 'PARTNER' : 'VENDOR' });
    assert.ok(outcome.ok);
    onChanged();
    await sleep(changesEveryMs);
  }
}

/** What a user does now and then; and an act on a row that a colleague has changed a moment before. */
async function useThePage(page, world, { id, name }) {
  await page.locator('.table-wrap').evaluate((wrapper) => (wrapper.scrollTop = 0));
  const row = page.locator('table.rows tbody tr', { has: page.getByRole('link', { name, exact: true }) });
  const { customer } = await world.api.query({
    customer: { $: { by: { id } }, association: { communicationOwner: true, communicationOwnerSource: true } },
  });
  const { communicationOwner: owner, communicationOwnerSource: source } = customer.association;
  // Each of the two changes something: an owner that the row shows already could not be chosen.
  const [theirs, mine] = [source === 'MANUAL' ? null : 'VENDOR', owner === 'PARTNER' ? 'Vendor' : 'Partner'];
  assert.ok((await world.api.setCommunicationOwner({ customerId: id, owner: theirs })).ok);
  await row.getByRole('button', { name: /^Communication owner/ }).click();
  await page.getByRole('menuitemradio', { name: new RegExp(`^${mine}`) }).click();
  const notice = row.getByRole('alert');
  await notice.getByText('Somebody else changed this in the meantime.').waitFor();
  await notice.getByRole('button', { name: 'Use my choice' }).click();
  await notice.waitFor({ state: 'hidden' });

  await row.getByRole('link', { name, exact: true }).click();
  await page.getByRole('dialog').getByRole('heading', { name: 'Timeline' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByRole('searchbox').fill(name);
  await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length === 1);
  await page.getByRole('searchbox').fill('');
  await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length > 1);
  await page.getByRole('button', { name: 'Configure columns' }).click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  const wrapper = page.locator('.table-wrap');
  await wrapper.evaluate((element) => (element.scrollTop = element.scrollHeight));
  await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length > 50);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.waitForFunction(() => document.querySelector('table.rows').getAttribute('aria-busy') === 'false');
  // The same number of rows each time, so that the figures can be compared.
  await page.getByRole('link', { name: /^All/ }).click();
  await page.getByRole('columnheader', { name: 'Customer name' }).getByRole('button').click();
  await page.waitForURL(/sort=CUSTOMER_NAME/);
  await page.waitForFunction(
    () =>
      document.querySelector('table.rows').getAttribute('aria-busy') === 'false' &&
      document.querySelector('table.rows tbody th a')?.textContent === 'Customer 000',
  );
}

async function measure(devtools) {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const of = (wanted) => metrics.find(({ name }) => name === wanted).value;
  return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
}

function medianOf(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}
