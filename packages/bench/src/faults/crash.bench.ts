import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createTarget, databaseOption, startProcess, startServer, Verdict, type FaultTarget } from './fault-target.ts';
import { WriteLoad } from './write-load.ts';

// Tests crashes. Kills the server at random points of a write load, and checks that every acknowledged change exists exactly once and none is
// half done. Then starts many processes at once on one empty database.
//   cd packages/bench && npm run crash -- [--server] [--quick] [--kills 100]

const { values: options } = parseArgs({
  options: { ...databaseOption, kills: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const kills = Number(options.kills ?? (options.quick ? 3 : 100));
const starts = options.quick ? 4 : 20;
const verdict = new Verdict();

for (const test of [killUnderLoad, startAtOnce]) {
  const target = await createTarget(options.server);
  try {
    await test(target);
  } finally {
    await target.remove();
  }
}
verdict.conclude();

async function killUnderLoad(target: FaultTarget): Promise<void> {
  let database = await target.open();
  const load = await WriteLoad.create(database, 8);
  await database.close();
  const faults = new Set<string>();
  let unacknowledged = 0;
  for (let round = 0; round < kills; round += 1) {
    const server = await startServer(target);
    let isAlive = true;
    const running = load.run(server.url, () => isAlive);
    // Some kills come before the first response, most in the middle of the load.
    await sleep(Math.random() * 1_000);
    isAlive = false;
    server.child.kill('SIGKILL');
    await Promise.all([running, server.ended]);
    unacknowledged += load.accounts.filter((account) => account.pending !== null).length;
    database = await target.open();
    for (const fault of await load.faults(database)) faults.add(`after kill ${round + 1}: ${fault}`);
    await database.close();
  }
  const server = await startServer(target);
  await load.finish(server.url);
  server.child.kill('SIGTERM');
  const code = await server.ended;
  database = await target.open();
  for (const fault of await load.faults(database)) faults.add(`at the end: ${fault}`);
  await database.close();
  console.log(
    `${target.title}: ${kills} kills; ${load.acknowledged} writes acknowledged; ${unacknowledged} writes interrupted by a kill and retried`,
  );
  for (const line of [...faults, ...load.unexpected].slice(0, 20)) console.log(`  ${line}`);
  verdict.check(
    'every acknowledged change exists exactly once with its audit row, none is half done, and rows equal their definition',
    faults.size === 0,
  );
  verdict.check('every response was an acknowledgement or a typed error', load.unexpected.length === 0);
  verdict.check('the server that finished the work ended with exit code 0', code === 0);
  verdict.check('the kills interrupted some writes, and others were acknowledged', unacknowledged > 0 && load.acknowledged > 0);
}

/** Starts two servers, an import and short commands at once, before a database exists. */
async function startAtOnce(target: FaultTarget): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'renewals-fault-csv-'));
  writeFileSync(join(folder, 'companies.csv'), 'Hub ID,Company name,Website\n9223372036854775807,Acme,acme.example\n');
  const importing = startProcess(['import', folder, '--partner', 'Acme', '--create-partner'], target);
  const servers = Promise.all([startServer(target), startServer(target)]);
  const commands = Array.from({ length: starts - 3 }, () => startProcess(['partner', 'list', '--json'], target));
  const [first, second] = await servers;
  const codes = await Promise.all([importing, ...commands].map((each) => each.ended));
  verdict.check(
    `${starts} processes started at once on an empty database, with two servers and an import: exit codes ${[...new Set(codes)].join(', ')}`,
    codes.every((code) => code === 0),
  );
  if (codes[0] !== 0) console.log(importing.log());
  const database = await target.open();
  const { rows: repeated } = await database.pool.query('select name from public.migrations group by name having count(*) > 1');
  await database.close();
  verdict.check('each migration ran once', repeated.length === 0);
  const isReady = async (url: string) => (await fetch(`${url}/readyz`)).status === 200;
  verdict.check('both servers are ready', (await isReady(first.url)) && (await isReady(second.url)));
  first.child.kill('SIGKILL');
  await first.ended;
  verdict.check('the second server is ready after the first was killed', await isReady(second.url));
  const list = startProcess(['partner', 'list', '--json'], target);
  await list.ended;
  verdict.check('the imported data exists', list.output().includes('"Acme"'));
  second.child.kill('SIGTERM');
  verdict.check('the second server ended with exit code 0', (await second.ended) === 0);
  rmSync(folder, { recursive: true, force: true });
}
