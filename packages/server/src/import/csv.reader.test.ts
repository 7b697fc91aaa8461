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
    ['CR', 'a,b\r1,2\r'],
    ['CR, and no end of line at the end', 'a,b\r1,2'],
    ['semicolons', 'a;b\n1;2\n'],
    ['tabs', 'a\tb\n1\t2\n'],
    ['vertical bars', 'a|b\n1|2\n'],
    ['UTF-16 with a mark', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le')],
    ['UTF-16 without one', Buffer.from('a,b\n1,2\n', 'utf16le')],
    ['UTF-16 whose high bytes come first', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le').swap16()],
    ['quotes', '"a","b"\n"1","2"\n'],
  ])('is read with %s', async (_, content) => {
    expect(await linesOf(content)).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
    ]);
  });

  test.each([
    [
      'a comma inside a quoted header',
      '"a, b";c\n1;2\n',
      [
        [1, 'a, b', 'c'],
        [2, '1', '2'],
      ],
    ],
    [
      'a comma inside a header',
      'a, b;c;d\n1;2;3\n',
      [
        [1, 'a, b', 'c', 'd'],
        [2, '1', '2', '3'],
      ],
    ],
    [
      'a quote within a quoted header',
      '"a ""x, y"" b";c\n1;2\n',
      [
        [1, 'a "x, y" b', 'c'],
        [2, '1', '2'],
      ],
    ],
    [
      'a header over two lines',
      '"a,\nb";c\n1;2\n',
      [
        [1, 'a,\nb', 'c'],
        [3, '1', '2'],
      ],
    ],
    [
      'only one column',
      'a\n1,5\n',
      [
        [1, 'a'],
        [2, '1', '5'],
      ],
    ],
    [
      'the line sep=; before it',
      'sep=;\r\na,b;c\r\n1;2\r\n',
      [
        [2, 'a,b', 'c'],
        [3, '1', '2'],
      ],
    ],
    ['the line sep=\\t before it, behind a byte order mark', '\ufeffsep=\t\na\tb\n', [[2, 'a', 'b']]],
    ['a line sep= with a sign of its own', 'sep=^\na^b,c\n', [[2, 'a', 'b,c']]],
  ])('is read by the delimiter outside quotes, with %s', async (_, content, rows) => {
    expect(await linesOf(content)).toEqual(rows);
  });

  test('in Windows-1252 is read as such', async () => {
    expect(await linesOf(Buffer.from('a;b\n1;J\xf6rg\n2;\x80 \x96 \x93X\x94\n', 'latin1'))).toEqual([
      [1, 'a', 'b'],
      [2, '1', 'Jörg'],
      [3, '2', '€ – “X”'],
    ]);
    // The first of these characters lies far behind the start, on the border between two pieces.
    const start = `a;b\n${'1;2\n'.repeat(16_383)}`;
    for (const shift of [0, 1, 2, 3]) {
      const { rows, fault } = await read(Buffer.from(`${start}${'x'.repeat(shift)};M\xfcller\xe4\xf6\n3;\xdf\n`, 'latin1'));
      expect(fault).toBeUndefined();
      expect(rows.slice(-2).map(({ cells }) => cells[1])).toEqual(['Mülleräö', 'ß']);
    }
  });

  test('in UTF-8 is read whole where a character lies on the border between two pieces', async () => {
    const start = `a;b\n${'1;2\n'.repeat(16_383)}`;
    for (const shift of [0, 1, 2, 3]) {
      const { rows, fault } = await read(`${start}${'x'.repeat(shift)}ü😀ß;€\n`);
      expect(fault).toBeUndefined();
      expect(rows.at(-1)!.cells).toEqual([`${'x'.repeat(shift)}ü😀ß`, '€']);
    }
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
    ['bytes that are no text in any encoding', Buffer.from('a,b\n1,2\nJ\x81rg,2\n', 'latin1'), 3],
    ['UTF-8 that breaks off', Buffer.concat([Buffer.from('a,b\n1,ö\n'), Buffer.from('J\xf6rg\n', 'latin1')]), 3],
    [
      'UTF-8 that breaks off far behind its start',
      Buffer.concat([Buffer.from(`a,b\n1,ö\n${'1,2\n'.repeat(40_000)}`), Buffer.from('J\xf6rg\n', 'latin1')]),
      40_003,
    ],
    ['cut within a character', Buffer.from('a,b\n1,ö').subarray(0, -1), 2],
    ['half a character of UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le').subarray(0, -1), 2],
    ['a workbook', Buffer.from('PK\x03\x04\x14\0\x06\0', 'latin1'), 1],
    ['NUL bytes', Buffer.from('a\0\0\0b\0\0\n'), 1],
    ['UTF-32', Buffer.from('\ufeff\0a\0,\0b\0\n\0x\0,\0y\0', 'utf16le'), 1],
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
    ['one huge cell between carriage returns', `a,b\r1,2\r3,${'x'.repeat(1_500_000)}\r4,5\r`, 1],
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
