import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { disturbancesOf } from './disturbances.ts';
import { createTarget, databaseOption, startServer, Verdict, type FaultTarget, type ServedProcess } from './fault-target.ts';
import { startTcpProxy, type TcpProxy } from '../../../server/testing/tcp.proxy.ts';
import { WriteLoad } from './write-load.ts';

// Tests restarts. Stops a server under load, and checks that no request fails. Then disturbs the database of a loaded server: ends its
// connections, crashes it, restarts it, freezes it, and breaks the network to a server.
//   cd packages/bench && npm run restart -- [--server] [--quick] [--rounds 5]

const { values: options } = parseArgs({
  options: { ...databaseOption, rounds: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
const quietMs = options.quick ? 1_500 : 5_000;
const readQuery = '{ upcomingContractChanges(first: 10) { totalCount nodes { id status customer { name } } } }';
const verdict = new Verdict();

const main = await createTarget(options.server);
try {
  await stopUnderLoad(main);
  await disturbDatabase(main);
} finally {
  await main.remove();
}
verdict.conclude();

type Read = { at: number; ms: number; outcome: 'answered' | 'typed error' | 'other'; detail?: string };

/** Sends one request over a kept connection. Rejects when the connection fails. */
function post(url: string, token: string, agent: Agent): Promise<{ status: number; text: string; isLast: boolean; retryAfter: boolean }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = request(`${url}/graphql`, { method: 'POST', agent, headers, timeout: 15_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          text,
          isLast: response.headers.connection === 'close',
          retryAfter: 'retry-after' in response.headers,
        }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject).on('timeout', () => sent.destroy(new Error('no response within 15 s')));
    sent.end(JSON.stringify({ query: readQuery }));
  });
}

