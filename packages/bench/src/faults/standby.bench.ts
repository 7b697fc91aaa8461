import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addDays } from '../../../server/src/calendar-date.ts';
import { createApiKey } from '../../../server/src/api-key/api-key.queries.ts';
import { TestData } from '../../../server/testing/test-data.ts';
import type { PostgresServer } from './postgres-server.ts';
import { serverTarget, startProcess, startServer, targetOn, today, Verdict, type FaultTarget, type ServedProcess } from './fault-target.ts';

// Tests a streaming standby. A server on it answers reads, and refuses all changes in the same way. Then the primary dies and the standby is
// promoted: the server must accept changes within 5 s, without a restart. Needs PostgreSQL's server programs (apt-get install postgresql).
//   cd packages/bench && npm run standby

const verdict = new Verdict();
const readOnly = 'The database accepts no changes at present; try again later.';
const sentence = 'The database is read-only, as a standby is.';
const healMs = 5_000;
const lockTables = 'begin; lock table dashboard_row in access exclusive mode; lock table customer in access exclusive mode; commit';
const listDocument = '{ upcomingContractChanges(first: 10) { totalCount nodes { id status effectiveDate customer { id name } } } }';

type Answer = { status: number; retryAfter: string | null; data: Record<string, unknown> | null; errors: unknown[] };

const primary = await serverTarget();
const folder = mkdtempSync(join(tmpdir(), 'renewals-fault-csv-'));
try {
  await run();
} finally {
  await primary.remove();
  rmSync(folder, { recursive: true, force: true });
}
verdict.conclude();

async function run(): Promise<void> {
  const { token, customerId, changeId } = await layOut();
  // It cancels reads at once that hold up the changes of the primary.
  const postgres = await primary.postgres!.createStandby({ patience: '0' });
  const standby = targetOn(postgres, 'standby');
  try {
    const onPrimary = await startServer(primary);
    const server = await startServer(standby);
    const tomorrow = await startServer({
      ...standby,
      variables: { ...standby.variables, BUSINESS_DATE: addDays(today, 1), LOG_LEVEL: 'info' },
    });
    const writes = writesOf(customerId, changeId);
    const query = (document: string, on = server, headers: Record<string, string> = {}) => ask(on, token, document, headers);

    await compareReads(
      () => query(listDocument, onPrimary),
      () => query(listDocument),
      writes['setCommunicationOwner']!,
      (document) => query(document, onPrimary),
    );
    const late = await query(listDocument, tomorrow);
    verdict.check(`a partner whose days nobody passes is served: ${late.status}`, late.status === 200 && late.errors.length === 0);
    await refuseWrites(writes, (document, headers) => query(document, server, headers), server);
    for (const [name, words] of Object.entries(commands())) await refuseCommand(name, words, standby);
    await readWhileChangesConflict(postgres, query);

    await primary.postgres!.stop('SIGQUIT');
    onPrimary.child.kill('SIGKILL');
    const alone = await query(listDocument);
    verdict.check(`without the primary, reads are answered: ${alone.status}`, alone.status === 200);
    await promote(standby, query, writes, [server, tomorrow]);
    for (const each of [server, tomorrow]) {
      each.child.kill('SIGTERM');
      verdict.check('the server ended with exit code 0', (await each.ended) === 0);
    }
  } finally {
    await standby.remove();
  }
}

async function layOut(): Promise<{ token: string; customerId: string; changeId: string }> {
  const database = await primary.open();
  const data = await TestData.of(database.pool, { name: 'Acme', passedThrough: today, ownsAll: true });
  const customerId = await data.customer({ name: 'Globex' });
  const { id: changeId } = await data.renewal(customerId, '2027-02-28');
  // Due tomorrow.
  await data.renewal(await data.customer({ name: 'Initech' }), today);
  const { key } = await createApiKey(database.pool, data.partnerId, {
    role: 'ADMIN',
    partnerUserId: null,
    expiresAt: null,
    actor: 'bench',
  });
  await database.close();
  writeFileSync(join(folder, 'companies.csv'), 'Hub ID,Company name,Website\n9223372036854775807,Hooli,hooli.example\n');
  return { token: key, customerId, changeId };
}

