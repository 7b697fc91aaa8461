import type { ContractChangeAction } from '@partner-renewals/sdk';
import { useMay } from '../data/viewer.store.ts';
import { useFormat } from '../text/format.ts';
import { useLabels } from '../text/labels.ts';
import { useTexts } from '../text/language.ts';
import { MenuItem } from '../ui/menu.tsx';
import { actsTexts } from './acts.texts.ts';
import type { Decided } from './decision.acts.ts';
import { openDialog } from './dialogs.store.ts';
import { perform } from './on-demand.ts';

/** Whether a decision is still awaited, and the vendor is who talks to the customer about it. */
export const isVendors = ({ status, communicationOwner, daysUntilLastDecision }: Decided): boolean =>
  status === 'PENDING' && communicationOwner === 'VENDOR' && daysUntilLastDecision >= 0;

/** Whether there is something to choose about a decision. */
export const useHasDecisions = (change: Decided): boolean => {
  const mayTakeOver = useMay('SET_COMMUNICATION_OWNER');
  return change.availableActions.length > 0 || change.nextCancellableRenewalDate !== null || (mayTakeOver && isVendors(change));
};

/** The decisions that can be recorded now; where the vendor talks to the customer, the act that comes first. */
export function DecisionItems({ change }: { change: Decided }) {
  const text = useTexts(actsTexts);
  const format = useFormat();
  const labels = useLabels();
  const mayTakeOver = useMay('SET_COMMUNICATION_OWNER');
  const { nextCancellableRenewalDate: next, customer, communicationOwner: owner, communicationOwnerSource: source } = change;
  const what = change.type === 'RENEWAL' ? null : labels.value('contractType', change.type);
  const choose = (action: ContractChangeAction): void =>
    action === 'WITHDRAW_CANCELLATION'
      ? perform(`decision:${change.id}`, ({ decide }) => decide(change, action))
      : openDialog({ kind: 'decision', change, action });
  const takeOver = () =>
    perform(`owner:${customer.id}`, ({ setOwner }) => setOwner(customer, 'PARTNER', source === 'MANUAL' ? owner : null));
  return (
    <>
      {change.availableActions.map((action) => (
        <MenuItem key={action} onSelect={() => choose(action)}>
          {text.actions[action](what)}
        </MenuItem>
      ))}
      {mayTakeOver && isVendors(change) && (
        <MenuItem detail={text.takeOverHint} onSelect={takeOver}>
          {text.takeOver}
        </MenuItem>
      )}
      {next !== null && (
        <MenuItem detail={text.laterHint} onSelect={() => openDialog({ kind: 'later', change })}>
          {text.laterCancellation(format.date(next))}
        </MenuItem>
      )}
    </>
  );
}
