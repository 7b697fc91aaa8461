import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { closeSchema, isSchemaClosed, openSchema } from '../database/schema-access.queries.ts';
import { readMigrationState, refuseUnknown, type Migrate } from '../database/migration-run.ts';
import { migrationNames } from '../database/migrations.ts';
import type { OwnerAccess } from '../database/owner-access.ts';
import { recordRestoration } from '../outbox/restoration.writers.ts';
import { listPartnersUnscoped } from '../partner/partner-directory.queries.ts';
import { altered, BackupRefused, copyInSql, type Manifest, type TableSum } from './backup.format.ts';
import { BackupReader } from './backup.reader.ts';
import { countWrongRows, type WrongRows } from './derived-rows.queries.ts';
import { analyzeTables, closeTables, emptyTable, openTables, readShape } from './loading.queries.ts';
import { findFilledTables, findTableNames, findTables, plainTextSql, readAllPartnersSql, withoutTimeoutsSql } from './tables.queries.ts';

export type RestoreReport = {
  manifest: Manifest;
  tables: readonly TableSum[];
  /** Partners whose dashboard rows are not what their definition says; it was so in the backup. */
  wrong: readonly WrongRows[];
  /** how long loading took, and checking the dashboard rows */
  seconds: { load: number; check: number };
};

type OnStep = (step: string) => void;

/** What a failure leaves: a database without rows, the same but closed to servers, one of both, all rows but closed, or all rows. */
export type RestoreStage = 'empty' | 'closed' | 'committing' | 'loaded' | 'open';

type RestoreHooks = { onStep?: OnStep; onStage?: (stage: RestoreStage) => void; warn?: (sentence: string) => void };

/** Reads a backup as a whole and checks it, without a database. */
export async function checkBackup(file: Readable, onStep: OnStep = () => {}): Promise<Pick<RestoreReport, 'manifest' | 'tables'>> {
  const reader = new BackupReader(file);
  const manifest = await reader.manifest();
  const tables: TableSum[] = [];
  for (const table of manifest.tables) {
    onStep(table.name);
    tables.push(await reader.table(table, countRows));
  }
  await reader.end();
  return { manifest, tables };
}

async function countRows(rows: AsyncGenerator<Buffer>): Promise<number> {
  let count = 0;
  // A line break inside of a value is written as \n.
  for await (const piece of rows) for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) count += 1;
  return count;
}

/**
 * Restores a backup into an empty database. The schema is migrated as far as the backup's was, all rows are loaded and checked in one
 * transaction, and then the other migrations run, as they do in an upgrade. Servers of this database answer 503 until that is done; after a
 * failure too, since they would refuse every key of an empty database.
 */
export async function restoreBackup(file: Readable, access: OwnerAccess, hooks: RestoreHooks = {}): Promise<RestoreReport> {
  const reader = new BackupReader(file);
  const manifest = await reader.manifest();
  refuseNewer(manifest);
  return await access.whileNobodyMigrates(async (migrate) => await restoreAlone(reader, manifest, access, migrate, hooks));
}

async function restoreAlone(
  reader: BackupReader,
  manifest: Manifest,
  access: OwnerAccess,
  migrate: Migrate,
  { onStep = () => {}, onStage = () => {}, warn = () => {} }: RestoreHooks,
): Promise<RestoreReport> {
  const begun = performance.now();
  await requireEmptyBefore(manifest, access, migrate);
  const owner = await access.connect();
  const { wasPublic, stillOpenTo } = await closeSchema(owner);
  const isClosed = stillOpenTo.length === 0;
  if (isClosed) onStage('closed');
  else warn(cannotClose(stillOpenTo));
  onStep('migrating');
  await migrate({ only: manifest.migrations, staysClosed: true });
  const tables = await load(reader, manifest, owner, { onStep, onStage });
  onStage(isClosed ? 'loaded' : 'open');
  onStep('migrating');
  await migrate();
  onStep('analyzing');
  await analyzeTables(owner, await findTableNames(owner));
  await openSchema(owner, { isPublic: wasPublic });
  onStage('open');
  const loaded = performance.now();
  onStep('checking dashboard rows');
  const wrong = await countWrongRows(owner);
  return { manifest, tables, wrong, seconds: { load: (loaded - begun) / 1000, check: (performance.now() - loaded) / 1000 } };
}

const cannotClose = (names: readonly string[]) =>
  `The schema "public" stays open to ${names.map((name) => `"${name}"`).join(', ')}: they have a grant of their own, or it does not belong to ` +
  'this login. Stop the servers with these roles until the restore has ended.';

