import Table from 'cli-table3';

/** What the command was asked for. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What a person should know beside it; kept off standard output, so that scripts read only what they asked for. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printTable(head: string[], rows: string[][]): void {
  const none = Object.fromEntries(
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'].map((place) => [place, '']),
  );
  const lines = { left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' };
  const table = new Table({ head, chars: { ...none, ...lines }, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 } });
  table.push(...rows);
  print(table.toString());
}
