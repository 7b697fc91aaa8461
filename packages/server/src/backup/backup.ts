import { createHash } from 'node:crypto';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
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
    // Level 1 keeps up with PostgreSQL; higher ones take several times as long for a few per cent.
    await pipeline(Readable.from(linesOf(options, report), { highWaterMark: 1 }), createGzip({ level: 1, chunkSize: 64 * 1024 }), file);
    await owner.query('commit');
    return report;
  } catch (error) {
    await owner.query('rollback').catch(() => {});
    throw error;
  }
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
