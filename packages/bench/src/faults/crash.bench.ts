import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { embeddedGround, serverGround, startProcess, startServer, Verdict, type Ground } from './fault-ground.ts';
import { WriteLoad } from './write-load.ts';

// Kills the server at random points of a write load and looks whether every acknowledged change is there exactly once and none is half
// done; then lets many processes start at once on one data directory.
//   cd packages/bench && npm run crash -- [--quick] [--kills 100]
// On the embedded PostgreSQL, or with TEST_DATABASE_URL (a superuser's address; .ci/with-postgresql sets it) on that server.

const { values: options } = parseArgs({ options: { kills: { type: 'string' }, quick: { type: 'boolean', default: false } } });
const kills = Number(options.kills ?? (options.quick ? 3 : 100));
const starts = options.quick ? 4 : 20;
const verdict = new Verdict();

const { TEST_DATABASE_URL: superuserUrl } = process.env;
const ground = superuserUrl === undefined ? embeddedGround() : await serverGround(superuserUrl);
try {
  await killUnderLoad(ground);
} finally {
  await ground.remove();
}
if (superuserUrl === undefined) {
  const shared = embeddedGround();
  try {
    await startAtOnce(shared);
  } finally {
    await shared.remove();
  }
}
verdict.conclude();

async function killUnderLoad(on: Ground): Promise<void> {
  let database = await on.open();
  const load = await WriteLoad.layOut(database, 8);
  await database.close();
  const faults = new Set<string>();
  let unacknowledged = 0;
  for (let round = 0; round < kills; round += 1) {
    const server = await startServer(on);
    let isAlive = true;
    const running = load.run(server.url, () => isAlive);
    // Some before the first answer, most in the middle of it.
    await sleep(Math.random() * 1_000);
    isAlive = false;
    server.child.kill('SIGKILL');
    await Promise.all([running, server.ended]);
    unacknowledged += load.accounts.filter((account) => account.pending !== null).length;
    database = await on.open();
    for (const fault of await load.faults(database)) faults.add(`after kill ${round + 1}: ${fault}`);
    await database.close();
  }
  const server = await startServer(on);
  await load.finish(server.url);
  server.child.kill('SIGTERM');
  const code = await server.ended;
  database = await on.open();
  for (const fault of await load.faults(database)) faults.add(`at the end: ${fault}`);
  await database.close();
  console.log(
    `${on.title}: ${kills} kills; ${load.acknowledged} writes acknowledged, ${unacknowledged} sent and not yet acknowledged when the server was killed, sent again later`,
  );
  for (const line of [...faults, ...load.strange].slice(0, 20)) console.log(`  ${line}`);
  verdict.saw(
    'every acknowledged change is there exactly once with its audit row, none is half done, rows equal their definition',
    faults.size === 0,
  );
  verdict.saw('every answer was an acknowledgement or a typed error', load.strange.length === 0);
  verdict.saw('the server that finished the work ended with exit code 0', code === 0);
  verdict.saw('writes were interrupted at all', unacknowledged > 0 && load.acknowledged > 0);
}

/** Two servers, an import and short commands, none of which finds a database there. */
async function startAtOnce(on: Ground): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'renewals-fault-csv-'));
  writeFileSync(join(folder, 'companies.csv'), 'Hub ID,Company name,Website\n9223372036854775807,Acme,acme.example\n');
  const importing = startProcess(['import', folder, '--partner', 'Acme', '--create-partner'], on);
  const servers = Promise.all([startServer(on), startServer(on)]);
  const commands = Array.from({ length: starts - 3 }, () => startProcess(['partner', 'list', '--json'], on));
  const [first, second] = await servers;
  const codes = await Promise.all([importing, ...commands].map((each) => each.ended));
  verdict.saw(
    `${starts} starts at once on one empty data directory, two of them servers and one an import: exit codes ${[...new Set(codes)].join(', ')}`,
    codes.every((code) => code === 0),
  );
  if (codes[0] !== 0) console.log(importing.log());
  const answers = async (url: string) => (await fetch(`${url}/readyz`)).status === 200;
  verdict.saw('both servers are ready', (await answers(first.url)) && (await answers(second.url)));
  first.child.kill('SIGKILL');
  await first.ended;
  verdict.saw('after one was killed the other one is ready', await answers(second.url));
  const list = startProcess(['partner', 'list', '--json'], on);
  await list.ended;
  verdict.saw('what was imported is there', list.output().includes('"Acme"'));
  second.child.kill('SIGTERM');
  verdict.saw('the other one ends with exit code 0', (await second.ended) === 0);
  rmSync(folder, { recursive: true, force: true });
}
