// Measures the page in Chromium, and prints what it measured; nothing is judged. Other work on the machine shows in the figures.
//   npm run speed -- [--customers 20000]
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { startServer } from '../../explorer/check/server-process.mjs';
import { signInByKey } from './sign-in.mjs';
import { launchOptions } from './chromium.mjs';
import { openWorlds, today } from './worlds.mjs';

const { values } = parseArgs({ options: { customers: { type: 'string', default: '20000' }, rounds: { type: 'string', default: '7' } } });
const [count, rounds] = [Number(values.customers), Number(values.rounds)];

const server = await startServer({ variables: { BUSINESS_DATE: today } });
const worlds = await openWorlds(server);
const browser = await chromium.launch(launchOptions);
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, baseURL: server.url });
  await page.addInitScript(noteFirstRows);
  await page.goto('/');
  await page.locator('table.rows tbody tr').first().waitFor();
  await report('first rows after navigation, sample partner, cold cache', 1000, async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: server.url });
    const fresh = await context.newPage();
    await fresh.addInitScript(noteFirstRows);
    await fresh.goto('/', { waitUntil: 'commit' });
    const ms = await firstRows(fresh);
    await context.close();
    return ms;
  });
  await report('first rows after navigation, sample partner, warm cache', 1000, async () => {
    await page.goto('/', { waitUntil: 'commit' });
    return await firstRows(page);
  });
  await report('a change shows after the click', 100, async () => await ownerShows(page));

  const stories = Array.from({ length: count }, (_, index) => ({
    name: `${['Acme', 'Globex', 'Initech', 'Umbrella', 'Hooli'][index % 5]} ${index}`,
    host: `customer${index}.example`,
    renewal: index % 121,
    mrr: `${(index * 37) % 9000}.25`,
    people: [],
  }));
  const world = await worlds.createWorld({ stories });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: server.url });
  await signInByKey(context, server.url, world.keys.ADMIN);
  const big = await context.newPage();
  await big.addInitScript(noteFirstRows);
  await big.goto('/');
  await big.locator('table.rows tbody tr').first().waitFor();
  console.log(`${count.toLocaleString('en')} customers of one partner:`);
  await report('first rows after navigation', 1000, async () => {
    await big.goto('/', { waitUntil: 'commit' });
    return await firstRows(big);
  });
  for (const heading of ['Customer name', 'Status', 'Renewal deadline'])
    await report(`sorted by ${heading}`, 300, async () => await sorted(big, heading));
  let turn = 0;
  await report(
    'a search shows its rows after the last letter',
    300 + 200,
    async () => await searched(big, `globex ${1 + 5 * (turn += 7)}`),
  );
  await report('a further page of rows after the scroll', 300, async () => await scrolled(big));
  await report('a change shows after the click', 100, async () => await ownerShows(big));
} finally {
  await browser.close();
  await worlds.close();
  await server.stop();
}

async function report(name, bar, measure) {
  const all = [];
  for (let round = 0; round < rounds; round += 1) all.push(await measure());
  all.sort((one, other) => one - other);
  const median = all[Math.floor(all.length / 2)];
  console.log(
    `${name}: median ${Math.round(median)} ms, slowest ${Math.round(all.at(-1))} ms (bar ${bar} ms)${median > bar ? ' MISSED' : ''}`,
  );
}

/** Milliseconds of the page's own clock until the first frame with rows; the page notes them itself, so that the way to it does not count. */
async function firstRows(page) {
  const noted = await page.waitForFunction(() => globalThis.firstRowsAt);
  return await noted.jsonValue();
}

function noteFirstRows() {
  const look = () => {
    if (document.querySelector('table.rows tbody tr')) setTimeout(() => (globalThis.firstRowsAt = performance.now()), 0);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Milliseconds from a click to the first frame in which `done` holds. Both run in the page, so that the way to it does not count. */
async function watch(page, click, done, given) {
  const source = `(given) => new Promise((resolve) => {
    const begun = performance.now();
    (${click})(given);
    const look = () => ((${done})(given) ? setTimeout(() => resolve(performance.now() - begun), 0) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  })`;
  return await page.evaluate(`(${source})(${JSON.stringify(given) ?? 'undefined'})`);
}

async function ownerShows(page) {
  await page.locator('table.rows tbody tr td[data-column=communicationOwner] button').first().click();
  await page.getByRole('menuitemradio').first().waitFor();
  const now = await page.locator('table.rows tbody tr td[data-column=communicationOwner]').first().innerText();
  const wanted = /Partner/.test(now) ? 1 : 0;
  return await watch(
    page,
    (at) => {
      const items = [...document.querySelectorAll('[role=menuitemradio]')];
      globalThis.before = document.querySelector('table.rows tbody td[data-column=communicationOwner]').innerText;
      items[at].click();
    },
    () => document.querySelector('table.rows tbody td[data-column=communicationOwner]').innerText !== globalThis.before,
    wanted,
  );
}

async function sorted(page, heading) {
  return await watch(
    page,
    (name) => {
      const table = document.querySelector('table.rows');
      // Two orders may begin with the same row.
      globalThis.wasBusy = false;
      new MutationObserver((_, observer) => {
        globalThis.wasBusy = true;
        observer.disconnect();
      }).observe(table, { attributeFilter: ['aria-busy'] });
      globalThis.order = location.search;
      [...table.querySelectorAll('thead button')].find((each) => each.innerText.startsWith(name)).click();
    },
    () =>
      location.search !== globalThis.order &&
      globalThis.wasBusy &&
      document.querySelector('table.rows').getAttribute('aria-busy') === 'false',
    heading,
  );
}

async function searched(page, text) {
  return await watch(
    page,
    (typed) => {
      const input = document.querySelector('form[role=search] input');
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, typed);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    },
    (typed) =>
      document.querySelector('table.rows').getAttribute('aria-busy') === 'false' &&
      document.querySelector('table.rows tbody th a')?.textContent.toLowerCase().startsWith(typed),
    text,
  );
}

async function scrolled(page) {
  await page.getByRole('searchbox').fill('');
  await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length > 20);
  return await watch(
    page,
    () => {
      const wrapper = document.querySelector('.table-wrap');
      globalThis.before = document.querySelector('table.rows tbody tr:last-child').dataset.id;
      wrapper.scrollTop = wrapper.scrollHeight;
    },
    () => document.querySelector('table.rows tbody tr:last-child').dataset.id !== globalThis.before,
  );
}
