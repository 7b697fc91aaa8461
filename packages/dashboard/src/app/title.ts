import { useEffect } from 'react';
import { createStore } from '../data/store.ts';

// The latest of the parts that are shown names the window: a drawer over a page.
const titles = createStore<readonly { readonly text: string }[]>([]);
titles.subscribe(() => {
  const text = titles.get().at(-1)?.text;
  document.title = text ? `${text} · Partner Renewals` : 'Partner Renewals';
});

/** Names the browser's window as long as a part of the page is shown. */
export function useTitle(text: string): void {
  useEffect(() => {
    const title = { text };
    titles.set((shown) => [...shown, title]);
    return () => titles.set((shown) => shown.filter((each) => each !== title));
  }, [text]);
}
