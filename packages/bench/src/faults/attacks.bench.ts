import 'reflect-metadata';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { getPriority, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeSigningKey, startKeyServer } from '../../../server/testing/key-server.ts';
import { LightClient } from '../speed/light-client.ts';
import { quantile } from '../server-process.ts';
import { attacksOn, type Target } from './attack.kinds.ts';
import { customerIdsOf, listPlaces, storeViews } from './attack.target.ts';
import { databaseOption, Verdict } from './fault-target.ts';
import { headersOf, pageBody, startPageTarget } from './page-target.ts';

// Attacks a server at full rate from one client, and meanwhile asks for pages as another partner: none of those may be refused, and the
// 95th percentile of their times may be at most three times that without an attack. Ends by itself. Needs a build of the server.
//   cd packages/bench && npm run attacks -- [--server] [--seconds 10] [--only 'unknown keys,slow bodies']
// The attacker runs at a lower priority: on this machine it takes the processor time that another machine would give it.

const { values: options } = parseArgs({
  options: { ...databaseOption, seconds: { type: 'string', default: '10' }, only: { type: 'string' } },
});
const seconds = Math.min(60, Number(options.seconds));
// A page costs some 400 points, and a partner gets 10,000 a second.
const pagesPerSecond = 20;
const verdict = new Verdict();

const issuer = await startKeyServer();
const signingKey = await makeSigningKey('issuer', 'RS256');
await issuer.publish(signingKey);
const signOn = { issuer: 'https://id.example', audience: 'renewals' };
const server = await startPageTarget(
  { JWT_ISSUER: signOn.issuer, JWT_AUDIENCE: signOn.audience, JWT_JWKS_URL: issuer.url.href, INTROSPECTION: 'on' },
  { isServer: options.server },
);
const target: Target = {
  ...{ token: server.bigPartner.key, ...signOn, kid: signingKey.kid },
  customerIds: await customerIdsOf(server.url, server.bigPartner.key),
  ...(await listPlaces(server.url, server.bigPartner.key)),
};
try {
  await askForPages(await newClient(), 5_000);
  console.log(`${await storeViews(server.url, target.token)} of 20 large views stored`);
  const table: Record<string, object> = {};
  for (const { name } of attacksOn(target)) {
    if (options.only !== undefined && !options.only.split(',').some((part) => name.includes(part))) continue;
    // Measured before and after each attack, since other work on the machine comes and goes.
    const client = await newClient();
    const before = await askForPages(client, 3_000);
    const { answers, statuses } = await underAttack(name, client);
    await sleep(1_000);
    const unloaded = [...before, ...(await askForPages(client, 3_000))];
    client.close();
    const others = answers.filter(({ status }) => status !== 200).map(({ status }) => status);
    if (others.length > 0) console.log(`        ${others.slice(0, 20).join(' ')}`);
    const refused = answers.filter(({ status }) => status !== 200).length;
    const p95 = (of: typeof answers) =>
      quantile(
        of.map(({ ms }) => ms),
        0.95,
      );
    const ratio = p95(answers) / p95(unloaded);
    table[name] = {
      'attacker’s answers': JSON.stringify(statuses).replaceAll('"', ''),
      refused: `${refused} of ${answers.length}`,
      'p50 ms': quantile(
        answers.map(({ ms }) => ms),
        0.5,
      ).toFixed(1),
      'p95 ms': p95(answers).toFixed(1),
      'unloaded p95 ms': p95(unloaded).toFixed(1),
      ratio: ratio.toFixed(2),
    };
    verdict.check(`${name}: ${refused} refused, p95 ${ratio.toFixed(2)} × unloaded`, refused === 0 && ratio <= 3);
    // The attacker's bucket of points refills.
    await sleep(5_000);
  }
  console.table(table);
} finally {
  await server.stop();
  await issuer.close();
}
verdict.conclude();

type Answer = { status: number; ms: number };

async function newClient(): Promise<LightClient> {
  const client = new LightClient(server.url, [{ headers: headersOf(server.partners[5]!.key), body: pageBody }]);
  await client.connect(20);
  return client;
}

/** Pages at a steady rate, whether or not earlier ones are answered. */
async function askForPages(client: LightClient, ms: number): Promise<Answer[]> {
  const pending: Promise<Answer>[] = [];
  const begun = performance.now();
  for (let passed = 0; passed < ms; passed = performance.now() - begun) {
    while (pending.length < (passed / 1_000) * pagesPerSecond) pending.push(client.send());
    await sleep(1);
  }
  return await Promise.all(pending);
}

async function underAttack(name: string, client: LightClient): Promise<{ answers: Answer[]; statuses: Record<string, number> }> {
  const child = fork(fileURLToPath(new URL('attack.process.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  try {
    setPriority(child.pid!, Math.min(19, getPriority() + 10));
    child.send({ url: server.url, name, target });
    const failed = once(child, 'exit').then(() => {
      throw new Error('The attacking process ended.');
    });
    failed.catch(() => {});
    await Promise.race([once(child, 'message'), failed]);
    const answers = await askForPages(client, seconds * 1_000);
    child.send('stop');
    const [statuses] = (await Promise.race([once(child, 'message'), failed])) as [Record<string, number>];
    return { answers, statuses };
  } finally {
    child.kill();
  }
}
