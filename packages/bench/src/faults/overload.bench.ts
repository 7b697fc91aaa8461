import 'reflect-metadata';
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { LightClient } from '../speed/light-client.ts';
import { cpuOf } from '../speed/process-usage.ts';
import { quantile } from '../server-process.ts';
import { databaseOption, Verdict } from './fault-target.ts';
import { headersOf, pageBody, startPageTarget } from './page-target.ts';

// Measures a server under four times the load it can serve, over the loopback, with its own database: pages of 50 rows and all 15 columns,
// of many partners or of one. The server and its database have one processor, and this program has another one: on the same processors, it
// would take the more of the server's time the more it asks. Ends by itself. Needs Linux, and a build of the server, such as from `npm start`.
//   cd packages/bench && npm run overload -- [--server] [--seconds 6] [--rounds 7] [--partners 1]

const { values: options } = parseArgs({
  options: {
    ...databaseOption,
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '7' },
    times: { type: 'string', default: '4' },
    partners: { type: 'string', default: '40' },
    'in-work': { type: 'string' },
  },
});
const seconds = Math.min(60, Number(options.seconds));
// All connections are open from the start, and more than timely responses need. So the test measures the server, not connection set-up.
const connections = 300;
const peakSeconds = 4;
// V8 compiles until then, so the first peak would be low.
const pagesToWarmUp = 12_000;
// The share of the pages that the same processor could answer if each refusal cost what it costs a bare node:http server.
const leastKept = 0.8;

const verdict = new Verdict();

type Answer = { status: number; ms: number; at: number };
type Round = { overPeak: number; refusedMs: number; kept: number; possible: number; afterwards: number; others: number };

const [serversProcessor, ownProcessor] = twoProcessors();
// What a process starts has its processor, too.
keepOn(serversProcessor);
const server = await startPageTarget(
  {
    COST_BUCKET: '999999999',
    COST_RESTORE_PER_SECOND: '999999999',
    ...(options['in-work'] && { MAX_REQUESTS_IN_WORK: options['in-work'] }),
  },
  { isServer: options.server },
);
keepOn(ownProcessor);
const partners = server.partners.slice(0, Number(options.partners));
const requests = partners.map(({ key }) => ({ headers: headersOf(key), body: pageBody }));
const client = new LightClient(server.url, requests);
try {
  await client.connect(connections);
  await warmUp();
  const rounds: Round[] = [];
  for (let number = 1; number <= Number(options.rounds); number += 1) rounds.push(await oneRound(number));
  // The speed of a machine that is shared differs by a sixth from second to second, so the middle one of each figure counts.
  const middle = (figure: (round: Round) => number) => quantile(rounds.map(figure), 0.5);
  const overPeak = middle((round) => round.overPeak);
  verdict.check(`p99 of accepted ÷ p99 at peak: ${overPeak.toFixed(2)} (at most 3)`, overPeak <= 3);
  const refusedMs = middle((round) => round.refusedMs);
  verdict.check(`p99 of 503: ${fixed(refusedMs)} ms (below 50)`, refusedMs < 50);
  const [kept, possible] = [middle((round) => round.kept), middle((round) => round.possible)];
  verdict.check(
    `answered ÷ peak: ${kept.toFixed(2)} (at least ${(leastKept * possible).toFixed(2)}, ${leastKept} of what is possible)`,
    kept >= leastKept * possible,
  );
  const afterwards = middle((round) => round.afterwards);
  verdict.check(`p99 afterwards ÷ unloaded: ${afterwards.toFixed(2)} (at most 3)`, afterwards <= 3);
  const others = rounds.reduce((sum, round) => sum + round.others, 0);
  verdict.check(`other responses: ${others}`, others === 0);
} finally {
  client.close();
  await server.stop();
}
verdict.conclude();

