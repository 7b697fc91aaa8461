/** What stands between the cells of a file, and the line of its header. */
export type CsvForm = { delimiter: string; headerLine: number };

const delimiters = [',', ';', '\t', '|'];

const names: Readonly<Record<string, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars' };

export const delimiterName = (delimiter: string) => names[delimiter] ?? `"${delimiter}"`;

/** Excel's first line `sep=;` says it; else the delimiter that the header has most often outside quotes, a comma when it has none. */
export function formOf(start: string): CsvForm {
  const text = start.replace(/^\ufeff/, '');
  const said = /^"?sep=([^\r\n"])"?(?:\r|\n|$)/i.exec(text)?.[1];
  if (said !== undefined) return { delimiter: said, headerLine: 2 };
  const header = text
    .replaceAll(quotedCell, '$1')
    .split(/[\r\n]+/)
    .find((line) => line.trim() !== '');
  const count = (delimiter: string) => (header ?? '').split(delimiter).length;
  const [first = ','] = delimiters.toSorted((one, other) => count(other) - count(one));
  return { delimiter: first, headerLine: 1 };
}

/** With what stands before it: a quote opens a cell only at its start. */
const quotedCell = /(^|[,;\t|\r\n])"(?:[^"]|"")*"/g;
