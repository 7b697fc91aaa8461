import type { ContractChangeAction } from '@partner-renewals/sdk';
import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { MenuItem } from '../ui/menu.tsx';
import { actsTexts } from './acts.texts.ts';
import type { Decided } from './decision.acts.ts';
import { openDialog } from './dialogs.store.ts';
import { perform } from './on-demand.ts';

export const hasDecisions = ({ availableActions, nextCancellableRenewalDate: next }: Decided): boolean =>
  availableActions.length > 0 || next !== null;

/** The decisions that can be recorded now. */
export function DecisionItems({ change }: { change: Decided }) {
  const text = useTexts(actsTexts);
  const format = useFormat();
  const next = change.nextCancellableRenewalDate;
  const choose = (action: ContractChangeAction): void =>
    action === 'WITHDRAW_CANCELLATION'
      ? perform(`decision:${change.id}`, ({ decide }) => decide(change, action))
      : openDialog({ kind: 'decision', change, action });
  return (
    <>
      {change.availableActions.map((action) => (
        <MenuItem key={action} onSelect={() => choose(action)}>
          {text.actions[action]}
        </MenuItem>
      ))}
      {next !== null && (
        <MenuItem detail={text.laterHint} onSelect={() => openDialog({ kind: 'later', change })}>
          {text.laterCancellation(format.date(next))}
        </MenuItem>
      )}
    </>
  );
}
