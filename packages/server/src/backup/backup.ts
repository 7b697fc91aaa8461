import { createHash } from 'node:crypto';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { refuseUnknown } from '../database/migration-run.ts';
import { migrationNames } from '../database/migrations.ts';
import { copyInSql, copyOutSql, endLine, manifestLine, rowsEnd, sumLine, type TableSum } from './backup.format.ts';
import { collectAfter } from './garbage.ts';
import { findTables, plainTextSql, readAllPartnersSql, withoutTimeoutsSql } from './tables.queries.ts';

export type BackupProgress = { table: string; bytes: number; bytesTotal: number };

export type BackupOptions = {
  /** A connection of the tables' owner. */
  owner: pg.Client;
  /** The version of this program. */
  program: string;
  onProgress?: (progress: BackupProgress) => void;
};

export type BackupReport = { takenAt: string; tables: readonly TableSum[]; bytes: number };

/** Writes all rows of all partners as of one moment, compressed and in bounded memory. Others read and write meanwhile. */
export async function writeBackup(file: Writable, options: BackupOptions): Promise<BackupReport> {
  const { owner } = options;
  const report: BackupReport = { takenAt: '', tables: [], bytes: 0 };
  // One snapshot for all statements: what commits later is not in it.
  await owner.query('begin isolation level repeatable read, read only');
  try {
    await pipeline(Readable.from(compressed(linesOf(options, report)), { highWaterMark: 1 }), file);
    await owner.query('commit');
    return report;
  } catch (error) {
    await owner.query('rollback').catch(() => {});
    throw error;
  }
}

// Each is a whole gzip file, and one after another they are one, too: so several are compressed at once, since one core is slower than PostgreSQL.
const bytesOfMember = 256 * 1024;
const mostAtOnce = 3;
// Higher levels take several times as long for a few per cent. A window that fits into a core's cache takes two thirds of the time, for no more bytes.
const settings = { level: 1, windowBits: 13, chunkSize: 128 * 1024 };
const compress = promisify(gzip) as (content: Buffer, options: object) => Promise<Buffer>;

async function* compressed(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const running: Promise<Buffer>[] = [];
  let [gathered, bytes]: [Buffer[], number] = [[], 0];
  const begin = () => {
    const member = compress(Buffer.concat(gathered), settings);
    // It is awaited when those before it are written.
    member.catch(() => {});
    running.push(member);
    [gathered, bytes] = [[], 0];
  };
  for await (const piece of pieces) {
    gathered.push(piece);
    bytes += piece.length;
    if (bytes < bytesOfMember) continue;
    begin();
    if (running.length >= mostAtOnce) yield await running.shift()!;
  }
  begin();
  for (const member of running) yield await member;
}

async function* linesOf({ owner, program, onProgress = () => {} }: BackupOptions, report: BackupReport): AsyncGenerator<Buffer> {
  for (const sql of [plainTextSql, withoutTimeoutsSql, readAllPartnersSql]) await owner.query(sql);
  const tables = await findTables(owner);
  const { rows } = await owner.query<{ takenAt: string; postgres: string }>(
    `/* writeBackup */ select to_json(now()) #>> '{}' as "takenAt", current_setting('server_version') as postgres`,
  );
  const { takenAt, postgres } = rows[0]!;
  const named = tables.map(({ name, columns }) => ({ name, columns }));
  const manifest = manifestLine({ takenAt, program, postgres, migrations: await readMigrations(owner), tables: named });
  const bytesTotal = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const sums: TableSum[] = [];
  let bytes = 0;
  yield Buffer.from(manifest);
  for (const table of named) {
    const sha256 = createHash('sha256');
    yield Buffer.from(`${copyInSql(table)};\n`);
    const copy = owner.query(copyTo(`/* writeBackup */ ${copyOutSql(table)}`));
    for await (const rowsOfTable of copy as AsyncIterable<Buffer>) {
      sha256.update(rowsOfTable);
      bytes += rowsOfTable.length;
      collectAfter(rowsOfTable.length);
      yield rowsOfTable;
      onProgress({ table: table.name, bytes, bytesTotal });
    }
    const sum = { table: table.name, rows: copy.rowCount, sha256: sha256.digest('hex') };
    sums.push(sum);
    yield Buffer.from(`${rowsEnd}\n${sumLine(sum)}`);
  }
  yield Buffer.from(endLine(manifest, sums));
  Object.assign(report, { takenAt, tables: sums, bytes });
}

async function readMigrations(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>('/* readMigrations */ select name from public.migrations order by id');
  const names = rows.map(({ name }) => name);
  refuseUnknown({ unknown: names.filter((name) => !migrationNames.includes(name)) });
  return names;
}
