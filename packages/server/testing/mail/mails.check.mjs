// Opens the mails of the golden texts in a real browser, and holds them against the rules for accessible pages. The exit code is 0 on success.
//   node packages/server/testing/mail/mails.check.mjs [--screenshots folder]
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

const { values: options } = parseArgs({ options: { screenshots: { type: 'string' } } });
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
assert(existsSync(executablePath), `${executablePath} is missing. Run apt-get install --no-install-recommends chromium, or set CHROMIUM.`);

const folder = fileURLToPath(new URL('../../src/reminder/texts/fixtures/', import.meta.url));
const mails = readdirSync(folder).filter((name) => name.endsWith('.html'));
assert(mails.length > 20, 'There are mails to look at.');

const screens = [
  { name: 'desktop', viewport: { width: 1000, height: 800 } },
  { name: 'phone', viewport: { width: 360, height: 740 } },
  { name: 'narrow', viewport: { width: 280, height: 600 } },
];
const faults = [];
let pages = 0;
let looks = 0;

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
try {
  for (const { name: screen, viewport } of screens)
    for (const colorScheme of screen === 'narrow' ? ['light'] : ['light', 'dark']) {
      const context = await browser.newContext({ viewport, colorScheme });
      const page = await context.newPage();
      page.on('request', (request) => request.url().startsWith('http') && faults.push(`${request.url()} is loaded`));
      for (const mail of mails) {
        const html = readFileSync(join(folder, mail), 'utf8');
        // The longest name that a mail shows, without a place to break it.
        await page.setContent(screen === 'narrow' ? html.replaceAll('Ärzte Nord eG', 'W'.repeat(80)) : html);
        const found = await checkPage(page);
        // axe takes a second a page. It looks at both color schemes, and at a phone; the other pages show the same colors or the same places.
        if (screen === 'desktop' || (screen === 'phone' && colorScheme === 'light')) found.push(...(await axeFaults(page)));
        faults.push(...found.map((fault) => `${mail}, ${screen}, ${colorScheme}: ${fault}`));
        pages += 1;
        if (options.screenshots && screen !== 'narrow') {
          mkdirSync(options.screenshots, { recursive: true });
          await page.screenshot({
            path: join(options.screenshots, `${mail.replace('.html', '')}.${screen}.${colorScheme}.png`),
            fullPage: true,
          });
        }
      }
      await context.close();
    }
  // A program that drops the style sheet, as some do, still shows the mail.
  const page = await browser.newPage({ viewport: screens[1].viewport });
  for (const mail of mails) {
    await page.setContent(readFileSync(join(folder, mail), 'utf8').replace(/<style>[^]*<\/style>/, ''));
    faults.push(...[...(await checkPage(page)), ...(await axeFaults(page))].map((fault) => `${mail}, without its style sheet: ${fault}`));
    pages += 1;
  }
} finally {
  await browser.close();
}
assert.deepEqual(faults, []);
console.log(`${mails.length} mails on ${pages} pages: nothing loaded, nothing cut off. No fault by axe, which looked at ${looks}.`);

async function axeFaults(page) {
  looks += 1;
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      // A mail is a part of the page of a mail program, which has the landmarks.
      rules: { region: { enabled: false }, 'landmark-one-main': { enabled: false } },
    }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`);
}

async function checkPage(page) {
  const width = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('a')].filter((link) => link.getBoundingClientRect().height < 24).map((link) => link.textContent),
  );
  return [...(width[0] > width[1] ? [`${width[0]} pixels wide`] : []), ...small.map((label) => `the link "${label}" is hard to hit`)];
}
