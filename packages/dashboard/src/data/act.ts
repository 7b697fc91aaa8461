import { RenewalsError, type MutationOptions, type QuerySelection, type UserErrorCode } from '@partner-renewals/sdk';
import { hasSameRows, totalsSelection } from './list.selection.ts';
import { list, mergeChanges, setSummary } from './list.store.ts';
import { acts, changed } from './pending.acts.ts';
import { rowSelection, type Row } from './row.selection.ts';
import { signedOut } from './session.store.ts';
import { createStore } from './store.ts';
import type { Summary } from './viewer.selection.ts';

/** A part of the page, such as an open drawer, that each act reads again in its own request. */
export type Alongside = {
  readonly selection: QuerySelection;
  readonly show: (query: object) => void;
  /** Shows the fields of a change, or of all changes of a customer, until the answer comes; the result takes it back. */
  readonly patch: (shown: { customerId: string; changeId: string | undefined; fields: Partial<Row> }) => () => void;
};
export const alongside = createStore<Alongside | null>(null);

export const userErrorsSelection = {
  code: true,
  message: true,
  on: { DeadlinePassedError: { nextCancellableRenewalDate: true } },
} as const;

/** What an act selects of its payload: the changed rows as the list shows them, and its new counts and totals. */
export const actSelection = () => {
  const { columns, search } = list.get();
  return {
    contractChanges: rowSelection(new Set(columns)),
    userErrors: userErrorsSelection,
    query: { ...totalsSelection(search), ...(alongside.get()?.selection as unknown as { readonly viewer?: false }) },
  } as const;
};

export type ActError = {
  readonly code: UserErrorCode;
  readonly message: string;
  readonly nextCancellableRenewalDate?: string | null;
};
type Payload = {
  readonly userErrors: readonly ActError[];
  readonly contractChanges?: readonly Row[] | null;
  readonly removedContractChangeIds?: readonly string[] | null;
  readonly query: { readonly upcomingContractChangesSummary: Summary };
};

export type Result<P> =
  | { readonly kind: 'done'; readonly payload: P }
  /** Nothing was changed. */
  | { readonly kind: 'refused'; readonly error: ActError }
  /** It is not known whether it was done. `again` sends the same request: if it was done, nothing is done twice. */
  | { readonly kind: 'fault'; readonly error: unknown; readonly again: () => Promise<Result<P>> };

type Act<P> = {
  /** Shows at once what the act will do; the result takes it back. */
  readonly patch: () => () => void;
  /** Whether it brings rows that were in no list before. */
  readonly areNew?: boolean;
  /** Sends the one mutation. */
  readonly send: (options: MutationOptions) => Promise<P>;
};

// One after another: the counts of the last answer are then those after all acts.
let turn: Promise<unknown> = Promise.resolve();

/** Does what the user asked for: shows it at once, sends one mutation, and merges its answer or takes all back. Never throws. */
export function act<P extends Payload>(
  { patch, send, areNew = false }: Act<P>,
  idempotencyKey = crypto.getRandomValues(new Uint32Array(4)).join('-'),
) {
  const { rows } = list.get();
  const takeBack = patch();
  acts.set(({ pending, ended }) => ({ pending: pending + 1, ended }));
  const result = turn.then(async (): Promise<Result<P>> => {
    const answer = await answerOf(() => send({ idempotencyKey, timeoutMs: 10_000, deadlineMs: 25_000 }));
    acts.set(({ pending, ended }) => ({ pending: pending - 1, ended: ended + 1 }));
    if (answer.kind !== 'done') takeBack();
    else {
      const { contractChanges, removedContractChangeIds: removed } = answer.payload;
      changed.set({ rows, after: contractChanges ?? [], removed: removed ?? [], areNew });
    }
    return answer.kind === 'fault' ? { ...answer, again: () => act({ patch, send, areNew }, idempotencyKey) } : answer;
  });
  turn = result;
  return result;
}

type Answer<P> = Exclude<Result<P>, { kind: 'fault' }> | { readonly kind: 'fault'; readonly error: unknown };

async function answerOf<P extends Payload>(send: () => Promise<P>): Promise<Answer<P>> {
  for (;;) {
    try {
      const { search } = list.get();
      const payload = await send();
      const [error] = payload.userErrors;
      if (error) return { kind: 'refused', error };
      mergeChanges(payload.contractChanges ?? []);
      // The counts of another search would be wrong.
      if (hasSameRows(search, list.get().search)) setSummary(payload.query.upcomingContractChangesSummary);
      alongside.get()?.show(payload.query);
      return { kind: 'done', payload };
    } catch (error) {
      const isSignedOut = error instanceof RenewalsError && error.code === 'UNAUTHENTICATED';
      // The sign-in shows over the page. If the same viewer comes back, the same request goes out once more.
      if (!isSignedOut || !(await signedOut())) return { kind: 'fault', error };
    }
  }
}
