import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
assert(existsSync(executablePath), `${executablePath} is missing. Run apt-get install --no-install-recommends chromium, or set CHROMIUM.`);

/** How these checks start Debian's Chromium. */
export const launchOptions = {
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'],
};