function refuseNewer({ migrations, program }: Manifest): void {
  const unknown = migrations.filter((name) => !migrationNames.includes(name));
  if (unknown.length === 0) return;
  throw new BackupRefused(
    `The backup is newer than this program: it was written by version ${program}, with migrations that this program does not know ` +
      `(${unknown.join(', ')}). Restore it with that version of the program, or a later one.`,
  );
}

/** Before anything is migrated: a database with rows must not change at all. */
async function requireEmptyBefore({ migrations, program }: Manifest, access: OwnerAccess, migrate: Migrate): Promise<void> {
  // Roles of a new server are created by a migration of nothing.
  await migrate({ only: [], staysClosed: true });
  const owner = await access.connect();
  await owner.query('begin');
  await owner.query(readAllPartnersSql);
  await requireEmpty(owner);
  const state = await readMigrationState(owner);
  await owner.query('rollback');
  refuseUnknown(state);
  const further = migrationNames.filter((name) => !state.pending.includes(name) && !migrations.includes(name));
  if (further.length === 0) return;
  throw new BackupRefused(
    `The tables of this database are newer than the backup (version ${program}): ${further.join(', ')} ran already. ` +
      'Restore into a database that was never migrated, such as a new one; then the restore runs the migrations itself.',
  );
}

async function requireEmpty(owner: pg.Client): Promise<void> {
  const filled = await findFilledTables(owner);
  if (filled.length === 0) return;
  const partners = filled.includes('partner') ? (await listPartnersUnscoped(owner)).map(({ name }) => `"${name}"`) : [];
  const some = partners.length > 3 ? [...partners.slice(0, 3), `${partners.length - 3} more`] : partners;
  const isClosed = await isSchemaClosed(owner);
  throw new BackupRefused(
    'The database is not empty, and a restore never mixes with other data. ' +
      (some.length > 0 ? `It has the partners ${some.join(', ')}. ` : '') +
      `Tables with rows: ${filled.join(', ')}. Restore into a new database, or set another DATA_DIR.` +
      (isClosed ? ' It is closed to servers since an earlier restore, and `migrate` serves it.' : ''),
  );
}

async function load(
  reader: BackupReader,
  manifest: Manifest,
  owner: pg.Client,
  { onStep, onStage }: Required<Pick<RestoreHooks, 'onStep' | 'onStage'>>,
): Promise<TableSum[]> {
  await owner.query('begin');
  try {
    for (const sql of [plainTextSql, withoutTimeoutsSql, readAllPartnersSql]) await owner.query(sql);
    await requireSameTables(manifest, owner);
    const shape = await readShape(owner);
    await owner.query(`set local lock_timeout = '10s'`);
    const names = await findTableNames(owner);
    const rebuild = await openTables(owner, names);
    await requireEmpty(owner);
    const sums: TableSum[] = [];
    for (const table of manifest.tables) {
      onStep(table.name);
      await emptyTable(owner, table.name);
      sums.push(await reader.table(table, async (rows) => await copyRows(owner, table, rows)));
    }
    await reader.end();
    await closeTables(owner, names, rebuild, onStep);
    if (JSON.stringify(await readShape(owner)) !== JSON.stringify(shape))
      throw new Error('The restored tables do not have the constraints, indexes and policies that they had.');
    await recordRestoration(owner, manifest.takenAt);
    onStage('committing');
    await owner.query('commit');
    return sums;
  } catch (error) {
    await owner.query('rollback').catch(() => {});
    throw error;
  }
}

async function requireSameTables({ tables }: Manifest, owner: pg.Client): Promise<void> {
  const columnsOf = (all: Manifest['tables']) => new Map(all.map(({ name, columns }) => [name, columns.toSorted().join()]));
  const [existing, described] = [columnsOf(await findTables(owner)), columnsOf(tables)];
  const different = [...new Set([...existing.keys(), ...described.keys()])].filter((name) => existing.get(name) !== described.get(name));
  if (different.length > 0)
    throw new BackupRefused(`The backup describes tables that its migrations do not make so: ${different.join(', ')}. It was altered.`);
}

const codeOf = (error: unknown) => (error as { code?: string } | null)?.code ?? '';
/** A checksum covers a whole table, so PostgreSQL reads damaged rows first. Its message has their values. */
const isRowRefusal = (error: unknown) => /^2[23]/.test(codeOf(error));

async function copyRows(owner: pg.Client, table: Manifest['tables'][number], rows: AsyncGenerator<Buffer>): Promise<number> {
  const stream = owner.query(copyFrom(`/* restoreBackup */ ${copyInSql(table)} with (freeze)`));
  await pipeline(Readable.from(rows), stream).catch((error: unknown) => {
    throw isRowRefusal(error)
      ? new BackupRefused(`${altered} a row of the table ${table.name} cannot be read (${codeOf(error)}).`, { cause: error })
      : error;
  });
  return stream.rowCount;
}
