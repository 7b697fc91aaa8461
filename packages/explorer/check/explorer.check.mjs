// Opens the explorers as a newcomer would, in a real browser, and tells by its exit code whether they work:
//   node packages/explorer/check/explorer.check.mjs [--url http://127.0.0.1:4000] [--screenshot file.png]
// Without --url it starts the built server on a free port over a data directory of its own.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { checkExplorer } from './explore-page.mjs';
import { checkLandingPage } from './landing-page.mjs';
import { startServer } from './server-process.mjs';

const { values: options } = parseArgs({
  options: { url: { type: 'string' }, screenshot: { type: 'string', default: join(tmpdir(), 'explorer.png') } },
});

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
assert(existsSync(executablePath), `${executablePath} is missing: apt-get install --no-install-recommends chromium, or set CHROMIUM`);

const server = options.url ? { url: options.url, stop: async () => {} } : await startServer();
try {
  await checkLandingPage(server.url);
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    await checkExplorer(browser, server.url, options.screenshot);
  } finally {
    await browser.close();
  }
} finally {
  await server.stop();
}
console.log(`The landing page and the explorer work. Screenshot: ${options.screenshot}`);
