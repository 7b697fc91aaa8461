import { useEffect, useRef, useState } from 'react';
import { list } from '../data/list.store.ts';
import { focusRows } from '../keys/keys.ts';
import { useTexts } from '../text/language.ts';
import { filtersTexts } from './filters.texts.ts';
import { changeConditions, useConditions } from './use-conditions.ts';

const pauseMs = 200;

/** Goes to the first row as soon as the list is there. */
function focusRowsSoon(): void {
  const go = () => {
    if (list.get().status === 'loading') return;
    stop();
    requestAnimationFrame(focusRows);
  };
  const stop = list.subscribe(go);
  go();
}

/** Searches while the user types. `/` puts the focus here. */
export function SearchBox() {
  const text = useTexts(filtersTexts);
  const { conditions } = useConditions();
  const [typed, setTyped] = useState(conditions.query);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(conditions.query);

  // A view, a link or the back button brings another text; what is being typed stays.
  if (conditions.query !== sent.current) {
    sent.current = conditions.query;
    setTyped(conditions.query);
  }

  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const { target } = event;
      const isTyping = target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select, [contenteditable]');
      const isElsewhere = document.querySelector('dialog[open], [popover]:popover-open');
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping || isElsewhere) return;
      event.preventDefault();
      input.current?.select();
      input.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);

  function search(value: string, { isSoon = false } = {}): void {
    setTyped(value);
    clearTimeout(timer.current);
    const send = () => {
      // Each search is a step back only from another kind of list, not from each letter.
      const replace = sent.current !== '';
      sent.current = value.trim();
      changeConditions({ query: sent.current }, { replace });
    };
    if (isSoon) timer.current = setTimeout(send, pauseMs);
    else send();
  }

  return (
    <form
      role="search"
      className="search-box"
      onSubmit={(event) => {
        event.preventDefault();
        search(typed);
        focusRowsSoon();
      }}
    >
      <input
        ref={input}
        type="search"
        value={typed}
        maxLength={200}
        aria-label={`${text.search}: ${text.searchHint}`}
        aria-keyshortcuts="/"
        placeholder={text.searchHint}
        onChange={(event) => search(event.target.value, { isSoon: true })}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            search(typed);
            focusRowsSoon();
          } else if (event.key === 'Escape' && typed) search('');
          else return;
          event.preventDefault();
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
