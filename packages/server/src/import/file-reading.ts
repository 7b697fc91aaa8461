import { access, constants, stat } from 'node:fs/promises';
import type { CalendarDate } from '../calendar-date.ts';
import { readCsv, readText } from './csv.reader.ts';
import type { CsvForm } from './csv.delimiter.ts';
import { encodingNote } from './csv.encoding.ts';
import { BrokenRow, UnreadableFile } from './csv.guard.ts';
import { ImportRefused, matchHeader, type ColumnMap, type Header } from './header.rules.ts';
import type { FileReading, ImportFile } from './import-file.ts';
import { provenDecimal } from './number.parsers.ts';
import type { DateOrder, Decimal, Reading } from './parsed.ts';
import { letters } from './period.parsers.ts';
import { profiles, type Profile } from './profiles.ts';

/** What the person who imports says about the files; the rest is found in them. */
export type ReadingChoices = { profile?: string | undefined; decimal?: Decimal | undefined; dates?: DateOrder | undefined };

/** The size of a file, and when it changed last. Refuses what cannot be read. */
export async function requireReadable(path: string): Promise<{ bytes: number; modifiedAt: number }> {
  try {
    const found = await stat(path);
    // Reading a named pipe would wait for its writer.
    if (!found.isFile()) throw new ImportRefused(`${path} is not a file.`);
    await access(path, constants.R_OK);
    return { bytes: found.size, modifiedAt: found.mtimeMs };
  } catch (error) {
    if (error instanceof ImportRefused) throw error;
    throw new ImportRefused(`The file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/**
 * The file's table of columns, made ready for this file: where its columns stand in this kind of export, and how its numbers and dates are
 * written. What comes after knows no kinds of export.
 */
export async function prepareFile(
  file: ImportFile,
  path: string,
  map: ColumnMap,
  choices: ReadingChoices & { businessDate?: CalendarDate },
): Promise<ImportFile> {
  const forced = profileCalled(choices.profile);
  const start = await readStart(path).catch(unlessToldLater);
  if (!start) return file;
  const { form, header, hasRows } = start;
  const profile = forced ?? profiles.find((each) => isRecognised(each, file.name, header));
  const inProfile = profile?.files[file.name];
  const { note, isPlain } = (await lookThrough(path, form.delimiter).catch(unlessToldLater)) ?? { note: undefined, isPlain: true };
  const prepared = {
    ...file,
    columns: file.columns.map((column) => ({ ...column, preferred: inProfile?.columns?.[column.header] ?? [] })),
  };
  const decimal = choices.decimal
    ? { decimal: choices.decimal, isProven: true }
    : await decimalOf(path, form, matchHeader(prepared, header, map), isPlain);
  const reading: FileReading = {
    ...form,
    ...decimal,
    dates: choices.dates,
    ...(choices.businessDate !== undefined && { today: choices.businessDate }),
    profile: inProfile && profile?.title,
    notes: [
      ...(note === undefined ? [] : [note]),
      ...(decimal.decimal === 'comma' && file.columns.some(({ isNumber }) => isNumber) ? ['Numbers were read with a decimal comma.'] : []),
      ...(hasRows ? [] : ['The file has a header and no rows.']),
    ],
  };
  return { ...prepared, reading };
}

/** What cannot be read is told when the file is staged. */
function unlessToldLater(error: unknown): undefined {
  if (error instanceof UnreadableFile || error instanceof BrokenRow) return undefined;
  throw error;
}

function profileCalled(name: string | undefined): Profile | undefined {
  if (name === undefined) return undefined;
  const profile = profiles.find((each) => each.name === name);
  if (profile) return profile;
  throw new ImportRefused(`There is no profile "${name}": use one of ${profiles.map((each) => each.name).join(', ')}.`);
}

function isRecognised(profile: Profile, fileName: string, header: readonly string[]): boolean {
  const file = profile.files[fileName];
  if (!file) return false;
  // Headers beyond the limit are refused later.
  const there = new Set(header.slice(0, 1000).map(letters));
  const isThere = (name: string) => there.has(letters(name));
  return file.signs.every(isThere) && (file.anyOf === undefined || file.anyOf.some(isThere));
}

async function readStart(path: string): Promise<{ form: CsvForm; header: readonly string[]; hasRows: boolean }> {
  let form: CsvForm | undefined;
  let header: readonly string[] | undefined;
  for await (const batch of readCsv(
    path,
    () => {},
    (found) => (form = found),
  )) {
    const [first] = batch;
    const hasRows = header !== undefined || batch.length > 1;
    header ??= first!.cells;
    if (hasRows) return { form: form!, header, hasRows };
  }
  if (!form || !header) throw new UnreadableFile(1, 'The file has no header.');
  return { form, header, hasRows: false };
}

/** How the file is written, and whether every number in it can be read in one way only, with a decimal point if any. */
async function lookThrough(path: string, delimiter: string): Promise<{ note: string | undefined; isPlain: boolean }> {
  // Numbers with a comma are quoted between commas. A number may lie across two pieces.
  const doubtful = delimiter === ',' ? /\d\.\d{3}(?!\d)|"[^",\n]{0,40}\d,\d[^"\n]{0,40}"/ : /\d\.\d{3}(?!\d)|\d,\d/;
  const reader = readText(path);
  let isPlain = true;
  let end = '';
  for (;;) {
    const { done, value } = await reader.next();
    if (done) return { note: encodingNote(value), isPlain };
    if (!isPlain) continue;
    const text = value.toString('latin1');
    isPlain = !doubtful.test(text) && !doubtful.test(end + text.slice(0, 100));
    end = text.slice(-100);
  }
}

/** Numbers that show their decimal sign prove it for the file; where both are shown, the one shown more often, and nothing is proven. */
async function decimalOf(path: string, { headerLine }: CsvForm, { places }: Header, isPlain: boolean): Promise<Reading> {
  if (isPlain) return { decimal: 'point', isProven: false };
  const positions = places.flatMap((place) => (place?.isNumber ? [place.position] : []));
  const seen = { point: 0, comma: 0 };
  const count = async () => {
    for await (const batch of readCsv(path, () => {})) {
      for (const { line, cells } of batch) {
        if (line === headerLine) continue;
        for (const position of positions) {
          const proven = provenDecimal(cells[position]?.trim() ?? '');
          if (proven) seen[proven]++;
        }
      }
    }
  };
  await count().catch(unlessToldLater);
  if (seen.point === 0 && seen.comma === 0) return {};
  return { decimal: seen.comma > seen.point ? 'comma' : 'point', isProven: seen.point === 0 || seen.comma === 0 };
}
