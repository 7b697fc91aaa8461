import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { useLabels } from '../text/labels.ts';
import { Dialog } from '../ui/dialog.tsx';
import { actsTexts } from './acts.texts.ts';
import { dialogTexts } from './dialogs.texts.ts';
import { decide, type Decided } from './decision.acts.ts';
import { closeDialog } from './dialogs.store.ts';

/** Says what a decision of the customer brings, before it is recorded. */
export function DecisionDialog({ change, action }: { change: Decided; action: 'ACCEPT' | 'REQUEST_CANCELLATION' }) {
  const text = useTexts(actsTexts);
  const words = useTexts(dialogTexts);
  const format = useFormat();
  const labels = useLabels();
  const { customer, type, effectiveDate, lastDecisionDate } = change;
  const isRenewal = type === 'RENEWAL';
  const isAccept = action === 'ACCEPT';
  const date = format.date(effectiveDate);
  const [from, to] = [change.currentTerms.mrr, change.newTerms.mrr];
  const isSame = isRenewal && from.amount === to.amount && from.currencyCode === to.currencyCode;
  const accepted = isSame
    ? words.acceptSame(date, format.money(to))
    : `${isRenewal ? words.acceptRenewal(date) : words.acceptOther(date)} ${words.mrr(format.money(from), format.money(to))}`;
  const cancelled = isRenewal ? `${words.cancelRenewal(date)} ${words.lost(format.money(from))}` : words.cancelOther(date);
  return (
    <Dialog
      title={isAccept ? words.acceptTitle(customer.name) : words.cancelTitle(customer.name, type)}
      onClose={closeDialog}
      closeLabel={text.close}
    >
      <p className="mute">
        {labels.value('contractType', type)} · {date}
      </p>
      <p>{isAccept ? accepted : cancelled}</p>
      <p>{(isAccept ? words.cancelUntil : words.undoUntil)(format.date(lastDecisionDate), type)}</p>
      <p className="mute">
        {words.onBehalf} {words.noMail}
      </p>
      <div className="dialog-acts">
        <button type="button" className="button" data-focus onClick={closeDialog}>
          {text.back}
        </button>
        <button
          type="button"
          className={`button ${isAccept ? 'main' : 'bad'}`}
          onClick={() => {
            closeDialog();
            decide(change, action);
          }}
        >
          {isAccept ? words.acceptNow : words.cancelNow(type)}
        </button>
      </div>
    </Dialog>
  );
}
