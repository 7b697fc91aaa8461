import { ContactCell } from '../acts/contact.cell.tsx';
import { OwnerCell } from '../acts/owner.cell.tsx';
import { useTexts } from '../text/language.ts';
import type { Details } from './drawer.selection.ts';
import { drawerTexts } from './drawer.texts.ts';
import { Part } from './part.tsx';

const isAddress = (text: string): boolean => /^[^\s@<>"?&%:]+@[^\s@<>"?&%:]+\.[^\s@<>"?&%:]+$/.test(text);

/** An e-mail address: a link if a mail program can be given it. */
const Address = ({ address }: { address: string }) =>
  isAddress(address) ? (
    <a href={`mailto:${address}`} className="address">
      {address}
    </a>
  ) : (
    <span className="address">{address}</span>
  );

/** Who talks to the customer and to whom, and who else has a login there. */
export function ContactsPart({ customer }: { customer: Details }) {
  const text = useTexts(drawerTexts);
  const { association, users } = customer;
  const row = { ...association, customer };
  const contact = association.primaryContact;
  return (
    <Part title={text.contacts}>
      <dl className="facts">
        <div>
          <dt>{text.owner}</dt>
          <dd>
            <OwnerCell row={row} />
          </dd>
        </div>
        <div>
          <dt>{text.contact}</dt>
          <dd>
            <ContactCell row={row} />
            {contact && (
              <span className="sub">
                <Address address={contact.email} />
              </span>
            )}
          </dd>
        </div>
      </dl>
      {users.totalCount === 0 ? (
        <p className="mute">{text.noContacts}</p>
      ) : (
        <details>
          <summary>{text.allContacts(users.totalCount)}</summary>
          <ul className="people">
            {users.nodes.map(({ id, name, email, jobTitle, isActive }) => (
              <li key={id} className={isActive ? undefined : 'mute'}>
                <b>{name}</b>
                {id === contact?.id && <span className="tag">{text.isPrimary}</span>}
                {!isActive && <span className="tag">{text.inactive}</span>}
                <span className="sub">
                  <Address address={email} />
                  {jobTitle && ` · ${jobTitle}`}
                </span>
              </li>
            ))}
          </ul>
          {users.totalCount > users.nodes.length && <p className="sub">{text.contactsShown(users.nodes.length, users.totalCount)}</p>}
        </details>
      )}
    </Part>
  );
}
