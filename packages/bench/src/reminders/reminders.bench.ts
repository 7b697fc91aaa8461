import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Database } from '../../../server/src/database/database.ts';
import { globalId } from '../../../server/src/graphql/global-id.ts';
import { createTarget, databaseOption, startProcess, startServer, Verdict, type FaultTarget } from '../faults/fault-target.ts';
import { businessDate, businessTimeZone } from '../node-process.ts';
import { cpuOf } from '../speed/process-usage.ts';
import { startMailSink } from './mail-sink.ts';
import { isDue, readOutbox, type OutboxRow } from './outbox-rows.ts';
import { customersEach, layOutReminders, usersEach, type ReminderPartner } from './reminders.dataset.ts';

// Kills workers that send reminders, while the mail server refuses a third and associations end. Each mail must arrive once, but for one
// duplicate a kill. Then measures what a worker needs for 500 mails a minute.
//   cd packages/bench && npm run reminders -- [--server] [--quick] [--partners 500] [--kills 20]

const { values: options } = parseArgs({
  options: { ...databaseOption, partners: { type: 'string' }, kills: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const partners = Number(options.partners ?? (options.quick ? 30 : 500));
const kills = Number(options.kills ?? (options.quick ? 3 : 20));
const endings = Math.ceil(partners / 5);
/** Two workers take about four minutes, so that the kills come while they send. */
const perMinute = Math.max(300, Math.ceil((partners * customersEach * usersEach) / 8));
const longestMs = 10 * 60_000;
/** A delivery that was on its way when the association ended may still arrive. */
const onTheWayMs = 1_000;

const verdict = new Verdict();
const target = await createTarget(options.server);
const sink = await startMailSink();
try {
  await killWorkers();
  await measureWorker();
} finally {
  await sink.close();
  await target.remove();
}
verdict.conclude();

function variables(own: Record<string, string>): FaultTarget {
  const mail = { SMTP_URL: sink.url, MAIL_FROM: 'Renewals <renewals@vendor.example>', PUBLIC_URL: 'https://renewals.vendor.example' };
  const clock = { BUSINESS_DATE: '', BUSINESS_TIME_ZONE: businessTimeZone };
  return {
    ...target,
    variables: { ...target.variables, ...mail, ...clock, LINK_SECRET: 'a-secret-of-the-bench-that-is-long-enough', ...own },
  };
}

async function startWorker(own: Record<string, string>) {
  const worker = startProcess(['work'], variables(own));
  while (!worker.output().includes('Working')) {
    if (worker.child.exitCode !== null) throw new Error(`The worker did not start:\n${worker.log()}`);
    await sleep(5);
  }
  return worker;
}

async function killWorkers(): Promise<void> {
  const database = await target.open();
  const laidOut = await layOutReminders(database, businessDate(), partners);
  const reminders = partners * customersEach * usersEach;
  console.log(`${target.title}: ${reminders} reminders of ${partners} partners, two workers, ${kills} kills`);
  const server = await startServer(variables({ WORKER: 'off' }));
  const limits = { MAIL_PER_MINUTE: String(perMinute), MAIL_PER_MINUTE_OF_PARTNER: '600' };
  const begun = performance.now();
  // Refuses until a third has arrived.
  sink.refuse(Math.ceil(reminders / 3));
  const [steady, first] = await Promise.all([startWorker(limits), startWorker(limits)]);
  let victim = first;
  const ended = untilPlanned(database, laidOut, reminders).then(() => endAssociations(server.url, laidOut.slice(-endings)));
  let killed = 0;
  while (killed < kills) {
    const before = sink.taken.length;
    // In the middle of its work: the kill comes when mails have arrived since the start.
    while (sink.taken.length < before + 5) await sleep(5);
    await sleep(Math.random() * (options.quick ? 1_000 : 6_000));
    victim.child.kill('SIGKILL');
    await victim.ended;
    killed += 1;
    victim = await startWorker(limits);
  }
  const endedAt = await ended;
  const atKills = sink.taken.length;
  let rows = await readOutbox(database, laidOut);
  while (rows.some(({ state }) => state === 'WAITING')) {
    if (performance.now() - begun > longestMs) break;
    await sleep(1_000);
    rows = await readOutbox(database, laidOut);
  }
  const seconds = Math.round((performance.now() - begun) / 1_000);
  for (const each of [steady, victim]) each.child.kill('SIGTERM');
  const codes = await Promise.all([steady.ended, victim.ended]);
  server.child.kill('SIGTERM');
  await server.ended;
  console.log(
    `${seconds} s; ${sink.taken.length} mails arrived, ${atKills} of them before the last kill; refused for now ${sink.refused.forNow}, for good ${sink.refused.forGood}`,
  );
  judge(rows, reminders, endedAt);
  verdict.check(
    `both workers ended with exit code 0: ${codes.join(', ')}`,
    codes.every((code) => code === 0),
  );
  for (const line of [steady.log(), victim.log()].join('').split('\n').slice(0, 10)) if (line) console.log(`  ${line.slice(0, 300)}`);
  await database.close();
}

/** An association that ended before has no reminders that could be dropped. */
async function untilPlanned(database: Database, laidOut: readonly ReminderPartner[], reminders: number): Promise<void> {
  while ((await readOutbox(database, laidOut)).filter(isDue).length < reminders) await sleep(500);
}

/** Ends one association of each partner, spread over the run. Returns when each customer's end was answered. */
async function endAssociations(url: string, ending: readonly ReminderPartner[]): Promise<Map<string, number>> {
  const answered = new Map<string, number>();
  for (const { token, customerIds } of ending) {
    const [customerId] = customerIds as [string];
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'mutation ($input: EndAssociationInput!) { endAssociation(input: $input) { userErrors { code } } }',
        variables: { input: { customerId: globalId('Customer', customerId) } },
      }),
    });
    const text = await response.text();
    if (!text.includes('"userErrors":[]')) throw new Error(`An association did not end: ${text}`);
    answered.set(customerId, Date.now());
    await sleep(options.quick ? 100 : 800);
  }
  return answered;
}

