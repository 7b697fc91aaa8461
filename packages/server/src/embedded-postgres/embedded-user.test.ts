import { afterEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase, type Database } from '../database/database.ts';
import { nobody } from './embedded-home.ts';
import { findPostmaster } from './pid-file.ts';
import { superuser } from './postmaster.ts';

const asRoot = process.getuid?.() === 0 ? test : test.skip;
const data = (dataDir: string) => join(dataDir, 'postgres/data');

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

function temporaryFolder(): string {
  const folder = mkdtempSync('/tmp/renewals-user-');
  chmodSync(folder, 0o755);
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function open(dataDir: string): Promise<Database> {
  const database = await openDatabase({ dataDir, environment: 'test', poolSize: 2, statementTimeoutMs: 10_000 }, { migrate: true });
  undo.push(database.close);
  return database;
}

async function asSuperuser(dataDir: string, sql: string): Promise<object[]> {
  const client = new pg.Client(superuser(findPostmaster(data(dataDir))!.socketFolder, 'renewals'));
  await client.connect();
  return (await client.query<object>(sql).finally(() => client.end())).rows;
}

describe('started as root', () => {
  asRoot('it runs as a user of its own: a process of another user, such as nobody, reaches neither its files nor its socket', async () => {
    const dataDir = temporaryFolder();
    await open(dataDir);
    expect(statSync(data(dataDir)).uid).not.toBe(nobody.uid);
    const { status, stdout } = tryAsNobody(dataDir);
    expect([status, stdout]).toEqual([0, 'ls: refused, connect: EACCES\n']);
  });

  asRoot('it takes a database from nobody, as whom earlier versions ran it, and keeps what it holds', async () => {
    const dataDir = temporaryFolder();
    const first = await open(dataDir);
    await asSuperuser(dataDir, 'create table kept as select 1 as one');
    await first.close();
    chownTree(data(dataDir), nobody);
    const next = await open(dataDir);
    expect(await asSuperuser(dataDir, 'select one from kept')).toEqual([{ one: 1 }]);
    expect(statSync(data(dataDir)).uid).not.toBe(nobody.uid);
    expect(tryAsNobody(dataDir).stdout).toBe('ls: refused, connect: EACCES\n');
    await next.close();
  });
});

function chownTree(folder: string, { uid, gid }: { uid: number; gid: number }): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) chownSync(join(folder, name), uid, gid);
  chownSync(folder, uid, gid);
}

/** What a process of nobody can do with the files and the socket of a database. */
function tryAsNobody(dataDir: string) {
  const program = `
    const list = require('node:child_process').spawnSync('ls', [${JSON.stringify(data(dataDir))}]);
    const socket = require('node:net').connect(${JSON.stringify(join(data(dataDir), '.s.PGSQL.5432'))});
    const tell = (outcome) => console.log('ls: ' + (list.status === 0 ? 'allowed' : 'refused') + ', connect: ' + outcome);
    socket.on('error', ({ code }) => tell(code)).on('connect', () => { tell('connected'); socket.end(); });`;
  return spawnSync(process.execPath, ['--eval', program], { ...nobody, cwd: '/', env: {}, encoding: 'utf8' });
}
