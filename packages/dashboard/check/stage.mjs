// What all journeys share: a server, its database, a browser, and what is known of a page that fails.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';
import { startServer } from '../../explorer/check/server-process.mjs';
import { launchOptions } from './chromium.mjs';
import { createLook } from './look.mjs';
import { signInByKey } from './sign-in.mjs';
import { openWorlds, today } from './worlds.mjs';

const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
/** A slow machine takes longer, and a journey that waits for what never comes fails in the end. A busy one gets PATIENCE=3. */
const patience = Number(process.env.PATIENCE ?? 1);
const patienceMs = 15_000 * patience;

/** The folder of the screenshots: all if it was asked for, otherwise those of failures. */
const shots = folderOf(process.env.SCREENSHOTS);

function folderOf(given) {
  if (!given) return mkdtempSync(join(tmpdir(), 'journeys-'));
  mkdirSync(given, { recursive: true });
  return given;
}

export const server = await startServer({ variables: { BUSINESS_DATE: today } });
export const worlds = await openWorlds(server);
const browser = await chromium.launch(launchOptions);

after(async () => {
  await browser.close();
  await worlds.close();
  await server.stop();
  console.log(`Screenshots: ${shots}`);
});

const locales = { en: 'en-GB', de: 'de-DE' };

/**
 * A way through the page, named as a user would say it, in a browser of its own, on a partner of its own.
 * `role` signs in with the key of that user; null leaves the browser signed out. `at` is the first address; null opens none.
 * `own` creates the partner on another server. `mayReport` are expressions for what the page may write to the console.
 */
export function journey(name, options, run) {
  const {
    role = 'ADMIN',
    language = 'en',
    isPhone = false,
    world: wanted = {},
    at = '/',
    mayReport = [],
    isSample = false,
    own = worlds,
  } = options;
  void test(name, { timeout: 60_000 * patience }, async () => {
    const world = isSample ? null : await own.createWorld(wanted);
    const visit = await openBrowser({ role, language, isPhone, world, name, mayReport, ...(world && { url: world.url }) });
    try {
      if (at !== null) await visit.open(at);
      await run({ ...visit, world });
      visit.assertQuiet();
    } catch (error) {
      await visit.tell(error);
      throw error;
    } finally {
      await visit.context.close();
    }
  });
}

/** A browser of a user, and what to do with its page. */
export async function openBrowser({ role, language = 'en', isPhone = false, world, name, mayReport = [], url = server.url }) {
  const context = await browser.newContext({
    viewport: isPhone ? phone : desktop,
    hasTouch: isPhone,
    isMobile: isPhone,
    locale: locales[language],
    timezoneId: 'Europe/Berlin',
    colorScheme: 'light',
    reducedMotion: 'reduce',
    baseURL: url,
  });
  context.setDefaultTimeout(patienceMs);
  if (world && role) await signInByKey(context, url, world.keys[role]);
  // Otherwise, development signs in the sample partner.
  if (world) await context.addCookies([{ name: 'renewals_signed_out', value: '1', url }]);
  const page = await context.newPage();
  const lines = [];
  const graphql = [];
  const faults = [];
  const report = (line) => {
    lines.push(line);
    if (!mayReport.some((expression) => expression.test(line))) faults.push(line);
  };
  page.on('pageerror', (error) => report(`uncaught: ${error.stack ?? error}`));
  // The console also reports violations of the content security policy, and missing files.
  page.on('console', (message) => {
    const line = `console ${message.type()}: ${message.text()} (${message.location().url})`;
    if (message.type() === 'error' || message.type() === 'warning') report(line);
    else lines.push(line);
  });
  page.on('request', (request) => {
    const { host, protocol, pathname } = new URL(request.url());
    if (protocol.startsWith('http') && host !== new URL(url).host) report(`another host: ${request.url()}`);
    if (pathname === '/graphql') graphql.push(request.postDataJSON());
  });

  const assertQuiet = () => assert.deepEqual(faults, [], 'the page reported errors');
  async function tell(reason) {
    const file = join(shots, `failed ${name.replaceAll(/[^\p{L}\p{N} ]/gu, '')}.png`);
    await page.screenshot({ path: file }).catch(() => {});
    const log = server.log().split('\n').slice(-12).join('\n');
    console.log([`${name}: ${reason.message.split('\n')[0]}`, `at ${page.url()}, see ${file}`, ...lines.slice(-15), log].join('\n  '));
  }
  /** The GraphQL requests that something sends. */
  async function requestsOf(work) {
    const before = graphql.length;
    await work();
    return graphql.slice(before).map(({ query }) => query);
  }
  const table = page.locator('table.rows');
  return {
    context,
    page,
    table,
    graphql,
    requestsOf,
    assertQuiet,
    tell,
    async open(path) {
      await page.goto(path);
      await table.locator('tbody tr').or(page.locator('main h1 ~ :not(.loading, .waiting)')).first().waitFor();
    },
    /** The row of a customer. */
    row: (customer) => table.locator('tbody tr', { has: page.getByRole('link', { name: customer, exact: true }) }),
    /** The customers of the rows, from top to bottom. */
    customers: async () => await table.locator('tbody th a').allTextContents(),
    /** Waits until the list has so many changes. */
    showsCount: async (count) =>
      await page
        .locator('.summary')
        .filter({ hasText: new RegExp(`^${count} `) })
        .waitFor(),
    /** Waits until the rows are those of these customers, in this order. */
    async showsRows(expected) {
      const read = () => [...document.querySelectorAll('table.rows tbody th a')].map((link) => link.textContent);
      await page
        .waitForFunction(
          ([names]) => JSON.stringify([...document.querySelectorAll('table.rows tbody th a')].map((a) => a.textContent)) === names,
          [JSON.stringify(expected)],
        )
        .catch(() => {});
      assert.deepEqual(await page.evaluate(read), expected);
    },
    look: process.env.QUICK
      ? async () => {}
      : createLook(page, { shots: process.env.SCREENSHOTS ? shots : null, language, isPhone, report }),
  };
}

/** The code of acts is loaded after the first rows. */
export const actsAreLoaded = async (page) =>
  await page.waitForFunction(() =>
    ['association.acts', 'decision.acts'].every((file) => performance.getEntriesByType('resource').some(({ name }) => name.includes(file))),
  );