/** Unloaded, at its peak, overloaded, and unloaded again. */
async function oneRound(number: number): Promise<Round> {
  const unloaded = await closedLoop(1, 3_000);
  const before = await atItsPeak();
  const rate = before.rate * Number(options.times);
  // The delay of this program itself, which its figures include.
  const ownDelay = monitorEventLoopDelay({ resolution: 1 });
  ownDelay.enable();
  const overload = await openLoop(rate, seconds * 1_000);
  ownDelay.disable();
  // The speed of a machine that is shared changes within seconds, so the peak is what it was before and after.
  const after = await atItsPeak();
  const peakRate = (before.rate + after.rate) / 2;
  const msOfRefusal = await cheapestRefusal(rate);
  const unloadedAgain = await closedLoop(1, 3_000);

  // The server absorbs a burst. It counts as an overload after one second.
  const lasting = overload.filter(({ at }) => at >= 1_000);
  const accepted = timesOf(lasting, 200);
  const refused = timesOf(lasting, 503);
  console.log(
    `round ${number}: peak ${before.rate.toFixed(0)} and ${after.rate.toFixed(0)} a second; overload ${(overload.length / seconds).toFixed(0)} a second for ${seconds} s`,
  );
  console.table({
    'unloaded: one at a time': row(timesOf(unloaded, 200)),
    'peak: 8 at a time': row([...before.times, ...after.times]),
    'overload, accepted': row(accepted),
    'overload, 503': row(refused),
    'overload with its first second, accepted': row(timesOf(overload, 200)),
    'overload with its first second, 503': row(timesOf(overload, 503)),
    afterwards: row(timesOf(unloadedAgain, 200)),
  });
  const p99 = (times: readonly number[]) => quantile(times, 0.99);
  const unloadedP99 = p99(timesOf(unloaded, 200));
  const overUnloaded = p99(accepted) / unloadedP99;
  // Pages and refusals share one processor, which is busy at the peak: answered × page + (asked - answered) × refusal = peak × page.
  const msOfPage = 1_000 / peakRate;
  const ratio = msOfRefusal / msOfPage;
  const found = {
    overPeak: p99(accepted) / p99([...before.times, ...after.times]),
    refusedMs: p99(refused),
    kept: accepted.length / (seconds - 1) / peakRate,
    possible: (1 - (rate / peakRate) * ratio) / (1 - ratio),
    afterwards: p99(timesOf(unloadedAgain, 200)) / unloadedP99,
    others: overload.filter(({ status }) => status !== 200 && status !== 503).length,
  };
  console.log(`answered ÷ peak ${found.kept.toFixed(2)}; p99 of accepted ÷ unloaded ${overUnloaded.toFixed(2)}`);
  console.log(
    `processor time of a page, with PostgreSQL, ${msOfPage.toFixed(3)} ms, of a refusal by node:http alone ${msOfRefusal.toFixed(3)} ms: ` +
      `${found.possible.toFixed(2)} of the peak is possible for a server that answers each request`,
  );
  console.log(`this program was delayed by ${fixed(ownDelay.percentile(99) / 1e6)} ms (p99); load ${loadavg()[0]?.toFixed(1)}`);
  return found;
}

async function warmUp(): Promise<void> {
  for (let answered = 0; answered < pagesToWarmUp;) answered += (await closedLoop(8, 1_000)).length;
}

/** As many callers as the server works on at once, so that it refuses none. */
async function atItsPeak(): Promise<{ rate: number; times: number[] }> {
  const times = timesOf(await closedLoop(8, peakSeconds * 1_000), 200);
  return { rate: times.length / peakSeconds, times };
}

/** The first and the last of the processors that this program may use. */
function twoProcessors(): [first: string, last: string] {
  const [, list] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))!;
  const [first, last] = [/^\d+/.exec(list!)![0], /\d+$/.exec(list!)![0]];
  if (first === last) throw new Error('This program needs two processors: one for the server, one for itself.');
  return [first, last];
}

/** Keeps all threads of this process, and what it starts from now on, on one processor. */
function keepOn(processor: string): void {
  execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', processor, String(process.pid)], { stdio: 'ignore' });
}

function row(times: readonly number[]) {
  return {
    count: times.length,
    'p50 ms': fixed(quantile(times, 0.5)),
    'p99 ms': fixed(quantile(times, 0.99)),
    'max ms': fixed(quantile(times, 1)),
  };
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function timesOf(answers: readonly Answer[], status: number): number[] {
  return answers.filter((answer) => answer.status === status).map(({ ms }) => ms);
}

/** A number of callers, each of which sends its next request after its last response. */
async function closedLoop(callers: number, ms: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() - begun < ms) answers.push(await send(begun));
    }),
  );
  return answers;
}

/** Sends requests at a steady rate, without waiting for responses, as independent users do. */
async function openLoop(rate: number, ms: number, by = client): Promise<Answer[]> {
  const pending: Promise<Answer>[] = [];
  const begun = performance.now();
  for (let passed = 0; passed < ms; passed = performance.now() - begun) {
    while (pending.length < (passed / 1_000) * rate) pending.push(send(begun, by));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return await Promise.all(pending);
}

async function send(begun: number, by = client): Promise<Answer> {
  const at = performance.now() - begun;
  return { ...(await by.send()), at };
}

/** CPU milliseconds of a refusal by a server that does nothing else, asked at that rate by the same program. */
async function cheapestRefusal(rate: number): Promise<number> {
  keepOn(serversProcessor);
  const bare = fork(new URL('refusals.process.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  keepOn(ownProcessor);
  const [url] = (await once(bare, 'message')) as [string];
  const refused = new LightClient(url, requests);
  await refused.connect(connections);
  await openLoop(rate, 1_000, refused);
  const before = cpuOf(bare.pid!);
  const answers = await openLoop(rate, 4_000, refused);
  const ms = (cpuOf(bare.pid!) - before) / answers.length;
  refused.close();
  bare.kill();
  return ms;
}
