import type { ContractChangeAction, ContractChangeStatus, ContractChangeType } from '@partner-renewals/sdk';
import { act, actSelection } from '../data/act.ts';
import { client } from '../data/client.ts';
import type { Row } from '../data/row.selection.ts';
import { formatIn } from '../text/format.ts';
import { currentLanguage, currentTexts } from '../text/language.ts';
import { currentLabel } from '../text/labels.ts';
import type { Account } from './association.acts.ts';
import { actsTexts } from './acts.texts.ts';
import { showAtOnce } from './at-once.ts';
import { dialogTexts } from './dialogs.texts.ts';
import { expectedVersion, noteVersion } from './expected.ts';
import { settle, type Now } from './outcome.ts';

/** A change that is decided on, as a row or the drawer shows it. */
export type Decided = Pick<
  Row,
  | 'id'
  | 'version'
  | 'type'
  | 'status'
  | 'communicationOwner'
  | 'communicationOwnerSource'
  | 'daysUntilLastDecision'
  | 'effectiveDate'
  | 'renewalDeadline'
  | 'lastDecisionDate'
  | 'availableActions'
  | 'nextCancellableRenewalDate'
  | 'lateCancellationRequest'
> & {
  readonly customer: Account;
  readonly currentTerms: Pick<Row['currentTerms'], 'mrr'>;
  readonly newTerms: Row['newTerms'];
};

/** Only the API knows what can be done next. */
const undecided = { availableActions: [], nextCancellableRenewalDate: null } as const;

/** What undoing a decision needs to know of the change after it. */
const decidedSelection = {
  version: true,
  availableActions: true,
  nextCancellableRenewalDate: true,
  lateCancellationRequest: true,
} as const;

/** How to undo a decision, as far as the API offers it afterwards: nothing takes back the first acceptance of a change. */
function undoing(now: Decided, done: ContractChangeAction, wasCancelled: boolean): (() => void) | undefined {
  if (done === 'REQUEST_CANCELLATION') return offered(now, 'WITHDRAW_CANCELLATION');
  return done === 'WITHDRAW_CANCELLATION' || wasCancelled ? offered(now, 'REQUEST_CANCELLATION') : undefined;
}

function offered(now: Decided, action: ContractChangeAction): (() => void) | undefined {
  if (now.availableActions.includes(action)) return () => decide(now, action);
  // A late request counts for a later renewal.
  const isLate = action === 'REQUEST_CANCELLATION' && now.nextCancellableRenewalDate !== null;
  return isLate ? () => decide(now, action, true) : undefined;
}

/** How a row shows until the API answers. */
const shownStatus = (action: ContractChangeAction, type: ContractChangeType): Partial<Row> & { status: ContractChangeStatus } =>
  action === 'ACCEPT'
    ? { status: type === 'RENEWAL' ? 'RENEWED' : 'CONFIRMED', statusReason: 'ACCEPTED' }
    : action === 'REQUEST_CANCELLATION'
      ? { status: 'CANCELLATION_REQUESTED', statusReason: 'CANCELLATION_REQUESTED' }
      : { status: 'PENDING', statusReason: 'AWAITING_DECISION', decision: null };

const statusLabel = (status: ContractChangeStatus): string => currentLabel('status', status);

/** Records a decision of the customer. `isForLater`: a cancellation that counts for the next renewal that can be cancelled. */
export function decide(change: Decided, action: ContractChangeAction, isForLater = false): void {
  const { id: contractChangeId, type, customer } = change;
  const patched = shownStatus(action, type);
  const result = act({
    patch: () => {
      const isLate = isForLater || change.lateCancellationRequest;
      const shown = isLate ? { lateCancellationRequest: action === 'REQUEST_CANCELLATION' } : patched;
      return showAtOnce({ customerId: customer.id, changeId: contractChangeId, fields: { ...shown, ...undecided } });
    },
    send: async (options) => {
      const version = expectedVersion(contractChangeId, change.version);
      const input = { contractChangeId, expectedVersion: version };
      const selection = { contractChange: decidedSelection, ...actSelection() } as const;
      const payload =
        action === 'ACCEPT'
          ? (await client.mutate({ acceptContractChange: { $: { input }, ...selection } }, options)).acceptContractChange
          : action === 'WITHDRAW_CANCELLATION'
            ? (await client.mutate({ withdrawCancellation: { $: { input }, ...selection } }, options)).withdrawCancellation
            : (
                await client.mutate(
                  { requestCancellation: { $: { input: { ...input, ...(isForLater && { forNextPossible: true }) } }, ...selection } },
                  options,
                )
              ).requestCancellation;
      noteVersion(contractChangeId, version, payload.contractChange?.version);
      return payload;
    },
  });
  const rowIn = (now: NonNullable<Now>) => now.upcomingContractChanges.find(({ id }) => id === contractChangeId);
  void settle(result, {
    place: `decision:${contractChangeId}`,
    customer,
    done: () => currentTexts(dialogTexts).done[action](customer.name, type),
    chosen: () => {
      const what = type === 'RENEWAL' ? null : currentLabel('contractType', type);
      return currentTexts(actsTexts).actions[action](what).replace(' …', '');
    },
    isSo: (now) => !isForLater && rowIn(now)?.status === patched.status && rowIn(now)?.statusReason === patched.statusReason,
    now: (now) => {
      const row = rowIn(now);
      return row ? statusLabel(row.status) : '–';
    },
    onNow: (now) => {
      const row = rowIn(now);
      if (row) decide(row, action, isForLater);
    },
    offer: ({ nextCancellableRenewalDate: date }) => {
      if (!date || action !== 'REQUEST_CANCELLATION') return undefined;
      const text = () => currentTexts(dialogTexts);
      const shown = (each: string): string => formatIn(currentLanguage()).date(each);
      return {
        lines: () => [text().deadlinePassed(shown(change.renewalDeadline!)), text().nextPossible(shown(date))],
        again: { label: () => text().cancelNext(shown(date)), run: () => decide(change, action, true) },
      };
    },
    undo: ({ contractChange }) =>
      undoing({ ...change, ...contractChange }, action, change.availableActions.includes('WITHDRAW_CANCELLATION')),
  });
}
