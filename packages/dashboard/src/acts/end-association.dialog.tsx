import { currentAddress, navigate } from '../app/address.ts';
import { useMay } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { actsTexts } from './acts.texts.ts';
import { dialogTexts } from './dialogs.texts.ts';
import { endAssociation, type Account } from './association.acts.ts';
import { customerPath } from './customer.path.ts';
import { closeDialog } from './dialogs.store.ts';

/** Says what ends with an association, before it ends. */
export function EndAssociationDialog({ account }: { account: Account }) {
  const text = useTexts(actsTexts);
  const words = useTexts(dialogTexts);
  const mayResume = useMay('RESUME_ASSOCIATION');

  function end(): void {
    const { path, search } = currentAddress();
    closeDialog();
    // The details of the customer have nothing to show any more.
    if (path === customerPath(account.id, '')) navigate(`/${search}`, { replace: true });
    const next = linkAfter(account.id);
    void endAssociation(account, mayResume);
    // The row that had the focus is gone.
    const box = next?.closest('tr')?.querySelector<HTMLElement>('.tick input');
    setTimeout(() => (box ?? document.querySelector<HTMLElement>('main'))?.focus());
  }

  return (
    <Dialog title={words.endTitle(account.name)} onClose={closeDialog} closeLabel={text.close}>
      <p>{words.endNow}</p>
      <ul className="says">
        <li>{words.endRows}</li>
        <li>{words.endMails}</li>
        <li>{words.endOwner}</li>
      </ul>
      <p>{words.endKeeps}</p>
      <p className="mute">{words.endBack}</p>
      <div className="dialog-acts">
        <button type="button" className="button" data-focus onClick={closeDialog}>
          {text.back}
        </button>
        <button type="button" className="button bad" onClick={end}>
          {text.endAssociation}
        </button>
      </div>
    </Dialog>
  );
}

/** The name of the customer after one in the table, or before it at the end. */
function linkAfter(id: string): HTMLElement | undefined {
  const links = [...document.querySelectorAll<HTMLElement>('a[data-customer]')];
  const at = links.findIndex(({ dataset }) => dataset['customer'] === id);
  const isOther = ({ dataset }: HTMLElement): boolean => dataset['customer'] !== id;
  return links.slice(at + 1).find(isOther) ?? links.findLast(isOther);
}
