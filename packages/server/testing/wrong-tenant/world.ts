// Long: one table of what a world can do, with its rows, log, statements and requests.
import { Writable } from 'node:stream';
import type pg from 'pg';
import { pino } from 'pino';
import { Temporal } from 'temporal-polyfill';
import { makeApiKey } from '../../src/api-key/api-key.ts';
import { readConfig } from '../../src/config.ts';
import { refreshDashboardRows } from '../../src/contract-change/dashboard-row.queries.ts';
import { inPartnerTransaction } from '../../src/database/transaction.ts';
import { globalId } from '../../src/graphql/global-id.ts';
import { partnerText } from '../../src/partner/partner-text.ts';
import { parseSession } from '../../src/session/session-secret.ts';
import { serializeError } from '../../src/process/log.ts';
import { startServer } from '../../src/http/server.ts';
import type { Delivery, Mail } from '../../src/mail/mail.ts';
import { MailDay, type SentMail } from '../mail-day.ts';
import { passAllDays } from '../pass-all-days.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';
import { testLinkSecret } from '../test-server.ts';
import { letters, number, partnerIds, text, uuid, watchFor, type Letter } from './canaries.ts';
import { partnerRows, type KeyRow } from './partner-rows.ts';
import { today, userId, userRoles } from './row-parts.ts';
import { tapped, type Statement } from './statement-tap.ts';

/** A in every role, with a key of the partner and with one of a user; an operator who names A; and B, whose cursors the walk collects. */
export const principals = [
  ...userRoles.flatMap((role) => [`${role} key of A`, `${role} user of A`] as const),
  'OPERATOR naming A' as const,
  'ADMIN user of B' as const,
];
export type PrincipalName = (typeof principals)[number];

type Token = { key: string; row: KeyRow; letter: Letter };

/** This one is signed in by a browser, whose requests have a cookie and no key. */
const signedIn = 'ADMIN user of A';
const cookie = `rns_${uuid('session in use')}_${partnerText(partnerIds.A)}_${'s'.repeat(43)}`;

/** One set of keys for all worlds of a run, so that their requests are the same to the byte. */
export const tokens: ReadonlyMap<PrincipalName, Token> = new Map(principals.map((name) => [name, makeToken(name)]));
export const isKnownKey = (keyId: string) => keyId.startsWith('Canary') || [...tokens.values()].some(({ row }) => row.id === keyId);

function makeToken(name: PrincipalName): Token {
  const [role = '', kind] = name.split(' ');
  const letter = name.endsWith('B') ? 'B' : 'A';
  const { key, id, secretHash } = makeApiKey(role === 'OPERATOR' ? null : partnerIds[letter]);
  if (letter === 'B') watchFor(id);
  const user = kind === 'user' ? userId(letter === 'A' ? role : 'VIEWER') : null;
  return { key, letter, row: { id, secretHash, role, userId: user, ...(name === signedIn && { session: parseSession(cookie)! }) } };
}

/** Further keys of each partner. */
const furtherKeys = (letter: Letter): KeyRow[] =>
  (['VIEWER', 'ADMIN', 'ADMIN'] as const).slice(0, letter === 'A' ? 2 : 3).map((role, index) => ({
    id: `${text(letter, '').replaceAll('-', '')}key0${index}`.slice(0, 12).padEnd(12, '0'),
    secretHash: Buffer.alloc(32, letter),
    role,
    userId: index === 1 ? userId(role) : null,
  }));

/** What becomes of mails: they leave, they are refused for good or for now, or it is too late in the day. */
export type MailEnd = 'sent' | 'rejected' | 'retried' | 'held';

export type WalkRequest = {
  /** For the report: the field, the argument and the owner of its value. */
  name: string;
  document: string;
  variables?: Record<string, unknown>;
  headers?: Record<string, string>;
  as: PrincipalName;
  isMutation: boolean;
  /** Sent twice; the second answer counts. With an idempotency key it repeats the first. */
  isRepeated?: boolean;
  /** SQL that changes the rows before this request; undone afterwards. */
  prepare?: string;
  /** Instead of a request, days pass up to this date, partner by partner. */
  daysPassTo?: string;
  /** Instead of a request, the reminders of A are planned and sent; the answer is the mails. */
  sendsMail?: MailEnd;
  /** Instead of a request to the API, a link of a mail is opened, or its form is sent. */
  page?: { path: string; form: string | null };
  /** An operator's decision reaches the other partners that hold the same contract. */
  reachesOthers?: boolean;
};

