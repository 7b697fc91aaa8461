import type { CommunicationOwner } from '@partner-renewals/sdk';
import type { Row } from '../data/row.selection.ts';
import { useMay } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { useLabels } from '../text/labels.ts';
import { Menu, MenuRadio } from '../ui/menu.tsx';
import { actsTexts } from './acts.texts.ts';
import { Caret } from './caret.tsx';
import { NoticeAt } from './notices.tsx';
import { perform } from './on-demand.ts';

type Shown = Pick<Row, 'communicationOwner' | 'communicationOwnerSource'> & {
  readonly customer: { readonly id: string; readonly name: string; readonly association: { readonly version: number } };
};

const owners: readonly CommunicationOwner[] = ['PARTNER', 'VENDOR'];

/** Who communicates with the customer, to be changed in place by those who may. */
export function OwnerCell({ row }: { row: Shown }) {
  const { customer, communicationOwner: owner, communicationOwnerSource: source } = row;
  const text = useTexts(actsTexts);
  const labels = useLabels();
  const shown = labels.value('communicationOwner', owner);
  const sub = <span className="sub">{text.source[source]}</span>;
  if (!useMay('SET_COMMUNICATION_OWNER'))
    return (
      <>
        {shown}
        {sub}
      </>
    );
  const before = source === 'MANUAL' ? owner : null;
  const place = `owner:${customer.id}` as const;
  return (
    <>
      <Menu
        label={text.ownerOf(customer.name, shown)}
        className="inline"
        button={
          <>
            {shown}
            <Caret />
          </>
        }
      >
        {owners.map((each) => (
          <MenuRadio
            key={each}
            checked={source === 'MANUAL' && owner === each}
            detail={text.ownerHints[each]}
            onSelect={() => (source !== 'MANUAL' || owner !== each) && perform(place, ({ setOwner }) => setOwner(customer, each, before))}
          >
            {labels.value('communicationOwner', each)}
          </MenuRadio>
        ))}
        <MenuRadio
          checked={source !== 'MANUAL'}
          className="apart"
          detail={text.defaultHint[source]}
          onSelect={() => source === 'MANUAL' && perform(place, ({ setOwner }) => setOwner(customer, null, before))}
        >
          {source === 'MANUAL' ? text.backToDefault : text.defaultIs(shown)}
        </MenuRadio>
      </Menu>
      {sub}
      <NoticeAt place={place} />
    </>
  );
}
