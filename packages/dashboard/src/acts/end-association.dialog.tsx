import { currentAddress, navigate } from '../app/address.ts';
import { useMay } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { actsTexts } from './acts.texts.ts';
import { endAssociation, type Account } from './association.acts.ts';
import { customerPath } from './customer.path.ts';
import { closeDialog } from './dialogs.store.ts';

/** Says what ends with an association, before it ends. */
export function EndAssociationDialog({ account }: { account: Account }) {
  const text = useTexts(actsTexts);
  const mayResume = useMay('RESUME_ASSOCIATION');

  function end(): void {
    const { path, search } = currentAddress();
    closeDialog();
    // The details of the customer have nothing to show any more.
    if (path === customerPath(account.id, '')) navigate(`/${search}`, { replace: true });
    void endAssociation(account, mayResume);
  }

  return (
    <Dialog title={text.endTitle(account.name)} onClose={closeDialog} closeLabel={text.close}>
      <p>{text.endNow}</p>
      <ul className="says">
        <li>{text.endRows}</li>
        <li>{text.endMails}</li>
        <li>{text.endOwner}</li>
      </ul>
      <p>{text.endKeeps}</p>
      <p className="mute">{text.endBack}</p>
      <div className="dialog-acts">
        <button type="button" className="button" data-focus onClick={closeDialog}>
          {text.cancel}
        </button>
        <button type="button" className="button bad" onClick={end}>
          {text.endAssociation}
        </button>
      </div>
    </Dialog>
  );
}