export type Answer = { status: number; headers: string; body: string };
export type ChangedRow = { table: string; partner: Letter | null; line: string };

/** A database with some of the partners, and a server on it. */
export type World = {
  database: TestDatabase;
  tables: readonly string[];
  /** Lines of the server's log since the last call. */
  takeLog(): string;
  /** Statements of serving connections since the last call. */
  takeStatements(): Statement[];
  /** Rewrites each statement before it is sent; null for none. */
  rewriteWith(rewrite: ((statement: Statement) => string) | null): void;
  /** Expires the server's cached keys and partners. */
  forgetPrincipals(): void;
  send(request: WalkRequest): Promise<Answer>;
  /** Rows that differ from the snapshot; new ids and timestamps are not masked yet. */
  changedRows(): Promise<ChangedRow[]>;
  restore(tables: readonly string[]): Promise<void>;
  /** Stores the rows by key: B, A, C. Restored rows lie anywhere, and A's own could come first and hide the others. */
  sortRows(): Promise<void>;
  close(): Promise<void>;
};

export async function createWorld(inhabitants: readonly Letter[], mutations: readonly string[]): Promise<World> {
  const database = await createTestDatabase();
  const superuser = database.superuserPool;
  await layOut(superuser, inhabitants, mutations);
  const { tables, columnsOf } = await takeSnapshot(superuser);
  /** A write changes how many rows there are, or from which transactions they come; their sum sees a late commit of an early one, too. */
  const stamps = `select ${tables
    .map((table) => `(select array[count(*)::text, sum(xmin::text::bigint)::text] from public.${table}) as ${table}`)
    .join(', ')}`;
  const stampsNow = async () => (await superuser.query<Record<string, string[]>>({ name: 'stamps', text: stamps })).rows[0]!;
  let unchanged = await stampsNow();
  const differencesIn = (table: string) =>
    (['gone', 'come'] as const)
      .map((kind) => {
        const [one, other] = kind === 'gone' ? ['snapshot', 'public'] : ['public', 'snapshot'];
        return `select '${table}' as "table", x.${table === 'partner' ? 'id' : 'partner_id'} as partner_id, '${kind} ' || to_jsonb(x)::text as line
          from (table ${one}.${table} except all table ${other}.${table}) x`;
      })
      .join(' union all ');

  const log: string[] = [];
  const stream = new Writable({
    write(line: Buffer, _encoding, done) {
      log.push(line.toString());
      done();
    },
  });
  let statements: Statement[] = [];
  let rewrite: ((statement: Statement) => string) | null = null;
  let requests = 0;
  const unsorted = new Set(tables);
  // The clock stands still. Otherwise the server could cache a role from a change that is undone afterwards.
  let monotonic = 0;
  const forgetPrincipals = () => void (monotonic += 3_600_000);
  const pool = tapped(database.pool, (statement) => {
    statements.push(statement);
    if (statements.length > 500) throw new Error('The request ran more than 500 statements.');
    return rewrite === null ? statement.text : rewrite(statement);
  });
  const server = await startServer({
    config: {
      ...readConfig({ NODE_ENV: 'test', PORT: '0', EXPLORERS: 'off' }),
      // Each request comes from an address of its own, so that the rate of an address does not count.
      ...{ linkSecrets: [testLinkSecret], trustedProxies: ['127.0.0.1'] },
      ...{ maxQueryCost: 100_000_000, costBucket: 999_999_999, costRestorePerSecond: 999_999_999 },
    },
    database: { pool },
    now: () => Temporal.PlainDate.from(today).toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' }).epochMilliseconds,
    monotonic: () => monotonic,
    lingerMs: 0,
    log: pino({ base: null, serializers: { err: serializeError } }, stream),
  });
  return {
    database,
    tables,
    takeLog: () => log.splice(0).join(''),
    takeStatements() {
      const taken = statements;
      statements = [];
      return taken;
    },
    rewriteWith(next) {
      rewrite = next;
      forgetPrincipals();
    },
    forgetPrincipals,
    async send({ document, variables, headers, as, daysPassTo, sendsMail, page }) {
      if (sendsMail !== undefined) return { status: 0, headers: '', body: await mailsOfA(pool, sendsMail) };
      if (daysPassTo !== undefined) {
        await passAllDays(pool, daysPassTo);
        return { status: 0, headers: '', body: '' };
      }
      requests += 1;
      if (page !== undefined) return await openPage(server.url, page, requests);
      const { key, letter } = tokens.get(as) as Token;
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          // The remaining points have more or fewer digits; about 1 KB, that would decide whether an answer is compressed.
          'accept-encoding': 'identity',
          ...(as === signedIn ? { 'x-renewals-page': '1', cookie: `renewals_session=${cookie}` } : { authorization: `Bearer ${key}` }),
          'x-request-id': `walk-${requests}`,
          ...(as.startsWith('OPERATOR') && { 'x-partner-id': globalId('Partner', partnerIds[letter]) }),
          ...headers,
        },
        body: JSON.stringify({ query: document, variables }),
      });
      return { status: response.status, headers: headersOf(response.headers), body: withoutChanceOfTiming(await response.text()) };
    },
    async changedRows() {
      const stamped = await stampsNow();
      const written = tables.filter((table) => stamped[table]!.join() !== unchanged[table]!.join());
      if (written.length === 0) return [];
      const { rows } = await superuser.query<{ table: string; partner_id: string; line: string }>(
        written.map(differencesIn).join(' union all '),
      );
      return rows.map(({ table, partner_id: id, line }) => ({
        table,
        partner: letters.find((letter) => partnerIds[letter] === id) ?? null,
        line,
      }));
    },
    async restore(changed) {
      if (changed.length === 0) return;
      const statementsOf = changed.map((table) => {
        const columns = columnsOf.get(table);
        return `delete from public.${table}; insert into public.${table} (${columns}) select ${columns} from snapshot.${table};`;
      });
      await superuser.query(`begin; set local session_replication_role = replica; ${statementsOf.join(' ')} commit`);
      for (const table of changed) unsorted.add(table);
      unchanged = await stampsNow();
      forgetPrincipals();
    },
    async sortRows() {
      for (const table of unsorted) await superuser.query(`cluster public.${table} using ${table}_pkey`);
      unsorted.clear();
      unchanged = await stampsNow();
    },
    async close() {
      await server.close();
      await database.close();
    },
  };
}