function writesOf(customerId: string, changeId: string): Record<string, string> {
  const mutation = (field: string, input: string) => `mutation { done: ${field}(input: ${input}) { userErrors { code } } }`;
  return {
    setCommunicationOwner: mutation('setCommunicationOwner', `{ customerId: "cus_${customerId}", owner: VENDOR }`),
    acceptContractChange: mutation('acceptContractChange', `{ contractChangeId: "cch_${changeId}" }`),
    createApiKey: mutation('createApiKey', '{ role: VIEWER }'),
    createPartnerUser: mutation('createPartnerUser', '{ name: "Ann", email: "ann@acme.example", role: VIEWER }'),
  };
}

function commands(): Record<string, string[]> {
  return {
    import: ['import', folder, '--partner', 'Acme'],
    'key create': ['key', 'create', '--partner', 'Acme', '--role', 'VIEWER'],
    'user create': ['user', 'create', '--partner', 'Acme', '--name', 'Ann', '--email', 'ann@acme.example', '--role', 'VIEWER'],
  };
}

async function ask({ url }: ServedProcess, token: string, query: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(20_000),
  });
  const { data = null, errors = [] } = (await response.json()) as { data?: Answer['data']; errors?: unknown[] };
  return { status: response.status, retryAfter: response.headers.get('retry-after'), data, errors };
}

async function compareReads(
  onPrimary: () => Promise<Answer>,
  onStandby: () => Promise<Answer>,
  write: string,
  onPrimaryWith: (document: string) => Promise<Answer>,
): Promise<void> {
  const isSame = async () => JSON.stringify((await onPrimary()).data) === JSON.stringify((await onStandby()).data);
  verdict.check('the standby answers as the primary does', await isSame());
  const { status, errors } = await onPrimaryWith(write);
  verdict.check(`the primary accepts changes: ${status}`, status === 200 && errors.length === 0);
  const changedAt = performance.now();
  while (!(await isSame()) && performance.now() - changedAt < healMs) await sleep(10);
  verdict.check('a change on the primary reaches the standby', await isSame());
}

async function refuseWrites(
  writes: Record<string, string>,
  query: (document: string, headers?: Record<string, string>) => Promise<Answer>,
  server: ServedProcess,
): Promise<void> {
  for (const [name, document] of Object.entries(writes)) {
    for (const key of [undefined, randomUUID()]) {
      const { status, retryAfter, data, errors } = await query(document, key === undefined ? {} : { 'idempotency-key': key });
      const [error] = errors as { message: string; extensions: { code: string } }[];
      const told = `${status}, Retry-After ${retryAfter}, ${error?.extensions.code}: ${error?.message}`;
      verdict.check(
        `${name} with${key === undefined ? 'out' : ''} an idempotency key: ${told}`,
        status === 503 && retryAfter !== null && isNothing(data) && error?.extensions.code === 'UNAVAILABLE' && error.message === readOnly,
      );
    }
  }
  const ready = await fetch(`${server.url}/readyz`);
  const body = await ready.text();
  verdict.check(
    `/readyz: ${ready.status} ${body}`,
    ready.status === 200 && body.includes('"status":"ready for reading","reason":"READ_ONLY"'),
  );
  const lines = server
    .log()
    .split('\n')
    .filter((line) => line.includes('"operation failed"'))
    .map((line) => JSON.parse(line) as { err: { fault?: string; explanation?: string } });
  verdict.check(
    `the log explains each of ${lines.length} refusals: ${lines[0]?.err.explanation}`,
    lines.length >= Object.keys(writes).length && lines.every(({ err }) => err.fault === 'READ_ONLY' && err.explanation === sentence),
  );
}

