import 'reflect-metadata';
import { parse, validate } from 'graphql';
import { parseArgs } from 'node:util';
import { documentLimits } from '../../../server/src/api/limits.ts';
import { buildApiSchema } from '../../../server/src/api/schema.ts';
import { faultOfAnswer, generateRequests } from '../../../server/testing/generated-requests.ts';
import { quantile, startServerProcess } from '../server-process.ts';
import { createTarget, databaseOption } from './fault-target.ts';

// Tests robustness. Sends generated documents, scrambled documents and random bytes to a server, and prints the responses by kind.
// The exit code is 1 if a response is wrong. Needs a build of the server, such as from `npm start`.
//   cd packages/bench && npm run fuzz -- [--server] [--count 20000] [--seed 1]

const { values: options } = parseArgs({
  options: { ...databaseOption, count: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
});
const count = Number(options.count);
const schema = buildApiSchema();
const next = generateRequests(schema, Number(options.seed));
const seen = new Map<string, number>();
const faults: string[] = [];
const checkTimes: number[] = [];
let slowest = 0;

const target = await createTarget(options.server);
const settings = { ...target.variables, COST_BUCKET: '999999999', COST_RESTORE_PER_SECOND: '999999999' };
const server = await startServerProcess(settings, 'ADMIN').catch(async (error: unknown) => {
  await target.remove();
  throw error;
});
try {
  let sent = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (sent < count) {
        const number = (sent += 1);
        const { kind, document, headers, body } = next();
        if (document !== null) checkTimes.push(timeToCheck(document));
        const begun = performance.now();
        const response = await fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers: { ...headers, authorization: `Bearer ${server.token}` },
          body,
        });
        const text = await response.text();
        slowest = Math.max(slowest, performance.now() - begun);
        const fault = faultOfAnswer(response.status, text);
        if (fault)
          faults.push(`${number} (${kind}): ${fault}\n${document ?? Buffer.from(body).toString('latin1')}\n${text}`.slice(0, 3_000));
        const codes = [...text.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code]) => code);
        const group = `${kind} ${response.status} ${codes[0] ?? 'answered'}`;
        seen.set(group, (seen.get(group) ?? 0) + 1);
      }
    }),
  );
  const alive = await fetch(`${server.url}/readyz`);
  process.kill(server.pid, 0);
  console.table(Object.fromEntries([...seen].sort(([a], [b]) => a.localeCompare(b))));
  console.log(
    `${target.title}: ${sent} requests; slowest response ${slowest.toFixed(0)} ms; the server is still ${((await alive.json()) as { status: string }).status}`,
  );
  console.log(
    `parse and validate: p99 ${quantile(checkTimes, 0.99).toFixed(1)} ms, maximum ${quantile(checkTimes, 1).toFixed(1)} ms (below 300)`,
  );
} finally {
  await server.stop();
  await target.remove();
}
for (const fault of faults.slice(0, 10)) console.log(`\n${fault}`);
console.log(`${faults.length} faults`);
process.exitCode = faults.length > 0 || quantile(checkTimes, 1) >= 300 ? 1 : 0;

/** Measures a long time again, because other work on the machine may have caused it. */
function timeToCheck(document: string): number {
  const time = checkOnce(document);
  return time < 100 ? time : Math.min(time, checkOnce(document), checkOnce(document));
}

function checkOnce(document: string): number {
  const begun = performance.now();
  try {
    validate(schema, parse(document, { maxTokens: documentLimits.tokens }));
  } catch {
    // A malformed document: the parser rejects it, and that time counts too.
  }
  return performance.now() - begun;
}
