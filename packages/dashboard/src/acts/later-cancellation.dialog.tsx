import { useTexts } from '../text/language.ts';
import { useFormat } from '../text/format.ts';
import { Dialog } from '../ui/dialog.tsx';
import { actsTexts } from './acts.texts.ts';
import { dialogTexts } from './dialogs.texts.ts';
import { decide, type Decided } from './decision.acts.ts';
import { closeDialog } from './dialogs.store.ts';

/** A cancellation after the deadline: it counts for a later renewal, whose date the API tells. */
export function LaterCancellationDialog({ change }: { change: Decided }) {
  const text = useTexts(actsTexts);
  const words = useTexts(dialogTexts);
  const format = useFormat();
  const { customer, type, renewalDeadline, nextCancellableRenewalDate: next } = change;
  return (
    <Dialog title={words.cancelTitle(customer.name, type)} onClose={closeDialog} closeLabel={text.close}>
      {renewalDeadline && <p>{words.deadlinePassed(format.date(renewalDeadline))}</p>}
      {next && <p>{words.nextPossible(format.date(next))}</p>}
      <p className="mute">{words.onBehalf}</p>
      <div className="dialog-acts">
        <button type="button" className="button" data-focus onClick={closeDialog}>
          {text.back}
        </button>
        <button
          type="button"
          className="button bad"
          onClick={() => {
            closeDialog();
            decide(change, 'REQUEST_CANCELLATION', true);
          }}
        >
          {next && words.cancelNext(format.date(next))}
        </button>
      </div>
    </Dialog>
  );
}
