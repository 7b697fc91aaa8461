import type { Parsed } from './parsed.ts';

/** Files repeat the same dates and labels in every row, and parsers of them are slow. */
export function remembered(parse: (cell: string) => Parsed): (cell: string) => Parsed {
  const known = new Map<string, Parsed>();
  return (cell) => {
    let parsed = known.get(cell);
    if (parsed === undefined) {
      parsed = parse(cell);
      if (known.size >= 10_000) known.clear();
      if (cell.length <= 40) known.set(cell, parsed);
    }
    return parsed;
  };
}
