// Ways of users through the page, in a real browser, against the built server and a real database. The exit code is 0 on success.
//   npm run check -- [--screenshots folder] [--only "part of a name"] [--quick]
// --screenshots keeps a picture of each look; without it, of failures only. --quick looks at nothing on the way: no axe, no pictures.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { screenshots: { type: 'string' }, only: { type: 'string' }, quick: { type: 'boolean' } } });
const all = fileURLToPath(new URL('journeys/all.mjs', import.meta.url));
const names = values.only ? [`--test-name-pattern=${values.only}`] : [];
// The runner prints one line a journey.
const runner = spawn(process.execPath, ['--test-reporter=spec', ...names, all], {
  stdio: 'inherit',
  env: { ...process.env, ...(values.screenshots && { SCREENSHOTS: values.screenshots }), ...(values.quick && { QUICK: '1' }) },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => runner.kill(signal));
runner.on('exit', (code, signal) => (process.exitCode = code ?? (signal ? 1 : 0)));
