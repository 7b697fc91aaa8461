import type { ContractChangeAction } from '@partner-renewals/sdk';
import type { Row } from '../data/row.selection.ts';
import { useMay } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { MenuItem } from '../ui/menu.tsx';
import { actsTexts } from './acts.texts.ts';
import type { Decided } from './decision.acts.ts';
import { openDialog } from './dialogs.store.ts';
import { perform } from './on-demand.ts';

type Shown = Decided & Pick<Row, 'status' | 'lateCancellationRequest' | 'daysUntilDeadline' | 'communicationOwner'>;

/** Whether a cancellation may still count for a later renewal. The API tells for which, or that it is none. */
const mayBeLate = ({ type, status, communicationOwner, lateCancellationRequest, daysUntilDeadline }: Shown): boolean =>
  type === 'RENEWAL' &&
  status === 'RENEWED' &&
  communicationOwner === 'PARTNER' &&
  !lateCancellationRequest &&
  daysUntilDeadline !== null &&
  daysUntilDeadline < 0;

export const hasDecisions = (change: Shown, mayDecide: boolean): boolean =>
  change.availableActions.length > 0 || (mayDecide && mayBeLate(change));

/** The decisions that can be recorded now. */
export function DecisionItems({ change }: { change: Shown }) {
  const text = useTexts(actsTexts);
  const mayDecide = useMay('RECORD_DECISIONS');
  const choose = (action: ContractChangeAction): void =>
    action === 'WITHDRAW_CANCELLATION' ? perform(({ decide }) => decide(change, action)) : openDialog({ kind: 'decision', change, action });
  return (
    <>
      {change.availableActions.map((action) => (
        <MenuItem key={action} onSelect={() => choose(action)}>
          {text.actions[action]}
        </MenuItem>
      ))}
      {mayDecide && mayBeLate(change) && (
        <MenuItem detail={text.laterHint} onSelect={() => openDialog({ kind: 'later', change })}>
          {text.laterCancellation}
        </MenuItem>
      )}
    </>
  );
}
