import type { MouseEvent } from 'react';
import { createStore, useStore } from '../data/store.ts';
import { useLanguage, useTexts } from '../text/language.ts';
import { actsTexts } from './acts.texts.ts';

/** Why an act was not done, shown at the place where it was asked for. Functions, since the language may change. */
export type Notice = {
  readonly lines: () => readonly string[];
  /** Offers to do it once more. */
  readonly again?: { readonly label: () => string; readonly run: () => void };
  /** Whether somebody else's choice holds. */
  readonly isConflict?: boolean;
};

/** The place of an act: owner:…, contact:…, decision:…, end:…, each with the ID of its object. */
export type Place = `${'owner' | 'contact' | 'decision' | 'end' | 'mute'}:${string}`;

const notices = createStore<ReadonlyMap<Place, Notice>>(new Map());

export function putNotice(place: Place, notice: Notice | null): void {
  const now = notices.get();
  if (!notice && !now.has(place)) return;
  const next = new Map(now);
  if (notice) next.set(place, notice);
  else next.delete(place);
  notices.set(next);
}

/** What an act that was not done has to say. */
export function NoticeAt({ place }: { place: Place }) {
  const notice = useStore(notices).get(place);
  const text = useTexts(actsTexts);
  useLanguage();
  if (!notice) return null;
  const { lines, again, isConflict } = notice;
  // The notice goes with the button that has the focus.
  const leave = (event: MouseEvent<HTMLElement>): void => {
    const home = event.currentTarget.closest('td, th, dd, li');
    const [first] = [home, home?.closest('tr, li')].flatMap((each) => [
      ...(each?.querySelectorAll<HTMLElement>(':is(a[href], button):not(.notice *)') ?? []),
    ]);
    first?.focus();
  };
  return (
    <div className="notice" role="alert">
      {lines().map((line) => (
        <p key={line}>{line}</p>
      ))}
      <div className="notice-acts">
        {again && (
          <button
            type="button"
            className="link"
            onClick={(event) => {
              leave(event);
              again.run();
            }}
          >
            {again.label()}
          </button>
        )}
        <button
          type="button"
          className="link quiet"
          onClick={(event) => {
            leave(event);
            putNotice(place, null);
          }}
        >
          {isConflict ? text.keep : text.dismiss}
        </button>
      </div>
    </div>
  );
}
