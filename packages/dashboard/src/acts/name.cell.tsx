import { useAddress } from '../app/address.ts';
import type { Row } from '../data/row.selection.ts';
import { useMay } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { Link } from '../ui/link.tsx';
import { actsTexts } from './acts.texts.ts';
import { customerPath } from './customer.path.ts';
import { openDialog } from './dialogs.store.ts';
import { NoticeAt } from './notices.tsx';

/** The customer's name, which opens its details. Hover or focus offers to end the association. */
export function NameCell({ row: { customer } }: { row: Pick<Row, 'customer'> }) {
  const { search } = useAddress();
  const text = useTexts(actsTexts);
  const mayEnd = useMay('END_ASSOCIATION');
  return (
    <>
      <div className="name-cell">
        <div>
          <Link href={customerPath(customer.id, search)} data-customer={customer.id}>
            {customer.name}
          </Link>
          {customer.website && (
            <span className="sub" title={customer.website}>
              {customer.website.replace(/^https:\/\//, '')}
            </span>
          )}
        </div>
        {mayEnd && (
          <button
            type="button"
            className="end"
            aria-label={text.endAssociationOf(customer.name)}
            onClick={() => openDialog({ kind: 'end', account: customer })}
          >
            {text.endAssociation}
          </button>
        )}
      </div>
      <NoticeAt place={`end:${customer.id}`} />
    </>
  );
}