async function openPage(url: string, { path, form }: NonNullable<WalkRequest['page']>, count: number): Promise<Answer> {
  const response = await fetch(url + path, {
    ...(form !== null && { method: 'POST', body: new URLSearchParams(form) }),
    headers: {
      ...{ 'accept-encoding': 'identity', 'x-request-id': `walk-${count}` },
      'x-forwarded-for': `10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`,
    },
  });
  return { status: response.status, headers: headersOf(response.headers), body: await response.text() };
}

async function mailsOfA(pool: pg.Pool, end: MailEnd): Promise<string> {
  const answerOf = ({ to: { address } }: Mail): Delivery | null => {
    if (end === 'rejected') return { state: 'FAILED', reason: 'MAIL_REJECTED', detail: '554 refused', address };
    return end === 'retried' ? { state: 'RETRY', detail: '450 later', address } : null;
  };
  const mailDay = new MailDay({ pool, vendorAddress: 'renewals@vendor.example', answer: answerOf }).at(today);
  await mailDay.planNow(partnerIds.A);
  if (end === 'held') mailDay.at(today, new Date(`${today}T21:00:00Z`));
  const mails = await mailDay.deliver(partnerIds.A);
  // Ids are new each time, so they decide no order.
  const textOf = ({ mail: { id, ...mail } }: SentMail) =>
    `${JSON.stringify(mail).replace(/(?<=\/(?:r|unsubscribe)\/)[A-Za-z0-9_-]{96}/g, ownerOfLink)} ${id}`;
  return mails.map(textOf).toSorted().join('\n');
}

