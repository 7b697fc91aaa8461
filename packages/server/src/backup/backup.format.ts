import { createHash } from 'node:crypto';

// A backup is a gzipped text: a line that describes it, for each table a COPY statement with its rows and a line with their number and
// checksum, and a last line. So it can be read without this program, and a file that is cut off lacks its end.

const formatVersion = 1;

export type BackedUpTable = { name: string; columns: readonly string[] };

/** What a backup holds, in its first line. */
export type Manifest = {
  formatVersion: number;
  /** when its snapshot was taken */
  takenAt: string;
  /** versions of the program and of PostgreSQL that wrote it */
  program: string;
  postgres: string;
  /** the migrations that had run */
  migrations: readonly string[];
  tables: readonly BackedUpTable[];
};

/** The rows of a table in a backup; the checksum is SHA-256 over their text. */
export type TableSum = { table: string; rows: number; sha256: string };

/** The file is no backup, or it is not whole. Its message is a sentence for the user. */
export class BackupRefused extends Error {}

export const altered = 'The backup is damaged or was altered:';

const title = '-- Partner Renewals backup ';
const endTitle = '-- end ';

export const rowsEnd = '\\.';
export const longestLine = 1_000_000;

export const manifestLine = (manifest: Omit<Manifest, 'formatVersion'>) => `${title}${JSON.stringify({ formatVersion, ...manifest })}\n`;

export const sumLine = (sum: TableSum) => `-- ${JSON.stringify(sum)}\n`;

/** The last line has a checksum of all the lines that say what the backup holds. */
export function endLine(manifest: string, sums: readonly TableSum[]): string {
  const sha256 = createHash('sha256').update(manifest);
  for (const sum of sums) sha256.update(sumLine(sum));
  return `${endTitle}${JSON.stringify({ tables: sums.length, sha256: sha256.digest('hex') })}\n`;
}

export function readManifest(line: string): Manifest {
  if (!line.startsWith(title)) throw new BackupRefused('The file is not a backup of Partner Renewals.');
  const manifest = parsed(line.slice(title.length)) as Manifest;
  if (manifest.formatVersion === formatVersion) return manifest;
  throw new BackupRefused(
    `The backup has the format ${manifest.formatVersion}, and this program reads the format ${formatVersion}. ` +
      `Restore it with the version of the program that wrote it (${manifest.program}), or a later one.`,
  );
}

export const readSum = (line: string) => parsed(line.replace(/^-- /, '')) as TableSum;

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new BackupRefused(`${altered} a line of its description can't be read.`, { cause: error });
  }
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** A table in SQL. Its name comes from a catalog, not from a person. */
export const inPublic = (table: string) => `public.${quoted(table)}`;

/** SQL for all rows of a table, as text and in the order of its columns: to take them out, and to bring them in. */
export const copyOutSql = ({ name, columns }: BackedUpTable) => `copy ${inPublic(name)} (${listed(columns)}) to stdout`;
export const copyInSql = ({ name, columns }: BackedUpTable) => `copy ${inPublic(name)} (${listed(columns)}) from stdin`;

const listed = (columns: readonly string[]) => columns.map(quoted).join(', ');
