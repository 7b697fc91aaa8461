import type { ActError, Result } from '../data/act.ts';
import { client } from '../data/client.ts';
import { list, mergeChanges, removeCustomer } from '../data/list.store.ts';
import { rowSelection, personSelection, type Row } from '../data/row.selection.ts';
import { currentTexts } from '../text/language.ts';
import { sentenceOfFault } from '../text/sentence.ts';
import { announce, tell } from '../ui/toast.tsx';
import { actsTexts } from './acts.texts.ts';
import { putNotice, type Notice, type Place } from './notices.tsx';

const associationSelection = {
  version: true,
  communicationOwner: true,
  communicationOwnerSource: true,
  primaryContact: personSelection,
} as const;

/** What is so now, after somebody else was faster. */
export type Now = Awaited<ReturnType<typeof readNow>>;

/** Reads a customer and its rows again, and shows them. Null if its association has ended. */
async function readNow(customer: Named) {
  const { columns } = list.get();
  const now = await client.customer(
    { id: customer.id },
    { association: associationSelection, upcomingContractChanges: rowSelection(new Set(columns)) },
  );
  if (now) mergeChanges(now.upcomingContractChanges);
  else {
    removeCustomer(customer.id);
    tell(currentTexts(actsTexts).gone(customer.name));
  }
  return now;
}

type Named = { readonly id: string; readonly name: string };

type Settling<P> = {
  readonly place: Place;
  readonly customer: Named;
  /** What is told when it is done; how it ends otherwise is told at its place. */
  readonly done: () => string;
  /** How to undo it, if that is possible. Without it, what is done is only said to screen readers. */
  readonly undo?: (payload: P) => (() => void) | undefined;
  /** The choice, in words. */
  readonly chosen: () => string;
  /** Whether it is as the user chose, by somebody else. */
  readonly isSo: (now: NonNullable<Now>) => boolean;
  /** What holds instead of it now, in words. */
  readonly now: (now: NonNullable<Now>) => string;
  /** Does it once more on what is so now. */
  readonly onNow: (now: NonNullable<Now>) => void;
  /** What else an error may offer. */
  readonly offer?: (error: ActError) => Notice | undefined;
  readonly onDone?: () => void;
};

/** Tells how an act ended, at its place. */
export async function settle<P>(result: Promise<Result<P>>, settling: Settling<P>): Promise<boolean> {
  const { place, customer, done, undo, onDone } = settling;
  putNotice(place, null);
  const ended = await result;
  if (ended.kind === 'done') {
    onDone?.();
    if (!undo) announce(done());
    else {
      const run = undo(ended.payload);
      tell(done(), run ? { action: { label: currentTexts(actsTexts).undo, run } } : {});
    }
    return true;
  }
  if (ended.kind === 'fault') {
    const again = { label: () => currentTexts(actsTexts).tryAgain, run: () => void settle(ended.again(), settling) };
    putNotice(place, { lines: () => [sentenceOfFault(ended.error)], again });
    return false;
  }
  const { error } = ended;
  try {
    const { sentenceOfUserError } = await import('../text/user-error.sentence.ts');
    if (error.code === 'CONFLICT') return putConflict(await readNow(customer), settling);
    if (error.code === 'NOT_FOUND' && !(await readNow(customer))) return false;
    putNotice(place, settling.offer?.(error) ?? { lines: () => [sentenceOfUserError(error)] });
  } catch (fault) {
    putNotice(place, { lines: () => [error.message, sentenceOfFault(fault)] });
  }
  return false;
}

/** Shows what is so now beside the user's choice. Returns whether both are the same. */
function putConflict<P>(now: Now, { place, chosen, now: describe, isSo, done, onNow }: Settling<P>): boolean {
  if (!now) return false;
  if (isSo(now)) {
    announce(done());
    return true;
  }
  putNotice(place, {
    isConflict: true,
    lines: () => {
      const text = currentTexts(actsTexts);
      return [text.changedMeanwhile, text.now(describe(now)), text.chosen(chosen())];
    },
    again: { label: () => currentTexts(actsTexts).useMine, run: () => onNow(now) },
  });
  return false;
}

export const rowsOf = (customerId: string): ReadonlySet<string> =>
  new Set(list.get().rows.flatMap((row: Row) => (row.customer.id === customerId ? row.id : [])));
