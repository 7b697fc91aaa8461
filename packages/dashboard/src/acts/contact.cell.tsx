import { Suspense } from 'react';
import type { Row } from '../data/row.selection.ts';
import { useMay } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { late } from '../ui/late.ts';
import { Popover } from '../ui/popover.tsx';
import { useTrigger } from '../ui/trigger.ts';
import { actsTexts } from './acts.texts.ts';
import { Caret } from './caret.tsx';
import { NoticeAt } from './notices.tsx';

type Shown = Pick<Row, 'primaryContact'> & {
  readonly customer: { readonly id: string; readonly name: string; readonly association: { readonly version: number } };
};

const ContactChooser = late(async () => ({ default: (await import('./contact.chooser.tsx')).ContactChooser }));

/** Who at the customer hears of a change, to be chosen among the active users of the account. */
export function ContactCell({ row }: { row: Shown }) {
  const { customer, primaryContact: contact } = row;
  const text = useTexts(actsTexts);
  const { anchor, isOpen, close, trigger } = useTrigger();
  if (!useMay('SET_PRIMARY_CONTACT')) return contact?.name ?? <span className="mute">–</span>;
  return (
    <>
      <button
        {...trigger}
        type="button"
        className={contact ? 'inline' : 'inline missing'}
        aria-haspopup="dialog"
        aria-label={contact ? text.contactOf(customer.name, contact.name) : `${text.chooseContact}: ${customer.name}`}
      >
        {contact ? contact.name : text.chooseContact}
        {contact && <Caret />}
      </button>
      {isOpen && (
        <Popover anchor={anchor} onClose={close} role="dialog" aria-label={text.contactSearch(customer.name)}>
          <Suspense fallback={<p className="chooser-hint">{text.reading}</p>}>
            <ContactChooser customer={customer} chosen={contact} close={close} />
          </Suspense>
        </Popover>
      )}
      <NoticeAt place={`contact:${customer.id}`} />
    </>
  );
}
