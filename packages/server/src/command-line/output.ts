import Table from 'cli-table3';
import { renewals } from '../config.ts';

/** Prints the output of the command to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a message for the user to standard error, so that scripts can read standard output alone. */
export function note(text: string): void {
  process.stderr.write(`${asRun(text)}\n`);
}

/** Messages name commands as in a clone of the repository. */
const asRun = (text: string) => text.replaceAll('npm run renewals --', renewals);

export function printTable(head: string[], rows: string[][]): void {
  const noBorders = Object.fromEntries(
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'].map((place) => [place, '']),
  );
  const lines = { left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' };
  const table = new Table({
    head,
    chars: { ...noBorders, ...lines },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows);
  print(table.toString());
}