/** The fields of mutations are nullable: data is null, or each of its fields is. */
function isNothing(data: unknown): boolean {
  return Object.values(data ?? {}).every((value) => value === null);
}

async function refuseCommand(name: string, words: readonly string[], target: FaultTarget): Promise<void> {
  const command = startProcess(words, target);
  const code = await command.ended;
  const log = command.log().trim();
  verdict.check(
    `the command ${name}: exit code ${code}, "${log.slice(0, 300)}"`,
    code !== 0 && log.includes(sentence) && !/\bat \S+ \(/.test(log),
  );
}

/** Locks on the primary reach the standby, and cancel its reads. */
async function readWhileChangesConflict(postgres: PostgresServer, query: (document: string) => Promise<Answer>): Promise<void> {
  const over = new AbortController();
  const answers: Answer[] = [];
  const readers = Array.from({ length: 4 }, async () => {
    while (!over.signal.aborted) answers.push(await query(listDocument));
  });
  const countConflicts = async () =>
    Number((await postgres.query<{ n: string }>('select sum(confl_lock + confl_snapshot) as n from pg_stat_database_conflicts'))[0]!.n);
  const begun = performance.now();
  while ((await countConflicts()) < 3 && performance.now() - begun < 20_000) {
    await primary.postgres!.query(lockTables, [], 'renewals');
    await sleep(10);
  }
  over.abort();
  await Promise.all(readers);
  const failed = answers.filter(({ status, errors }) => status !== 200 || errors.length > 0);
  const conflicts = await countConflicts();
  verdict.check(
    `${answers.length} reads while changes arrive, ${conflicts} cancelled by the standby: ${failed.length} not answered ${JSON.stringify(failed[0] ?? '')}`,
    failed.length === 0,
  );
}

async function promote(
  { postgres }: FaultTarget,
  query: (document: string, on?: ServedProcess) => Promise<Answer>,
  writes: Record<string, string>,
  servers: readonly ServedProcess[],
): Promise<void> {
  const over = new AbortController();
  const reads: Answer[] = [];
  const reader = (async () => {
    while (!over.signal.aborted) reads.push(await query(listDocument));
  })();
  await postgres!.promote();
  const promotedAt = performance.now();
  for (const server of servers) {
    for (const [name, document] of Object.entries(writes)) {
      let answer = await query(document, server);
      while (answer.status !== 200 && performance.now() - promotedAt < 4 * healMs) {
        await sleep(20);
        answer = await query(document, server);
      }
      const ms = Math.round(performance.now() - promotedAt);
      verdict.check(`${name} is accepted ${ms} ms after the promotion`, answer.status === 200 && answer.errors.length === 0 && ms < healMs);
    }
    const readyz = async () => (await (await fetch(`${server.url}/readyz`)).json()) as { status: string };
    let ready = await readyz();
    for (; ready.status !== 'ready' && performance.now() - promotedAt < 4 * healMs; ready = await readyz()) await sleep(20);
    const ms = Math.round(performance.now() - promotedAt);
    verdict.check(`/readyz says "${ready.status}" ${ms} ms after the promotion`, ready.status === 'ready' && ms < healMs);
  }
  const behind = async () => /renewals_partners_behind (\d+)/.exec(await (await fetch(`${servers.at(-1)!.url}/metrics`)).text())?.[1];
  while ((await behind()) !== '0' && performance.now() - promotedAt < 4 * healMs) await sleep(20);
  const ms = Math.round(performance.now() - promotedAt);
  verdict.check(`the days of all partners are passed ${ms} ms after the promotion`, ms < healMs);
  over.abort();
  await reader;
  verdict.check(
    `${reads.length} reads meanwhile, all answered`,
    reads.every(({ status, errors }) => status === 200 && errors.length === 0),
  );
}
