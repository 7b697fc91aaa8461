import type { ReminderRow } from './reminders.selection.ts';

type Page = {
  readonly nodes: readonly ReminderRow[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean };
};

const inMail: ReadonlySet<string> = new Set(['SENT', 'KEPT', 'WAITING', 'FAILED']);

/**
 * How many other reminders leave in the same e-mail; undefined if it leaves alone. Null if the page does not show them all: they stand
 * beside each other, so those of a narrower search, and those at an end of the page, may go on elsewhere.
 */
export function othersInMail(reminder: ReminderRow, { nodes, pageInfo }: Page, isNarrowed: boolean): number | null | undefined {
  if (reminder.bundle === null || !inMail.has(reminder.state)) return undefined;
  // A bundle may leave in parts, each at its own time.
  const isTogether = ({ bundle, state, endedAt }: ReminderRow): boolean =>
    bundle === reminder.bundle && state === reminder.state && endedAt === reminder.endedAt;
  const [first, last] = [nodes[0]!, nodes.at(-1)!];
  if (isNarrowed || (pageInfo.hasPreviousPage && isTogether(first)) || (pageInfo.hasNextPage && isTogether(last))) return null;
  return nodes.filter(isTogether).length - 1 || undefined;
}
