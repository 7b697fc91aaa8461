import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase, type Database } from '../database/database.ts';
import { nobody } from './embedded-home.ts';
import { findPostmaster } from './pid-file.ts';
import { superuser } from './postmaster.ts';

const asRoot = process.getuid?.() === 0 ? test : test.skip;
// One folder for both tests: making a cluster takes longest.
const dataDir = mkdtempSync('/tmp/renewals-user-');
chmodSync(dataDir, 0o755);
const data = join(dataDir, 'postgres/data');
let database: Database | undefined;
afterEach(() => database?.close());
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function open(): Promise<Database> {
  return (database = await openDatabase({ dataDir, environment: 'test', poolSize: 2, statementTimeoutMs: 10_000 }, { migrate: true }));
}

async function asSuperuser(sql: string): Promise<object[]> {
  const client = new pg.Client(superuser(findPostmaster(data)!.socketFolder, 'renewals'));
  await client.connect();
  return (await client.query<object>(sql).finally(() => client.end())).rows;
}

describe('started as root', () => {
  asRoot('it runs as a user of its own: a process of another user, such as nobody, reaches neither its files nor its socket', async () => {
    await open();
    expect(statSync(data).uid).not.toBe(nobody.uid);
    const { status, stdout } = tryAsNobody();
    expect([status, stdout]).toEqual([0, 'ls: refused, connect: EACCES\n']);
  });

  asRoot('it takes a database from nobody, as whom earlier versions ran it, and keeps what it holds', async () => {
    const first = await open();
    await asSuperuser('create table kept as select 1 as one');
    await first.close();
    chownTree(data, nobody);
    const next = await open();
    expect(await asSuperuser('select one from kept')).toEqual([{ one: 1 }]);
    expect(statSync(data).uid).not.toBe(nobody.uid);
    expect(tryAsNobody().stdout).toBe('ls: refused, connect: EACCES\n');
    await next.close();
  });
});

function chownTree(folder: string, { uid, gid }: { uid: number; gid: number }): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) chownSync(join(folder, name), uid, gid);
  chownSync(folder, uid, gid);
}

/** What a process of nobody can do with the files and the socket of a database. */
function tryAsNobody() {
  const program = `
    const list = require('node:child_process').spawnSync('ls', [${JSON.stringify(data)}]);
    const socket = require('node:net').connect(${JSON.stringify(join(data, '.s.PGSQL.5432'))});
    const tell = (outcome) => console.log('ls: ' + (list.status === 0 ? 'allowed' : 'refused') + ', connect: ' + outcome);
    socket.on('error', ({ code }) => tell(code)).on('connect', () => { tell('connected'); socket.end(); });`;
  return spawnSync(process.execPath, ['--eval', program], { ...nobody, cwd: '/', env: {}, encoding: 'utf8' });
}