/** A link has the ids of its partner and its message as bytes, and a signature. */
function ownerOfLink(token: string): string {
  const bytes = Buffer.from(token, 'base64url').toString('hex');
  return `link of ${letters.find((letter) => bytes.includes(partnerIds[letter].replaceAll('-', ''))) ?? 'nobody'}`;
}

/** Creates the partners with all their rows. */
export async function layOut(superuser: pg.Pool, inhabitants: readonly Letter[], mutations: readonly string[]): Promise<void> {
  const idOfKey = (name: PrincipalName) => tokens.get(name)!.row.id;
  const made = { one: idOfKey('VIEWER key of A'), two: idOfKey('ADMIN user of B'), three: idOfKey('ADMIN key of A') };
  const ofA = [...tokens.values()].filter(({ letter }) => letter === 'A').map(({ row }) => row.userId ?? row.id);
  for (const letter of letters.filter((each) => inhabitants.includes(each))) {
    const partnerId = partnerIds[letter];
    const keys = [...[...tokens.values()].filter((token) => token.letter === letter).map(({ row }) => row), ...furtherKeys(letter)];
    await inPartnerTransaction(superuser, partnerId, async (tx) => {
      await tx.query(
        'insert into partner (id, name, owns_all_transactional_conversations, passed_through, created_at) values ($1, $2, $3, $4, $5)',
        [...[partnerId, text(letter, 'partner'), letter !== 'A', today, '2021-03-01T10:00:00Z']],
      );
      for (const { table, values } of partnerRows(letter, [...new Set(ofA)], keys, mutations, made)) {
        const columns = Object.keys(values);
        await tx.query(
          `insert into ${table} (partner_id, ${columns.join(', ')}) values ($1, ${columns.map((_, index) => `$${index + 2}`).join(', ')})`,
          [partnerId, ...Object.values(values)],
        );
      }
      await tx.query('update partner set point_of_contact_id = $2 where id = $1', [partnerId, userId('ADMIN')]);
      await refreshDashboardRows(tx, 'all');
      // Refreshing other partners' rows would restore their names, and so be detected. A position is a small number, so it has no canary yet.
      if (letter !== 'A')
        await tx.query(
          `update dashboard_row set customer_name = customer_name || ' of old', position = position + $2 where partner_id = $1`,
          [partnerId, number(letter, 16)],
        );
    });
  }
}

/** Copies all tables of partners; returns their names and the columns that can be written. */
async function takeSnapshot(superuser: pg.Pool): Promise<{ tables: string[]; columnsOf: Map<string, string> }> {
  const { rows } = await superuser.query<{ table: string; columns: string }>(`
    select c.table_name::text as "table", string_agg(quote_ident(c.column_name), ', ' order by c.ordinal_position) as columns
    from information_schema.columns c
    where c.table_schema = 'public' and c.is_generated = 'NEVER'
      and (c.table_name = 'partner' or exists (
        select from information_schema.columns p join information_schema.tables t using (table_schema, table_name)
        where p.table_schema = 'public' and p.table_name = c.table_name and p.column_name = 'partner_id' and t.table_type = 'BASE TABLE'))
    group by 1 order by 1`);
  await superuser.query(
    `create schema snapshot; ${rows.map(({ table }) => `create table snapshot.${table} as table public.${table};`).join(' ')}`,
  );
  return { tables: rows.map(({ table }) => table), columnsOf: new Map(rows.map(({ table, columns }) => [table, columns])) };
}

const byChance = new Set(['date', 'content-length', 'connection', 'keep-alive', 'x-request-id']);

function headersOf(headers: Headers): string {
  return [...headers]
    .filter(([name]) => !byChance.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** The bucket's content depends on the clock, and which list entry fails first on chance. */
function withoutChanceOfTiming(body: string): string {
  const parsed = JSON.parse(body) as { errors?: { path?: unknown[] }[]; extensions?: { cost?: unknown } };
  for (const error of parsed.errors ?? []) error.path &&= error.path.map((step) => (typeof step === 'number' ? '#' : step));
  if (parsed.extensions !== undefined) delete parsed.extensions.cost;
  return JSON.stringify(parsed);
}