function judge(rows: readonly OutboxRow[], reminders: number, endedAt: ReadonlyMap<string, number>): void {
  const arrivals = new Map<string, number[]>();
  for (const { messageId, at } of sink.taken) arrivals.set(messageId, [...(arrivals.get(messageId) ?? []), at]);
  const planned = rows.filter(isDue);
  const counts = new Map<string, number>();
  for (const { state, reason } of planned) {
    const name = [state, reason].filter(Boolean).join(' ');
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  console.log(`  ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}`);
  verdict.check(`${planned.length} of ${reminders} reminders planned, each once`, planned.length === reminders);
  verdict.check(
    'each has ended',
    planned.every(({ state }) => state !== 'WAITING'),
  );
  const arrivalsOf = ({ id }: OutboxRow) => [...arrivals].filter(([messageId]) => messageId.startsWith(`<${id}@`)).flatMap(([, at]) => at);
  const byRow = new Map(planned.map((row) => [row, arrivals.get(row.messageId ?? '') ?? []]));
  for (const row of planned) if (row.messageId === null && row.state !== 'WAITING') byRow.set(row, arrivalsOf(row));
  const sent = planned.filter(({ state }) => state === 'SENT');
  verdict.check(
    `each of ${sent.length} that are SENT has arrived`,
    sent.every((row) => byRow.get(row)!.length > 0),
  );
  const unsent = planned.filter(({ state }) => state !== 'SENT');
  verdict.check(
    `none of ${unsent.length} others has arrived`,
    unsent.every((row) => byRow.get(row)!.length === 0),
  );
  const duplicates = [...arrivals.values()].reduce((sum, times) => sum + times.length - 1, 0);
  verdict.check(
    `${duplicates} duplicates of ${kills} kills, none arrived more than twice`,
    duplicates <= kills && [...arrivals.values()].every((times) => times.length <= 2),
  );
  const late = planned.flatMap((row) => {
    const end = endedAt.get(row.customerId ?? '');
    return end === undefined
      ? []
      : byRow
          .get(row)!
          .filter((at) => at > end)
          .map((at) => at - end);
  });
  const dropped = planned.filter((row) => endedAt.has(row.customerId ?? '') && row.reason === 'ASSOCIATION_ENDED').length;
  verdict.check(
    `${endedAt.size} associations ended: ${dropped} reminders dropped, ${late.length} were on their way (${Math.max(0, ...late)} ms at most)`,
    late.every((ms) => ms <= onTheWayMs) && dropped > 0,
  );
  const failed = planned.filter(({ reason }) => reason === 'ADDRESS_REJECTED' || reason === 'SUPPRESSED');
  verdict.check(
    `a mailbox that is gone is asked once a reminder at most, then suppressed: ${failed.length} reminders`,
    sink.refused.forGood <= failed.length,
  );
}

/** A worker with 500 mails a minute, alone. */
async function measureWorker(): Promise<void> {
  const database = await target.open();
  const laidOut = await layOutReminders(database, businessDate(), 50);
  const before = sink.taken.length;
  const worker = await startWorker({ MAIL_PER_MINUTE: '500' });
  while (sink.taken.length < before + 50) await sleep(5);
  const start = { at: performance.now(), cpu: cpuOf(worker.child.pid!), taken: sink.taken.length };
  await sleep(60_000);
  const minutes = (performance.now() - start.at) / 60_000;
  const cpu = (cpuOf(worker.child.pid!) - start.cpu) / (minutes * 60_000);
  const pace = (sink.taken.length - start.taken) / minutes;
  worker.child.kill('SIGTERM');
  await worker.ended;
  verdict.check(
    `${Math.round(pace)} mails a minute take ${cpu.toFixed(2)} of a core in the worker`,
    pace >= 450 && pace <= 520 && cpu < 0.5,
  );
  const rows = await readOutbox(database, laidOut);
  verdict.check(
    'a worker that is stopped leaves no lease',
    rows.every(({ isClaimed }) => !isClaimed),
  );
  await database.close();
}
