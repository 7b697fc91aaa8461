import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { csvFolder } from '../../testing/csv-folder.ts';
import { formOf } from './csv.delimiter.ts';
import { readCsv } from './csv.reader.ts';
import { csvLine } from './csv.writer.ts';

const cell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('"', ',', ';', '\t', '|', '\r', '\n', ' ', 'a', '=', '~', '1.350') }),
);
// A blank row is left out.
const row = fc.array(cell, { minLength: 3, maxLength: 6 }).map((cells) => ['x', ...cells]);

test('what is written is read again, cell by cell, and its header shows the delimiter', async () => {
  const path = join(csvFolder({}), 'written.csv');
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), fc.constantFrom(',', ';', '\t', '|'), async (rows, delimiter) => {
      const text = rows.map((cells) => csvLine(cells, delimiter)).join('');
      expect(formOf(text)).toEqual({ delimiter, headerLine: 1 });
      writeFileSync(path, `\ufeff${text}`);
      const read: string[][] = [];
      for await (const batch of readCsv(path, () => {})) read.push(...batch.map(({ cells }) => cells));
      expect(read).toEqual(rows);
    }),
    { numRuns: 300 },
  );
});

test('a header full of other signs still shows its delimiter', () => {
  const signs = [',', ';', '\t', '|'];
  for (const delimiter of signs) {
    for (const sign of signs) expect(formOf(csvLine([sign.repeat(9), 'x'], delimiter)).delimiter).toBe(delimiter);
  }
});
