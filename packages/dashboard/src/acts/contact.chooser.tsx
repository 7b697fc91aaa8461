import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useAnswer } from '../data/answer.ts';
import { client } from '../data/client.ts';
import { useTexts } from '../text/language.ts';
import { sentenceOfFault } from '../text/sentence.ts';
import { actsTexts } from './acts.texts.ts';
import { chooserTexts } from './chooser.texts.ts';
import { setContact, type Account, type Contact } from './association.acts.ts';

const pause = 150;

function usePaused(value: string): string {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), pause);
    return () => clearTimeout(timer);
  }, [value]);
  return paused;
}

const findContacts = async (id: string, query: string, signal: AbortSignal) => {
  const customer = await client.customer(
    { id },
    {
      users: {
        $: { isActive: true, first: 50, ...(query && { query }) },
        totalCount: true,
        nodes: { id: true, name: true, email: true, jobTitle: true },
      },
    },
    { signal },
  );
  return customer?.users ?? { totalCount: 0, nodes: [] };
};

type ChooserProps = { customer: Account; chosen: Contact | null; close: () => void };

/** A search over the active users of an account: a combobox whose list is always open. */
export function ContactChooser({ customer, chosen, close }: ChooserProps) {
  const text = useTexts(actsTexts);
  const words = useTexts(chooserTexts);
  const [typed, setTyped] = useState('');
  const query = usePaused(typed.trim());
  const { value, problem, isLoading, reload } = useAnswer(`${customer.id} ${query}`, (signal) => findContacts(customer.id, query, signal));
  // The first of a search, or else the chosen one.
  const [active, setActive] = useState<number | null>(null);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);

  // Without a search, the choice of no contact comes last.
  const found: readonly Contact[] = value?.nodes ?? [];
  const options: readonly (Contact | null)[] = chosen && !query ? [...found, null] : found;
  const chosenAt = query ? 0 : options.findIndex((option) => option?.id === chosen?.id);
  const at = Math.min(active ?? Math.max(chosenAt, 0), options.length - 1);

  function choose(contact: Contact | null): void {
    close();
    if (contact?.id !== chosen?.id) setContact(customer, contact && { id: contact.id, name: contact.name, email: contact.email });
  }

  function move(event: KeyboardEvent): void {
    const count = options.length;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + count, PageDown: Math.min(at + 8, count - 1), PageUp: Math.max(at - 8, 0) }[
      event.key
    ];
    if (to !== undefined && count > 0) setActive(to % count);
    else if (event.key === 'Enter' && options[at] !== undefined && query === typed.trim() && !isLoading) choose(options[at]);
    else if (event.key === 'Tab') return close();
    else return;
    event.preventDefault();
  }

  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, at]);

  const isNone = value?.totalCount === 0;
  const hint = problem
    ? sentenceOfFault(problem)
    : !value || (isLoading && !found[0])
      ? text.reading
      : isNone
        ? query
          ? words.noContactFound
          : words.noActiveContact
        : value.totalCount > found.length
          ? words.contactsShown(found.length, value.totalCount)
          : words.contactCount(value.totalCount);

  return (
    <div className="chooser">
      <b className="chooser-of">{customer.name}</b>
      <input
        type="search"
        role="combobox"
        ref={input}
        autoComplete="off"
        maxLength={200}
        aria-label={text.contactSearch(customer.name)}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={options[0] === undefined ? undefined : `${id}-${at}`}
        aria-describedby={`${id}-hint`}
        placeholder={words.contactPlaceholder}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(null);
        }}
        onKeyDown={move}
      />
      <div role="listbox" id={`${id}-list`} aria-label={words.contacts} className="options" aria-busy={isLoading}>
        {options.map((contact, index) => (
          <div
            key={contact?.id ?? 'none'}
            id={`${id}-${index}`}
            role="option"
            aria-selected={contact?.id === chosen?.id && contact !== null}
            className={`${index === at ? 'active' : ''} ${contact ? '' : 'apart'}`}
            onPointerMove={() => setActive(index)}
            // The search keeps the focus.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(contact)}
          >
            {contact ? contact.name : words.removeContact}
            {contact && (
              <span className="sub">
                {contact.email}
                {(contact as { jobTitle?: string | null }).jobTitle && ` · ${(contact as { jobTitle?: string }).jobTitle}`}
              </span>
            )}
          </div>
        ))}
      </div>
      <p className="chooser-hint" id={`${id}-hint`} role="status">
        {hint}
        {problem && (
          <button type="button" className="link" onClick={reload}>
            {text.tryAgain}
          </button>
        )}
      </p>
    </div>
  );
}
