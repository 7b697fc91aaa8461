// Opens the explorers in a real browser and checks that they work. The exit code is 0 on success.
//   node packages/explorer/check/explorer.check.mjs [--url http://127.0.0.1:4000] [--screenshot file.png]
// Without --url it starts the built server on a free port with its own data directory.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { checkExplorer } from './explore-page.mjs';
import { checkSandbox } from './sandbox-page.mjs';
import { startServer } from './server-process.mjs';

const { values: options } = parseArgs({
  options: { url: { type: 'string' }, screenshot: { type: 'string', default: join(tmpdir(), 'explorer.png') } },
});

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
assert(existsSync(executablePath), `${executablePath} is missing. Run apt-get install --no-install-recommends chromium, or set CHROMIUM.`);

const server = options.url ? { url: options.url, stop: async () => {} } : await startServer();
try {
  await checkSandbox(server.url);
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
console.log(`Apollo Sandbox's page and the explorer work. Screenshot: ${options.screenshot}`);
