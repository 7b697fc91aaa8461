import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useAnswer } from '../data/answer.ts';
import { usePaused } from '../data/paused.ts';
import { useTexts } from '../text/language.ts';
import { sentenceOfFault } from '../text/sentence.ts';
import { Popover } from '../ui/popover.tsx';
import { useTrigger } from '../ui/trigger.ts';
import { findCustomers } from './reminders.selection.ts';
import { remindersTexts } from './reminders.texts.ts';

type Props = {
  chosenId: string | null;
  /** The name of the chosen one, once it is known. */
  chosenName: string | null;
  onChoose: (id: string | null) => void;
};

/** Chooses a customer to which the list is narrowed. */
export function CustomerFilter({ chosenId, chosenName, onChoose }: Props) {
  const text = useTexts(remindersTexts);
  const { anchor, isOpen, close, trigger } = useTrigger();
  const shown = chosenId === null ? text.anyCustomer : (chosenName ?? '…');
  return (
    <div className="field">
      <span className="field-label" aria-hidden="true">
        {text.customer}
      </span>
      <button {...trigger} type="button" className="choose" aria-haspopup="dialog" aria-label={`${text.customer}: ${shown}`}>
        <span>{shown}</span> <span aria-hidden="true">▾</span>
      </button>
      {isOpen && (
        <Popover anchor={anchor} onClose={close} role="dialog" aria-label={text.findCustomer}>
          <Search
            chosenId={chosenId}
            onChoose={(id) => {
              close();
              onChoose(id);
            }}
            close={close}
          />
        </Popover>
      )}
    </div>
  );
}

/** A combobox whose list is always open. */
function Search({ chosenId, onChoose, close }: { chosenId: string | null; onChoose: (id: string | null) => void; close: () => void }) {
  const text = useTexts(remindersTexts);
  const [typed, setTyped] = useState('');
  const query = usePaused(typed.trim());
  const { value, problem, isLoading } = useAnswer(`customers ${query}`, async (signal) => findCustomers(query, signal));
  const [active, setActive] = useState(0);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  // React's autoFocus comes while the popover is still closed.
  useEffect(() => input.current?.focus(), []);
  const options = [...(chosenId === null || query ? [] : [null]), ...(value?.nodes ?? [])];
  const at = Math.min(active, options.length - 1);

  function move(event: KeyboardEvent): void {
    const count = options.length;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + count }[event.key];
    if (to !== undefined && count > 0) setActive(to % count);
    else if (event.key === 'Enter' && options[at] !== undefined && query === typed.trim() && !isLoading) onChoose(options[at]?.id ?? null);
    else if (event.key === 'Tab') return close();
    else return;
    event.preventDefault();
  }

  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, at]);

  return (
    <div className="chooser">
      <input
        ref={input}
        type="search"
        role="combobox"
        autoComplete="off"
        maxLength={200}
        aria-label={text.findCustomer}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={options.length > 0 ? `${id}-${at}` : undefined}
        aria-describedby={`${id}-hint`}
        placeholder={text.findCustomer}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(0);
        }}
        onKeyDown={move}
      />
      <div role="listbox" id={`${id}-list`} aria-label={text.customer} className="options">
        {options.map((customer, index) => (
          <div
            key={customer?.id ?? 'any'}
            id={`${id}-${index}`}
            role="option"
            aria-selected={customer !== null && customer.id === chosenId}
            className={index === at ? 'active' : ''}
            onPointerMove={() => setActive(index)}
            // The search keeps the focus.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onChoose(customer?.id ?? null)}
          >
            {customer ? customer.name : text.clearCustomer}
            {customer?.website && <span className="sub">{customer.website.replace('https://', '')}</span>}
          </div>
        ))}
      </div>
      <p className="chooser-hint" id={`${id}-hint`} role="status">
        {problem
          ? sentenceOfFault(problem)
          : value && (value.totalCount === 0 ? text.noCustomer : text.customersShown(value.nodes.length, value.totalCount))}
      </p>
    </div>
  );
}
