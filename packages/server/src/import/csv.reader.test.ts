import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { csvFolder } from '../../testing/csv-folder.ts';
import { BrokenRow, UnreadableFile } from './csv.guard.ts';
import { readCsv, type CsvRow } from './csv.reader.ts';

/** What is read of a file, and the fault that ends the reading. */
async function read(content: Buffer | string): Promise<{ rows: CsvRow[]; fault?: Error }> {
  const folder = csvFolder({ 'x.csv': Buffer.from(content) });
  const rows: CsvRow[] = [];
  try {
    for await (const batch of readCsv(join(folder, 'x.csv'), () => {})) rows.push(...batch);
    return { rows };
  } catch (fault) {
    return { rows, fault: fault as Error };
  }
}

const linesOf = async (content: Buffer | string) => (await read(content)).rows.map(({ line, cells }) => [line, ...cells]);

describe('a CSV', () => {
  test.each([
    ['LF', 'a,b\n1,2\n'],
    ['CRLF', 'a,b\r\n1,2\r\n'],
    ['both, and no end of line at the end', 'a,b\r\n1,2'],
    ['a byte order mark', '\ufeffa,b\n1,2\n'],
    ['semicolons', 'a;b\n1;2\n'],
    ['quotes', '"a","b"\n"1","2"\n'],
  ])('is read with %s', async (_, content) => {
    expect(await linesOf(content)).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
    ]);
  });

  test('tells on which line a row starts, over quoted line breaks and blank rows', async () => {
    expect(await linesOf('a,b\n\n"1\r\n\r\nx","2\ny"\n , \n3,"say ""hi"""\n')).toEqual([
      [1, 'a', 'b'],
      [3, '1\r\n\r\nx', '2\ny'],
      [8, '3', 'say "hi"'],
    ]);
  });

  test('takes a quote inside a cell for itself', async () => {
    expect(await linesOf('a,b\n19" monitor,x\n')).toEqual([
      [1, 'a', 'b'],
      [2, '19" monitor', 'x'],
    ]);
  });

  test('is read whole whatever the pieces it comes in', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => [index + 2, String(index), 'Žluťoučký "kůň"']);
    const content = `n,name\n${rows.map(([, n]) => `${n},"Žluťoučký ""kůň"""`).join('\n')}\n`;
    expect((await linesOf(content)).slice(1)).toEqual(rows);
  });
});

describe('a file that is no CSV', () => {
  test.each([
    ['UTF-16 with a mark', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), 1],
    ['UTF-16 without one', Buffer.from('a,b\n1,2\n', 'utf16le'), 1],
    ['Latin-1', Buffer.from('a,b\n1,2\nJ\xf6rg,2\n', 'latin1'), 3],
    ['cut within a character', Buffer.from('a,b\n1,ö').subarray(0, -1), 2],
    ['empty', Buffer.alloc(0), 1],
  ])('%s is told as such, with the line', async (_, content, line) => {
    const { fault } = await read(content);
    expect(fault).toBeInstanceOf(UnreadableFile);
    expect(fault).toMatchObject({ line });
  });
});

describe('a row without an end', () => {
  test.each([
    ['a quote that is never closed', `a,b\n1,2\n3,"open${'\nx,y'.repeat(100)}`, 1],
    ['a quote that is never closed, in a big file', `a,b\n1,2\n3,"open${'\nx,y'.repeat(300_000)}`, 1],
    ['one huge cell', `a,b\n1,2\n3,${'x'.repeat(1_500_000)}\n4,5\n`, 1],
    ['millions of empty cells', `a,b\n1,2\n${','.repeat(3_000_000)}\n4,5\n`, 0],
  ])('%s is told by line and column, after the rows before it', async (_, content, position) => {
    const { rows, fault } = await read(content);
    expect(rows).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1', '2'] },
    ]);
    expect(fault).toBeInstanceOf(BrokenRow);
    expect(fault).toMatchObject({ line: 3, position });
  });
});
