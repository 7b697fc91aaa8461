import { currentAddress, navigate } from '../app/address.ts';
import type { Row } from '../data/row.selection.ts';
import { useMay } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { actsTexts } from './acts.texts.ts';
import { customerPath } from './customer.path.ts';
import { DecisionItems } from './decision.items.tsx';
import { openDialog } from './dialogs.store.ts';

const Dots = () => (
  <svg className="dots" viewBox="0 0 16 4" aria-hidden="true">
    <circle cx="2" cy="2" r="1.5" />
    <circle cx="8" cy="2" r="1.5" />
    <circle cx="14" cy="2" r="1.5" />
  </svg>
);

/** All that can be done about a row. What a decision has to say stands beside the status. */
export function RowActions({ row }: { row: Row }) {
  const text = useTexts(actsTexts);
  const mayEnd = useMay('END_ASSOCIATION');
  const { customer } = row;
  return (
    <Menu label={text.more(customer.name)} className="icon" button={<Dots />}>
      <DecisionItems change={row} />
      <MenuItem onSelect={() => navigate(customerPath(customer.id, currentAddress().search))}>{text.details}</MenuItem>
      {mayEnd && (
        <MenuItem className="bad apart" onSelect={() => openDialog({ kind: 'end', account: customer })}>
          {text.endAssociation} …
        </MenuItem>
      )}
    </Menu>
  );
}