async function stopUnderLoad(target: FaultTarget): Promise<void> {
  const database = await target.open();
  const load = await WriteLoad.create(database, 4);
  let [answered, refused, slowest] = [0, 0, 0];
  const failed: string[] = [];
  const codes: (number | null)[] = [];
  for (let round = 0; round < rounds + 1; round += 1) {
    const server = await startServer(target);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    let isStopping = false;
    const readers = Array.from({ length: 8 }, async () => {
      for (let isLast = false; !isLast;) {
        try {
          const answer = await post(server.url, load.token, agent);
          if (answer.status === 200 && !answer.text.includes('"errors"')) answered += 1;
          // An overloaded server refused it before any work, so it was never in flight.
          else if (answer.retryAfter) refused += 1;
          else failed.push(answer.text.slice(0, 200));
          ({ isLast } = answer);
        } catch (error) {
          // The server no longer listens, so the request was never in flight.
          if (isStopping && (error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return;
          failed.push(String(error));
          return;
        }
      }
    });
    const writers = load.run(server.url, () => !isStopping);
    await sleep(500 + Math.random() * 500);
    isStopping = true;
    const begun = performance.now();
    server.child.kill('SIGTERM');
    await Promise.all([...readers, writers]);
    codes.push(await server.ended);
    slowest = Math.max(slowest, performance.now() - begun);
    if (load.accounts.some((account) => account.pending !== null)) failed.push(`a write in flight got no response: ${load.lost.at(-1)}`);
  }
  for (const line of [...failed, ...load.unexpected].slice(0, 10)) console.log(`  ${line}`);
  console.log(
    `${target.title}: stopped ${rounds + 1} times under load; ${answered} reads and ${load.acknowledged} writes answered, ${refused} refused`,
  );
  verdict.check(`no request in flight failed at a stop (${failed.length} did)`, failed.length + load.unexpected.length === 0);
  verdict.check(
    `exit codes ${[...new Set(codes)].join(', ')}; the slowest stop took ${Math.round(slowest)} ms`,
    codes.every((code) => code === 0) && slowest < 10_000,
  );
  for (const fault of await load.faults(database)) verdict.check(fault, false);
  await database.close();
}

async function disturbDatabase(target: FaultTarget): Promise<void> {
  const database = await target.open();
  const load = await WriteLoad.create(database, 4);
  const { postgres } = target;
  const superuser = postgres?.superuserUrl ?? { host: database.pool.options.host!, user: 'postgres', database: 'renewals' };
  await database.close();
  const proxy = postgres && (await startTcpProxy({ port: postgres.port, host: '127.0.0.1' }));
  const server = await startServer(proxy ? { ...target, variables: through(proxy, target) } : target);
  const reads: Read[] = [];
  const finish = new AbortController();
  const begun = [0, 0, 0, 0];
  const readers = begun.map(async (_, reader) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!finish.signal.aborted) {
      begun[reader] = performance.now();
      reads.push(await readOnce(server, load.token, agent));
      await sleep(5);
    }
    agent.destroy();
  });
  /** A read that still hangs must count too. */
  const everyReaderReads = async () => {
    const now = performance.now();
    while (begun.some((at) => at < now)) await sleep(20);
  };
  const writers = (async () => {
    while (!finish.signal.aborted) {
      await load.run(server.url, () => !finish.signal.aborted);
      await sleep(20);
    }
  })();
  await sleep(quietMs);
  for (let round = 0; round < rounds; round += 1) {
    for (const [what, disturb] of disturbancesOf(superuser, postgres && proxy && { postgres, proxy })) {
      const start = performance.now();
      await disturb();
      const ended = performance.now();
      await sleep(quietMs + 1_000);
      await everyReaderReads();
      const affected = reads.filter((read) => read.at + read.ms > start && (read.outcome !== 'answered' || read.ms > 1_000));
      const recoveredAfter = Math.max(0, ...affected.map((read) => read.at + read.ms - ended));
      const unanswered = affected.filter((read) => read.outcome !== 'answered').length;
      verdict.check(`${what}: ${unanswered} reads not answered, recovered after ${Math.round(recoveredAfter)} ms`, recoveredAfter < 5_000);
    }
  }
  finish.abort();
  await Promise.all([...readers, writers]);
  verdict.check('the server kept running', server.child.exitCode === null && server.child.signalCode === null);
  await load.finish(server.url);
  server.child.kill('SIGTERM');
  verdict.check('the server ended with exit code 0', (await server.ended) === 0);
  proxy?.close();

  const answered = reads.filter((read) => read.outcome === 'answered').length;
  const typed = new Set(reads.flatMap(({ outcome, detail }) => (outcome === 'typed error' ? [detail ?? ''] : [])));
  for (const text of typed) console.log(`  ${text}`);
  const others = reads.filter((read) => read.outcome === 'other');
  for (const detail of [...others.map((read) => read.detail ?? ''), ...load.unexpected].slice(0, 10)) console.log(`  ${detail}`);
  const share = (100 * answered) / reads.length;
  console.log(`${target.title}: ${reads.length} reads, ${load.acknowledged} writes, ${load.retryable} writes asked to retry`);
  verdict.check(`${share.toFixed(3)} % of reads were answered`, share >= 99.9);
  verdict.check('every error had a type', others.length === 0 && load.unexpected.length === 0);
  const again = await target.open();
  const faults = await load.faults(again);
  for (const fault of faults) console.log(`  ${fault}`);
  verdict.check('every acknowledged write exists exactly once, and none is half done', faults.length === 0);
  await again.close();
}

async function readOnce(server: ServedProcess, token: string, agent: Agent): Promise<Read> {
  const at = performance.now();
  const read = (outcome: Read['outcome'], detail?: string): Read => ({
    at,
    ms: performance.now() - at,
    outcome,
    ...(detail !== undefined && { detail }),
  });
  try {
    const { status, text } = await post(server.url, token, agent);
    if (status === 200 && text.includes('"totalCount"')) return read('answered');
    return read(/"code":"(UNAVAILABLE|TIMEOUT)"/.test(text) ? 'typed error' : 'other', text.slice(0, 200));
  } catch (error) {
    return read('other', String(error));
  }
}

/** The variables of a server that reaches its database by way of the proxy. */
function through({ port }: TcpProxy, { variables, postgres }: FaultTarget): Record<string, string> {
  return { ...variables, DATABASE_URL: variables['DATABASE_URL']!.replace(`:${postgres!.port}/`, `:${port}/`) };
}
