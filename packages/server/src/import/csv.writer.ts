/** A row as a line of CSV. Every cell with a sign that may be a delimiter is quoted, so that a header shows the true one. */
export function csvLine(cells: readonly string[], delimiter: string): string {
  const written = cells.map((cell) => (special.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${written.join(delimiter)}\n`;
}

const special = /["\r\n,;\t|]/;
